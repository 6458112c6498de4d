using System.Globalization;

namespace Conformance.Model.Protocol.Events;

/// <summary>The number of an event port in its domain (<c>evtchn_port_t</c>, event_channel.h); 0 is never bound (EV-014).</summary>
public readonly record struct PortNumber(uint Value)
{
    /// <summary>Reads an unsigned decimal number other than 0; nothing else (NG-002, EV-014).</summary>
    public static bool TryParse(ReadOnlySpan<byte> ascii, out PortNumber port)
    {
        bool isPort = XenStore.XsNumber.TryParse(ascii, uint.MaxValue, out ulong value) && value != 0;
        port = isPort ? new PortNumber((uint)value) : default;
        return isPort;
    }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
