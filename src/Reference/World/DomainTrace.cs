using Conformance.Model.Trace;

namespace Conformance.Reference.World;

/// <summary>Writes the steps of one domain on the hypervisor into the trace of its world. Says nothing where nobody looks.</summary>
internal sealed class DomainTrace(ITraceSink? sink, string actor)
{
    /// <summary>Whether anybody looks, so that nothing is worded for nobody.</summary>
    public bool IsOn => sink is not null;

    public void Record(string step, string subject, string result, params ReadOnlySpan<KeyValuePair<string, string>> arguments) =>
        sink?.Record(actor, 0, step, subject, result, arguments);
}
