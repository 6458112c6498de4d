using System.Globalization;

namespace Conformance.Model.Protocol.Events;

/// <summary>The number of an event port in its domain (<c>evtchn_port_t</c>, event_channel.h); 0 is never bound (EV-014).</summary>
public readonly record struct PortNumber(uint Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
