using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Block.Negotiation;

namespace Conformance.Reference.Block.Back;

/// <summary>What a back offers and how much it takes.</summary>
public sealed record BackSettings
{
    /// <summary>The largest transfer of the seed's platform, in bytes (S-48).</summary>
    public const uint DefaultMaxPhys = 128 * 1024;

    private const int SeedRequests = 256;

    /// <summary>The generation of the protocol.</summary>
    public required BlockProfile Profile { get; init; }

    /// <summary>The most pages of a ring, 1 to 1024.</summary>
    public int RingPagesMax { get; init; } = 1;

    /// <summary>The four limits of 2010, as published; null where the extension is not spoken.</summary>
    public RequestLimits? Limits { get; init; }

    /// <summary>The most queues, 1 or more (NG-032).</summary>
    public int QueuesMax { get; init; } = 1;

    /// <summary>The most segments of an indirect request; 0 for no indirect requests (NG-029).</summary>
    public int IndirectSegmentsMax { get; init; }

    /// <summary>Requests under way at once on each queue; a ring that holds fewer bounds it further (BB-020).</summary>
    public int RequestsMax { get; init; } = 64;

    /// <summary>Whether grants may stay mapped from request to request (NG-031).</summary>
    public bool OffersPersistent { get; init; }

    /// <summary>How many grants stay mapped on each queue at most (BB-032).</summary>
    public int PersistentGrantsMax { get; init; } = 1056;

    /// <summary>Whether flushes are offered (NG-024).</summary>
    public bool OffersFlush { get; init; }

    /// <summary>Whether barriers are offered (NG-024).</summary>
    public bool OffersBarrier { get; init; }

    /// <summary>Whether discards are offered, if the medium can and the tool stack does not object (NG-027, NG-028).</summary>
    public bool OffersDiscard { get; init; }

    /// <summary>Whether features that size nothing are published before InitWait, and not just before Connected (D-14).</summary>
    public bool PublishesFeaturesEarly { get; init; }

    /// <summary>Whether the medium is used only once the hot-plug scripts are done (NG-047), or as soon as it is named.</summary>
    public bool WaitsForHotplug { get; init; } = true;

    /// <summary>Whether rings of several pages are understood, in whichever scheme (D-5).</summary>
    public bool KnowsLargeRings => RingPagesMax > 1;

    /// <summary>Requests after which a queue lets all others go first (BB-022).</summary>
    public int RequestsPerTurn { get; init; } = 32;

    /// <summary>The settings of a profile.</summary>
    /// <param name="profile">The generation.</param>
    /// <param name="maxPhys">The largest transfer of a <see cref="BlockProfile.Seed2010"/> back, in bytes.</param>
    public static BackSettings For(BlockProfile profile, uint maxPhys = DefaultMaxPhys) => profile switch
    {
        BlockProfile.Mainline => new BackSettings
        {
            Profile = profile,
            RingPagesMax = 1 << RingPageOrder.Maximum,
            QueuesMax = 4,
            IndirectSegmentsMax = 256,
            RequestsMax = 512,
            OffersPersistent = true,
            OffersFlush = true,
            OffersBarrier = true,
            OffersDiscard = true,
        },
        BlockProfile.Seed2010 => Seed2010(maxPhys),
        BlockProfile.Legacy => new BackSettings { Profile = profile },
        _ => throw new ArgumentOutOfRangeException(nameof(profile), profile, "expected one of the three profiles"),
    };

    /// <summary>
    /// One segment is kept spare for buffers that do not start on a page (S-49). The ring is large enough for all
    /// requests of all segments: rounded up, unlike the 2010 macro (RG-031, S-51).
    /// </summary>
    private static BackSettings Seed2010(uint maxPhys)
    {
        uint segments = Math.Min((maxPhys / BlkifLimits.FrameSize) + 1, BlkifLimits.SegmentsOf2010Request);
        uint entries = SeedRequests * (uint)BlkifRing.EntriesFor((byte)segments, BlkifAbi.X64);
        int pages = BlkifRing.PagesFor(entries, BlkifAbi.X64);
        return new BackSettings
        {
            Profile = BlockProfile.Seed2010,
            RingPagesMax = pages,
            Limits = new RequestLimits((uint)pages, SeedRequests, segments, maxPhys).Reconciled(),
            RequestsMax = SeedRequests,
            OffersFlush = true,
            OffersBarrier = true,
            PublishesFeaturesEarly = true,
            WaitsForHotplug = false,
        };
    }
}
