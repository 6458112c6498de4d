using Conformance.Model.Protocol;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.XenStore.Engine;

namespace Conformance.Adapters.SoftwareXen;

/// <summary>Why a domain shut down (<c>SHUTDOWN_*</c>, sched.h).</summary>
public enum ShutdownReason
{
    /// <summary>It ended in order and wants to be gone.</summary>
    PowerOff = 0,

    /// <summary>It wants to be started again.</summary>
    Reboot = 1,

    /// <summary>It saved itself and waits to be resumed.</summary>
    Suspend = 2,

    /// <summary>It failed.</summary>
    Crash = 3,
}

/// <summary>A domain that software Xen plays: pages, ports and a life, but no processor; the caller acts for it.</summary>
public sealed class SoftwareDomain
{
    /// <summary>The frame that holds the page shared with the store.</summary>
    public const int StoreFrame = 1;

    /// <summary>The grant reference that names the same page (XS-132; <c>GNTTAB_RESERVED_XENSTORE</c>, grant_table.h).</summary>
    public const uint StoreGrant = 1;

    private readonly SoftwareHypervisor _hypervisor;

    internal SoftwareDomain(SoftwareHypervisor hypervisor, DomainId id, DomainMemory memory, int storeFrame)
    {
        _hypervisor = hypervisor;
        Id = id;
        Memory = memory;
        StorePage = memory.Page(storeFrame);
        Frame = storeFrame;
    }

    /// <summary>Its number.</summary>
    public DomainId Id { get; }

    /// <summary>How it is doing. Absent is reached when it was destroyed and no program maps a page of it any more.</summary>
    public DomainLife Life { get; internal set; } = DomainLife.Running;

    /// <summary>The frame number of the store's page: what INTRODUCE names.</summary>
    public int Frame { get; }

    /// <summary>The page shared with the store, full of zeros at first.</summary>
    public ISharedPage StorePage { get; }

    /// <summary>The doorbell to the store.</summary>
    public SoftwareEventLine StoreLine { get; internal set; } = null!;

    /// <summary>Completes when the domain is gone and its number is free.</summary>
    public Task Gone => GoneSource.Task;

    internal DomainMemory Memory { get; }

    internal Dictionary<uint, EventPort> Ports { get; } = [];

    internal ShutdownReason Reason { get; set; }

    internal int ForeignMappings { get; set; }

    internal TaskCompletionSource GoneSource { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Allocates one more port, for domain 0 to bind.</summary>
    public SoftwareEventLine OpenLine() => _hypervisor.OpenLine(this);

    /// <summary>Stops the domain; it exists until it is destroyed. The store is told (VIRQ_DOM_EXC).</summary>
    /// <exception cref="InvalidOperationException">It does not run.</exception>
    public void Shutdown(ShutdownReason reason) => _hypervisor.Shutdown(this, reason);

    /// <summary>Lets a domain that shut down run again; nobody is told.</summary>
    /// <exception cref="InvalidOperationException">It had not shut down.</exception>
    public void Resume() => _hypervisor.Resume(this);

    /// <summary>
    /// Destroys the domain: its ports close, it is dying while a program maps a page of it, then it is gone. The store is
    /// told of both (VIRQ_DOM_EXC).
    /// </summary>
    public void Destroy() => _hypervisor.Destroy(this);

    /// <inheritdoc/>
    public override string ToString() => $"dom{Id}";

    internal DomainRecord Describe()
    {
        DomainFlags flags = Life switch
        {
            DomainLife.Dying => DomainFlags.Dying | DomainFlags.Shutdown | WithReason(),
            DomainLife.Shutdown => DomainFlags.Shutdown | WithReason(),
            _ => DomainFlags.Running,
        };
        return new DomainRecord(Id.Value, flags, (ulong)Memory.Pages);
    }

    private DomainFlags WithReason() => (DomainFlags)((uint)Reason << 16);
}
