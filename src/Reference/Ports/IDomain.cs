using Conformance.Model.Protocol;
using Conformance.Model.Trace;
using Conformance.Reference.Fibers;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Reference.Ports;

/// <summary>
/// What a driver may touch, and nothing else. Every operation of every part is one step. The in-process hypervisor
/// implements it, and so can a real one: the same driver is the reference in one world and the tester in another.
/// </summary>
public interface IDomain
{
    /// <summary>The domain's own number.</summary>
    DomainId Id { get; }

    /// <summary>The store; relative paths begin at the domain's home.</summary>
    IStoreClient Store { get; }

    /// <summary>The domain's grant table, and other domains' pages through theirs.</summary>
    IGrants Grants { get; }

    /// <summary>The domain's event channels.</summary>
    IEventChannels Events { get; }

    /// <summary>The domain's own pages.</summary>
    IMemory Memory { get; }

    /// <summary>The domain's activities and its clock.</summary>
    FiberScope Fibers { get; }

    /// <summary>Takes the steps of drivers; null when nobody looks.</summary>
    ITraceSink? Trace { get; }
}
