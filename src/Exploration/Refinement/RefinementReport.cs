using System.Globalization;
using System.Text;
using Conformance.Model.Connection;
using Conformance.Model.Judging;
using Conformance.Model.Protocol.XenBus;
using Conformance.Model.Trace;

namespace Conformance.Exploration.Refinement;

/// <summary>Which transitions of the connection model the runs took, and why they did not take the others, as a page.</summary>
public static class RefinementReport
{
    /// <summary>Why no run takes a move of the model.</summary>
    public static string ReasonFor(ProductMove move)
    {
        ArgumentNullException.ThrowIfNull(move);
        ProductCell[] cells = [move.From, move.To];
        return cells.Any(cell => cell.Front == XenbusState.InitWait) ? "a front of another dialect says InitWait; the reference's does not (D-11)"
            : cells.Any(cell => cell.Front is XenbusState.Reconfiguring or XenbusState.Reconfigured) ? "a front of another dialect reconfigures; the reference's does not (D-12)"
            : cells.Any(cell => cell.Back == XenbusState.Initialised) ? "a back of another kind says Initialised for InitWait; the reference's says InitWait (XB-012)"
            : move.By == ConnectionParticipant.World ? "a move to another host makes both directories anew: to the judge that is another connection"
            : move.From is { Front: XenbusState.Unknown, Back: XenbusState.Unknown } ? "a disk that is added again is to the judge another connection"
            : move.To.Front == XenbusState.Unknown && move.From.Front != XenbusState.Unknown ? "a removal: the judge follows it and lists no move"
            : move.To.Back == XenbusState.Unknown && move.From.Back != XenbusState.Unknown ? "a removal: the judge follows it and lists no move"
            : move is { By: ConnectionParticipant.Front, From.Front: XenbusState.Initialising, To.Front: XenbusState.Connected } ? "a front that says Connected at once is explored in I-02, with a back that is where the front finds it in the bounds"
            : move is { By: ConnectionParticipant.Front, To.Front: XenbusState.Initialising } && move.From.Front != XenbusState.Closed ? "a front whose kernel was replaced begins anew; scenarios have it only where the kernel before was a scripted one"
            : "an order that is beyond the bounds of the runs";
    }

    /// <summary>Why no run shows a step of a driver.</summary>
    public static string ReasonFor(string step) => step switch
    {
        BackStep.WatchFront or BackStep.DecideOnline => "taken by the bus for every driver, which shows as requests to the store",
        _ => "an order that is beyond the bounds of the runs",
    };

    /// <summary>The page.</summary>
    /// <param name="tally">What the runs took.</param>
    /// <param name="product">What the model has.</param>
    /// <param name="bounds">How far the runs went, in words.</param>
    /// <param name="command">What makes the page.</param>
    public static string Write(RefinementTally tally, ConnectionProduct product, string bounds, string command)
    {
        ArgumentNullException.ThrowIfNull(tally);
        ArgumentNullException.ThrowIfNull(product);
        var page = new StringBuilder();
        var moves = product.Moves.GroupBy(Describe).ToList();
        var taken = moves.Where(group => tally.Moves.Contains(group.Key)).ToList();
        var steps = ModelSteps.All;
        page.Append("# Refinement\n\nThe trace of every run of every scenario that came to its end is judged by the connection model.\n")
            .Append(CultureInfo.InvariantCulture, $"Made by `{command}`; each scenario {bounds}.\n\n")
            .Append("| | |\n|---|---|\n")
            .Append(CultureInfo.InvariantCulture, $"| scenarios | {tally.Runs.Count} |\n")
            .Append(CultureInfo.InvariantCulture, $"| runs judged | {tally.Runs.Values.Sum()} |\n")
            .Append(CultureInfo.InvariantCulture, $"| moves of the two state nodes in the model | {moves.Count} |\n")
            .Append(CultureInfo.InvariantCulture, $"| of these taken | {taken.Count} |\n")
            .Append(CultureInfo.InvariantCulture, $"| steps of drivers in the model | {steps.Count} |\n")
            .Append(CultureInfo.InvariantCulture, $"| of these taken | {steps.Count(tally.Steps.Contains)} |\n\n");
        page.Append("Steps that no run takes:\n\n");
        foreach (string step in steps.Where(step => !tally.Steps.Contains(step)))
        {
            page.Append(CultureInfo.InvariantCulture, $"- {step}: {ReasonFor(step)}\n");
        }

        WriteRejected(page, tally);
        page.Append("\n## Moves that were taken\n\n");
        foreach (var group in taken)
        {
            page.Append(CultureInfo.InvariantCulture, $"- {group.Key}\n");
        }

        page.Append("\n## Moves that no run takes\n");
        foreach (var reason in moves.Except(taken).GroupBy(group => ReasonFor(group.First())).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n{char.ToUpperInvariant(reason.Key[0])}{reason.Key[1..]}:\n\n");
            foreach (var move in reason)
            {
                page.Append(CultureInfo.InvariantCulture, $"- {move.Key} ({move.First().By}: {move.First().Step.Text})\n");
            }
        }

        return page.ToString();
    }

    /// <summary>A move as <see cref="RefinementTally.Moves"/> has it.</summary>
    public static string Describe(ProductMove move)
    {
        ArgumentNullException.ThrowIfNull(move);
        return $"{move.From} to {move.To}";
    }

    private static void WriteRejected(StringBuilder page, RefinementTally tally)
    {
        if (tally.Rejected.Count > 0)
        {
            page.Append("\nScenarios in which somebody does what the model does not allow, as they say; it is seen in each:\n\n");
            foreach (var ((experiment, blame), count) in tally.Rejected.OrderBy(pair => pair.Key.Experiment, StringComparer.Ordinal))
            {
                page.Append(CultureInfo.InvariantCulture, $"- {experiment}: {count} runs, by {blame}\n");
            }
        }
    }
}
