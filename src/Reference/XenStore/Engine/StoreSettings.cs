using Conformance.Model.Protocol.XenStore;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>What an operator may set of a store. The defaults are those of XS-062 and XS-123.</summary>
public sealed record StoreSettings
{
    /// <summary>Features offered to guests that have no setting of their own.</summary>
    public XsServerFeatures Features { get; init; } =
        XsServerFeatures.Reconnection | XsServerFeatures.Error | XsServerFeatures.WatchDepth;

    /// <summary>How long an unprivileged client may leave an event unread (XS-125).</summary>
    public TimeSpan UnreadEventTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The id of each connection's first transaction; ids count up and pass over 0 at the wrap (XS-110).</summary>
    public uint FirstTransactionId { get; init; } = 1;

    /// <summary>Bytes of unread output at which a privileged client's requests wait (XS-124).</summary>
    public long SocketBacklogBytes { get; init; } = 1 << 20;

    /// <summary>Bytes of unread output at which a privileged client is given up, since nothing else bounds its events (XS-125).</summary>
    public long SocketUnreadLimitBytes { get; init; } = 64 << 20;

    /// <summary>Commits that may fail with EAGAIN in a row before the client's next transaction is protected (XS-126).</summary>
    public int ConflictsBeforeProtection { get; init; } = 4;

    /// <summary>How long a change may wait for a protected transaction (XS-126).</summary>
    public TimeSpan ProtectionTimeout { get; init; } = TimeSpan.FromSeconds(1);
}
