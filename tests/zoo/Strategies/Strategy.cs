using Conformance.Exploration.Coyote;
using Conformance.Exploration.Engine;
using Conformance.Exploration.Refinement;
using Conformance.Exploration.Scenarios;

namespace Conformance.Tests.Zoo.Strategies;

/// <summary>A way to choose and to judge orders of a scenario, with a budget in schedules; no clock ends a run, so that it is the same everywhere.</summary>
public sealed class Strategy
{
    private readonly Func<Scenario, int, (long Schedules, Failure? Failure)> _run;

    private Strategy(string name, int most, Func<Scenario, int, (long, Failure?)> run)
    {
        Name = name;
        Most = most;
        _run = run;
    }

    /// <summary>The explorer, on one thread, within the scenario's own bounds, with a bound on delays that rises.</summary>
    public static Strategy Explorer { get; } = new("explorer", 3, Explore);

    /// <summary>Coyote, each turn by chance.</summary>
    public static Strategy Random { get; } = new("random", 3, static (scenario, most) => RunCoyote(scenario, CoyoteStrategy.Random, most));

    /// <summary>Coyote, by priorities that change at a few points.</summary>
    public static Strategy Pct { get; } = new("pct", 3, static (scenario, most) => RunCoyote(scenario, CoyoteStrategy.Prioritization, most));

    /// <summary>The connection model alone judges the first few orders of the explorer; what the scenario asks is not asked.</summary>
    public static Strategy Model { get; } = new("model", 1, Judge);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Strategy> All { get; } = [Explorer, Random, Pct, Model];

    /// <summary>For people, and on the command line.</summary>
    public string Name { get; }

    /// <summary>How many schedules of a scenario the report gives it.</summary>
    public int Most { get; }

    /// <summary>The strategy of that name.</summary>
    public static Strategy Find(string name) => All.Single(strategy => strategy.Name == name);

    /// <summary>Runs a scenario until it fails or the budget is used up.</summary>
    /// <param name="scenario">What.</param>
    /// <param name="most">The budget, in schedules.</param>
    /// <returns>The runs, the failing one included, and what failed; null when nothing did.</returns>
    public (long Schedules, Failure? Failure) Run(Scenario scenario, int most) => _run(scenario, most);

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static (long, Failure?) Explore(Scenario scenario, int most)
    {
        var report = Exploration.Engine.Explorer.Explore(scenario, new ExplorationOptions { Bounds = scenario.Bounds with { Schedules = most }, RaisesDelays = true });
        return (report.Schedules, report.Failures is [var first, ..] ? first : null);
    }

    private static (long, Failure?) RunCoyote(Scenario scenario, CoyoteStrategy strategy, int most)
    {
        var report = CoyoteRun.Run(scenario, new CoyoteOptions { Strategy = strategy, Iterations = most, Seed = 1 });
        return (report.Iterations, report.Failure);
    }

    /// <summary>A run that stops short is not the model's find: it judges those that come to their end.</summary>
    private static (long, Failure?) Judge(Scenario scenario, int most)
    {
        var judged = new JudgedExperiment(new Unasked(scenario), new RefinementTally(), scenario.Odd);
        var report = Exploration.Engine.Explorer.Explore(judged, new ExplorationOptions { Bounds = scenario.Bounds with { Schedules = most } });
        return (report.Schedules, report.Failures.FirstOrDefault(failure => failure.Kind == FailureKind.Breach));
    }
}
