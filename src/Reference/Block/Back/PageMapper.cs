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
    internal ValueTask<GrantMapping> MapAsync(GrantRef reference, GrantAccess access)
    {
        var first = grants.MapAsync(peer, reference, access);
        return first is { IsCompletedSuccessfully: true, Result.Status: not GrantStatus.TryAgain } ? first : MapAgainAsync(first, reference, access);
    }

    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    private async ValueTask<GrantMapping> MapAgainAsync(ValueTask<GrantMapping> first, GrantRef reference, GrantAccess access)
    {
        var mapping = await first;
        for (int attempt = 1; mapping.Status == GrantStatus.TryAgain && attempt < Attempts; attempt++)
        {
            await fibers.DelayAsync(TimeSpan.FromMilliseconds(1 << attempt));
            mapping = await grants.MapAsync(peer, reference, access);
        }

        return mapping;
    }

    /// <summary>Unmaps a page, whatever the hypervisor says of it.</summary>
    internal ValueTask UnmapAsync(IMappedPage page)
    {
        var unmapping = grants.UnmapAsync(page);
        return unmapping is { IsCompletedSuccessfully: true, Result: GrantStatus.Okay } ? default : CountFailureAsync(unmapping);
    }

    [AsyncMethodBuilder(typeof(FiberMethodBuilder))]
    private async ValueTask CountFailureAsync(ValueTask<GrantStatus> unmapping)
    {
        if (await unmapping != GrantStatus.Okay)
        {
            statistics.UnmapFailures++;
        }
    }

    /// <summary>Maps the page of one segment; what was mapped before it stays the request's (BB-011).</summary>
    /// <returns>False when it cannot be mapped.</returns>
    internal ValueTask<bool> TryMapAsync(BackRequest request, int segment)
    {
        var reference = request.Segments[segment].Grant;
        if (persistent is not null)
        {
            return persistent.TryUse(reference) is { } kept
                ? new ValueTask<bool>(AddKept(request, kept))
                : TryKeepAsync(request, persistent, reference);
        }

        // The disk writes into what the front reads into.
        var mapping = MapAsync(reference, request.Action == BlkifOperation.Read ? GrantAccess.ReadWrite : GrantAccess.ReadOnly);
        return mapping.IsCompletedSuccessfully ? new ValueTask<bool>(TryAdd(request, mapping.Result)) : TryAddAsync(request, mapping);
    }

    /// <summary>Lets go of the page that the request took last (BB-013, BB-045).</summary>
    internal ValueTask ReleaseLastAsync(BackRequest request)
    {
        var page = request.RemovePage();
        if (page.Persistent is { } kept)
        {
            PersistentGrants.Release(kept);
            return default;
        }

        return UnmapAsync(page.Mapping!);
    }

    /// <summary>
    /// Copies the segments out of the indirect pages, each byte once; nothing of them stays mapped when the data is moved
    /// (BB-035).
    /// </summary>
    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
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

    private bool AddKept(BackRequest request, PersistentGrant kept)
    {
        statistics.PersistentHits++;
        request.AddPage(new DataPage(null, kept));
        return true;
    }

    private bool TryAdd(BackRequest request, GrantMapping mapping)
    {
        if (mapping.Page is not { } page)
        {
            statistics.MapFailures++;
            return false;
        }

        request.AddPage(new DataPage(page, null));
        return true;
    }

    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    private async ValueTask<bool> TryAddAsync(BackRequest request, ValueTask<GrantMapping> mapping) => TryAdd(request, await mapping);

    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    private async ValueTask<bool> TryKeepAsync(BackRequest request, PersistentGrants grantsKept, GrantRef reference)
    {
        // What stays is mapped writable, because the next request may be a read (BB-032).
        var mapping = await MapAsync(reference, GrantAccess.ReadWrite);
        if (mapping.Page is { } page && await grantsKept.TryKeepAsync(reference, page) is { } grant)
        {
            request.AddPage(new DataPage(null, grant));
            return true;
        }

        return TryAdd(request, mapping);
    }
}
