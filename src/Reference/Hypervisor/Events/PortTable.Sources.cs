using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Events;

namespace Conformance.Reference.Hypervisor;

/// <content>Ports whose other end is no domain: virtual and physical interrupts, other CPUs, the hypervisor.</content>
public sealed partial class PortTable
{
    /// <summary>A port for a virtual interrupt: EINVAL, ENOENT, EBUSY, EEXIST, ENOSPC.</summary>
    public Errno BindVirq(uint virq, uint vcpu, out EventPort? port)
    {
        lock (Gate)
        {
            port = null;
            if (virq >= Virq.Count || (!Virq.IsPerCpu(virq) && vcpu != 0))
            {
                return Errno.EINVAL;
            }

            if (vcpu >= _cpus.Length)
            {
                return Errno.ENOENT;
            }

            if (Virq.IsGlobal(virq) && _domain.Id != DomainId.Zero)
            {
                return Errno.EBUSY;
            }

            return FindVirq(virq, vcpu) is null
                ? Add(PortState.Virq, _domain.Id, out port, vcpu, virq)
                : Errno.EEXIST;
        }
    }

    /// <summary>A port for signals to one of the domain's own CPUs: ENOENT, ENOSPC.</summary>
    public Errno BindIpi(uint vcpu, out EventPort? port)
    {
        lock (Gate)
        {
            port = null;
            return vcpu < _cpus.Length ? Add(PortState.Ipi, _domain.Id, out port, vcpu) : Errno.ENOENT;
        }
    }

    /// <summary>A port for a physical interrupt: EPERM, EEXIST, ENOSPC.</summary>
    public Errno BindPirq(uint pirq, out EventPort? port)
    {
        lock (Gate)
        {
            port = null;
            if (!_domain.Options.IsPrivileged)
            {
                return Errno.EPERM;
            }

            return _ports.Exists(other => other is { State: PortState.Pirq } && other.Source == pirq)
                ? Errno.EEXIST
                : Add(PortState.Pirq, _domain.Id, out port, source: pirq);
        }
    }

    /// <summary>The hypervisor raises a virtual interrupt; false when no port is bound to it.</summary>
    public bool RaiseVirq(uint virq, uint vcpu = 0)
    {
        lock (Gate)
        {
            if (FindVirq(virq, vcpu) is not { } port)
            {
                return false;
            }

            Raise(port);
            return true;
        }
    }

    /// <summary>
    /// A port of this domain that <paramref name="remote"/> may bind and whose events the hypervisor itself consumes; the
    /// domain can neither close nor use it (EV-017).
    /// </summary>
    public Errno AllocateConsumed(DomainId remote, Action consumer, out EventPort? port)
    {
        lock (Gate)
        {
            return Add(PortState.Unbound, remote, out port, consumer: consumer);
        }
    }

    /// <summary>The hypervisor gives up a port that it consumes.</summary>
    public void FreeConsumed(EventPort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        lock (Gate)
        {
            if (port.Consumer is not null && Find(port.Number) == port)
            {
                Remove(port);
            }
        }
    }

    private EventPort? FindVirq(uint virq, uint vcpu) =>
        _ports.Find(port => port is { State: PortState.Virq } && port.Source == virq && (!Virq.IsPerCpu(virq) || port.Vcpu == vcpu));
}
