using System.Globalization;
using System.Numerics;
using Conformance.Cli.Commands;
using Conformance.Exploration.Engine;
using Conformance.Exploration.Scenarios;
using Conformance.Exploration.Schedules;
using Conformance.Model.Pictures;
using Spectre.Console;

namespace Conformance.Cli.Output;

/// <summary>How an exploration ended.</summary>
/// <param name="Seed">Of Coyote's chance; null without Coyote.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="IsStopped">Whether somebody stopped it.</param>
internal sealed record Finished(uint? Seed, TimeSpan Elapsed, bool IsStopped);

/// <summary>What was explored, on the console: a table, each failing order in lanes, and the headline last.</summary>
/// <param name="services">Where it goes.</param>
/// <param name="scenarios">What was explored.</param>
/// <param name="isJudged">Whether the runs were to be judged by the connection model.</param>
internal sealed class ExplorationView(CliServices services, IReadOnlyList<IScenario> scenarios, bool isJudged)
{
    private readonly Page page = new(services);

    public void Write(IReadOnlyList<ExploredScenario> rows, IReadOnlyList<Failure> failures, Finished finished)
    {
        if (finished.Seed is { } seed)
        {
            page.Write($"seed {seed}");
        }

        WriteTable(rows, finished.Seed);
        foreach (var row in rows.Where(static row => row.NotRepeatable is not null))
        {
            page.WriteLine();
            page.Write($"{row.Scenario} {row.Title}: two runs of one order differ", "yellow");
            page.Write($"{row.NotRepeatable}", indent: 4);
            page.Write("A participant keeps something from run to run, or acts by chance, a clock or a thread of its own: no order of it can be told from another. See docs/explore-your-driver.md.", indent: 4);
        }

        foreach (var failure in failures)
        {
            WriteFailure(failure, rows.First(row => row.Scenario == failure.Schedule.Experiment));
        }

        page.WriteLine();
        int exhaustive = rows.Count(row => row.Exhaustive);
        int idle = rows.Count(row => !row.Ran);
        int unsteady = rows.Count(row => row.NotRepeatable is not null);
        string stopped = finished.IsStopped ? $"stopped after {rows.Count} of {Count(scenarios.Count, "scenario")}: " : "";
        page.Write(
            stopped + (failures.Count > 0
                ? $"{Count(failures.Count, "scenario")} of {rows.Count} can fail: {string.Join(", ", failures.Select(failure => failure.Schedule.Experiment))}"
                : unsteady > 0 ? $"no failure that comes again, but {unsteady} of {Count(rows.Count, "scenario")} cannot be explored: two runs of one order differ"
                : idle > 0 ? $"no failure, but in {idle} of {Count(rows.Count, "scenario")} no run came to its end; give wider bounds, more time or fewer scenarios"
                : string.Create(CultureInfo.InvariantCulture, $"no failure in {Count(rows.Count, "scenario")}, {exhaustive} covered in every order; {finished.Elapsed.TotalSeconds:0} s")),
            failures.Count > 0 ? "red" : finished.IsStopped || unsteady + idle > 0 ? "yellow" : "green");
    }

    private void WriteTable(IReadOnlyList<ExploredScenario> rows, uint? seed)
    {
        var table = page.CreateTable();
        table.AddColumn("scenario");
        table.AddColumn("bound");
        foreach (string column in new[] { "states", "transitions", "orders" })
        {
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        }

        table.AddColumn("exhaustive");
        foreach (var row in rows)
        {
            table.AddRow(
                new Text(row.Scenario),
                new Text(row.Bounds),
                new Text(row.States?.ToString(CultureInfo.InvariantCulture) ?? ""),
                new Text(row.Transitions.ToString(CultureInfo.InvariantCulture)),
                new Text(Short(row.Interleavings)),
                new Text(Outcome(row)));
        }

        page.Write(table);
        if (seed is null)
        {
            page.Write("orders: those from beginning to end whose every state and step was covered; with a bound, in one run or in several");
        }

        WriteJudged(rows);
    }

    /// <summary>What was judged of most scenarios, and then, by their names, of the others.</summary>
    private void WriteJudged(IReadOnlyList<ExploredScenario> rows)
    {
        var groups = rows.GroupBy(row => row.Judged).OrderByDescending(same => same.Count()).ToList();
        foreach (var same in groups)
        {
            string names = groups.Count == 1 ? "" : same == groups[0] ? " (all but those below)" : $" ({string.Join(", ", same.Select(row => row.Scenario))})";
            page.Write($"judged by the connection model: {same.Key}{names}");
        }
    }

    private static string Outcome(ExploredScenario row)
    {
        string cut = row.CutOffBy.Count == 0 ? "" : $": {string.Join(", ", row.CutOffBy)}";
        return row.Rule is not null ? $"fails: {row.Rule}"
            : row.NotRepeatable is not null ? "no: not repeatable"
            : row.Transitions == 0 ? $"not run{cut}"
            : !row.Ran ? $"no end{cut}"
            : row.Exhaustive ? "yes" : $"no{cut}";
    }

    private void WriteFailure(Failure failure, ExploredScenario row)
    {
        page.WriteLine();
        page.Write($"{row.Scenario} {row.Title}: {failure.Rule}{(row.Blame is { } blame ? $", the blame of the {blame}" : "")}", "red");
        page.Write(failure.Message, indent: 4);
        page.WriteLine();
        var replay = Replay.Follow(JudgeOption.Of(scenarios.First(one => one.Name == row.Scenario), isJudged), failure.Schedule);
        services.Output.Write(ChartText.Draw(ReplayChart.Of($"{row.Scenario} {row.Title}", replay), services.Width));

        foreach (string file in row.Files)
        {
            page.Write($"wrote {file}");
        }
    }

    private static string Short(string count) =>
        BigInteger.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1_000_000
            ? ((double)number).ToString("0.0E+0", CultureInfo.InvariantCulture)
            : count;

    private static string Count(int count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");
}
