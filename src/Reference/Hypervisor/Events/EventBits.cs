namespace Conformance.Reference.Hypervisor;

/// <summary>
/// How the pending and mask bits of a domain's ports reach it: one of the two event interfaces. Used under the
/// hypervisor's lock.
/// </summary>
internal abstract class EventBits
{
    /// <summary>Ports that the interface has, port 0 included.</summary>
    public abstract int PortLimit { get; }

    public abstract bool IsPending(uint port);

    public abstract bool IsMasked(uint port);

    /// <summary>Sets pending, and raises the upcall when that is news to the guest (EV-005, EV-010).</summary>
    public abstract void SetPending(EventPort port);

    /// <summary>Clears pending; says whether it was set.</summary>
    public abstract bool ClearPending(uint port);

    public abstract void Mask(uint port);

    /// <summary>Unmasks, and raises the upcall if the port is pending (EV-011).</summary>
    public abstract void Unmask(EventPort port);

    /// <summary>Clears the CPU's upcall flag and takes what it pointed to; false when nothing did (HV-011).</summary>
    public abstract bool TakeNext(VirtualCpu cpu, out uint port);
}
