using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Ports;

namespace Conformance.Reference.Block.Back;

/// <summary>
/// One request of the front while it is done: the private copy, what is mapped for it, and the operation on the storage.
/// Made once and used again and again; it grows to the largest request that it carried (BB-023).
/// </summary>
internal sealed class BackRequest
{
    private BlkifSegment[] _segments = new BlkifSegment[BlkifLimits.SegmentsInHeaderEntry];
    private DataPage[] _pages = new DataPage[BlkifLimits.SegmentsInHeaderEntry];
    private byte[] _indirect = [];

    /// <param name="entries">Bytes of the most ring entries that a request takes.</param>
    internal BackRequest(int entries)
    {
        Entries = new byte[entries];
        Storage = new StorageRequest { Owner = this };
        Flush = new StorageRequest { Owner = this };
    }

    /// <summary>The private copy of the ring entries (BB-040).</summary>
    internal byte[] Entries { get; }

    /// <summary>How many ring entries the request takes; its response takes as many (RG-035).</summary>
    internal int EntryCount { get; set; }

    /// <summary>The front's own value.</summary>
    internal ulong Id { get; set; }

    /// <summary>The operation as the front gave it, and as the response repeats it.</summary>
    internal BlkifOperation Operation { get; set; }

    /// <summary>What is done: of an indirect request the inner operation.</summary>
    internal BlkifOperation Action { get; set; }

    /// <summary>Where on the disk.</summary>
    internal Sector512 Sector { get; set; }

    /// <summary>Sectors, once they were judged.</summary>
    internal SectorCount512 Length { get; set; }

    /// <summary>How many segments there are, once their number was judged; 0 for what carries no data (BB-045).</summary>
    internal int SegmentCount { get; private set; }

    /// <summary>How many of the pages are mapped: the only number by which anything is unmapped (BB-045).</summary>
    internal int PageCount { get; private set; }

    /// <summary>The operation on the storage.</summary>
    internal StorageRequest Storage { get; }

    /// <summary>The flush around a barrier or before data: prepared for itself (BB-017).</summary>
    internal StorageRequest Flush { get; }

    /// <summary>The references of the indirect pages.</summary>
    internal GrantRef[] IndirectPages { get; } = new GrantRef[BlkifLimits.IndirectPages];

    /// <summary>Whether somebody waits for the storage within the request, so that its completion does not end it.</summary>
    internal bool IsStage { get; set; }

    /// <summary>Whether the stage that somebody waits for is done.</summary>
    internal bool IsStageDone { get; set; }

    /// <summary>Whether it holds the device for itself (BB-019).</summary>
    internal bool IsExclusive { get; set; }

    internal Span<BlkifSegment> Segments => _segments.AsSpan(0, SegmentCount);

    internal Memory<byte> Indirect => _indirect.AsMemory(0, SegmentCount * BlkifSegment.Size);

    /// <summary>Begins another request, of which nothing is known yet.</summary>
    internal void Reset()
    {
        EntryCount = 1;
        Id = 0;
        Operation = default;
        Action = default;
        Length = SectorCount512.Zero;
        SegmentCount = 0;
        IsStage = false;
        IsStageDone = false;
        IsExclusive = false;
    }

    /// <summary>Makes room for so many segments, whose number was judged.</summary>
    internal void BeginSegments(int count)
    {
        if (_segments.Length < count)
        {
            _segments = new BlkifSegment[count];
            _pages = new DataPage[count];
        }

        SegmentCount = count;
    }

    /// <summary>Makes room for the bytes of the indirect pages.</summary>
    internal void BeginIndirect()
    {
        int bytes = SegmentCount * BlkifSegment.Size;
        if (_indirect.Length < bytes)
        {
            _indirect = new byte[bytes];
        }
    }

    /// <summary>Notes what was mapped for the next segment.</summary>
    internal void AddPage(in DataPage page) => _pages[PageCount++] = page;

    /// <summary>The page of a segment that was mapped.</summary>
    internal IMappedPage PageAt(int segment) => _pages[segment].Page;

    /// <summary>Takes back what was noted last.</summary>
    internal DataPage RemovePage()
    {
        var page = _pages[--PageCount];
        _pages[PageCount] = default;
        return page;
    }
}

/// <summary>A page of the front that a request uses: its own mapping, or one that stays.</summary>
/// <param name="Mapping">Unmapped when the request is done; null when it stays.</param>
/// <param name="Persistent">Let go when the request is done; null when the mapping is the request's own.</param>
internal readonly record struct DataPage(IMappedPage? Mapping, PersistentGrant? Persistent)
{
    internal IMappedPage Page => Mapping ?? Persistent!.Page;
}
