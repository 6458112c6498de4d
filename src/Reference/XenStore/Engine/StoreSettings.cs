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
}
