using Conformance.Model.Protocol.XenStore;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>
/// Keeps a flood of changes from starving a transaction for ever (XS-126). A client whose commits failed with EAGAIN
/// several times in a row has its next transaction protected: a change by a guest that would touch what another domain's
/// transaction touched, and was not refused, waits until the transaction ends, for a bounded time. One transaction is
/// protected at a time. A privileged client never waits, for a tool may hold both ends of a conflict on one thread.
/// Changes elsewhere never wait.
/// </summary>
internal sealed class ConflictGuard(StoreSettings settings, NodeTree tree)
{
    private readonly List<StoreConnection> _waiting = [];
    private Transaction? _protected;
    private TimeSpan? _since;

    public bool IsActive => _protected is not null;

    public void Started(Transaction transaction)
    {
        if (_protected is null && transaction.Owner.ConflictStreak >= settings.ConflictsBeforeProtection)
        {
            _protected = transaction;
            _since = null;
        }
    }

    /// <summary>Notes how a commit ended.</summary>
    public static void Committed(StoreConnection owner, XsError result) =>
        owner.ConflictStreak = result == XsError.EAGAIN ? owner.ConflictStreak + 1 : 0;

    /// <summary>A transaction ended, in whatever way.</summary>
    public void Ended(Transaction transaction)
    {
        if (_protected == transaction)
        {
            _protected = null;
        }
    }

    public void Elapse(TimeSpan now)
    {
        if (_protected is not null && now - (_since ??= now) >= settings.ProtectionTimeout)
        {
            _protected = null;
        }
    }

    public bool MustWait(StoreConnection caller) =>
        _protected is { } victim && victim.Owner.Domain != caller.Domain && !caller.IsPrivileged;

    /// <summary>Whether a change of the path would change something that the protected transaction touched.</summary>
    public bool IsTouchedBy(StorePath path, bool isRemoval)
    {
        if (Holds(path))
        {
            return true;
        }

        var ancestor = path;
        while (!ancestor.IsRoot && tree.Find(ancestor) is null)
        {
            ancestor = ancestor.Parent;
            if (Holds(ancestor))
            {
                return true;
            }
        }

        return isRemoval && (Holds(path.Parent) || HoldsBelow(path));
    }

    /// <summary>Whether a commit would change something that the protected transaction touched.</summary>
    public bool IsTouchedBy(Transaction other)
    {
        foreach (var entry in other.Changed)
        {
            if (IsTouchedBy(new StorePath(entry.Path, entry.Hash), !entry.Exists))
            {
                return true;
            }
        }

        return false;
    }

    public void Park(StoreConnection caller, ParkedRequest request)
    {
        caller.Parked = request;
        _waiting.Add(caller);
    }

    public void Unpark(StoreConnection caller)
    {
        caller.Parked = null;
        _waiting.Remove(caller);
    }

    /// <summary>The next client whose parked request may be served now, in the order of parking; it is no longer parked.</summary>
    public StoreConnection? NextToServe(out ParkedRequest? request)
    {
        request = null;
        if (IsActive || _waiting.Count == 0)
        {
            return null;
        }

        var caller = _waiting[0];
        request = caller.Parked;
        Unpark(caller);
        return caller;
    }

    private bool Holds(StorePath path) => _protected!.FindEntry(path) is { IsHeld: true };

    private bool HoldsBelow(StorePath path)
    {
        foreach (var entry in _protected!.Entries)
        {
            if (entry.IsHeld && StorePath.IsBelow(entry.Path, path.Bytes))
            {
                return true;
            }
        }

        return false;
    }
}
