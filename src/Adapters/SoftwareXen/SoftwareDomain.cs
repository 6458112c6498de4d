using Conformance.Model.Protocol;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.XenStore.Engine;
using Conformance.Suite.Targets;

namespace Conformance.Adapters.SoftwareXen;

/// <summary>A domain that software Xen plays: pages, ports and a life, but no processor; the caller acts for it.</summary>
public sealed class SoftwareDomain : IGuestDomain
{
    /// <summary>The frame that holds the page shared with the store.</summary>
    public const int StoreFrame = 1;

    /// <summary>The grant reference that names the same page (XS-132; <c>GNTTAB_RESERVED_XENSTORE</c>, grant_table.h).</summary>
    public const uint StoreGrant = 1;

    private readonly SoftwareHypervisor hypervisor;
    private readonly TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SoftwareEventLine? line;

    internal SoftwareDomain(SoftwareHypervisor hypervisor, DomainId id, DomainMemory memory, int storeFrame)
    {
        this.hypervisor = hypervisor;
        Id = id;
        Memory = memory;
        Page = memory.Page(storeFrame);
        Frame = (ulong)storeFrame;
    }

    /// <inheritdoc/>
    public DomainId Id { get; }

    /// <summary>How it is doing. Absent is reached when it was destroyed and no program maps a page of it any more.</summary>
    public DomainLife Life { get; internal set; } = DomainLife.Running;

    /// <inheritdoc/>
    public ulong Frame { get; }

    /// <inheritdoc/>
    public uint Port => StoreLine.Port;

    /// <inheritdoc/>
    public ISharedPage Page { get; }

    /// <inheritdoc/>
    public IEventLine Line => StoreLine;

    /// <summary>Completes when the domain is absent and its number free.</summary>
    public Task Gone => gone.Task;

    internal DomainMemory Memory { get; }

    internal Dictionary<uint, EventPort> Ports { get; } = [];

    internal ShutdownReason Reason { get; set; }

    internal int ForeignMappings { get; set; }

    internal SoftwareEventLine StoreLine
    {
        get => line ?? throw new InvalidOperationException($"{this} has no port yet.");
        set => line = value;
    }

    /// <inheritdoc/>
    public ValueTask<uint> AllocatePortAsync()
    {
        StoreLine = hypervisor.Events.OpenLine(this);
        return ValueTask.FromResult(Port);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">It does not run.</exception>
    public ValueTask ShutdownAsync(ShutdownReason reason)
    {
        hypervisor.Shutdown(this, reason);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">It had not shut down.</exception>
    public ValueTask ResumeAsync()
    {
        hypervisor.Resume(this);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    /// <remarks>It is dying while a program maps a page of it, then absent; the store is told of both (VIRQ_DOM_EXC).</remarks>
    public ValueTask DestroyAsync()
    {
        hypervisor.Destroy(this);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override string ToString() => $"dom{Id}";

    internal void End()
    {
        Life = DomainLife.Absent;
        Memory.Unlink();
        gone.SetResult();
    }

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
