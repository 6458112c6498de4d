using System.Globalization;
using System.Text;
using Conformance.Tests.Zoo.Machinery;
using Conformance.Tests.Zoo.Strategies;
using static Conformance.Tests.Zoo.Report.ReportTable;

namespace Conformance.Tests.Zoo.Report;

/// <summary>
/// Why no strategy killed a mutant, from what is known of it: the scenarios that execute what it changes, the first step that it changes in
/// one, and the case of the suite that kills it.
/// </summary>
internal static class SurvivorReport
{
    /// <summary>Writes it: what was run and not killed, and what no scenario executes.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="rows">What the strategies said of each mutant.</param>
    /// <param name="steps">What those that nothing killed change in the first run of each scenario, by mutant.</param>
    internal static void Append(StringBuilder text, IReadOnlyList<StrategyRow> rows, IReadOnlyDictionary<string, StepRow> steps)
    {
        var run = rows.Where(row => row.IsReached && !row.IsKilled).ToList();
        var shown = run.Where(row => steps[row.Mutant].Differences.Count > 0).ToList();
        var same = run.Except(shown).ToList();
        var unreached = rows.Where(row => !row.IsReached).ToList();
        text.Append(CultureInfo.InvariantCulture, $"""

            ## Why the others were not killed

            The first order of each scenario that executes a changed method was told step by step, at the store, of pages, ports and requests, with the mutant
            and without it. {shown.Count} mutants change a step, and nobody asks for it; {same.Count} change none, so what they break is not brought about;
            {unreached.Count} change only methods that no scenario of the list executes. By where the defect is, and by whom the suite's case asks that
            kills it: that case plays everybody else by itself, and does what no driver of the scenarios does.

            | Defects of | Asked of by the suite | A step differs, nobody asks | No step differs | Not executed |
            |---|---|---|---|---|

            """);
        foreach (var group in run.Concat(unreached).GroupBy(row => (Mutant.Find(row.Mutant).Group, Role: RoleOf(row))).OrderBy(group => group.Key))
        {
            Row(text, [group.Key.Group, group.Key.Role, Count(group, shown), Count(group, same), Count(group, unreached)]);
        }

        AppendShown(text, shown, steps);
        AppendSame(text, same);
        AppendUnreached(text, unreached);
    }

    private static void AppendShown(StringBuilder text, List<StrategyRow> shown, IReadOnlyDictionary<string, StepRow> steps)
    {
        text.Append("""

            ### A step differs, and nobody asks for it

            The first step that differs, in the first scenario that has one. The run came to a good end all the same: neither the rules of the scenario nor the model
            say that this step must be the healthy one. A rule on it would kill the mutant here.

            | Mutant | Defect | Scenario, step | Without the defect | With it | The suite's case |
            |---|---|---|---|---|---|

            """);
        foreach (var row in InOrder(shown))
        {
            var first = steps[row.Mutant].Differences[0];
            Row(text, [row.Mutant, Mutant.Find(row.Mutant).Title, $"{first.Scenario}, {first.At}", Code(first.Healthy), Code(first.Came), CaseOf(row)]);
        }
    }

    private static void AppendSame(StringBuilder text, List<StrategyRow> same)
    {
        text.Append("""

            ### No step differs

            The changed method is executed, and every step is that of the healthy reference: no scenario of the list has the request, the peer, the failure or the
            setting that the defect needs, or only an order beyond the budget brings it about. The suite's case says what a run would have to do.

            | Mutant | Defect | Changed | Executed in | The suite's case |
            |---|---|---|---|---|

            """);
        foreach (var row in InOrder(same))
        {
            Row(text, [row.Mutant, Mutant.Find(row.Mutant).Title, Changed(row), ScenariosOf(row), CaseOf(row)]);
        }
    }

    private static void AppendUnreached(StringBuilder text, List<StrategyRow> unreached)
    {
        text.Append("""

            ### Not executed by a scenario

            No scenario of the list executes a method that the mutant changes: no order of them can show it.

            | Mutant | Defect | Changed | The suite's case |
            |---|---|---|---|

            """);
        foreach (var row in InOrder(unreached))
        {
            Row(text, [row.Mutant, Mutant.Find(row.Mutant).Title, Changed(row), CaseOf(row)]);
        }
    }

    private static IEnumerable<StrategyRow> InOrder(IEnumerable<StrategyRow> rows) =>
        rows.OrderBy(row => Mutant.Find(row.Mutant).Group, StringComparer.Ordinal).ThenBy(RoleOf, StringComparer.Ordinal).ThenBy(row => row.Mutant, StringComparer.Ordinal);

    private static string RoleOf(StrategyRow row) => SuiteKills.RoleOf(row.Mutant) ?? "nobody";

    private static string CaseOf(StrategyRow row) => SuiteKills.KillerOf(row.Mutant) ?? "none";

    private static string Changed(StrategyRow row) => row.Methods.Count > 0 ? string.Join(", ", row.Methods.Distinct().Select(Code)) : "more than methods";

    private static string ScenariosOf(StrategyRow row) => row.Scenarios.Count == HealthyRuns.Scenarios.Count ? "all" : string.Join(", ", row.Scenarios);

    private static string Count(IEnumerable<StrategyRow> group, List<StrategyRow> some) => group.Count(some.Contains).ToString(CultureInfo.InvariantCulture);

    private static string Code(string step) => step.Length > 0 ? $"`{step}`" : "nothing more";
}
