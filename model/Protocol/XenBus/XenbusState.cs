namespace Conformance.Model.Protocol.XenBus;

/// <summary>The state of one end of a device, written in decimal to its <c>state</c> node (XB-001, xenbus.h).</summary>
public enum XenbusState
{
    /// <summary>There is none: the node is absent or no number.</summary>
    Unknown = 0,

    /// <summary>Made by the tool stack, or about to begin anew.</summary>
    Initialising = 1,

    /// <summary>The back has published what it can do, and waits for the front.</summary>
    InitWait = 2,

    /// <summary>The front has published rings and channel, and waits for the back.</summary>
    Initialised = 3,

    /// <summary>In use.</summary>
    Connected = 4,

    /// <summary>About to close.</summary>
    Closing = 5,

    /// <summary>Closed; nothing is shared any more.</summary>
    Closed = 6,

    /// <summary>The other end is asked to read its configuration again.</summary>
    Reconfiguring = 7,

    /// <summary>The configuration was read again.</summary>
    Reconfigured = 8,
}
