using Conformance.Model.Protocol.Network;

namespace Conformance.Reference.Network;

/// <summary>A guest's network interface. It outlives the connections of its device, and loses frames when there is none.</summary>
public sealed class NetworkInterface
{
    internal NetworkInterface(string name) => Name = name;

    /// <summary>The device's name.</summary>
    public string Name { get; }

    /// <summary>Its address, as the tool stack said.</summary>
    public MacAddress Address { get; internal set; }

    /// <summary>Whether the back is connected.</summary>
    public bool HasCarrier { get; internal set; }

    /// <summary>Frames that came.</summary>
    public long Received { get; private set; }

    /// <summary>Takes the frames that come.</summary>
    public FrameHandler? Handler { get; set; }

    internal FrontTransmitter? Transmitter { get; set; }

    /// <summary>Sends a frame, waiting for room in the ring and for the end of a suspend.</summary>
    /// <param name="frame">14 to 4096 bytes, unchanged until this returns.</param>
    /// <returns>False when there is no carrier; true says that it is on its way, not that it will arrive.</returns>
    public ValueTask<bool> SendAsync(ReadOnlyMemory<byte> frame)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frame.Length, NetifRing.FrameMin, nameof(frame));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frame.Length, NetifRing.FrameMax, nameof(frame));
        return HasCarrier && Transmitter is { } transmitter ? transmitter.SendAsync(frame) : new ValueTask<bool>(false);
    }

    internal void Take(ReadOnlySpan<byte> frame)
    {
        Received++;
        Handler?.Invoke(frame);
    }
}
