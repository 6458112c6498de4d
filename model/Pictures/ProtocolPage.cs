using System.Globalization;
using System.Text;
using Conformance.Model.Clauses;
using Conformance.Model.Connection;
using Conformance.Model.Protocol.XenBus;

namespace Conformance.Model.Pictures;

/// <summary>The page on the connection's protocol that is made from the models, docs/protocol.md.</summary>
public static class ProtocolPage
{
    /// <summary>The command that makes it.</summary>
    public const string Command = "xenconf model draw protocol --out docs/protocol.md";

    /// <summary>The page.</summary>
    /// <param name="product">What the reference's models do, over <see cref="Obligations.Systems"/>.</param>
    public static string Write(ConnectionProduct product)
    {
        ArgumentNullException.ThrowIfNull(product);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # The protocol of a connection

            <!-- Made by `{Command}`. A test fails when it is stale. -->

            The public header says how a connection comes up. This page says what it leaves out: how it closes, reconnects, is
            unplugged, and fails. It is made from the models by `{Command}`: every obligation
            below is a property that `xenconf model check 'connection/*'` checks in all states, and names its
            [clauses](../model/Clauses/README.md). F and B codes are the steps of the [trace](trace.md).


            """);
        WriteLife(text, product, ConnectionParticipant.Front);
        WriteLife(text, product, ConnectionParticipant.Back);
        WriteTable(text, product);
        WriteObligations(text);
        WriteProperties(text);
        WriteEnds(text);
        WriteDisagreements(text);
        WriteClauses(text);
        return text.ToString();
    }

    private static void WriteLife(StringBuilder text, ConnectionProduct product, ConnectionParticipant end)
    {
        var diagram = ConnectionDiagrams.OfOne(product, end);
        text.Append("## ").Append(diagram.Title).Append("\n\n```mermaid\n").Append(diagram.ToMermaid()).Append("```\n\n");
    }

    private static void WriteTable(StringBuilder text, ConnectionProduct product)
    {
        XenbusState[] columns = [.. product.Cells.Keys.Select(cell => cell.Back).Distinct().OrderBy(ProductCell.Order)];
        text.Append("## The table of both states\n\nDown: what the front shows; across: what the back shows. A cell says who owes something there; what it is stands below. A dash:\nno model reaches the cell. A dot: the front shows what is not its to show, which the back ignores (D-11, D-12).\n\n");
        text.Append("| front \\ back | ").AppendJoin(" | ", columns.Select(ProductCell.NameOf)).Append(" |\n|---|").AppendJoin(string.Empty, columns.Select(_ => "---|")).Append('\n');
        foreach (var front in product.Cells.Keys.Select(cell => cell.Front).Distinct().OrderBy(ProductCell.Order))
        {
            text.Append("| ").Append(ProductCell.NameOf(front)).Append(" | ").AppendJoin(" | ", columns.Select(back => Cell(product, new(front, back)))).Append(" |\n");
        }

        text.Append('\n');
    }

    private static string Cell(ConnectionProduct product, ProductCell cell) =>
        !product.Cells.ContainsKey(cell) ? "-"
        : Obligations.Of(cell).FirstOrDefault() is { } obligation ? Obligation.NameOf(obligation.Who)["the ".Length..]
        : "·";

    private static void WriteObligations(StringBuilder text)
    {
        text.Append("## What is owed in each cell\n\nEach line is a liveness property of the model `connection/cells`: whenever the cell is shown, and the back does not die for good,\nthis comes in the end. Whoever owes to connect may close instead, as either end may fail and the device may be asked to go.\n\n| front | back | what comes in the end | clauses |\n|---|---|---|---|\n");
        foreach (var obligation in Obligations.All)
        {
            Row(text, ProductCell.NameOf(obligation.Cell.Front), ProductCell.NameOf(obligation.Cell.Back), $"{Obligation.NameOf(obligation.Who)} {obligation.Text}", string.Join(", ", obligation.Clauses));
        }

        text.Append('\n');
    }

    private static void WriteProperties(StringBuilder text)
    {
        // All that the themes together claim; each theme claims the part that means something in it.
        var all = Obligations.Systems.Select(system => system.Properties).ToList();
        text.Append("## What always holds\n\n| property | clauses |\n|---|---|\n");
        foreach (var (name, clauses) in all[0].Invariants.Select(one => (one.Name, one.Clauses)).Concat(all[0].Rules.Select(one => (one.Name, one.Clauses))))
        {
            Row(text, name, string.Join(", ", clauses));
        }

        text.Append("\n## What comes in the end\n\n| property | clauses |\n|---|---|\n");
        foreach (var one in all[0].Liveness)
        {
            Row(text, one.Name, string.Join(", ", one.Clauses));
        }

        text.Append("\nAssumed: ").AppendJoin(", ", all[0].Assumptions.Select(one => one.Name)).Append(", as long as they can.\n\n## What can happen\n\n| situation | clauses |\n|---|---|\n");
        foreach (var one in all.SelectMany(set => set.Reachable).DistinctBy(one => one.Name))
        {
            Row(text, one.Name, string.Join(", ", one.Clauses));
        }

        text.Append('\n');
    }

    private static void WriteEnds(StringBuilder text)
    {
        text.Append("## Where a connection may rest\n\nA run that stops anywhere else is stuck, and the check says so.\n\n| state | what it is |\n|---|---|\n");
        foreach (var (name, meaning, _) in EndStates.All)
        {
            Row(text, name, meaning);
        }

        text.Append('\n');
    }

    private static void WriteDisagreements(StringBuilder text)
    {
        text.Append("## Where implementations disagree\n\nThe reference takes the recommended side. What each pair of dialects breaks stands in\n[the matrix](../reports/profile-matrix.md).\n\n| id | question | ").AppendJoin(" | ", Dialects.All.Select(dialect => dialect.Name)).Append(" |\n|---|---|").AppendJoin(string.Empty, Dialects.All.Select(_ => "---|")).Append('\n');
        foreach (var one in Disagreement.All)
        {
            Row(text, [one.Id, one.Question, .. Dialects.All.Select(one.Answer)]);
        }

        text.Append('\n');
    }

    private static void WriteClauses(StringBuilder text)
    {
        var ids = Obligations.All.SelectMany(one => one.Clauses)
            .Concat(Obligations.Systems.SelectMany(system => system.Properties.Invariants.SelectMany(one => one.Clauses)
                .Concat(system.Properties.Rules.SelectMany(one => one.Clauses))
                .Concat(system.Properties.Liveness.SelectMany(one => one.Clauses))
                .Concat(system.Properties.Reachable.SelectMany(one => one.Clauses))))
            .Select(ClauseId.Parse).Distinct().Order();
        text.Append("## The clauses\n\n| id | clause |\n|---|---|\n");
        foreach (var id in ids)
        {
            Row(text, id.ToString(), ClauseCatalogue.Default[id].Statement);
        }
    }

    private static void Row(StringBuilder text, params IEnumerable<string> fields) =>
        text.Append("| ").AppendJoin(" | ", fields.Select(field => field.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");
}
