using Conformance.Model.Protocol;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>Domains come, stop, go on and go; nothing of one that went is left for the next with its number (XS-060, XS-061).</summary>
internal sealed class DomainLifecycle(
    IStoreHost host, DomainTable domains, NodeTree tree, LiveWorkspace live, SpecialNodes special, EventSender events, StoreTracer? tracer)
{
    /// <summary>Ends what a client has: its watches, transactions and output.</summary>
    public required Action<StoreConnection> Drop { get; init; }

    /// <summary>All clients, for what their transactions remember of a dead domain.</summary>
    public required IReadOnlyList<StoreConnection> Connections { get; init; }

    /// <summary>
    /// The record of a domain that exists now, or null. When the number has passed to another domain since the store
    /// last looked, the old one's end comes first.
    /// </summary>
    public DomainRecord? LookUp(DomainId id)
    {
        if (domains.Find(id) is { IsPrivileged: false } known && HasEnded(known, host.Query(id)))
        {
            Destroy(known);
        }

        return domains.FindOrAdd(id);
    }

    /// <summary>Whether <see cref="LookUp"/> would clean up after some domain.</summary>
    public bool IsEndUnseen()
    {
        foreach (var record in domains.All)
        {
            if (!record.IsPrivileged && HasEnded(record, host.Query(record.Id)))
            {
                return true;
            }
        }

        return false;
    }

    public void Introduced(DomainRecord record) => events.Special(SpecialNodes.IntroduceName, record.Id, special.Introduce);

    /// <summary>Asks after every known domain (XS-088 to XS-090).</summary>
    public void Check()
    {
        foreach (var record in domains.All.ToArray())
        {
            if (record.IsPrivileged)
            {
                continue;
            }

            var report = host.Query(record.Id);
            if (HasEnded(record, report))
            {
                Destroy(record);
            }
            else if (report.Life == DomainLife.Shutdown && record is { Guest: not null, IsShutdownTold: false })
            {
                record.IsShutdownTold = true;
                tracer?.Domain(Model.Trace.StepCode.DomainShutdown, record);
                events.Special(SpecialNodes.ReleaseName, record.Id, special.Release);
            }
        }
    }

    /// <summary>Removes a domain with everything it owns and everything it was granted; tells its release if it was introduced.</summary>
    public void Destroy(DomainRecord record)
    {
        tracer?.Domain(Model.Trace.StepCode.DomainDeath, record);
        bool wasIntroduced = record.Guest is not null;
        if (record.Guest is { } guest)
        {
            // Its own watches go first, so that it is told nothing of its own end.
            Drop(guest);
            record.Guest = null;
            host.DetachRing(guest);
        }

        FailTransactions(record.Id);
        Sweep(record.Id);
        special.Forget(record.Id);
        domains.Remove(record);
        if (wasIntroduced)
        {
            events.Special(SpecialNodes.ReleaseName, record.Id, special.Release);
        }
    }

    private static bool HasEnded(DomainRecord record, DomainReport report) =>
        report.Life is DomainLife.Absent or DomainLife.Dying || report.Incarnation != record.Incarnation;

    private void Sweep(DomainId dead)
    {
        for (var node = tree.Root; node is not null;)
        {
            if (node.Permissions.Owner == dead && node.Parent is not null)
            {
                var next = NextAfterSubtree(node);
                live.Remove(node);
                node = next;
                continue;
            }

            if (node.Permissions.Names(dead))
            {
                tree.SetPermissions(node, node.Permissions.WithoutDead(dead));
            }

            node = node.NextInSubtree(tree.Root);
        }
    }

    private static Node? NextAfterSubtree(Node root)
    {
        for (var node = root; node is not null; node = node.Parent)
        {
            if (node.NextSibling is not null)
            {
                return node.NextSibling;
            }
        }

        return null;
    }

    /// <summary>A transaction that would give something to the dead domain would give it to the next with its number.</summary>
    private void FailTransactions(DomainId dead)
    {
        foreach (var connection in Connections)
        {
            foreach (var transaction in connection.Transactions.Values)
            {
                foreach (var entry in transaction.Entries)
                {
                    if (entry.Exists && entry.NewPermissions?.Names(dead) == true)
                    {
                        transaction.Fail(Model.Protocol.XenStore.XsError.EAGAIN);
                    }
                }
            }
        }
    }
}
