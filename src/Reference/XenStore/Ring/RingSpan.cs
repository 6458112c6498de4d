using Conformance.Model.Protocol.XenStore;

namespace Conformance.Reference.XenStore.Ring;

/// <summary>One queue of the interface page, as a pair of loaded counters tells it (XS-004, XS-005).</summary>
/// <param name="Producer">Free-running count of bytes put.</param>
/// <param name="Consumer">Free-running count of bytes taken.</param>
internal readonly record struct RingSpan(uint Producer, uint Consumer)
{
    /// <summary>Whether the counters can be believed; nothing else here may be used if not (XS-006).</summary>
    internal bool IsValid => Producer - Consumer <= XsInterfacePage.RingSize;

    /// <summary>Bytes to take that lie together.</summary>
    internal int FilledToWrap => Math.Min((int)(Producer - Consumer), XsInterfacePage.RingSize - ConsumerOffset);

    /// <summary>Bytes of room that lie together.</summary>
    internal int RoomToWrap =>
        Math.Min(XsInterfacePage.RingSize - (int)(Producer - Consumer), XsInterfacePage.RingSize - ProducerOffset);

    internal int ConsumerOffset => (int)(Consumer % XsInterfacePage.RingSize);

    internal int ProducerOffset => (int)(Producer % XsInterfacePage.RingSize);
}
