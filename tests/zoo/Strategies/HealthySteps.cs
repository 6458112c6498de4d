using Conformance.Tests.Zoo.Machinery;

namespace Conformance.Tests.Zoo.Strategies;

/// <summary>The steps of the healthy reference in the first run of each scenario, and what mutants change in them.</summary>
public sealed class HealthySteps
{
    private readonly Dictionary<string, IReadOnlyList<string>> steps = new(StringComparer.Ordinal);

    /// <summary>Runs it, twice: only what is the same each time can be held against a mutant.</summary>
    /// <exception cref="InvalidOperationException">A run of the healthy reference fails, or is another the second time.</exception>
    public static HealthySteps Of(StrategySeries series, IReadOnlyList<string> scenarios)
    {
        ArgumentNullException.ThrowIfNull(series);
        var healthy = new HealthySteps();
        string[] twice = [.. scenarios, .. scenarios];
        foreach (var (scenario, answer) in twice.Zip(series.AskHealthy(twice.Select(Request))))
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
