using Conformance.Model.Protocol.Rings;

namespace Conformance.Model.Protocol.Block;

/// <summary>
/// Sizes of a block ring. Both ends compute with the front-end's ABI, because for page counts that are no power of two
/// the ABIs disagree (RG-005).
/// </summary>
public static class BlkifRing
{
    /// <summary>Bytes of an entry.</summary>
    public static int EntrySize(BlkifAbi abi) => BlkifLayout.Of(abi).RequestSize;

    /// <summary>Entries of a ring of so many pages (RG-003, RG-004).</summary>
    public static uint Entries(int pages, BlkifAbi abi) => SharedRing.Entries(pages, EntrySize(abi));

    /// <summary>The fewest pages that hold so many entries (RG-031).</summary>
    public static int PagesFor(uint entries, BlkifAbi abi) => SharedRing.PagesFor(entries, EntrySize(abi));

    /// <summary>The pages that the 2010 drivers took for so many entries, which may be too few (RG-031).</summary>
    public static int SeedPagesFor(uint entries, BlkifAbi abi) => SharedRing.SeedPagesFor(entries, EntrySize(abi));

    /// <summary>
    /// Ring entries that a request of the 2010 extension takes: one for the header and its 11 segments, more for the
    /// rest (BI-029; <c>BLKIF_SEGS_TO_BLOCKS</c>).
    /// </summary>
    /// <param name="segments">Segments, 0 to 255; the byte is a request's own count, whatever was negotiated.</param>
    /// <param name="abi">Whose segment entries: those of 32-bit x86 hold 13 instead of 14 (BI-030).</param>
    public static int EntriesFor(byte segments, BlkifAbi abi)
    {
        int perEntry = BlkifLayout.Of(abi).SegmentsInSegmentEntry;
        return 1 + ((Math.Max(0, segments - BlkifLimits.SegmentsInHeaderEntry) + perEntry - 1) / perEntry);
    }

    /// <summary>How many requests of so many segments a ring can hold at once (NG-012).</summary>
    public static uint Capacity(int pages, byte segments, BlkifAbi abi) => Entries(pages, abi) / (uint)EntriesFor(segments, abi);

    /// <summary>Pages that the segments of an indirect request take (BI-025).</summary>
    /// <param name="segments">Segments, 0 to 65535; the caller has yet to compare it with a limit.</param>
    public static int IndirectPagesFor(ushort segments) =>
        (segments + BlkifLimits.SegmentsInIndirectPage - 1) / BlkifLimits.SegmentsInIndirectPage;
}
