using System.Runtime.CompilerServices;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Grants;
using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;

namespace Conformance.Reference.Block.Back;

/// <summary>The front's pages for one queue: mapped for a request, or kept mapped. No status of the hypervisor is fatal (BB-012).</summary>
internal sealed class PageMapper(IGrants grants, FiberScope fibers, DomainId peer, PersistentGrants? persistent, BackStatistics statistics)
{
    private const int Attempts = 8;

    /// <summary>Maps a page; one that is being paged in is asked for again, a bounded number of times (GT-034).</summary>
    /// <returns>Null when it cannot be mapped.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<GrantMapping> MapAsync(GrantRef reference, GrantAccess access)
    {
        var mapping = await grants.MapAsync(peer, reference, access);
        for (int attempt = 1; mapping.Status == GrantStatus.TryAgain && attempt < Attempts; attempt++)
        {
            await fibers.DelayAsync(TimeSpan.FromMilliseconds(1 << attempt));
            mapping = await grants.MapAsync(peer, reference, access);
        }

        return mapping;
    }

    /// <summary>Unmaps a page, whatever the hypervisor says of it.</summary>
    internal async ValueTask UnmapAsync(IMappedPage page)
    {
        if (await grants.UnmapAsync(page) != GrantStatus.Okay)
        {
            statistics.UnmapFailures++;
        }
    }

    /// <summary>
    /// Maps the page of every segment. When one cannot be mapped, those before it are unmapped again and those behind it
    /// are left alone (BB-011).
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<bool> MapDataAsync(BackRequest request)
    {
        // The disk writes into what the front reads into.
        var access = request.Action == BlkifOperation.Read ? GrantAccess.ReadWrite : GrantAccess.ReadOnly;
        for (int i = 0; i < request.SegmentCount; i++)
        {
            if (!await TryAddAsync(request, request.Segments[i].Grant, access))
            {
                statistics.MapFailures++;
                await ReleaseDataAsync(request);
                return false;
            }
        }

        return true;
    }

    /// <summary>Lets go of every page that the request uses (BB-013, BB-045).</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    internal async ValueTask ReleaseDataAsync(BackRequest request)
    {
        while (request.PageCount > 0)
        {
            var page = request.RemovePage();
            if (page.Persistent is { } kept)
            {
                PersistentGrants.Release(kept);
            }
            else
            {
                await UnmapAsync(page.Mapping!);
            }
        }
    }

    /// <summary>
    /// Copies the segments out of the indirect pages, each byte once; nothing of them stays mapped when the data is moved
    /// (BB-035).
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<bool> ReadIndirectAsync(BackRequest request)
    {
        var bytes = request.Indirect;
        for (int page = 0; !bytes.IsEmpty; page++)
        {
            var part = bytes[..Math.Min(bytes.Length, BlkifLimits.FrameSize)];
            var mapping = await MapAsync(request.IndirectPages[page], GrantAccess.ReadOnly);
            if (mapping.Page is not { } mapped)
            {
                statistics.MapFailures++;
                return false;
            }

            await mapped.CopyOutAsync(0, part);
            await UnmapAsync(mapped);
            bytes = bytes[part.Length..];
        }

        BlkifSegment.ReadAll(request.Indirect.Span, request.Segments);
        return true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> TryAddAsync(BackRequest request, GrantRef reference, GrantAccess access)
    {
        if (persistent?.TryUse(reference) is { } kept)
        {
            statistics.PersistentHits++;
            request.AddPage(new DataPage(null, kept));
            return true;
        }

        // What stays is mapped writable, because the next request may be a read (BB-032).
        var mapping = await MapAsync(reference, persistent is null ? access : GrantAccess.ReadWrite);
        if (mapping.Page is not { } page)
        {
            return false;
        }

        var grant = persistent is null ? null : await persistent.TryKeepAsync(reference, page);
        request.AddPage(grant is null ? new DataPage(page, null) : new DataPage(null, grant));
        return true;
    }
}
