namespace Conformance.Model.Protocol.Block;

/// <summary>
/// Where the fields lie that the ABIs place differently, in bytes (BI-001 to BI-008). Fields that lie alike everywhere
/// are constants. All fields are little-endian (BI-033).
/// </summary>
public sealed class BlkifLayout
{
    /// <summary>Operation of a request of any form, one byte.</summary>
    public const int Operation = 0;

    /// <summary>Segment count of a direct request, flag of a discard, inner operation of an indirect request; one byte.</summary>
    public const int SecondByte = 1;

    /// <summary>Handle of a direct or discard request, segment count of an indirect one; 16 bits.</summary>
    public const int SecondWord = 2;

    /// <summary>Id of a response, 64 bits.</summary>
    public const int ResponseId = 0;

    /// <summary>Operation of a response, one byte.</summary>
    public const int ResponseOperation = 8;

    /// <summary>Status of a response, 16 bits.</summary>
    public const int ResponseStatus = 10;

    private static readonly BlkifLayout Wide = new()
    {
        RequestId = 8, Sector = 16, Segments = 24, RequestSize = 112,
        DiscardCount = 24, DiscardSize = 32,
        IndirectHandle = 24, IndirectGrants = 28, IndirectSize = 64,
        ResponseSize = 16, SegmentsInSegmentEntry = 14,
    };

    private static readonly BlkifLayout Narrow = new()
    {
        RequestId = 4, Sector = 12, Segments = 20, RequestSize = 108,
        DiscardCount = 20, DiscardSize = 28,
        IndirectHandle = 20, IndirectGrants = 24, IndirectSize = 64,
        ResponseSize = 12, SegmentsInSegmentEntry = 13,
    };

    private BlkifLayout()
    {
    }

    /// <summary>Id of a request of any form, 64 bits.</summary>
    public required int RequestId { get; init; }

    /// <summary>First sector of a request of any form, 64 bits.</summary>
    public required int Sector { get; init; }

    /// <summary>First of the 11 segments of a direct request.</summary>
    public required int Segments { get; init; }

    /// <summary>Bytes of a direct request; also of a ring entry, because no other form is larger.</summary>
    public required int RequestSize { get; init; }

    /// <summary>Sectors of a discard request, 64 bits.</summary>
    public required int DiscardCount { get; init; }

    /// <summary>Bytes of a discard request.</summary>
    public required int DiscardSize { get; init; }

    /// <summary>Handle of an indirect request, 16 bits.</summary>
    public required int IndirectHandle { get; init; }

    /// <summary>First of the 8 grant references of an indirect request.</summary>
    public required int IndirectGrants { get; init; }

    /// <summary>Bytes of an indirect request.</summary>
    public required int IndirectSize { get; init; }

    /// <summary>Bytes of a response, padding included.</summary>
    public required int ResponseSize { get; init; }

    /// <summary>
    /// Segments in a segment entry of the 2010 extension. Its header says 14 for every ABI, but 14 segments are 112
    /// bytes and an entry of 32-bit x86 has 108: the fourteenth would spill into the next entry, so it is left out there
    /// (BI-030).
    /// </summary>
    public required int SegmentsInSegmentEntry { get; init; }

    /// <summary>The layout of an ABI.</summary>
    public static BlkifLayout Of(BlkifAbi abi) => abi == BlkifAbi.X86 ? Narrow : Wide;
}
