namespace Conformance.Model.Protocol.Events;

/// <summary>One port's word in the FIFO event array (<c>event_word_t</c>, event_channel.h).</summary>
[Flags]
public enum EventWord : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The port after this one in its queue.</summary>
    LinkMask = (1u << EventLimits.FifoLinkBits) - 1,

    /// <summary>The hypervisor is changing the link.</summary>
    Busy = 1u << 28,

    /// <summary>The port is in a queue.</summary>
    Linked = 1u << 29,

    /// <summary>The port is not to be delivered.</summary>
    Masked = 1u << 30,

    /// <summary>An event happened.</summary>
    Pending = 1u << 31,
}
