using Conformance.Model.Protocol;

namespace Conformance.Reference.Hypervisor;

/// <summary>
/// As much of a hypervisor as a store needs, in one process: domains that live and die, pages found by frame number,
/// event channels. It has no grants, no page tables and no scheduling; memory that a dead domain shared stays readable
/// for who holds it. Any thread.
/// </summary>
public sealed class InProcessHypervisor
{
    private readonly Dictionary<DomainId, Domain> _domains = [];
    private ulong _lastIncarnation;
    private ushort _lastId;

    /// <summary>Starts with the control domain alone.</summary>
    public InProcessHypervisor() => _domains.Add(DomainId.Zero, new Domain(this, DomainId.Zero, ++_lastIncarnation));

    /// <summary>Some domain was created, changed its life, or was destroyed. Raised on the thread that did it.</summary>
    public event Action? DomainsChanged;

    internal Lock Gate { get; } = new();

    /// <summary>The domain that has that number now, or null.</summary>
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
    public Domain Create(DomainId? id = null)
    {
        Domain domain;
        lock (Gate)
        {
            var number = id ?? NextFree();
            if (!number.IsOrdinary || _domains.ContainsKey(number))
            {
                throw new ArgumentException($"expected a free domain number below {DomainId.FirstReserved}, got {number}", nameof(id));
            }

            domain = new Domain(this, number, ++_lastIncarnation);
            _domains.Add(number, domain);
        }

        DomainsChanged?.Invoke();
        return domain;
    }

    /// <summary>The domain stops running, of its own will or not; it keeps its number and memory.</summary>
    public void Shutdown(Domain domain, ShutdownReason reason) => Change(domain, d => d.Shutdown = reason);

    /// <summary>A domain that was shut down runs again, as after a cancelled suspend.</summary>
    public void Resume(Domain domain) => Change(domain, d => d.Shutdown = null);

    /// <summary>The domain is gone: its ports are closed and its number is free.</summary>
    public void Destroy(Domain domain) => Change(domain, d =>
    {
        d.IsDestroyed = true;
        d.CloseAllPorts();
        _domains.Remove(d.Id);
    });

    /// <summary>
    /// Binds a new port of <paramref name="local"/> to an unbound port that another domain reserved for it.
    /// </summary>
    /// <returns>The new port, pending at once; null when there is no such unbound port.</returns>
    public EventPort? Bind(Domain local, DomainId remote, uint remotePort)
    {
        ArgumentNullException.ThrowIfNull(local);
        lock (Gate)
        {
            var unbound = _domains.GetValueOrDefault(remote)?.FindPort(remotePort);
            if (local.IsDestroyed || unbound is null || unbound.Peer is not null || unbound.ReservedFor != local.Id)
            {
                return null;
            }

            var bound = local.AddPort(remote);
            EventPort.Join(unbound, bound);
            return bound;
        }
    }

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
            if (!_domains.ContainsKey(new DomainId(_lastId)))
            {
                return new DomainId(_lastId);
            }
        }

        throw new InvalidOperationException("expected a free domain number, got none; destroy a domain first");
    }
}
