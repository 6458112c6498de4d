namespace Conformance.Model.Protocol.Network;

/// <summary>Names of the nodes of a network device in the store (netif.h).</summary>
public static class NetworkNodes
{
    /// <summary>Both, by the tool stack: the front's address.</summary>
    public const string Mac = "mac";

    /// <summary>Front: the page of the transmit ring.</summary>
    public const string TxRingRef = "tx-ring-ref";

    /// <summary>Front: the page of the receive ring.</summary>
    public const string RxRingRef = "rx-ring-ref";

    /// <summary>Front: the port for both rings.</summary>
    public const string EventChannel = "event-channel";

    /// <summary>Front: the port for the transmit ring, where the back takes two.</summary>
    public const string EventChannelTx = "event-channel-tx";

    /// <summary>Front: the port for the receive ring, where the back takes two.</summary>
    public const string EventChannelRx = "event-channel-rx";

    /// <summary>Back: a port for each ring is taken.</summary>
    public const string FeatureSplitEventChannels = "feature-split-event-channels";

    /// <summary>Both: frames may be in several pieces.</summary>
    public const string FeatureScatterGather = "feature-sg";

    /// <summary>Front: frames are copied into its pages, not given to it page by page; backs of today insist.</summary>
    public const string RequestRxCopy = "request-rx-copy";

    /// <summary>Back: it copies.</summary>
    public const string FeatureRxCopy = "feature-rx-copy";

    /// <summary>Front: it wants a notification of what it receives; backs of today insist.</summary>
    public const string FeatureRxNotify = "feature-rx-notify";
}
