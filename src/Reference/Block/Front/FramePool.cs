using System.Runtime.CompilerServices;
using Conformance.Model.Protocol;
using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;

namespace Conformance.Reference.Block.Front;

/// <summary>
/// Pages of the front's own that carry data in place of a user's: where the back is not trusted (BF-030), where grants
/// persist (BF-027 to BF-029), and for the segments of indirect requests. A page goes back to the pool when the request
/// that used it has ended, so it holds nothing but what the same back has seen already.
/// </summary>
internal sealed class FramePool(IDomain domain, DomainId peer)
{
    private readonly Stack<LentPage> _lent = [];
    private readonly Stack<IOwnPage> _pages = [];
    private bool _isClosed;

    /// <summary>Whether grants stay until the pool is purged; fixed for a connection (NG-031).</summary>
    public bool IsPersistent { get; set; }

    /// <summary>Granted pages that no request uses.</summary>
    public int IdleGrants => _lent.Count;

    /// <summary>A page, with its reference if it is granted already; no page when there is none left.</summary>
    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    public async ValueTask<(IOwnPage? Page, GrantRef Grant)> TakeAsync()
    {
        if (_lent.TryPop(out var lent))
        {
            return (lent.Page, lent.Grant);
        }

        return (_pages.TryPop(out var page) ? page : await domain.Memory.AllocateAsync(), GrantRef.Invalid);
    }

    /// <summary>Grants a page that was taken; invalid when no reference is free. Its content is what the back may see.</summary>
    public ValueTask<GrantRef> LendAsync(IOwnPage page, GrantAccess access) =>
        domain.Grants.GrantAsync(peer, page, IsPersistent ? GrantAccess.ReadWrite : access);

    /// <summary>Ends the use of a page by a request. The page can be read then; it stays the caller's.</summary>
    /// <returns>False when the back holds it still: the page is given up.</returns>
    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    public async ValueTask<bool> EndLoanAsync(LentPage lent)
    {
        if (IsPersistent || await domain.Grants.TryRevokeAsync(lent.Grant))
        {
            return true;
        }

        await domain.Grants.RevokeLaterAsync(lent.Grant, lent.Page);
        return false;
    }

    /// <summary>Takes a page back after <see cref="EndLoanAsync"/>.</summary>
    public ValueTask ReturnAsync(LentPage lent)
    {
        if (_isClosed)
        {
            return IsPersistent ? RevokeAsync(lent) : domain.Memory.FreeAsync(lent.Page);
        }

        if (IsPersistent)
        {
            _lent.Push(lent);
        }
        else
        {
            _pages.Push(lent.Page);
        }

        return default;
    }

    /// <summary>Takes back a page that was never granted.</summary>
    public ValueTask ReturnAsync(IOwnPage page)
    {
        if (_isClosed)
        {
            return domain.Memory.FreeAsync(page);
        }

        _pages.Push(page);
        return default;
    }

    /// <summary>Ends all grants that no request uses, and frees their pages (BF-029).</summary>
    public async ValueTask PurgeAsync()
    {
        while (_lent.TryPop(out var lent))
        {
            await RevokeAsync(lent);
        }
    }

    /// <summary>
    /// Ends the grants that no request uses and the back does not map either. What it still maps stays here for the next
    /// request: its reference could not be used for anything else.
    /// </summary>
    public async ValueTask TrimAsync()
    {
        var kept = new List<LentPage>();
        while (_lent.TryPop(out var lent))
        {
            if (await domain.Grants.TryRevokeAsync(lent.Grant))
            {
                await domain.Memory.FreeAsync(lent.Page);
            }
            else
            {
                kept.Add(lent);
            }
        }

        kept.ForEach(_lent.Push);
    }

    /// <summary>Purges, and frees everything that comes back from now on.</summary>
    public async ValueTask CloseAsync()
    {
        _isClosed = true;
        await PurgeAsync();
        while (_pages.TryPop(out var page))
        {
            await domain.Memory.FreeAsync(page);
        }
    }

    private async ValueTask RevokeAsync(LentPage lent)
    {
        if (await domain.Grants.TryRevokeAsync(lent.Grant))
        {
            await domain.Memory.FreeAsync(lent.Page);
        }
        else
        {
            await domain.Grants.RevokeLaterAsync(lent.Grant, lent.Page);
        }
    }
}
