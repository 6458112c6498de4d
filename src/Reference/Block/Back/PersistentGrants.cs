using System.Runtime.CompilerServices;
using Conformance.Model.Protocol;
using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;

namespace Conformance.Reference.Block.Back;

/// <summary>A grant that stays mapped.</summary>
internal sealed class PersistentGrant(GrantRef reference, IMappedPage page)
{
    internal GrantRef Reference => reference;

    internal IMappedPage Page => page;

    /// <summary>Requests that use it now.</summary>
    internal int Users { get; set; }

    internal PersistentGrant? Newer { get; set; }

    internal PersistentGrant? Older { get; set; }
}

/// <summary>
/// The grants of one ring that stay mapped, writable, by reference number; at most so many, the least recently used goes
/// first (BB-032). Only what was mapped successfully is ever in here, so a reference found here is good (BB-033).
/// </summary>
internal sealed class PersistentGrants(IGrants grants, int limit, BackStatistics statistics)
{
    private readonly Dictionary<uint, PersistentGrant> _byReference = [];
    private PersistentGrant? _newest;
    private PersistentGrant? _oldest;

    /// <summary>How many are mapped.</summary>
    internal int Count => _byReference.Count;

    /// <summary>Takes one into use; null when it is not here.</summary>
    internal PersistentGrant? TryUse(GrantRef reference)
    {
        if (!_byReference.TryGetValue(reference.Value, out var grant))
        {
            return null;
        }

        Unlink(grant);
        LinkNewest(grant);
        grant.Users++;
        return grant;
    }

    /// <summary>Keeps a mapping, in use from now on. Another one is unmapped for it when there are too many.</summary>
    /// <returns>Null when every one is in use: then the mapping is not kept.</returns>
    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    internal async ValueTask<PersistentGrant?> TryKeepAsync(GrantRef reference, IMappedPage page)
    {
        if (Count >= limit && !await TryPurgeAsync())
        {
            return null;
        }

        var grant = new PersistentGrant(reference, page) { Users = 1 };
        _byReference.Add(reference.Value, grant);
        LinkNewest(grant);
        return grant;
    }

    /// <summary>A request does not use it any more.</summary>
    internal static void Release(PersistentGrant grant) => grant.Users--;

    /// <summary>Unmaps all, as at the end of a connection.</summary>
    internal async ValueTask UnmapAllAsync()
    {
        while (_oldest is { } grant)
        {
            await RemoveAsync(grant);
        }
    }

    private async ValueTask<bool> TryPurgeAsync()
    {
        for (var grant = _oldest; grant is not null; grant = grant.Newer)
        {
            if (grant.Users == 0)
            {
                await RemoveAsync(grant);
                return true;
            }
        }

        return false;
    }

    private async ValueTask RemoveAsync(PersistentGrant grant)
    {
        _byReference.Remove(grant.Reference.Value);
        Unlink(grant);
        if (await grants.UnmapAsync(grant.Page) != Model.Protocol.Grants.GrantStatus.Okay)
        {
            statistics.UnmapFailures++;
        }
    }

    private void LinkNewest(PersistentGrant grant)
    {
        grant.Older = _newest;
        grant.Newer = null;
        if (_newest is not null)
        {
            _newest.Newer = grant;
        }

        _newest = grant;
        _oldest ??= grant;
    }

    private void Unlink(PersistentGrant grant)
    {
        if (grant.Newer is not null)
        {
            grant.Newer.Older = grant.Older;
        }
        else
        {
            _newest = grant.Older;
        }

        if (grant.Older is not null)
        {
            grant.Older.Newer = grant.Newer;
        }
        else
        {
            _oldest = grant.Newer;
        }
    }
}
