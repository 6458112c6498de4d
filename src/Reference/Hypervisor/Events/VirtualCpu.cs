namespace Conformance.Reference.Hypervisor;

/// <summary>
/// What a virtual CPU shares with the hypervisor about events (<c>struct vcpu_info</c>, xen.h), and what happens when it
/// is interrupted. Used under the hypervisor's lock.
/// </summary>
public sealed class VirtualCpu
{
    private readonly Func<bool>? _hasCallback;

    /// <param name="number">Its number.</param>
    /// <param name="upcall">The interrupt handler.</param>
    /// <param name="hasCallback">Whether there is a way to interrupt, which an HVM domain must set (HV-007); null where there always is.</param>
    internal VirtualCpu(uint number, Action<VirtualCpu> upcall, Func<bool>? hasCallback)
    {
        Number = number;
        Upcall = upcall;
        _hasCallback = hasCallback;
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
        TryAgain();
    }

    /// <summary>Interrupts for what waits, since something that was in the way is no more.</summary>
    internal void TryAgain()
    {
        if (IsUpcallPending)
        {
            DeliverUpcall();
        }
    }

    private void DeliverUpcall()
    {
        if (!IsUpcallMasked && _hasCallback?.Invoke() != false)
        {
            UpcallCount++;
            Upcall(this);
        }
    }
}
