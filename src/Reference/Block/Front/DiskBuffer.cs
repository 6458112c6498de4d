using Conformance.Model.Protocol.Block;
using Conformance.Reference.Ports;

namespace Conformance.Reference.Block.Front;

/// <summary>
/// Bytes of own pages, one behind the other: the first page from an offset on, the others from their start. The pages
/// belong to the disk while an operation on them runs.
/// </summary>
public readonly record struct DiskBuffer
{
    /// <summary>Makes it.</summary>
    /// <param name="pages">Frames of 4 KiB, as many as are needed or more.</param>
    /// <param name="offset">First byte in the first page, a multiple of 512.</param>
    /// <param name="length">Bytes, a multiple of 512, at least one such.</param>
    /// <exception cref="ArgumentException">Not whole sectors, or too few pages.</exception>
    public DiskBuffer(ReadOnlyMemory<IOwnPage> pages, int offset, int length)
    {
        if (offset < 0 || offset >= BlkifLimits.FrameSize || length < Sector512.Size || (offset | length) % Sector512.Size != 0)
        {
            throw new ArgumentException($"expected whole sectors from an offset in the first page on, got {length} bytes from {offset}", nameof(length));
        }

        if (((long)offset + length + BlkifLimits.FrameSize - 1) / BlkifLimits.FrameSize > pages.Length)
        {
            throw new ArgumentException($"expected pages for {length} bytes from {offset}, got {pages.Length}", nameof(pages));
        }

        Pages = pages;
        Offset = offset;
        Length = length;
    }

    /// <summary>The pages, in order.</summary>
    public ReadOnlyMemory<IOwnPage> Pages { get; }

    /// <summary>First byte in the first page.</summary>
    public int Offset { get; }

    /// <summary>Bytes in all.</summary>
    public int Length { get; }

    /// <summary>The page of a byte of the buffer, and where in the page that byte is.</summary>
    internal IOwnPage PageOf(int position, out int offsetInPage)
    {
        int start = Offset + position;
        offsetInPage = start % BlkifLimits.FrameSize;
        return Pages.Span[start / BlkifLimits.FrameSize];
    }
}
