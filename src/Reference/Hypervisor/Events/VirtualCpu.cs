namespace Conformance.Reference.Hypervisor;

/// <summary>
/// What a virtual CPU shares with the hypervisor about events (<c>struct vcpu_info</c>, xen.h), and what happens when it
/// is interrupted. Used under the hypervisor's lock.
/// </summary>
public sealed class VirtualCpu
{
    internal VirtualCpu(uint number, Action<VirtualCpu> upcall)
    {
        Number = number;
        Upcall = upcall;
    }

    /// <summary>Its number in its domain.</summary>
    public uint Number { get; }

    /// <summary>Some selector was set since this was last cleared.</summary>
    public bool IsUpcallPending { get; internal set; }

    /// <summary>Upcalls wait until this is false again, like a disabled interrupt.</summary>
    public bool IsUpcallMasked { get; private set; }

    /// <summary>Bit n: word n of the pending ports may have something new. With FIFO events bit n is queue n.</summary>
    public ulong Selector { get; internal set; }

    /// <summary>How often the CPU was interrupted.</summary>
    public int UpcallCount { get; private set; }

    /// <summary>The interrupt handler, called under the hypervisor's lock.</summary>
    internal Action<VirtualCpu> Upcall { get; set; }

    /// <summary>Sets a selector bit; the first one interrupts (EV-010).</summary>
    internal void Select(int bit)
    {
        ulong was = Selector;
        Selector = was | (1ul << bit);
        if (Selector != was && !IsUpcallPending)
        {
            IsUpcallPending = true;
            DeliverUpcall();
        }
    }

    internal void Mask() => IsUpcallMasked = true;

    internal void Unmask()
    {
        IsUpcallMasked = false;
        if (IsUpcallPending)
        {
            DeliverUpcall();
        }
    }

    private void DeliverUpcall()
    {
        if (!IsUpcallMasked)
        {
            UpcallCount++;
            Upcall(this);
        }
    }
}
