namespace Conformance.Model.Protocol.Rings;

/// <summary>
/// The layout of a split ring's shared header, at the start of page 0 and nowhere else (RG-001, RG-002; ring.h). All
/// offsets are bytes. The four words are little-endian.
/// </summary>
public static class SharedRing
{
    /// <summary>Bytes of a page of any ring, on every architecture.</summary>
    public const int PageSize = 4096;

    /// <summary>Free-running count of requests published; written by the front-end.</summary>
    public const int RequestProducer = 0;

    /// <summary>The request count at which the back-end wants to be notified; written by the back-end.</summary>
    public const int RequestEvent = 4;

    /// <summary>Free-running count of responses published; written by the back-end.</summary>
    public const int ResponseProducer = 8;

    /// <summary>The response count at which the front-end wants to be notified; written by the front-end.</summary>
    public const int ResponseEvent = 12;

    /// <summary>Bytes of the header; the first entry follows.</summary>
    public const int HeaderSize = 64;

    /// <summary>
    /// How many entries a ring has: the largest power of two that fits behind the header (RG-003).
    /// </summary>
    /// <param name="pages">Pages of the ring, 1 or more.</param>
    /// <param name="entrySize">Bytes of the larger of request and response, 1 to 4032.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such ring.</exception>
    public static uint Entries(int pages, int entrySize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pages, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pages, PagesMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(entrySize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(entrySize, PageSize - HeaderSize);
        return RoundDownToPowerOfTwo((uint)(((pages * PageSize) - HeaderSize) / entrySize));
    }

    /// <summary>The pages above which no ring here goes: more than any implementation maps, and no product overflows.</summary>
    public const int PagesMax = 1024;

    /// <summary>
    /// The fewest pages whose ring has at least <paramref name="entries"/> entries: the true inverse of
    /// <see cref="Entries"/> (RG-031).
    /// </summary>
    /// <param name="entries">Entries wanted, 1 or more; a number that is no power of two is rounded up.</param>
    /// <param name="entrySize">Bytes of an entry, 1 to 4032.</param>
    /// <exception cref="ArgumentOutOfRangeException">No ring of <see cref="PagesMax"/> pages is as large.</exception>
    public static int PagesFor(uint entries, int entrySize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(entries, 1u);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(entries, Entries(PagesMax, entrySize));
        return PagesHolding(System.Numerics.BitOperations.RoundUpToPowerOf2(entries), entrySize);
    }

    /// <summary>
    /// What the 2010 header computed instead (<c>__RING_PAGES</c>): the count is rounded down to a power of two first,
    /// so the pages may hold fewer entries than were asked for. 768 of 112 bytes give 15 pages, which hold 512 (RG-031).
    /// </summary>
    /// <inheritdoc cref="PagesFor"/>
    public static int SeedPagesFor(uint entries, int entrySize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(entries, 1u);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(RoundDownToPowerOfTwo(entries), Entries(PagesMax, entrySize));
        return PagesHolding(RoundDownToPowerOfTwo(entries), entrySize);
    }

    /// <summary>The byte in the ring's memory at which the entry of a free-running index starts (RG-006, RG-007).</summary>
    /// <param name="index">Any index.</param>
    /// <param name="entries">The ring's entries, a power of two.</param>
    /// <param name="entrySize">Bytes of an entry.</param>
    public static int EntryOffset(uint index, uint entries, int entrySize) =>
        HeaderSize + ((int)(index & (entries - 1)) * entrySize);

    private static int PagesHolding(uint entries, int entrySize) =>
        (int)((HeaderSize + ((long)entries * entrySize) + PageSize - 1) / PageSize);

    private static uint RoundDownToPowerOfTwo(uint value) => 1u << System.Numerics.BitOperations.Log2(value);
}
