using Conformance.Model.Protocol;

namespace Conformance.Adapters.SoftwareXen;

/// <summary>The event channels of all domains (EV family): who is bound to whom, and who is told.</summary>
internal sealed class EventChannels(SoftwareHypervisor hypervisor, Lock gate)
{
    /// <summary>The virtual interrupt that tells of a domain that changed its life (<c>VIRQ_DOM_EXC</c>, xen.h).</summary>
    private const uint VirqDomainException = 3;

    private readonly List<SoftwareEventLine> lines = [];

    /// <summary>Allocates a port of a domain that domain 0 may bind, with our own end of it.</summary>
    public SoftwareEventLine OpenLine(SoftwareDomain domain)
    {
        lock (gate)
        {
            SoftwareEventLine line = new(this);
            line.Bound = AddPort(domain, line);
            line.Bound.Awaits = DomainId.Zero;
            lines.Add(line);
            return line;
        }
    }

    /// <summary>Rings the other end of a port of ours.</summary>
    public void Notify(EventPort port)
    {
        lock (gate)
        {
            port.Peer?.Owner.Raise(port.Peer.Number);
        }
    }

    /// <summary>Binds a new port of domain 0 to an unbound one.</summary>
    public Answer BindInterdomain(EventHandle handle, ulong number, ulong remotePort)
    {
        lock (gate)
        {
            if (hypervisor.Find(number) is not { } domain)
            {
                return Answer.Fail(UnixError.ESRCH);
            }

            if (remotePort > uint.MaxValue || !domain.Ports.TryGetValue((uint)remotePort, out EventPort? remote) ||
                remote.Awaits != DomainId.Zero)
            {
                return Answer.Fail(UnixError.EINVAL);
            }

            EventPort local = AddPort(hypervisor.Domain0, handle);
            (local.Peer, remote.Peer, remote.Awaits) = (remote, local, null);
            // An event sent while nobody was bound was lost, so the one who binds is always told to look (event_channel.c).
            handle.Raise(local.Number);
            return Answer.Ok(local.Number);
        }
    }

    /// <summary>Makes a new port of domain 0 the listener of a virtual interrupt.</summary>
    public Answer BindVirq(EventHandle handle, ulong virq)
    {
        lock (gate)
        {
            if (virq != VirqDomainException)
            {
                return Answer.Fail(UnixError.EINVAL);
            }

            // A global virtual interrupt has one listener; a program that died has left its port.
            if (hypervisor.Domain0.Ports.Values.Any(port => port.Virq == virq))
            {
                return Answer.Fail(UnixError.EEXIST);
            }

            EventPort local = AddPort(hypervisor.Domain0, handle);
            local.Virq = (uint)virq;
            return Answer.Ok(local.Number);
        }
    }

    /// <summary>Closes a port of a handle.</summary>
    public Answer Unbind(EventHandle handle, ulong number) => OnPort(handle, number, ClosePort);

    /// <summary>Rings the other end of a handle's port.</summary>
    public Answer Notify(EventHandle handle, ulong number) =>
        OnPort(handle, number, port => port.Peer?.Owner.Raise(port.Peer.Number));

    /// <summary>Lets a handle be told of a port again.</summary>
    /// <remarks>A port that was closed while its number was on its way is no error: daemons die of one (drivers/xen/evtchn.c).</remarks>
    public Answer Unmask(EventHandle handle, ulong number)
    {
        _ = OnPort(handle, number, port => handle.Unmask(port.Number));
        return Answer.Ok();
    }

    /// <summary>Closes all ports of a handle whose program closed it or ended.</summary>
    public void Close(EventHandle handle)
    {
        lock (gate)
        {
            foreach (EventPort port in hypervisor.Domain0.Ports.Values.Where(port => port.Owner == handle).ToArray())
            {
                ClosePort(port);
            }
        }
    }

    /// <summary>Closes all ports of a domain that is destroyed.</summary>
    public void CloseAll(SoftwareDomain domain)
    {
        foreach (EventPort port in domain.Ports.Values.ToArray())
        {
            ClosePort(port);
        }
    }

    /// <summary>Tells the listener that a domain changed its life.</summary>
    public void RaiseDomainException()
    {
        foreach (EventPort port in hypervisor.Domain0.Ports.Values)
        {
            if (port.Virq == VirqDomainException)
            {
                port.Owner.Raise(port.Number);
            }
        }
    }

    /// <summary>Ends all waits on our own lines.</summary>
    public void End() => lines.ForEach(line => line.End());

    private static EventPort AddPort(SoftwareDomain domain, IPortOwner owner)
    {
        uint number = 1;
        while (domain.Ports.ContainsKey(number))
        {
            number++;
        }

        EventPort port = new(domain, number, owner);
        domain.Ports.Add(number, port);
        return port;
    }

    private Answer OnPort(EventHandle handle, ulong number, Action<EventPort> action)
    {
        lock (gate)
        {
            if (number > uint.MaxValue || !hypervisor.Domain0.Ports.TryGetValue((uint)number, out EventPort? port) || port.Owner != handle)
            {
                return Answer.Fail(UnixError.ENOTCONN);
            }

            action(port);
            return Answer.Ok();
        }
    }

    private void ClosePort(EventPort port)
    {
        port.Domain.Ports.Remove(port.Number);
        (port.Owner as EventHandle)?.Forget(port.Number);
        if (port.Peer is { } peer)
        {
            (port.Peer, peer.Peer, peer.Awaits) = (null, null, port.Domain.Id);
        }
    }
}
