namespace Conformance.Model.Protocol.Network;

/// <summary>How a transmit request ended (<c>NETIF_RSP_*</c>, netif.h). In a receive response numbers above 0 are bytes.</summary>
public enum NetifStatus : short
{
    /// <summary>Not sent: there was no room for it.</summary>
    Dropped = -2,

    /// <summary>Not sent: the request was wrong.</summary>
    Error = -1,

    /// <summary>Sent.</summary>
    Okay = 0,

    /// <summary>No response to anything: stands in the place of one where the request was an extra-info structure.</summary>
    Null = 1,
}
