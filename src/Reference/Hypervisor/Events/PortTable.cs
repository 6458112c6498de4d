using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Events;

namespace Conformance.Reference.Hypervisor;

/// <summary>
/// The ports of a domain, and what it may ask of the hypervisor about them (<c>HYPERVISOR_event_channel_op</c>,
/// event_channel.h). Any thread.
/// </summary>
public sealed partial class PortTable
{
    private readonly Domain _domain;
    private readonly List<EventPort?> _ports = [null];
    private readonly VirtualCpu[] _cpus;
    private int _count;
    private int _lowestFree = 1;

    internal PortTable(Domain domain)
    {
        _domain = domain;
        Bits = new TwoLevelBits(domain.Options.WordBits);
        _cpus = new VirtualCpu[domain.Options.VirtualCpus];
        Func<bool>? hasCallback = domain.Options.Flavour == DomainFlavour.Hvm ? () => domain.Parameters.Callback.IsOn : null;
        for (uint i = 0; i < _cpus.Length; i++)
        {
            _cpus[i] = new VirtualCpu(i, Dispatch, hasCallback);
        }
    }

    /// <summary>The domain's virtual CPUs.</summary>
    public IReadOnlyList<VirtualCpu> Cpus => _cpus;

    /// <summary>How many ports are not closed.</summary>
    public int Count => _count;

    /// <summary>How many ports there can be, port 0, which is never one, included (EV-014, EV-015).</summary>
    public int PortLimit => Math.Min(Bits.PortLimit, _domain.Options.EventPorts);

    internal EventBits Bits { get; private set; }

    private Lock Gate => _domain.Gate;

    /// <summary>The port of that number, or null.</summary>
    public EventPort? Find(uint number)
    {
        lock (Gate)
        {
            return number < _ports.Count ? _ports[(int)number] : null;
        }
    }

    /// <summary>A new unbound port of <paramref name="owner"/> that <paramref name="remote"/> may bind: ESRCH, EPERM, EINVAL, ENOSPC (EV-002).</summary>
    public Errno AllocateUnbound(DomainId owner, DomainId remote, out EventPort? port)
    {
        lock (Gate)
        {
            port = null;
            if (_domain.Hypervisor.FindAny(_domain, owner) is not { } target)
            {
                return Errno.ESRCH;
            }

            if (target != _domain && !_domain.Options.IsPrivileged)
            {
                return Errno.EPERM;
            }

            var reservedFor = remote == DomainId.Self ? _domain.Id : remote;
            return target.Events.Add(PortState.Unbound, reservedFor, out port);
        }
    }

    /// <summary>
    /// A new port bound to an unbound one that another domain reserved for this one; it is pending at once: ESRCH, EINVAL,
    /// ENOSPC (EV-003, EV-004).
    /// </summary>
    public Errno BindInterdomain(DomainId remote, uint remotePort, out EventPort? port)
    {
        lock (Gate)
        {
            port = null;
            if (_domain.Hypervisor.FindAny(_domain, remote) is not { } peer)
            {
                return Errno.ESRCH;
            }

            var error = CheckFree();
            if (error != Errno.None)
            {
                return error;
            }

            var unbound = peer.Events.Find(remotePort);
            if (unbound?.State != PortState.Unbound || unbound.ReservedFor != _domain.Id)
            {
                return Errno.EINVAL;
            }

            port = AddFree(PortState.Interdomain, peer.Id);
            EventPort.Join(unbound, port);
            return Errno.None;
        }
    }

    /// <summary>Closes a port: EINVAL (EV-007, EV-017).</summary>
    public Errno Close(uint number)
    {
        lock (Gate)
        {
            if (Find(number) is not { Consumer: null } port)
            {
                return Errno.EINVAL;
            }

            Remove(port);
            return Errno.None;
        }
    }

    /// <summary>Signals the other end of a port: EINVAL (EV-005, EV-006).</summary>
    public Errno Send(uint number)
    {
        lock (Gate)
        {
            return Find(number) is { } port ? SendBy(port) : Errno.EINVAL;
        }
    }

    /// <summary>What a port is: ESRCH, EPERM, EINVAL. A free number below the limit is a closed port.</summary>
    public Errno Status(DomainId domain, uint number, out PortStatus status)
    {
        lock (Gate)
        {
            status = default;
            if (_domain.Hypervisor.FindAny(_domain, domain) is not { } target)
            {
                return Errno.ESRCH;
            }

            if (number >= target.Events.PortLimit)
            {
                return Errno.EINVAL;
            }

            if (target != _domain && !_domain.Options.IsPrivileged)
            {
                return Errno.EPERM;
            }

            if (target.Events.Find(number) is { } port)
            {
                status = new PortStatus(port.State, port.Vcpu, port.ReservedFor, port.Peer?.Number ?? 0, port.Source);
            }

            return Errno.None;
        }
    }

    internal EventPort AddUnbound(DomainId remote) => AddFree(PortState.Unbound, remote);

    /// <summary>Closes all ports, whoever consumes them (EV-018).</summary>
    internal void CloseAll()
    {
        CloseAllBut(null);
        BecomeTwoLevel();
        _resetCursor = 0;
    }

    /// <summary>Closes every port but one, and leaves the table as it is otherwise.</summary>
    internal void CloseAllBut(EventPort? kept)
    {
        foreach (var port in _ports.ToArray())
        {
            if (port is not null && port != kept)
            {
                Remove(port);
            }
        }
    }

    internal Errno SendBy(EventPort port)
    {
        if (port.Consumer is not null)
        {
            return Errno.EINVAL;
        }

        switch (port.State)
        {
            case PortState.Interdomain when port.Peer is { } peer:
                peer.Owner.Events.Raise(peer);
                return Errno.None;
            case PortState.Ipi:
                Raise(port);
                return Errno.None;
            case PortState.Unbound:
                return Errno.None;
            default:
                return Errno.EINVAL;
        }
    }

    /// <summary>An event for that port.</summary>
    internal void Raise(EventPort port)
    {
        if (port.Consumer is { } consumer)
        {
            consumer();
        }
        else
        {
            Bits.SetPending(port);
        }
    }

    private Errno CheckFree() =>
        _domain.IsDestroyed ? Errno.EINVAL : _count >= PortLimit - 1 ? Errno.ENOSPC : Errno.None;

    private Errno Add(PortState state, DomainId remote, out EventPort? port, uint vcpu = 0, uint source = 0, Action? consumer = null)
    {
        var error = CheckFree();
        port = error == Errno.None ? AddFree(state, remote, vcpu, source, consumer) : null;
        return error;
    }

    /// <summary>A port with the lowest free number, for the first virtual CPU unless it says otherwise (EV-016).</summary>
    private EventPort AddFree(PortState state, DomainId remote, uint vcpu = 0, uint source = 0, Action? consumer = null)
    {
        while (_lowestFree < _ports.Count && _ports[_lowestFree] is not null)
        {
            _lowestFree++;
        }

        if (_lowestFree == _ports.Count)
        {
            _ports.Add(null);
        }

        var port = new EventPort(_domain, (uint)_lowestFree, state, remote, _cpus[vcpu]) { Source = source, Consumer = consumer };
        _ports[_lowestFree] = port;
        _count++;
        return port;
    }

    private void Remove(EventPort port)
    {
        // A bit left over would be an event for whoever gets the number next.
        Bits.ClearPending(port.Number);
        port.Close();
        _ports[(int)port.Number] = null;
        _lowestFree = Math.Min(_lowestFree, (int)port.Number);
        _count--;
    }
}
