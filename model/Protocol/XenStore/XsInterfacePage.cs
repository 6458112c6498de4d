namespace Conformance.Model.Protocol.XenStore;

/// <summary>The layout of the page that a guest shares with the store (XS-003; <c>struct xenstore_domain_interface</c>, xs_wire.h).</summary>
public static class XsInterfacePage
{
    /// <summary>Bytes of the page.</summary>
    public const int Size = 4096;

    /// <summary>Bytes of each of the two queues; a power of two.</summary>
    public const int RingSize = 1024;

    /// <summary>Guest to store: the queue of request bytes.</summary>
    public const int Requests = 0;

    /// <summary>Store to guest: the queue of reply and event bytes.</summary>
    public const int Responses = 1024;

    /// <summary>Free-running count of request bytes taken; written by the store.</summary>
    public const int RequestConsumer = 2048;

    /// <summary>Free-running count of request bytes put; written by the guest.</summary>
    public const int RequestProducer = 2052;

    /// <summary>Free-running count of response bytes taken; written by the guest.</summary>
    public const int ResponseConsumer = 2056;

    /// <summary>Free-running count of response bytes put; written by the store.</summary>
    public const int ResponseProducer = 2060;

    /// <summary>Bit set of <see cref="XsServerFeatures"/>; written by the store alone (XS-027).</summary>
    public const int ServerFeatures = 2064;

    /// <summary>One of <see cref="XsConnectionState"/>.</summary>
    public const int Connection = 2068;

    /// <summary>One of <see cref="XsRingError"/>; written by the store.</summary>
    public const int Error = 2072;

    /// <summary>The guest's port for this page; overrides INTRODUCE's when not 0 (XS-028).</summary>
    public const int EventChannelPort = 2076;
}

/// <summary>What the store offers on a ring (XS-027; xenstore-ring.txt).</summary>
[Flags]
public enum XsServerFeatures : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The guest may reset its connection (XS-024).</summary>
    Reconnection = 1,

    /// <summary>The store tells why it gave up on a ring.</summary>
    Error = 2,

    /// <summary>WATCH takes a depth argument (XS-092).</summary>
    WatchDepth = 4,
}

/// <summary>The connection word of the interface page (XS-024 to XS-026).</summary>
public enum XsConnectionState : uint
{
    /// <summary>The ring may be used.</summary>
    Connected = 0,

    /// <summary>The guest asked for a reset, or the ring is not served yet.</summary>
    Reconnect = 1,
}

/// <summary>Why the store no longer serves a ring (XS-006, XS-013; xs_wire.h).</summary>
public enum XsRingError : uint
{
    /// <summary>Nothing is wrong.</summary>
    None = 0,

    /// <summary>Something that has no number of its own.</summary>
    Communication = 1,

    /// <summary>Producer minus consumer was above <see cref="XsInterfacePage.RingSize"/>.</summary>
    RingIndex = 2,

    /// <summary>A header or payload broke the protocol, e.g. a length above 4096.</summary>
    Protocol = 3,
}
