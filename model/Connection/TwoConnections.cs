using Conformance.Model.Checking;

namespace Conformance.Model.Connection;

/// <summary>Two devices of which one end runs in one domain, and the one queue of watch events that serves both.</summary>
internal struct TwoConnections
{
    /// <summary>The connection of each device. Of the events of the end that shares a queue it holds those that were handed out.</summary>
    public Two<ConnectionState> Devices;

    /// <summary>The events that are queued for each device and not handed out yet, as bits of <see cref="FrontFacts"/> or <see cref="BackFacts"/>.</summary>
    public Two<byte> Queued;

    /// <summary>1 and the index of the device whose end waits for I/O that never ends; 0 while none does.</summary>
    public byte Hung;

    /// <summary>Fills the last word.</summary>
    public byte Rest;

    /// <summary>Fills the last word.</summary>
    public uint MoreRest;

    /// <summary>Whether the end of a device waits for I/O that never ends.</summary>
    public readonly bool IsHung(int device) => Hung == device + 1;
}
