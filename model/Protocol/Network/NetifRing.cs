namespace Conformance.Model.Protocol.Network;

/// <summary>The two rings of an interface, and what goes through them (netif.h). All sizes are bytes.</summary>
public static class NetifRing
{
    /// <summary>An entry of the transmit ring: its request is longer than its response.</summary>
    public const int TxEntrySize = NetifTxRequest.Size;

    /// <summary>An entry of the receive ring: request and response are equally long.</summary>
    public const int RxEntrySize = NetifRxRequest.Size;

    /// <summary>An Ethernet header, without which nothing is a frame.</summary>
    public const int FrameMin = 14;

    /// <summary>The most that fits into the one page of a frame in one piece.</summary>
    public const int FrameMax = 4096;
}
