using System.Globalization;

namespace Conformance.Model.Protocol;

/// <summary>The number of an event channel within its domain (<c>evtchn_port_t</c>, event_channel.h).</summary>
public readonly record struct PortNumber(uint Value)
{
    /// <summary>"None": port 0 is reserved and never allocated.</summary>
    public static readonly PortNumber None = new(0);

    /// <summary>Whether this can be an allocated port.</summary>
    public bool IsValid => Value != 0;

    /// <summary>Reads an unsigned decimal number other than 0; nothing else (NG-002).</summary>
    public static bool TryParse(ReadOnlySpan<byte> ascii, out PortNumber port)
    {
        bool isPort = XenStore.XsNumber.TryParse(ascii, uint.MaxValue, out ulong value) && value != 0;
        port = isPort ? new PortNumber((uint)value) : None;
        return isPort;
    }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
