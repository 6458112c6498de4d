using Conformance.Model.Judging.Rules;
using Conformance.Model.Protocol;
using Conformance.Reference.Hypervisor;

namespace Conformance.Suite.Block.Rules;

/// <summary>What is mapped, looked up in the hypervisor and not believed.</summary>
internal sealed class HypervisorMappings(InProcessHypervisor hypervisor) : IMappings
{
    /// <inheritdoc/>
    public bool IsMapped(DomainId owner, GrantRef reference) => hypervisor.Find(owner) is { } domain && domain.GrantTable.IsPinned(reference);

    /// <inheritdoc/>
    public bool IsAnyMapped(DomainId owner) => hypervisor.Find(owner) is { } domain && domain.GrantTable.IsInUse;
}
