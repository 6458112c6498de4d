using Conformance.Model.Protocol;
using Conformance.Model.Trace;
using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;
using Conformance.Reference.World;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Exploration.Scenarios;

/// <summary>
/// The tool stack as a process of its own in the control domain: with its own connection to the store and its own fibers, so
/// that what it does and what the control domain's drivers do need not be taken for steps of one participant.
/// </summary>
internal sealed class ToolStackView : IDomain
{
    private readonly WorldDomain _control;

    internal ToolStackView(XenWorld world, string name)
    {
        _control = world.Control;
        Fibers = new FiberScope(world.Driver, new FiberGroup(name));
        Store = new WorldStoreClient(world.Store, world.Store.Engine.Connect(), world.Driver, Fibers);
    }

    public DomainId Id => _control.Id;

    public IStoreClient Store { get; }

    public IGrants Grants => _control.Grants;

    public IEventChannels Events => _control.Events;

    public IMemory Memory => _control.Memory;

    public FiberScope Fibers { get; }

    public ITraceSink? Trace => _control.Trace;
}
