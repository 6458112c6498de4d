using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Front;

namespace Conformance.Benchmarks.Block;

/// <summary>One way to set up the ring path.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="RingPageOrder">Ring pages as a power of two.</param>
/// <param name="IsPersistent">Whether grants stay in use from request to request.</param>
/// <param name="Depth">Requests under way at a time; 0 for as many as the ring holds.</param>
internal sealed record RingPathSetup(string Name, int RingPageOrder, bool IsPersistent, int Depth)
{
    public static readonly IReadOnlyList<RingPathSetup> All =
    [
        new("1 page, one at a time", 0, false, 1),
        new("1 page, full", 0, false, 0),
        new("1 page, full, persistent", 0, true, 0),
        new("16 pages, full", 4, false, 0),
        new("16 pages, full, persistent", 4, true, 0),
    ];

    /// <summary>Requests under way at a time.</summary>
    public int RequestsInFlight => Depth > 0 ? Depth : (int)BlkifRing.Entries(1 << RingPageOrder, BlkifAbiName.Native);

    /// <summary>The machine for it.</summary>
    public BlockMachineOptions Options => new()
    {
        Front = FrontSettings.For(BlockProfile.Mainline) with { Queues = 1, RingPageOrder = RingPageOrder, IsPersistent = IsPersistent, PersistentIdle = null },
        Back = BackSettings.For(BlockProfile.Mainline) with { OffersPersistent = IsPersistent },
    };
}
