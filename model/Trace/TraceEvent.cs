namespace Conformance.Model.Trace;

/// <summary>One step of a run: what every component, adapter and foreign log produces, and what the model judges.</summary>
/// <param name="Time">Order within the run: a counter from 0 without gaps. Wall-clock time, if known, is in the arguments.</param>
/// <param name="Actor">Who did it, such as <c>store</c>, <c>dom0/1</c> (a socket connection) or <c>dom5</c> (a guest's ring).</param>
/// <param name="Generation">How often the front passed its publication; 0 for steps outside a device connection.</param>
/// <param name="Step">A code of <see cref="StepCode"/> or of the model's other vocabularies.</param>
/// <param name="Object">What it was done to: a path, a reference, a port, a ring index; empty if nothing.</param>
/// <param name="Arguments">Named details in a stable order; empty if none.</param>
/// <param name="Result"><c>OK</c>, a value, or an error name.</param>
public sealed record TraceEvent(
    long Time,
    string Actor,
    int Generation,
    string Step,
    string Object,
    IReadOnlyList<KeyValuePair<string, string>> Arguments,
    string Result)
{
    /// <summary>A named detail; null when there is none of that name.</summary>
    public string? Find(string name)
    {
        foreach (var argument in Arguments)
        {
            if (argument.Key == name)
            {
                return argument.Value;
            }
        }

        return null;
    }
}

/// <summary>Takes the steps of a run in their order. Called from one thread at a time.</summary>
public interface ITraceSink
{
    /// <summary>Takes one step; the sink numbers it.</summary>
    /// <param name="actor">Who did it.</param>
    /// <param name="generation">How often the front passed its publication; 0 outside a device connection.</param>
    /// <param name="step">A step code.</param>
    /// <param name="subject">What it was done to.</param>
    /// <param name="result"><c>OK</c>, a value, or an error name.</param>
    /// <param name="arguments">Named details in a stable order.</param>
    void Record(string actor, int generation, string step, string subject, string result, params ReadOnlySpan<KeyValuePair<string, string>> arguments);
}

/// <summary>Steps outside a device connection.</summary>
public static class TraceSinkExtensions
{
    /// <summary>Takes one step that belongs to no connection of a device.</summary>
    public static void Record(this ITraceSink sink, string actor, string step, string subject, string result, params ReadOnlySpan<KeyValuePair<string, string>> arguments)
    {
        ArgumentNullException.ThrowIfNull(sink);
        sink.Record(actor, 0, step, subject, result, arguments);
    }
}
