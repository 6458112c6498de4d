using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Engine;

namespace Conformance.Tests.Fuzz.Store.Specification;

/// <summary>
/// The store as a plain sequential program: dictionaries, lists and copies, nothing that is fast. What the clauses
/// leave open is as src/Reference/XenStore/Engine/README.md has it.
/// </summary>
internal sealed class SpecStore
{
    private readonly SortedDictionary<int, SpecDomain> _domains = [];
    private readonly List<SpecClient> _clients = [];
    private readonly Func<DomainId, DomainReport> _query;
    private readonly SpecNodeRequests _nodes;
    private readonly SpecOtherRequests _others;
    private long _keys;
    private long _bursts;

    public SpecStore(Func<DomainId, DomainReport> query)
    {
        _query = query;
        _domains[0] = new SpecDomain(0, 0);
        Live = new SpecLiveView(this);
        _nodes = new SpecNodeRequests(this);
        _others = new SpecOtherRequests(this);
    }

    public SpecTree Tree { get; } = new();

    public SpecLiveView Live { get; }

    public SpecEvents Events { get; } = new();

    /// <summary>Permissions of @introduceDomain and @releaseDomain.</summary>
    public Dictionary<string, SpecRights> Special { get; } = new()
    {
        ["@introduceDomain"] = new SpecRights([new SpecEntry('n', 0)]),
        ["@releaseDomain"] = new SpecRights([new SpecEntry('n', 0)]),
    };

    public int NodesMaximum { get; set; } = 1000;

    public int WatchesMaximum { get; set; } = 128;

    public int TransactionsMaximum { get; set; } = 10;

    public int NodeSizeMaximum { get; set; } = 2048;

    public int EntriesMaximum { get; set; } = 5;

    public SpecClient Connect()
    {
        var client = new SpecClient(_domains[0]);
        _clients.Add(client);
        return client;
    }

    public SpecDomain? Domain(int id) => _domains.GetValueOrDefault(id);

    public int TransactionsOf(SpecDomain domain) => _clients.Where(client => client.Domain == domain).Sum(client => client.Transactions.Count);

    /// <summary>A key that no child list had before.</summary>
    public string NewKey() => $"own {++_keys}";

    public void Process(SpecClient client, XsMessageType type, uint id, uint transaction, string payload)
    {
        if (!client.IsServed)
        {
            return;
        }

        bool isOrdered = transaction == 0 && type is XsMessageType.Write or XsMessageType.Mkdir;
        Events.Cause = (++_bursts, isOrdered);
        string? error = Serve(client, type, id, transaction, payload);
        if (error is not null)
        {
            Reply(client, XsMessageType.Error, id, transaction, error + "\0");
        }
    }

    public void Reply(SpecClient client, XsMessageType type, uint id, uint transaction, string payload)
    {
        if (client.IsServed)
        {
            client.Expected.Add(new Expected(ExpectedKind.Reply, $"{type} {id} {transaction} {payload}", Events.Cause.Burst, true));
        }
    }

    /// <summary>The domain, if there is one now; the end of an earlier one with its number comes first.</summary>
    public SpecDomain? LookUp(int id)
    {
        if (id != 0 && Domain(id) is { } known && HasEnded(known))
        {
            Destroy(known);
        }

        var report = _query(new DomainId((ushort)id));
        if (!_domains.ContainsKey(id) && report.Life is DomainLife.Running or DomainLife.Shutdown)
        {
            _domains[id] = new SpecDomain(id, report.Incarnation);
        }

        return Domain(id);
    }

    /// <summary>The end of a domain: nothing it owned or was granted is left (XS-060, XS-061).</summary>
    public void Destroy(SpecDomain domain)
    {
        var guest = domain.Guest;
        domain.Guest = null;
        if (guest is not null)
        {
            End(guest);
        }

        foreach (var transaction in _clients.SelectMany(client => client.Transactions.Values).Where(open => open.WouldGiveTo(domain.Id)))
        {
            transaction.Fail("EAGAIN");
        }

        foreach (string path in Tree.Paths.ToArray())
        {
            Sweep(path, domain.Id);
        }

        foreach (string name in Special.Keys.ToArray())
        {
            Special[name] = Special[name].Without(domain.Id);
        }

        foreach (var other in _domains.Values.Where(other => other.Target == domain))
        {
            other.Target = null;
        }

        _domains.Remove(domain.Id);
        if (guest is not null)
        {
            Events.Domain("@releaseDomain", domain.Id, Special["@releaseDomain"]);
        }
    }

    /// <summary>The hypervisor said that some domain changed its life.</summary>
    public void DomainsChanged()
    {
        Events.Cause = (++_bursts, false);
        foreach (var domain in _domains.Values.Where(domain => domain.Id != 0).ToArray())
        {
            if (HasEnded(domain))
            {
                Destroy(domain);
            }
            else if (_query(new DomainId((ushort)domain.Id)).Life == DomainLife.Shutdown && domain is { Guest: not null, IsShutdownTold: false })
            {
                domain.IsShutdownTold = true;
                Events.Domain("@releaseDomain", domain.Id, Special["@releaseDomain"]);
            }
        }
    }

    public void Introduce(SpecDomain domain)
    {
        if (domain.Guest is { } known)
        {
            Forget(known);
            known.IsServed = true;
            return;
        }

        domain.Guest = new SpecClient(domain);
        _clients.Add(domain.Guest);
        Events.Domain("@introduceDomain", domain.Id, Special["@introduceDomain"]);
    }

    public void Forget(SpecClient client)
    {
        Events.RemoveAll(client);
        client.Transactions.Clear();
        client.Expected.Clear();
    }

    public void Abandon(SpecClient client)
    {
        client.IsServed = false;
        Forget(client);
    }

    public void End(SpecClient client)
    {
        Abandon(client);
        _clients.Remove(client);
    }

    private string? Serve(SpecClient client, XsMessageType type, uint id, uint transaction, string payload)
    {
        if (!Enum.IsDefined(type) || type is XsMessageType.WatchEvent or XsMessageType.Error or XsMessageType.Restrict or XsMessageType.Invalid)
        {
            return "ENOSYS";
        }

        if (!client.IsPrivileged && SpecOtherRequests.Privileged.Contains(type))
        {
            return "EACCES";
        }

        bool ignores = type is XsMessageType.Watch or XsMessageType.Unwatch or XsMessageType.ResetWatches;
        SpecTransaction? open = null;
        if (transaction != 0 && !ignores && !client.Transactions.TryGetValue(transaction, out open))
        {
            return "ENOENT";
        }

        var call = new SpecCall(client, type, id, transaction, payload, open, open is null ? Live : open);
        string? error = SpecNodeRequests.Types.Contains(type) ? _nodes.Serve(call) : _others.Serve(call);
        if (open is not null && error is not null && SpecNodeRequests.Changes.Contains(type) && !(type == XsMessageType.Rm && error == "ENOENT"))
        {
            open.Fail(error);
        }

        return error;
    }

    private bool HasEnded(SpecDomain domain)
    {
        var report = _query(new DomainId((ushort)domain.Id));
        return report.Life is DomainLife.Absent or DomainLife.Dying || report.Incarnation != domain.Incarnation;
    }

    private void Sweep(string path, int dead)
    {
        if (Tree.Find(path) is not { } node)
        {
            return;
        }

        if (node.Rights.Owner == dead && path != "/")
        {
            Live.Remove(path);
        }
        else if (node.Rights.Names(dead))
        {
            Tree.SetRights(path, node.Rights.Without(dead));
        }
    }
}

/// <summary>One request while it is served.</summary>
internal sealed record SpecCall(
    SpecClient Client, XsMessageType Type, uint Id, uint Number, string Payload, SpecTransaction? Transaction, SpecView View);
