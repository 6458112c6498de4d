using Conformance.Tests.Zoo.Machinery;

namespace Conformance.Tests.Zoo.Strategies;

/// <summary>Where the first run of a scenario with a mutant leaves that of the healthy reference.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="At">Which step, from 1.</param>
/// <param name="Healthy">That step of the healthy reference; empty when it has ended.</param>
/// <param name="Came">The mutant's step; empty when it has ended.</param>
public sealed record StepDifference(string Scenario, int At, string Healthy, string Came)
{
    /// <summary>The first step that differs; null when none does.</summary>
    public static StepDifference? Between(string scenario, IReadOnlyList<string> healthy, IReadOnlyList<string> came)
    {
        ArgumentNullException.ThrowIfNull(healthy);
        ArgumentNullException.ThrowIfNull(came);
        for (int at = 0; at < Math.Max(healthy.Count, came.Count); at++)
        {
            string before = at < healthy.Count ? healthy[at] : "";
            string now = at < came.Count ? came[at] : "";
            if (before != now)
            {
                return new StepDifference(scenario, at + 1, before, now);
            }
        }

        return null;
    }
}

/// <summary>What a mutant that no strategy killed changes in the first run of each scenario that executes it.</summary>
/// <param name="Key">Tells whether it still holds (<see cref="StrategyRow.KeyOf"/>).</param>
/// <param name="Mutant">Its name.</param>
/// <param name="Differences">One for each scenario that shows one.</param>
public sealed record StepRow(string Key, string Mutant, IReadOnlyList<StepDifference> Differences);

/// <summary>The steps of the healthy reference in the first run of each scenario, and what mutants change in them.</summary>
public sealed class HealthySteps
{
    private readonly Dictionary<string, IReadOnlyList<string>> steps = new(StringComparer.Ordinal);

    /// <summary>Runs it, twice: only what is the same each time can be held against a mutant.</summary>
    /// <exception cref="InvalidOperationException">A run of the healthy reference fails, or is another the second time.</exception>
    public static HealthySteps Of(StrategySeries series)
    {
        ArgumentNullException.ThrowIfNull(series);
        var healthy = new HealthySteps();
        var answers = series.AskHealthy(HealthyRuns.Scenarios.Concat(HealthyRuns.Scenarios).Select(Request));
        foreach (var (scenario, answer) in HealthyRuns.Scenarios.Concat(HealthyRuns.Scenarios).Zip(answers))
        {
            if (answer.Rule is not null || answer.Steps is not { Count: > 0 } told)
            {
                throw new InvalidOperationException($"expected steps of the healthy reference in {scenario}, came {answer.Rule} {answer.Message}");
            }

            if (!healthy.steps.TryAdd(scenario, told) && StepDifference.Between(scenario, healthy.steps[scenario], told) is { } other)
            {
                throw new InvalidOperationException($"expected the healthy reference to do the same each time, came {other}");
            }
        }

        return healthy;
    }

    /// <summary>What a mutant changes in some scenarios.</summary>
    public IReadOnlyList<StepDifference> Differences(StrategySeries series, Mutant mutant, MutantImage image, IReadOnlyList<string> scenarios)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(scenarios);
        var answers = series.Ask(mutant, image, [[.. scenarios.Select(Request)]])[0];
        return [.. scenarios.Zip(answers)
            .Select(pair => StepDifference.Between(pair.First, steps[pair.First], pair.Second.Steps ?? [$"{pair.Second.Rule}: {pair.Second.Message}"]))
            .OfType<StepDifference>()];
    }

    private static ProbeRequest Request(string scenario) => new(Strategy.Explorer.Name, scenario, 1) { TellsSteps = true };
}
