using Conformance.Model.Protocol.Block;

namespace Conformance.Reference.Block.Back;

/// <summary>What a request of the present connection may ask.</summary>
/// <param name="SegmentsMax">Segments of a direct request: 11, or what was negotiated in 2010.</param>
/// <param name="IndirectSegmentsMax">Segments of an indirect request; 0 when none was offered.</param>
/// <param name="BytesMax">Bytes of a direct request.</param>
/// <param name="IsReadOnly">Whether nothing may be written (BB-004).</param>
/// <param name="HasFlush">Whether flushes were offered.</param>
/// <param name="HasBarrier">Whether barriers were offered.</param>
/// <param name="HasDiscard">Whether discards were offered.</param>
/// <param name="Medium">Its size now.</param>
/// <param name="SectorSize">Its sector.</param>
public readonly record struct RequestRules(
    int SegmentsMax,
    int IndirectSegmentsMax,
    long BytesMax,
    bool IsReadOnly,
    bool HasFlush,
    bool HasBarrier,
    bool HasDiscard,
    SectorCount512 Medium,
    DeviceSectorSize SectorSize);

/// <summary>Why a request is answered without being done.</summary>
public enum Rejection
{
    /// <summary>It is not.</summary>
    None = 0,

    /// <summary>An operation that nobody knows (BB-010, D-16).</summary>
    UnknownOperation,

    /// <summary>An operation that this back did not offer.</summary>
    NotOffered,

    /// <summary>A write to what is read-only (BB-004).</summary>
    ReadOnly,

    /// <summary>A read or write of nothing (BI-020).</summary>
    NoSegments,

    /// <summary>More segments than were agreed on (BB-005).</summary>
    TooManySegments,

    /// <summary>More bytes than were agreed on.</summary>
    TooLong,

    /// <summary>A segment that ends before it begins, or outside its frame (BB-006, BB-046).</summary>
    BadSegment,

    /// <summary>Sectors that the medium does not have (BB-007).</summary>
    OutOfRange,

    /// <summary>A range, or a run of memory, that is no whole number of device sectors (BB-008).</summary>
    Misaligned,

    /// <summary>An indirect request of something that is neither read nor write (BI-024).</summary>
    BadInnerOperation,

    /// <summary>Indirect pages that cannot be read.</summary>
    BadIndirectPages,
}
