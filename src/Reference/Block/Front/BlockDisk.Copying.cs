using Conformance.Model.Protocol.Block;
using Conformance.Reference.Ports;

namespace Conformance.Reference.Block.Front;

/// <content>Operations on ordinary memory: a copy more, for users who have no pages to lend.</content>
public sealed partial class BlockDisk
{
    private const int SparePagesMax = 256;

    private readonly Stack<IOwnPage> _sparePages = [];

    /// <summary>Reads whole sectors into memory.</summary>
    public async ValueTask<DiskResult> ReadAsync(Sector512 first, Memory<byte> destination)
    {
        if (!IsWhole(destination.Length))
        {
            return DiskResult.Misaligned;
        }

        if (await TakePagesAsync(destination.Length) is not { } pages)
        {
            return DiskResult.NoMemory;
        }

        var result = await ReadAsync(first, new DiskBuffer(pages, 0, destination.Length));
        for (int done = 0; result == DiskResult.Ok && done < destination.Length; done += BlkifLimits.FrameSize)
        {
            var part = destination[done..Math.Min(destination.Length, done + BlkifLimits.FrameSize)];
            await pages[done / BlkifLimits.FrameSize].CopyOutAsync(0, part);
        }

        await ReturnPagesAsync(pages, result);
        return result;
    }

    /// <summary>Writes whole sectors from memory.</summary>
    public ValueTask<DiskResult> WriteAsync(Sector512 first, ReadOnlyMemory<byte> source) => WriteCopyAsync(first, source, isOrdered: false);

    /// <summary>As <see cref="WriteOrderedAsync(Sector512, DiskBuffer)"/>, from memory.</summary>
    public ValueTask<DiskResult> WriteOrderedAsync(Sector512 first, ReadOnlyMemory<byte> source) => WriteCopyAsync(first, source, isOrdered: true);

    /// <summary>The device is no more.</summary>
    internal async ValueTask DestroyAsync()
    {
        while (_sparePages.TryPop(out var page))
        {
            await _domain.Memory.FreeAsync(page);
        }
    }

    private async ValueTask<DiskResult> WriteCopyAsync(Sector512 first, ReadOnlyMemory<byte> source, bool isOrdered)
    {
        if (!IsWhole(source.Length))
        {
            return DiskResult.Misaligned;
        }

        if (await TakePagesAsync(source.Length) is not { } pages)
        {
            return DiskResult.NoMemory;
        }

        for (int done = 0; done < source.Length; done += BlkifLimits.FrameSize)
        {
            var part = source[done..Math.Min(source.Length, done + BlkifLimits.FrameSize)];
            await pages[done / BlkifLimits.FrameSize].CopyInAsync(0, part);
        }

        var buffer = new DiskBuffer(pages, 0, source.Length);
        var result = await (isOrdered ? WriteOrderedAsync(first, buffer) : WriteAsync(first, buffer));
        await ReturnPagesAsync(pages, result);
        return result;
    }

    private static bool IsWhole(int length) => length > 0 && length % Sector512.Size == 0;

    private async ValueTask<IOwnPage[]?> TakePagesAsync(int length)
    {
        var pages = new IOwnPage[(length + BlkifLimits.FrameSize - 1) / BlkifLimits.FrameSize];
        for (int i = 0; i < pages.Length; i++)
        {
            var page = _sparePages.TryPop(out var spare) ? spare : await _domain.Memory.AllocateAsync();
            if (page is null)
            {
                await ReturnPagesAsync(pages[..i], DiskResult.NoMemory);
                return null;
            }

            pages[i] = page;
        }

        return pages;
    }

    /// <summary>Keeps a few pages and frees the others; those that the back still holds are not touched any more.</summary>
    private async ValueTask ReturnPagesAsync(IOwnPage[] pages, DiskResult result)
    {
        foreach (var page in result == DiskResult.BufferLost ? [] : pages)
        {
            if (_sparePages.Count < SparePagesMax && !_dispatch.IsDead)
            {
                _sparePages.Push(page);
            }
            else
            {
                await _domain.Memory.FreeAsync(page);
            }
        }
    }
}
