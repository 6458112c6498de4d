using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Events;

namespace Conformance.Reference.Hypervisor;

/// <content>Masks, virtual CPUs and the two event interfaces: how an event reaches the domain.</content>
public sealed partial class PortTable
{
    /// <summary>The port is not delivered until it is unmasked; events are remembered. The mask belongs to the number and outlives the port.</summary>
    public Errno Mask(uint number)
    {
        lock (Gate)
        {
            if (number == 0 || number >= PortLimit)
            {
                return Errno.EINVAL;
            }

            Bits.Mask(number);
            Find(number)?.ForgetDelivery();
            return Errno.None;
        }
    }

    /// <summary>The port is delivered again, at once if it is pending (EV-011): EINVAL.</summary>
    public Errno Unmask(uint number)
    {
        lock (Gate)
        {
            if (Find(number) is not { } port)
            {
                return Errno.EINVAL;
            }

            Bits.Unmask(port);
            return Errno.None;
        }
    }

    /// <summary>Says which virtual CPU is interrupted for a port: ENOENT, EINVAL for one that is a CPU's own.</summary>
    public Errno BindVcpu(uint number, uint vcpu)
    {
        lock (Gate)
        {
            if (vcpu >= _cpus.Length)
            {
                return Errno.ENOENT;
            }

            bool isMovable = Find(number) is { Consumer: null } port
                && (port.State is PortState.Unbound or PortState.Interdomain or PortState.Pirq
                    || (port.State == PortState.Virq && !Virq.IsPerCpu(port.Source)));
            if (!isMovable)
            {
                return Errno.EINVAL;
            }

            Find(number)!.NotifiedCpu = _cpus[vcpu];
            return Errno.None;
        }
    }

    /// <summary>Turns a virtual CPU's upcalls off.</summary>
    public void DisableUpcalls(uint vcpu)
    {
        lock (Gate)
        {
            _cpus[vcpu].Mask();
        }
    }

    /// <summary>Turns a virtual CPU's upcalls on; one that waits is delivered.</summary>
    public void EnableUpcalls(uint vcpu)
    {
        lock (Gate)
        {
            _cpus[vcpu].Unmask();
        }
    }

    /// <summary>
    /// Installs an interrupt handler of the guest's own instead of the one that calls each port's
    /// <see cref="EventPort.Upcall"/>; null brings that one back. It is called under the hypervisor's lock.
    /// </summary>
    public void SetUpcall(uint vcpu, Action<VirtualCpu>? handler)
    {
        lock (Gate)
        {
            _cpus[vcpu].Upcall = handler ?? Dispatch;
        }
    }

    /// <summary>
    /// The next port that a virtual CPU's handler has to look at, in the order in which nothing is lost (HV-011); false
    /// when there is none left.
    /// </summary>
    public bool TakeNext(VirtualCpu cpu, out uint number)
    {
        ArgumentNullException.ThrowIfNull(cpu);
        lock (Gate)
        {
            return Bits.TakeNext(cpu, out number);
        }
    }

    /// <summary>Gives a virtual CPU the queues of FIFO events; the first one turns the domain to them: ENOENT, EINVAL if it has them.</summary>
    public Errno InitControl(uint vcpu)
    {
        lock (Gate)
        {
            if (vcpu >= _cpus.Length)
            {
                return Errno.ENOENT;
            }

            if (Bits is FifoBits present)
            {
                if (present.HasControl(_cpus[vcpu]))
                {
                    return Errno.EINVAL;
                }

                present.AddControl(_cpus[vcpu]);
                present.Requeue(Find);
                return Errno.None;
            }

            BecomeFifo(_cpus[vcpu]);
            return Errno.None;
        }
    }

    /// <summary>Adds a page to the array of FIFO events: ENOSYS without FIFO events, ENOSPC when it is complete.</summary>
    public Errno ExpandArray()
    {
        lock (Gate)
        {
            if (Bits is not FifoBits fifo)
            {
                return Errno.ENOSYS;
            }

            if (fifo.Pages == EventLimits.FifoPages)
            {
                return Errno.ENOSPC;
            }

            fifo.Expand(Find);
            return Errno.None;
        }
    }

    /// <summary>Says how urgent a port's events are: EINVAL, ENOSYS without FIFO events.</summary>
    public Errno SetPriority(uint number, int priority)
    {
        lock (Gate)
        {
            if (priority is < 0 or >= EventLimits.FifoPriorities || Find(number) is not { } port)
            {
                return Errno.EINVAL;
            }

            if (Bits is not FifoBits)
            {
                return Errno.ENOSYS;
            }

            port.Priority = priority;
            return Errno.None;
        }
    }

    /// <summary>The domain set the callback of its upcalls: those that waited for one are delivered (HV-007).</summary>
    internal void OnCallback()
    {
        foreach (var cpu in _cpus)
        {
            cpu.TryAgain();
        }
    }

    private void BecomeFifo(VirtualCpu cpu)
    {
        var before = Bits;
        var fifo = new FifoBits();
        fifo.AddControl(cpu);
        Bits = fifo;
        ForgetSelectors();
        foreach (var port in _ports)
        {
            if (port is not null && before.IsPending(port.Number))
            {
                fifo.SetPending(port);
            }
        }
    }

    private void BecomeTwoLevel()
    {
        Bits = new TwoLevelBits(_domain.Options.WordBits);
        ForgetSelectors();
    }

    private void ForgetSelectors()
    {
        foreach (var cpu in _cpus)
        {
            cpu.Selector = 0;
            cpu.IsUpcallPending = false;
        }
    }

    /// <summary>The ordinary interrupt handler: looks at every port that has something new.</summary>
    private void Dispatch(VirtualCpu cpu)
    {
        cpu.Mask();
        while (Bits.TakeNext(cpu, out uint number))
        {
            Find(number)?.Deliver();
        }

        cpu.Unmask();
    }
}
