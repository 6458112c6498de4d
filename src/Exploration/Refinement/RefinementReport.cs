using System.Globalization;
using System.Text;
using Conformance.Model.Connection;
using Conformance.Model.Judging;

namespace Conformance.Exploration.Refinement;

/// <summary>Which transitions of the connection model the runs took, and why they did not take the others (<see cref="MoveReasons"/>), as a page.</summary>
public static class RefinementReport
{
    private const string NoReason = "nobody has said why: a gap";

    private const string TakenHeading = "## Moves that were taken";

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
        page.Append("# Refinement\n\nThe trace of every run of every scenario is judged by the connection model as it goes, also where a run is left at a state that is known.\n")
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
            page.Append(CultureInfo.InvariantCulture, $"- {step}: {MoveReasons.Find(step) ?? NoReason}\n");
        }

        WriteRejected(page, tally);
        page.Append($"\n{TakenHeading}\n\n");
        foreach (var group in taken)
        {
            page.Append(CultureInfo.InvariantCulture, $"- {group.Key}\n");
        }

        page.Append("\n## Moves that no run takes\n");
        foreach (var reason in moves.Except(taken).GroupBy(group => MoveReasons.Find(group.First()) ?? NoReason).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n{char.ToUpperInvariant(reason.Key[0])}{reason.Key[1..]}:\n\n");
            foreach (var move in reason)
            {
                page.Append(CultureInfo.InvariantCulture, $"- {move.Key} ({move.First().By}: {move.First().Step.Text})\n");
            }
        }

        return page.ToString();
    }

    /// <summary>The moves that a page says were taken, as <see cref="RefinementTally.Moves"/> has them.</summary>
    public static IReadOnlySet<string> ReadTaken(string page)
    {
        ArgumentNullException.ThrowIfNull(page);
        return page.Split('\n').SkipWhile(line => line != TakenHeading).Skip(1).TakeWhile(line => !line.StartsWith('#'))
            .Where(line => line.StartsWith("- ", StringComparison.Ordinal)).Select(line => line[2..]).ToHashSet(StringComparer.Ordinal);
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
