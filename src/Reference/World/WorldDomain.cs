using Conformance.Model.Protocol;
using Conformance.Model.Trace;
using Conformance.Reference.Fibers;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.Ports;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Reference.World;

/// <summary>A domain of a <see cref="XenWorld"/>: what its drivers may touch.</summary>
public sealed class WorldDomain : IDomain
{
    internal WorldDomain(XenWorld world, Domain machine, Func<FiberScope, WorldStoreClient> connect)
    {
        World = world;
        Machine = machine;
        Fibers = new FiberScope(world.Driver, new FiberGroup($"dom{machine.Id}"));
        var trace = new DomainTrace(world.Trace, $"dom{machine.Id}");
        Grants = new WorldGrants(world.Driver, machine, trace);
        OwnEvents = new WorldEvents(world.Store, world.Driver, machine, trace);
        Memory = new WorldMemory(world.Driver, machine);
        StoreClient = connect(Fibers);
        OwnPlatform = new WorldPlatform(this);
    }

    /// <summary>The world it lives in.</summary>
    public XenWorld World { get; }

    /// <summary>The domain as the hypervisor has it; outside steps only to be looked at.</summary>
    public Domain Machine { get; }

    /// <inheritdoc/>
    public DomainId Id => Machine.Id;

    /// <inheritdoc/>
    public IStoreClient Store => StoreClient;

    /// <inheritdoc/>
    public IGrants Grants { get; }

    /// <inheritdoc/>
    public IEventChannels Events => OwnEvents;

    /// <inheritdoc/>
    public IMemory Memory { get; }

    /// <summary>What its kernel asks of the machine below it when it ends, stops or moves.</summary>
    public IPlatform Platform => OwnPlatform;

    /// <summary>The wall clock of the host as its kernel read it last: at its start, and after every move (CT-013).</summary>
    public DateTimeOffset WallClock => OwnPlatform.WallClock;

    /// <summary>The page of its console as its kernel found it last (CT-013).</summary>
    public MemoryPage Console => OwnPlatform.Console;

    /// <inheritdoc/>
    public FiberScope Fibers { get; }

    /// <inheritdoc/>
    public ITraceSink? Trace => World.Trace;

    /// <summary>The guest's own side of its grant table, for a look at what is granted and put aside.</summary>
    public GuestGrants GrantTable => ((WorldGrants)Grants).Own;

    internal WorldStoreClient StoreClient { get; }

    internal WorldEvents OwnEvents { get; }

    internal WorldPlatform OwnPlatform { get; }
}
