using System.Globalization;
using Conformance.Exploration.Engine;

namespace Conformance.Exploration.Schedules;

/// <summary>
/// Whether an experiment does the same whenever it runs in the same order. What the explorer has covered, a simpler order, a
/// picture and a file rest on it; state that outlives a run, or chance, time or a thread of a participant's own, break it.
/// </summary>
public static class Repeatability
{
    /// <summary>Runs an experiment twice in one order, and compares step by step.</summary>
    /// <param name="experiment">What.</param>
    /// <param name="failure">A failure whose order is followed, and which must come again; null for the plain order.</param>
    /// <returns>What was different first; null when nothing was.</returns>
    public static string? FindDifference(IExperiment experiment, Failure? failure = null)
    {
        var first = Replay.Follow(experiment, failure?.Schedule);
        var second = Replay.Follow(experiment, failure?.Schedule);
        if (first.Steps.Select(Describe).Zip(second.Steps.Select(Describe)).FirstOrDefault(static pair => pair.First != pair.Second) is ({ } one, { } other))
        {
            return $"{one}; then {other}";
        }

        if (first.Steps.Count != second.Steps.Count || first.End != second.End)
        {
            return string.Create(CultureInfo.InvariantCulture, $"an end after {first.Schedule.Steps} steps; then another after {second.Schedule.Steps}");
        }

        // Nothing but Coyote sees an obligation that stays open.
        return failure is null or { Kind: FailureKind.Obligation } || failure.IsLike(second.Failure)
            ? null
            : $"{failure.Rule}; then {second.Failure?.Rule ?? "no failure"}";
    }

    private static string Describe(ReplayedStep step)
    {
        var touched = Enumerable.Range(0, step.Accesses.Count).Select(i => $"{step.Accesses[i].Mode} {step.Accesses[i].Resource}");
        var chosen = step.Outcomes.Select(static outcome => $"{outcome.What} {outcome.Way}");
        var told = step.Events.Select(static told => $"{told.Actor} {told.Step} {told.Object} {told.Result}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"step {step.Number} of {step.Fiber} at {step.Time.TotalSeconds:0.000} s, {step.What} ({string.Join(", ", [.. touched, .. chosen, .. told])})");
    }
}
