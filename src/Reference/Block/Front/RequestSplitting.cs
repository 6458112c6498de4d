using Conformance.Model.Protocol.Block;

namespace Conformance.Reference.Block.Front;

/// <summary>How much of a buffer one request takes, and into which segments it falls (BF-014).</summary>
public static class RequestSplitting
{
    /// <summary>The most bytes of a transfer that fit in one request.</summary>
    /// <param name="offset">Where in its first frame the transfer begins, in bytes.</param>
    /// <param name="length">Bytes still to go, whole device sectors.</param>
    /// <param name="segments">The most segments of a request, 1 or more.</param>
    /// <param name="bytesMax">The most bytes of a request.</param>
    /// <param name="sectorSize">The disk's; a request is whole sectors of it (BF-022).</param>
    /// <returns>Whole device sectors; 0 when the limits do not allow a single one from there.</returns>
    public static int Fit(int offset, int length, int segments, int bytesMax, DeviceSectorSize sectorSize)
    {
        long frames = ((long)segments * BlkifLimits.FrameSize) - offset;
        long bytes = Math.Min(Math.Min(length, frames), bytesMax);
        return bytes <= 0 ? 0 : (int)(bytes - (bytes % sectorSize.Bytes));
    }

    /// <summary>How many segments so many bytes from an offset in their first frame fall into.</summary>
    public static int SegmentsOf(int offset, int length) =>
        (int)(((long)offset + length + BlkifLimits.FrameSize - 1) / BlkifLimits.FrameSize);
}
