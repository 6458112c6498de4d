using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Block.Negotiation;

namespace Conformance.Reference.Block.Front;

/// <summary>What a block front can do and how it goes about it. Its maxima; what is used depends on the back.</summary>
public sealed record FrontSettings
{
    private FrontSettings(BlockProfile profile) => Profile = profile;

    /// <summary>Which generation of the protocol it speaks.</summary>
    public BlockProfile Profile { get; }

    /// <summary>The layout of its ring entries, which it always says (NG-021).</summary>
    public BlkifAbi Abi { get; init; } = BlkifAbiName.Native;

    /// <summary>The largest ring, as a power of two of pages, 0 to 4; today's scheme only.</summary>
    public int RingPageOrder { get; init; }

    /// <summary>The most queues, 1 or more; today's scheme only.</summary>
    public int Queues { get; init; } = 1;

    /// <summary>The most segments of an indirect request; 0 not to use them. Today's scheme only.</summary>
    public int IndirectSegments { get; init; }

    /// <summary>Whether grants stay in use from request to request, if the back does likewise (NG-031).</summary>
    public bool IsPersistent { get; init; }

    /// <summary>The maxima of 2010; that scheme only.</summary>
    public RequestLimits Limits { get; init; } = RequestLimits.Legacy;

    /// <summary>Whether its nodes are published all at once (NG-044 allows both).</summary>
    public bool PublishesInTransaction { get; init; }

    /// <summary>Whether it publishes without waiting for the back's InitWait, and so on legacy terms (XB-010).</summary>
    public bool SkipsInitWait { get; init; }

    /// <summary>Whether it goes from Initialising to Connected at once (XB-011).</summary>
    public bool ConnectsAtOnce { get; init; }

    /// <summary>Whether it says Closing before Closed (D-18).</summary>
    public bool WritesClosing { get; init; } = true;

    /// <summary>Whether a suspend waits until nothing is outstanding, and is refused otherwise; else I/O is issued again (D-10).</summary>
    public bool DrainsBeforeSuspend { get; init; }

    /// <summary>How long closing and suspending wait for outstanding I/O.</summary>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>After how long without I/O persistent grants are given back; null for never (BF-029).</summary>
    public TimeSpan? PersistentIdle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The index at which its rings begin: 0, or near 2^32 so that they wrap soon (RG-007).</summary>
    public uint FirstRingIndex { get; init; }

    /// <summary>A front of a profile, with the customary maxima.</summary>
    public static FrontSettings For(BlockProfile profile) => profile switch
    {
        BlockProfile.Mainline => new FrontSettings(profile)
        {
            RingPageOrder = 4,
            Queues = 4,
            IndirectSegments = 256,
            IsPersistent = true,
            PublishesInTransaction = true,
        },
        BlockProfile.Seed2010 => new FrontSettings(profile)
        {
            Limits = new RequestLimits(RingPages: 32, Requests: 256, Segments: 33, RequestBytes: 128 * 1024),
            DrainsBeforeSuspend = true,
        },
        BlockProfile.Legacy => new FrontSettings(profile) { SkipsInitWait = true, WritesClosing = false },
        _ => throw new ArgumentOutOfRangeException(nameof(profile), profile, "expected one of the three profiles"),
    };
}
