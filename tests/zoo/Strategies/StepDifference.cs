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
