using System.Diagnostics;
using System.Globalization;
using System.Text;
using Conformance.Exploration.Engine;
using Conformance.Exploration.Scenarios;
using Conformance.Exploration.Schedules;

namespace Conformance.Benchmarks.Explore;

/// <summary>How fast runs of the attach scenario go, one after the other and as an exploration, on one core.</summary>
internal static class ExplorationSpeed
{
    /// <summary>Measures and prints a table.</summary>
    /// <param name="seconds">How long each row is measured.</param>
    /// <param name="report">Where to write the table too; null for nowhere.</param>
    internal static int Run(int seconds, FileInfo? report)
    {
        var table = new StringBuilder();
        table.AppendLine("| what | runs/s | steps/s | states/s |").AppendLine("|---|---|---|---|");
        MeasureRuns(seconds, table);
        foreach (string name in (string[])["I-00", "I-20", "I-60"])
        {
            Measure(name, "every order, states and orders merged", Bounds.None, Reduction.StatesAndOrders, true, seconds, table);
            Measure(name, "the same, each run from the beginning", Bounds.None, Reduction.StatesAndOrders, false, seconds, table);
            Measure(name, "two delays", Scenario.CustomaryBounds, Reduction.StatesAndOrders, true, seconds, table);
        }

        Console.Write(table);
        if (report is not null)
        {
            File.WriteAllText(report.FullName, table.ToString());
        }

        return 0;
    }

    private static void MeasureRuns(int seconds, StringBuilder table)
    {
        long begin = Stopwatch.GetTimestamp();
        long runs = 0;
        long steps = 0;
        for (; Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds; runs++)
        {
            steps += Replay.Follow(AttachScenarios.Plain).Steps.Count;
        }

        Add(table, "I-00, one order again and again, with its trace", runs, steps, 0, Stopwatch.GetElapsedTime(begin));
    }

    private static void Measure(string name, string how, Bounds bounds, Reduction reduction, bool usesCopies, int seconds, StringBuilder table)
    {
        var scenario = ScenarioCatalogue.Find(name)!;
        var options = new ExplorationOptions { Bounds = bounds with { Time = TimeSpan.FromSeconds(seconds) }, Reduction = reduction, UsesCopies = usesCopies };
        Explorer.Explore(scenario, options with { Bounds = bounds with { Time = TimeSpan.FromSeconds(1) } });
        var report = Explorer.Explore(scenario, options);
        Add(table, $"{scenario}, {how}", report.Schedules, report.Steps, report.States, report.Elapsed);
    }

    private static void Add(StringBuilder table, string what, long runs, long steps, long states, TimeSpan time) => table.AppendLine(
        CultureInfo.InvariantCulture,
        $"| {what} | {runs / time.TotalSeconds:N0} | {steps / time.TotalSeconds:N0} | {states / time.TotalSeconds:N0} |");
}
