using System.Globalization;
using System.Text;
using Conformance.Tests.Zoo.Machinery;
using Conformance.Tests.Zoo.Strategies;
using static Conformance.Tests.Zoo.Report.ReportTable;

namespace Conformance.Tests.Zoo.Report;

/// <summary>Which strategy found which mutant, and after how many schedules: <c>reports/zoo-strategies.md</c>.</summary>
internal static class StrategyReport
{
    /// <summary>The command that makes it.</summary>
    internal const string Command = "dotnet run --project tests/zoo -c Release -- strategies reports/zoo-strategies.md";

    /// <summary>Writes it.</summary>
    /// <param name="rows">What the strategies said of each mutant.</param>
    /// <param name="healthy">What they said of the reference without a defect.</param>
    /// <param name="steps">What those that nothing killed change in the first run of each scenario, by mutant.</param>
    internal static string Write(IReadOnlyList<StrategyRow> rows, IReadOnlyList<StrategyVerdict> healthy, IReadOnlyDictionary<string, StepRow> steps)
    {
        var asked = rows.Where(row => row.IsReached).ToList();
        var killed = asked.Where(row => row.IsKilled).ToList();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # The zoo under the explorer, Coyote and the model

            Each mutant of `tests/zoo/Mutants` is run in the scenarios {string.Join(", ", HealthyRuns.Scenarios)}, in this order,
            until one fails, by each strategy with its own budget: {string.Join("; ", Strategy.All.Select(strategy => $"{strategy} {strategy.Most} schedules a scenario"))}.
            `random` and `pct` are Coyote's strategies with seed 1, `explorer` is ours on one thread within the scenario's bounds, its bound on delays
            raised from 0, and `model` is the connection model, which judges the explorer's first runs while the scenario itself asks nothing. The same reference
            without a defect is clean under the same budgets. The suite's column is what [zoo.md](zoo.md) says. Made by `{Command}`; a run that
            is broken off goes on where it stopped, and names of mutants behind the command choose some.

            {Coverage(rows.Count)} Of these {rows.Count}, {rows.Count - asked.Count} change only methods that no scenario of the list executes; they were not run. Of the {asked.Count}
            that were, {killed.Count} were killed by at least one strategy.

            ## By family

            | Family | Mutants | Suite | Run here | {string.Join(" | ", Strategy.All)} | Any strategy |
            |---|---|---|---|{string.Concat(Strategy.All.Select(_ => "---|"))}---|

            """);
        foreach (var family in rows.GroupBy(row => Mutant.Find(row.Mutant).Family).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            AppendFamily(text, family.Key, [.. family]);
        }

        AppendFamily(text, "all", rows);
        AppendStrategies(text, asked, healthy);
        AppendKilled(text, killed, healthy);
        SurvivorReport.Append(text, rows, steps);
        return text.ToString();
    }

    private static string Coverage(int count)
    {
        int all = Mutant.All.Count;
        return count == all
            ? $"This report covers all {all} mutants."
            : $"This report covers {count} of {all} mutants; the others were not run, so nothing here counts for or against them.";
    }

    private static void AppendFamily(StringBuilder text, string name, IReadOnlyList<StrategyRow> rows) => Row(text, [
        name,
        Number(rows.Count),
        Number(rows.Count(row => SuiteKills.Of(row.Mutant) is not null)),
        Number(rows.Count(row => row.IsReached)),
        .. Strategy.All.Select(strategy => Number(rows.Count(row => Of(row, strategy) is { IsKill: true }))),
        Number(rows.Count(row => row.IsKilled))]);

    private static void AppendStrategies(StringBuilder text, List<StrategyRow> asked, IReadOnlyList<StrategyVerdict> healthy)
    {
        text.Append("""

            ## By strategy

            Over the mutants that each strategy killed: schedules until the first failure, counted over the list of scenarios, and how many fell in
            the very first schedule of the scenario that failed. Time is the processor's time until the failure as a part of what the healthy reference takes
            for the whole list, measured side by side on a noisy machine. The first strategy of a process also pays for the compilation of what all use.

            | Strategy | Killed | In a scenario's first schedule | Later | Median schedules | Most schedules | Median time, healthy = 1 | Schedules of the healthy reference |
            |---|---|---|---|---|---|---|---|

            """);
        foreach (var strategy in Strategy.All)
        {
            var kills = asked.Select(row => Of(row, strategy)!).Where(verdict => verdict.IsKill).ToList();
            var found = kills.Where(verdict => verdict.Rule != StrategyVerdict.NoEnd).ToList();
            var whole = healthy.Single(verdict => verdict.Strategy == strategy.Name);
            Row(text, [
                strategy.Name,
                Number(kills.Count),
                Number(found.Count(verdict => verdict.At == 1)),
                Number(found.Count(verdict => verdict.At > 1)),
                found.Count == 0 ? "" : Number(Median(found.Select(verdict => (double)verdict.Schedules))),
                found.Count == 0 ? "" : Number(found.Max(verdict => verdict.Schedules)),
                found.Count == 0 ? "" : Ratio(Median(found.Select(verdict => verdict.Seconds / whole.Seconds))),
                Number(whole.Schedules)]);
        }
    }

    private static void AppendKilled(StringBuilder text, List<StrategyRow> killed, IReadOnlyList<StrategyVerdict> healthy)
    {
        text.Append(CultureInfo.InvariantCulture, $"""

            ## Schedules to the first failure

            A cell has the schedules over the list, then the scenario, which of its schedules failed, and the rule; in brackets the time, healthy = 1. `{StrategyVerdict.NoEnd}`: the
            process ended, or had to be ended after several times what the healthy reference takes. Empty: not killed within the budget.

            | Mutant | {string.Join(" | ", Strategy.All)} |
            |---|{string.Concat(Strategy.All.Select(_ => "---|"))}

            """);
        foreach (var row in killed)
        {
            Row(text, [row.Mutant, .. Strategy.All.Select(strategy => Cell(Of(row, strategy)!, healthy.Single(verdict => verdict.Strategy == strategy.Name)))]);
        }
    }

    private static string Cell(StrategyVerdict verdict, StrategyVerdict healthy) => verdict switch
    {
        { IsKill: false } => "",
        { Rule: StrategyVerdict.NoEnd } => StrategyVerdict.NoEnd,
        _ => $"{Number(verdict.Schedules)}: {verdict.Scenario}, {Number(verdict.At)}, {verdict.Rule} ({Ratio(verdict.Seconds / healthy.Seconds)})",
    };

    private static StrategyVerdict? Of(StrategyRow row, Strategy strategy) => row.Verdicts.FirstOrDefault(verdict => verdict.Strategy == strategy.Name);

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    private static string Number(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Ratio(double ratio) => ratio.ToString("0.00", CultureInfo.InvariantCulture);
}
