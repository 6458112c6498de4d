using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>
/// Decides whether a transaction may be committed and makes its changes live, all before the first event (XS-114,
/// XS-119). It fails EAGAIN exactly when something it depends on is no longer as it was found; changes that others
/// made to anything else are merged with its own (XS-116, XS-117).
/// </summary>
[NotState]
internal sealed class TransactionCommitter(NodeTree tree, WatchTable watches, EventSender events)
{
    private readonly List<(TransactionEntry Entry, Visibility Before)> _told = [];

    public XsError Check(Transaction transaction)
    {
        if (transaction.Failure != XsError.None)
        {
            return transaction.Failure;
        }

        foreach (var entry in transaction.Entries)
        {
            if (IsConflict(entry))
            {
                return XsError.EAGAIN;
            }
        }

        var owner = transaction.Owner.Record;
        return transaction.OwnNodes > 0 && owner.Exceeds(Quota.Nodes, owner.Nodes + transaction.OwnNodes)
            ? XsError.ENOSPC
            : XsError.None;
    }

    /// <summary>Makes the changes of a transaction live that <see cref="Check"/> found nothing against and that has ended.</summary>
    public void Apply(Transaction transaction)
    {
        if (watches.Count > 0)
        {
            NoteVisibility(transaction);
        }

        foreach (var entry in transaction.Changed)
        {
            Apply(entry);
        }

        foreach (var (entry, before) in _told)
        {
            var path = new StorePath(entry.Path, entry.Hash);
            var visibility = before with { After = tree.Find(path)?.Permissions, ParentAfter = tree.Find(path.Parent)?.Permissions };
            events.Changed(path, entry.Reach, visibility);
        }

        _told.Clear();
    }

    private bool IsConflict(TransactionEntry entry)
    {
        if (entry.Found is not null && !entry.IsOutdated)
        {
            return false;
        }

        var live = tree.Find(new StorePath(entry.Path, entry.Hash));
        if (live is null || entry.Found is null)
        {
            return live is not null || entry.Found is not null;
        }

        return entry.IsRead ? live.Generation != entry.FoundGeneration : live.AccessGeneration != entry.FoundAccess;
    }

    private void NoteVisibility(Transaction transaction)
    {
        foreach (var entry in transaction.Changed)
        {
            // A node that came and went inside the transaction never was (XS-120).
            if (entry.Exists || entry.Found is not null)
            {
                _told.Add((entry, new Visibility(entry.Found?.Permissions, entry.Found?.Parent?.Permissions)));
            }
        }
    }

    private void Apply(TransactionEntry entry)
    {
        if (entry.Found is not { } node)
        {
            if (entry.Exists)
            {
                var path = new StorePath(entry.Path, entry.Hash);
                tree.Create(tree.Find(path.Parent)!, path.Name, entry.NewPermissions!, entry.NewValue);
            }

            return;
        }

        if (!entry.Exists)
        {
            tree.Remove(node);
            return;
        }

        if (entry.NewPermissions is { } permissions)
        {
            tree.SetPermissions(node, permissions);
        }

        if (entry.NewValue is { } value)
        {
            tree.SetValue(node, value);
        }
    }
}
