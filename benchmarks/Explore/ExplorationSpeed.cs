using System.Diagnostics;
using System.Globalization;
using System.Text;
using Conformance.Exploration.Coyote;
using Conformance.Exploration.Engine;
using Conformance.Exploration.Scenarios;
using Conformance.Exploration.Schedules;

namespace Conformance.Benchmarks.Explore;

/// <summary>The explorer beside Coyote's actors and the P checker, on the attach, one core each, in one run, round by round.</summary>
internal static class ExplorationSpeed
{
    private static readonly Scenario s_attach = AttachScenarios.Plain;

    private static readonly (string Name, Func<double, Rate?> Measure)[] s_rows =
    [
        ("Coyote's actors, random", seconds => Coyote(CoyoteStrategy.Random, false, seconds)),
        ("Coyote's actors, PCT", seconds => Coyote(CoyoteStrategy.Prioritization, false, seconds)),
        ("Coyote's actors, random, states counted", seconds => Coyote(CoyoteStrategy.Random, true, seconds)),
        ("P checker, random walk, a model of the attach", P),
        ("one order again and again, with its trace", Orders),
        ("explorer, every order", seconds => Explore(Bounds.None, true, seconds)),
        ("explorer, every order, each run from the beginning", seconds => Explore(Bounds.None, false, seconds)),
        ("explorer, two delays", seconds => Explore(Scenario.CustomaryBounds, true, seconds)),
    ];

    /// <summary>Measures and prints a table.</summary>
    /// <param name="seconds">How long each row is measured in a round.</param>
    /// <param name="rounds">How many rounds, odd: each ratio is the median of the ratios within a round.</param>
    /// <param name="report">Where to write the table too; null for nowhere.</param>
    internal static int Run(int seconds, int rounds, FileInfo? report)
    {
        var measured = s_rows.Select(static _ => new List<Rate?>()).ToArray();
        Array.ForEach(s_rows, static row => row.Measure(1));
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < s_rows.Length; i++)
            {
                measured[i].Add(s_rows[i].Measure(seconds));
            }
        }

        string text = Write(measured, seconds, rounds);
        Console.Write(text);
        if (report is not null)
        {
            File.WriteAllText(report.FullName, text);
        }

        return 0;
    }

    private static string Write(List<Rate?>[] measured, int seconds, int rounds)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # The explorer beside Coyote's actors, on the plain attach

            Made by `dotnet run -c Release --project benchmarks -- explore --seconds {seconds} --rounds {rounds} --report reports/explore-benchmark.md`
            on {Environment.ProcessorCount} processors, on one thread, everything in one run, round by round. Coyote and the explorer run the same
            code of the reference, {s_attach}; the P checker runs a model of it. A number in bold is the median over {rounds} rounds of the rate
            divided by the rate of Coyote's random strategy in the same round; the rates are medians too, and depend on the machine and on what else
            it does: {Load()}.

            A run goes from its beginning, or from where a run was brought back to, to its end or to a state that is known. Coyote's and P's runs
            are whole orders, and the same order may come again. Those of the explorer are not: where a state is reached again, all orders through it are
            covered by one run each way. So orders are given too: the different orders from beginning to end that were covered, for
            every second; for Coyote and P, its runs at most. A state is counted once; where nothing is counted, there is a dash.
            So runs of the explorer that are brought back, a few steps each, are not like Coyote's: compare those in steps. Like them are the runs
            that each begin at the beginning. The aim for them is 20,000 a second.

            | what | runs/s | beside Coyote | steps/s | beside Coyote | different states/s | orders covered/s |
            |---|---|---|---|---|---|---|

            """);
        for (int i = 0; i < s_rows.Length; i++)
        {
            var rates = measured[i].OfType<Rate>().ToArray();
            if (rates.Length < measured[i].Count)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"| {s_rows[i].Name} | not on this machine | | | | | |");
                continue;
            }

            double Beside(Func<Rate, double> rate) => Median(rates.Select((own, round) => rate(own) / rate(measured[0][round]!.Value)));
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {s_rows[i].Name} | {Median(rates.Select(static rate => rate.Runs)):N0} | **{Beside(static rate => rate.Runs):0.00}** | {Median(rates.Select(static rate => rate.Steps)):N0} | **{Beside(static rate => rate.Steps):0.00}** | {Count(Median(rates.Select(static rate => rate.States)))} | {Describe(Median(rates.Select(static rate => rate.Orders)))} |");
        }

        return text.ToString();
    }

    /// <summary>How many wanted to run in the last five minutes, where the system tells.</summary>
    private static string Load()
    {
        const string File = "/proc/loadavg";
        return System.IO.File.Exists(File)
            ? $"in the five minutes before the end, {System.IO.File.ReadAllText(File).Split(' ')[1]} threads on average wanted to run"
            : "how much that was is not known";
    }

    private static string Count(double states) => states == 0 ? "–" : states.ToString("N0", CultureInfo.InvariantCulture);

    private static string Describe(double orders) => orders == 0 ? "–" : orders < 100_000 ? orders.ToString("N0", CultureInfo.InvariantCulture) : orders.ToString("0.0E0", CultureInfo.InvariantCulture);

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static Rate? Orders(double seconds)
    {
        long begin = Stopwatch.GetTimestamp();
        long runs = 0;
        long steps = 0;
        for (; Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds; runs++)
        {
            steps += Replay.Follow(s_attach).Schedule.Steps;
        }

        return Rate.Of(runs, steps, 0, 0, Stopwatch.GetElapsedTime(begin));
    }

    private static Rate? Explore(Bounds bounds, bool bringsBack, double seconds)
    {
        var report = Explorer.Explore(s_attach, new ExplorationOptions { Bounds = bounds with { Time = TimeSpan.FromSeconds(seconds) }, BringsBack = bringsBack });
        return Rate.Of(report.Schedules, report.Steps, report.States, (double)(report.Interleavings ?? 0), report.Elapsed);
    }

    private static Rate? Coyote(CoyoteStrategy strategy, bool keepsStates, double seconds)
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        var report = CoyoteRun.Run(
            s_attach, new CoyoteOptions { Strategy = strategy, Iterations = int.MaxValue, KeepsStates = keepsStates, ChecksObligations = false }, stop.Token);
        return Rate.Of(report.Iterations, report.Steps, report.States.Count, report.Iterations, report.Elapsed);
    }

    private static Rate? P(double seconds) =>
        PChecker.Measure((int)Math.Ceiling(seconds), out _) is { } run ? Rate.Of(run.Runs, run.Steps, 0, run.Runs, run.Time) : null;

    private readonly record struct Rate(double Runs, double Steps, double States, double Orders)
    {
        internal static Rate Of(long runs, long steps, long states, double orders, TimeSpan time) =>
            new(runs / time.TotalSeconds, steps / time.TotalSeconds, states / time.TotalSeconds, orders / time.TotalSeconds);
    }
}
