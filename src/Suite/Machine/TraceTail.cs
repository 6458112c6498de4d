using System.Globalization;
using Conformance.Model.Trace;
using Conformance.Suite.Evidence;

namespace Conformance.Suite.Machine;

/// <summary>
/// Every step of one run, for cases that judge a run by what happened in it, and its last steps as evidence. The order is
/// that of the run.
/// </summary>
public sealed class TraceTail : ITraceSink
{
    /// <summary>How many of the last steps a report shows.</summary>
    public const int Shown = 150;

    private readonly List<TraceEvent> events = [];

    /// <summary>All steps so far.</summary>
    public IReadOnlyList<TraceEvent> Events => events;

    /// <summary>Called for each step as it happens; must not touch anything shared but look at it.</summary>
    internal Action<TraceEvent>? Taken { get; set; }

    /// <inheritdoc/>
    public void Record(string actor, int generation, string step, string subject, string result, params ReadOnlySpan<KeyValuePair<string, string>> arguments)
    {
        var taken = new TraceEvent(events.Count, actor, generation, step, subject, arguments.ToArray(), result);
        events.Add(taken);
        Taken?.Invoke(taken);
    }

    /// <summary>Writes the last steps into the exchange of a case.</summary>
    internal void CopyTo(WireLog log)
    {
        if (events.Count > Shown)
        {
            log.Note("run", string.Create(CultureInfo.InvariantCulture, $"{events.Count - Shown} earlier steps are left out"));
        }

        foreach (var step in events.TakeLast(Shown))
        {
            string arguments = string.Concat(step.Arguments.Select(argument => $" {argument.Key}={argument.Value}"));
            log.Note(step.Actor, $"{step.Step} {step.Object}{arguments}: {step.Result}");
        }
    }
}
