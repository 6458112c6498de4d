using System.Runtime.CompilerServices;
using Conformance.Model.Protocol.Rings;
using Conformance.Reference.Fibers;
using Conformance.Reference.Hypervisor;

namespace Conformance.Reference.Block.Rings;

/// <summary>
/// The pages of a ring as one range of bytes, in the order of their page index (RG-036). An entry may straddle two
/// pages and is then copied in two steps (RG-006). Offsets are bytes from the start of page 0.
/// </summary>
public sealed class RingMemory
{
    private readonly ISharedPage[] _pages;

    /// <summary>Makes the range; nothing is touched.</summary>
    /// <param name="pages">At least one, in page-index order.</param>
    public RingMemory(params ISharedPage[] pages)
    {
        ArgumentNullException.ThrowIfNull(pages);
        ArgumentOutOfRangeException.ThrowIfZero(pages.Length, nameof(pages));
        _pages = [.. pages];
    }

    /// <summary>How many pages.</summary>
    public int Pages => _pages.Length;

    /// <summary>Loads a word of the header, which page 0 alone has (RG-002).</summary>
    public ValueTask<uint> LoadAsync(int headerOffset) => _pages[0].LoadAsync(headerOffset);

    /// <summary>
    /// Stores a word of the header. A store is a full barrier (<see cref="ISharedPage"/>), which is why nothing here has
    /// one of its own where ring.h has (RG-018, RG-019).
    /// </summary>
    public ValueTask StoreAsync(int headerOffset, uint value) => _pages[0].StoreAsync(headerOffset, value);

    /// <summary>Copies bytes out, a step for each page they lie in.</summary>
    public ValueTask CopyOutAsync(int offset, Memory<byte> destination)
    {
        int inPage = offset % SharedRing.PageSize;
        return inPage + destination.Length <= SharedRing.PageSize
            ? _pages[offset / SharedRing.PageSize].CopyOutAsync(inPage, destination)
            : CopyOutOfManyAsync(offset, destination);
    }

    /// <summary>Copies bytes in, a step for each page they lie in.</summary>
    public ValueTask CopyInAsync(int offset, ReadOnlyMemory<byte> source)
    {
        int inPage = offset % SharedRing.PageSize;
        return inPage + source.Length <= SharedRing.PageSize
            ? _pages[offset / SharedRing.PageSize].CopyInAsync(inPage, source)
            : CopyIntoManyAsync(offset, source);
    }

    [AsyncMethodBuilder(typeof(FiberMethodBuilder))]
    private async ValueTask CopyOutOfManyAsync(int offset, Memory<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            int inPage = offset % SharedRing.PageSize;
            int count = Math.Min(destination.Length, SharedRing.PageSize - inPage);
            await _pages[offset / SharedRing.PageSize].CopyOutAsync(inPage, destination[..count]);
            destination = destination[count..];
            offset += count;
        }
    }

    [AsyncMethodBuilder(typeof(FiberMethodBuilder))]
    private async ValueTask CopyIntoManyAsync(int offset, ReadOnlyMemory<byte> source)
    {
        while (!source.IsEmpty)
        {
            int inPage = offset % SharedRing.PageSize;
            int count = Math.Min(source.Length, SharedRing.PageSize - inPage);
            await _pages[offset / SharedRing.PageSize].CopyInAsync(inPage, source[..count]);
            source = source[count..];
            offset += count;
        }
    }
}
