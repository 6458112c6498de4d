using Conformance.Tests.Zoo.Machinery;

namespace Conformance.Tests.Zoo.Strategies;

/// <summary>
/// What the reference without a defect does under the strategies, scenario by scenario. A mutant whose changed methods no run of a scenario
/// executes does just the same there: it need not be run.
/// </summary>
public sealed class HealthyRuns
{
    /// <summary>The scenarios that mutants are run in: few, and between them attach, close, reconnect, handover, suspend, move, requests, a store that begins anew, and odd fronts.</summary>
    /// <remarks>They reach 245 of 326 mutants, all 117 scenarios together 254, and the 20 that the command <c>cover 20</c> chooses (<see cref="CoverCommand"/>) 249.</remarks>
    public static IReadOnlyList<string> Scenarios { get; } =
        ["I-06", "I-07", "I-08", "I-20b", "I-26", "I-30", "I-32", "I-44", "I-50", "I-52", "I-60", "I-64", "I-66", "I-70"];

    private readonly Dictionary<string, HashSet<int>> methods = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Strategy, string Scenario), ProbeAnswer> answers = [];

    /// <summary>Runs it: each scenario in a process of its own, for what is executed, and all of them in one, for the time they take there.</summary>
    public static HealthyRuns Of(StrategySeries series)
    {
        ArgumentNullException.ThrowIfNull(series);
        var runs = new HealthyRuns();
        foreach (string scenario in Scenarios)
        {
            runs.methods[scenario] = [.. series.AskHealthy(Strategy.All.Select(strategy => Request(strategy, scenario))).SelectMany(answer => answer.Compiled)];
        }

        var all = Strategy.All.SelectMany(strategy => Scenarios.Select(scenario => Request(strategy, scenario))).ToList();

        // What a mutant's process has compiled before serves it, so the second time is what a mutant's is held against.
        foreach (var (request, answer) in all.Zip(series.AskHealthy(all.Concat(all)).Skip(all.Count)))
        {
            runs.answers[(request.Strategy, request.Scenario)] = answer;
        }

        return runs;
    }

    /// <summary>One strategy over one scenario, with the budget of the report.</summary>
    public static ProbeRequest Request(Strategy strategy, string scenario)
    {
        ArgumentNullException.ThrowIfNull(strategy);
        return new(strategy.Name, scenario, strategy.Most);
    }

    /// <summary>What each strategy says of it.</summary>
    public IReadOnlyList<StrategyVerdict> Verdicts => [.. Strategy.All.Select(strategy => Verdict(strategy, [], []))];

    /// <summary>The scenarios in which the defect can be executed; all of them where that cannot be told.</summary>
    public IReadOnlyList<string> ScenariosOf(MutantImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return image.ChangedMethods() is { } changed ? [.. Scenarios.Where(scenario => changed.Any(methods[scenario].Contains))] : Scenarios;
    }

    /// <summary>What a strategy says of a mutant over the whole list; where the mutant was not run, it does what the healthy reference does.</summary>
    /// <param name="strategy">The strategy.</param>
    /// <param name="run">The scenarios in which it was run.</param>
    /// <param name="own">What came there; nothing behind the first failure.</param>
    public StrategyVerdict Verdict(Strategy strategy, IReadOnlyList<string> run, IReadOnlyList<ProbeAnswer> own)
    {
        ArgumentNullException.ThrowIfNull(strategy);
        ArgumentNullException.ThrowIfNull(own);
        var ran = run.Zip(own).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        long schedules = 0;
        double seconds = 0;
        foreach (string scenario in Scenarios)
        {
            var answer = ran.GetValueOrDefault(scenario) ?? answers[(strategy.Name, scenario)];
            schedules += answer.Schedules;
            seconds += answer.Seconds;
            if (answer.Rule is not null)
            {
                return new StrategyVerdict(strategy.Name, schedules, seconds, scenario, answer.Schedules, answer.Rule, answer.Message);
            }
        }

        return new StrategyVerdict(strategy.Name, schedules, seconds);
    }
}
