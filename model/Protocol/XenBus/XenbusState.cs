namespace Conformance.Model.Protocol.XenBus;

/// <summary>What one end of a split device says of itself in its <c>state</c> node, as a decimal number (xenbus.h).</summary>
public enum XenbusState : uint
{
    /// <summary>No state: the node is absent or holds no number.</summary>
    Unknown = 0,

    /// <summary>The end exists and has published nothing yet.</summary>
    Initialising = 1,

    /// <summary>Early initialisation is done; the end waits for what its peer publishes (NG-003).</summary>
    InitWait = 2,

    /// <summary>All that the peer needs to connect is published (NG-004).</summary>
    Initialised = 3,

    /// <summary>The end is in normal use (NG-005).</summary>
    Connected = 4,

    /// <summary>The end is shutting down, or failed.</summary>
    Closing = 5,

    /// <summary>The end holds nothing of its peer any more.</summary>
    Closed = 6,

    /// <summary>The end changes its configuration while connected.</summary>
    Reconfiguring = 7,

    /// <summary>The change of configuration is done.</summary>
    Reconfigured = 8,
}
