using Conformance.Model.Protocol;

namespace Conformance.Reference.Hypervisor;

/// <summary>
/// A hypervisor in one process: domains that live, die and come back, their memory, grant tables and event channels.
/// Every operation is synchronous and whole, under one lock; accesses to pages take no lock. It has no page tables and no
/// scheduling. Any thread.
/// </summary>
public sealed class InProcessHypervisor
{
    private readonly Dictionary<DomainId, Domain> _domains = [];
    private readonly Dictionary<DomainId, Domain> _zombies = [];
    private ulong _lastIncarnation;
    private ulong _lastPageKey;
    private ushort _lastId;

    /// <summary>Starts with the control domain alone.</summary>
    public InProcessHypervisor()
        : this(new DomainOptions { IsPrivileged = true })
    {
    }

    /// <summary>Starts with a control domain that is like that; its number is 0 whatever the options say.</summary>
    public InProcessHypervisor(DomainOptions control)
    {
        ArgumentNullException.ThrowIfNull(control);
        _domains.Add(DomainId.Zero, new Domain(this, DomainId.Zero, ++_lastIncarnation, control));
    }

    /// <summary>Some domain was created, changed its life, or was destroyed. Raised on the thread that did it.</summary>
    public event Action? DomainsChanged;

    /// <summary>Domains that are gone but whose memory others still hold (GT-032).</summary>
    public IReadOnlyList<Domain> Zombies
    {
        get
        {
            lock (Gate)
            {
                return [.. _zombies.Values.OrderBy(zombie => zombie.Id)];
            }
        }
    }

    /// <summary>The wall clock of the host when its own clock was 0, as its domains are told (CT-013).</summary>
    public DateTimeOffset WallClock { get; private set; } = DateTimeOffset.UnixEpoch;

    internal Lock Gate { get; } = new();

    /// <summary>The domain that has that number now, or null; a zombie is not found.</summary>
    public Domain? Find(DomainId id)
    {
        lock (Gate)
        {
            return _domains.GetValueOrDefault(id);
        }
    }

    /// <summary>Makes a running domain.</summary>
    /// <param name="id">Its number; null for the next free one.</param>
    /// <exception cref="ArgumentException">The number is taken or reserved.</exception>
    /// <exception cref="InvalidOperationException">Every number is taken.</exception>
    public Domain Create(DomainId? id = null) => Create(new DomainOptions { Id = id });

    /// <summary>Makes a running domain.</summary>
    /// <exception cref="ArgumentException">The number is taken or reserved, or the options make no sense.</exception>
    /// <exception cref="InvalidOperationException">Every number is taken.</exception>
    public Domain Create(DomainOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Domain domain;
        lock (Gate)
        {
            var number = options.Id ?? NextFree();
            if (!number.IsOrdinary || IsTaken(number))
            {
                throw new ArgumentException($"expected a free domain number below {DomainId.FirstReserved}, got {number}", nameof(options));
            }

            domain = new Domain(this, number, ++_lastIncarnation, options);
            _domains.Add(number, domain);
        }

        DomainsChanged?.Invoke();
        return domain;
    }

    /// <summary>The domain stops running, of its own will or not; it keeps its number and memory.</summary>
    public void Shutdown(Domain domain, ShutdownReason reason) => Change(domain, d => d.Shutdown = reason);

    /// <summary>A domain that was shut down runs again where it was, as after a cancelled suspend: all is as before (GT-061).</summary>
    public void Resume(Domain domain) => Change(domain, d => d.Shutdown = null);

    /// <summary>
    /// A suspended domain runs again on what is to it a new host: its memory has the same bytes and frame numbers, but
    /// nobody else has it mapped, it has nothing mapped, its ports are gone and its grant table is empty and of version 1
    /// (GT-060, EV-021). The tool stack gave it a new port for the store.
    /// </summary>
    public void Restore(Domain domain) => Change(domain, d =>
    {
        d.Events.CloseAll();
        d.Grants.ReleaseAll();
        d.Memory.MoveAll();
        d.TakeHostPages();
        d.GrantTable = new GrantTable(d);
        d.Incarnation = ++_lastIncarnation;
        d.ConnectStore();
        d.Shutdown = null;
    });

    /// <summary>
    /// The domain is gone: its ports are closed, what it had mapped is released (GT-033). Its number is free at once, or,
    /// when others still hold memory of it, after the last of them let go (GT-032).
    /// </summary>
    public void Destroy(Domain domain) => Change(domain, d =>
    {
        d.IsDestroyed = true;
        d.Events.CloseAll();
        d.Grants.ReleaseAll();
        _domains.Remove(d.Id);
        d.IsZombie = d.GrantTable.IsInUse;
        if (d.IsZombie)
        {
            _zombies.Add(d.Id, d);
        }
    });

    /// <summary>
    /// The drivers of a domain ended without a word while the domain lives on: what they had mapped is released, and all
    /// ports are closed but the store's.
    /// </summary>
    public void EndDrivers(Domain domain) => Change(domain, d =>
    {
        d.Events.CloseAllBut(d.StorePort);
        d.Grants.ReleaseAll();
    });

    /// <summary>Sets the wall clock; every live domain finds it in its shared page.</summary>
    public void SetWallClock(DateTimeOffset time)
    {
        lock (Gate)
        {
            WallClock = time;
            foreach (var domain in _domains.Values)
            {
                SharedInfoPage.WriteWallClock(domain.SharedInfo, time);
            }
        }
    }

    /// <summary>
    /// Binds a new port of <paramref name="local"/> to an unbound port that another domain reserved for it.
    /// </summary>
    /// <returns>The new port, pending at once; null when there is no such unbound port.</returns>
    public EventPort? Bind(Domain local, DomainId remote, uint remotePort)
    {
        ArgumentNullException.ThrowIfNull(local);
        if (local.Hypervisor != this)
        {
            throw new ArgumentException($"expected a domain of this hypervisor, got domain {local.Id} of another", nameof(local));
        }

        local.Events.BindInterdomain(remote, remotePort, out var port);
        return port;
    }

    internal ulong NextPageKey() => ++_lastPageKey;

    /// <summary>The domain of that number, dying or not, as the hypervisor's own operations find it.</summary>
    internal Domain? FindAny(DomainId id) => _domains.GetValueOrDefault(id) ?? _zombies.GetValueOrDefault(id);

    /// <summary>The domain that <paramref name="caller"/> names; DOMID_SELF is itself.</summary>
    internal Domain? FindAny(Domain caller, DomainId id) => id == DomainId.Self ? caller : FindAny(id);

    internal void ReapIfFree(GrantTable table)
    {
        if (table.Owner.IsZombie && table.Owner.GrantTable == table && !table.IsInUse)
        {
            table.Owner.IsZombie = false;
            _zombies.Remove(table.Owner.Id);
        }
    }

    private bool IsTaken(DomainId id) => _domains.ContainsKey(id) || _zombies.ContainsKey(id);

    private void Change(Domain domain, Action<Domain> change)
    {
        ArgumentNullException.ThrowIfNull(domain);
        lock (Gate)
        {
            ObjectDisposedException.ThrowIf(domain.IsDestroyed, domain);
            change(domain);
        }

        DomainsChanged?.Invoke();
    }

    private DomainId NextFree()
    {
        for (int tries = 0; tries < DomainId.FirstReserved; tries++)
        {
            _lastId = (ushort)((_lastId + 1) % DomainId.FirstReserved);
            if (!IsTaken(new DomainId(_lastId)))
            {
                return new DomainId(_lastId);
            }
        }

        throw new InvalidOperationException("expected a free domain number, got none; destroy a domain first");
    }
}
