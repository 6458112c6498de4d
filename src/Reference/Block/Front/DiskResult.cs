namespace Conformance.Reference.Block.Front;

/// <summary>How an operation on a disk ended. Of several parts the worst counts, which is the last in this order.</summary>
public enum DiskResult
{
    /// <summary>Done.</summary>
    Ok,

    /// <summary>The back, or the device behind it, does not do this (BF-012, BF-013).</summary>
    NotSupported,

    /// <summary>Not the start or length of whole device sectors (BF-022).</summary>
    Misaligned,

    /// <summary>Beyond the end of the disk.</summary>
    OutOfRange,

    /// <summary>The disk is read-only (NG-038).</summary>
    ReadOnly,

    /// <summary>No pages for it.</summary>
    NoMemory,

    /// <summary>The back says that it failed; what it was about may be partly done.</summary>
    Error,

    /// <summary>The disk is there no more; what it was about may be done or not (BF-025, BF-039).</summary>
    Gone,

    /// <summary>As <see cref="Gone"/>, and the back still holds pages of the buffer: they must not be used again (BF-010, XB-021).</summary>
    BufferLost,
}
