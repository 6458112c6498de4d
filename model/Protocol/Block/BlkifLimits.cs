namespace Conformance.Model.Protocol.Block;

/// <summary>
/// The counts that blkif fixes. The name <c>BLKIF_MAX_SEGMENTS_PER_REQUEST</c> means 11 in one header and 255 in the
/// other; neither constant here bears it (BI-032).
/// </summary>
public static class BlkifLimits
{
    /// <summary>Segments that stand in the request entry itself (BI-020).</summary>
    public const int SegmentsInHeaderEntry = 11;

    /// <summary>Segments of a request of the 2010 extension, header entry and segment entries together (BI-028).</summary>
    public const int SegmentsOf2010Request = 255;

    /// <summary>Grant references of indirect pages in an indirect request (BI-025).</summary>
    public const int IndirectPages = 8;

    /// <summary>Segments in one indirect page (BI-025).</summary>
    public const int SegmentsInIndirectPage = 512;

    /// <summary>Segments of an indirect request at most.</summary>
    public const int SegmentsOfIndirectRequest = IndirectPages * SegmentsInIndirectPage;

    /// <summary>Bytes of the frame that a segment lies in, on every architecture (BI-016).</summary>
    public const int FrameSize = 4096;

    /// <summary>Bit of a discard request's flag: leave no copy of the content behind; counts only where offered (BI-026).</summary>
    public const byte DiscardSecure = 1;
}
