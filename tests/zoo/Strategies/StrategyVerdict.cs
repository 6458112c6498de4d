namespace Conformance.Tests.Zoo.Strategies;

/// <summary>What one strategy said of a reference over a list of scenarios.</summary>
/// <param name="Strategy">Its name.</param>
/// <param name="Schedules">The runs of all scenarios up to the first failure, the failing one included.</param>
/// <param name="Seconds">The time of the processor that those took.</param>
/// <param name="Scenario">The scenario that failed; null when none did.</param>
/// <param name="At">Which schedule of that scenario failed, from 1.</param>
/// <param name="Rule">What it broke: a rule, a clause, the type of an exception, or <see cref="NoEnd"/>.</param>
/// <param name="Message">What was expected and what came.</param>
public sealed record StrategyVerdict(string Strategy, long Schedules, double Seconds, string? Scenario = null, long At = 0, string? Rule = null, string? Message = null)
{
    /// <summary>The rule of a reference that took its process along, or had to be ended.</summary>
    public const string NoEnd = "no end";

    /// <summary>Whether a scenario failed.</summary>
    public bool IsKill => Rule is not null;
}
