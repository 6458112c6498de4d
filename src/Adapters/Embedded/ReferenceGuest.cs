using Conformance.Model.Protocol;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Targets;

namespace Conformance.Adapters.Embedded;

/// <summary>A domain of the in-process hypervisor.</summary>
internal sealed class ReferenceGuest(InProcessHypervisor hypervisor, Domain domain) : IGuestDomain
{
    private EventPort port = domain.StorePort;

    public DomainId Id => domain.Id;

    public ulong Frame => Domain.StoreFrame;

    public uint Port => port.Number;

    public ISharedPage Page => domain.StorePage;

    public IEventLine Line => port;

    public ValueTask<uint> AllocatePortAsync()
    {
        port = domain.AllocatePort(DomainId.Zero);
        return new ValueTask<uint>(port.Number);
    }

    public ValueTask ShutdownAsync(ShutdownReason reason)
    {
        hypervisor.Shutdown(domain, reason);
        return ValueTask.CompletedTask;
    }

    public ValueTask ResumeAsync()
    {
        hypervisor.Resume(domain);
        return ValueTask.CompletedTask;
    }

    public ValueTask DestroyAsync()
    {
        hypervisor.Destroy(domain);
        return ValueTask.CompletedTask;
    }
}
