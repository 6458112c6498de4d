using Conformance.Model.Protocol;
using Conformance.Model.Trace;
using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Suite.Block.Observed;

/// <summary>A domain as a driver under test has it, through which a case sees what the driver does with grants and ports.</summary>
public sealed class ObservedDomain : IDomain
{
    private readonly IDomain inner;

    /// <summary>Looks at what happens in <paramref name="inner"/> through this.</summary>
    public ObservedDomain(IDomain inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        this.inner = inner;
        GrantLog = new ObservedGrants(inner.Grants);
        EventLog = new ObservedEvents(inner.Events);
    }

    /// <summary>What was granted, mapped and copied.</summary>
    public ObservedGrants GrantLog { get; }

    /// <summary>The ports that were made, and their ends.</summary>
    public ObservedEvents EventLog { get; }

    /// <inheritdoc/>
    public DomainId Id => inner.Id;

    /// <inheritdoc/>
    public IStoreClient Store => inner.Store;

    /// <inheritdoc/>
    public IGrants Grants => GrantLog;

    /// <inheritdoc/>
    public IEventChannels Events => EventLog;

    /// <inheritdoc/>
    public IMemory Memory => inner.Memory;

    /// <inheritdoc/>
    public FiberScope Fibers => inner.Fibers;

    /// <inheritdoc/>
    public ITraceSink? Trace => inner.Trace;
}
