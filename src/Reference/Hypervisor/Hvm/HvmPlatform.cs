using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Hvm;

namespace Conformance.Reference.Hypervisor;

/// <summary>
/// The guest's platform driver of an HVM domain: finds Xen, sets the hypercall page and the callback up, and learns where
/// the store is, first at boot and again after a resume, always before interrupts are on (HV-013).
/// </summary>
public sealed class HvmPlatform
{
    private readonly Domain _domain;
    private readonly ICpuid _cpuid;
    private readonly Action<uint, ulong> _writeMsr;
    private readonly CallbackVia _callback;

    /// <summary>Makes the driver; nothing is set up yet.</summary>
    /// <param name="domain">An HVM domain.</param>
    /// <param name="cpuid">Its processor.</param>
    /// <param name="writeMsr">Writes a model-specific register: which, and what.</param>
    /// <param name="callback">How upcalls are to interrupt.</param>
    public HvmPlatform(Domain domain, ICpuid cpuid, Action<uint, ulong> writeMsr, CallbackVia callback)
    {
        ArgumentNullException.ThrowIfNull(domain);
        _domain = domain;
        _cpuid = cpuid;
        _writeMsr = writeMsr;
        _callback = callback;
        HypercallPage = domain.Memory.Allocate();
    }

    /// <summary>Xen's leaves, found anew each time, since another host may have them elsewhere.</summary>
    public XenCpuid? Xen { get; private set; }

    /// <summary>The page that the hypervisor fills with hypercalls.</summary>
    public MemoryPage HypercallPage { get; }

    /// <summary>The frame of the store's page; 0 when there is no store.</summary>
    public ulong StoreFrame { get; private set; }

    /// <summary>The port of the store; none when there is no store.</summary>
    public PortNumber StorePort { get; private set; }

    /// <summary>Turns interrupts off, as is done before suspending.</summary>
    public void Suspend() => SetUpcalls(isOn: false);

    /// <summary>Sets all up and turns interrupts on last.</summary>
    /// <returns>False when this is no Xen, or it refuses the callback; interrupts stay off then.</returns>
    public bool Start()
    {
        SetUpcalls(isOn: false);
        Xen = XenCpuid.Find(_cpuid);
        if (Xen is null)
        {
            return false;
        }

        _writeMsr(Xen.HypercallMsr, HypercallPage.Frame * MachinePage.Size);
        if (_domain.Parameters.Set(HvmParameter.CallbackIrq, _callback.Value) != Errno.None)
        {
            return false;
        }

        bool hasStore = _domain.Parameters.TryGetStore(out ulong frame, out var port);
        (StoreFrame, StorePort) = hasStore ? (frame, port) : (0, PortNumber.None);
        SetUpcalls(isOn: true);
        return true;
    }

    private void SetUpcalls(bool isOn)
    {
        foreach (var cpu in _domain.Events.Cpus)
        {
            if (isOn)
            {
                _domain.Events.EnableUpcalls(cpu.Number);
            }
            else
            {
                _domain.Events.DisableUpcalls(cpu.Number);
            }
        }
    }
}
