using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Ports;

namespace Conformance.Reference.Block.Front;

/// <summary>Where a request is: in one place at a time.</summary>
internal enum RequestState
{
    /// <summary>Nobody's.</summary>
    Free,

    /// <summary>Being built.</summary>
    Building,

    /// <summary>In the ring: the back owes a response.</summary>
    InFlight,

    /// <summary>Answered or given up; its grants are being ended.</summary>
    Completing,
}

/// <summary>A page that a request lends to the back.</summary>
/// <param name="Page">The page.</param>
/// <param name="Grant">Its reference.</param>
/// <param name="Offset">First byte that counts.</param>
/// <param name="Length">Bytes that count.</param>
internal readonly record struct LentPage(IOwnPage Page, GrantRef Grant, int Offset, int Length);

/// <summary>
/// The front's own record of one request. Nothing about a request is ever read back from the ring, where the back can
/// write (BF-009, BF-037).
/// </summary>
internal sealed class FrontRequest(int id)
{
    private LentPage[] _pages = new LentPage[BlkifLimits.SegmentsInHeaderEntry];

    /// <summary>Its number in the ring: its place in the table (BF-004).</summary>
    public int Id => id;

    public RequestState State { get; set; }

    /// <summary>What it is a request for.</summary>
    public IoPiece Piece { get; set; }

    public BlkifOperation Operation { get; set; }

    /// <summary>Of an indirect request what is done with its segments; else the operation.</summary>
    public BlkifOperation InnerOperation { get; set; }

    /// <summary>Ring entries.</summary>
    public int Entries { get; set; }

    /// <summary>Whether its pages are the pool's, with a copy of the data.</summary>
    public bool IsBounced { get; set; }

    public int PageCount { get; private set; }

    /// <summary>Bytes of the piece that are data: none of a flush or discard.</summary>
    public int DataLength => Piece.Io.Buffer.Length == 0 ? 0 : Piece.Length;

    /// <summary>Bytes that the pages lent so far hold.</summary>
    public int LentBytes { get; private set; }

    /// <summary>Pages with segments, of an indirect request.</summary>
    public int TableCount { get; private set; }

    public ReadOnlySpan<LentPage> Pages => _pages.AsSpan(0, PageCount);

    private LentPage[] Tables { get; } = new LentPage[BlkifLimits.IndirectPages];

    public LentPage Page(int index) => _pages[index];

    public LentPage Table(int index) => Tables[index];

    public void AddPage(LentPage page)
    {
        if (PageCount == _pages.Length)
        {
            Array.Resize(ref _pages, 2 * PageCount);
        }

        _pages[PageCount++] = page;
        LentBytes += page.Length;
    }

    public void AddTable(LentPage page) => Tables[TableCount++] = page;

    /// <summary>Whether a response to this request may carry that operation (BF-006, BI-013).</summary>
    public bool IsAnsweredBy(BlkifOperation operation) => operation == Operation || operation == InnerOperation;

    public void Reset()
    {
        _pages.AsSpan(0, PageCount).Clear();
        Tables.AsSpan(0, TableCount).Clear();
        PageCount = 0;
        LentBytes = 0;
        TableCount = 0;
        IsBounced = false;
        Piece = default;
    }
}
