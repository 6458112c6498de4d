using Conformance.Reference.Hypervisor;

namespace Conformance.Suite.Targets;

/// <summary>Someone who plays the hypervisor: grant tables, event channels, the life of domains.</summary>
public interface IPlatformTarget : ITarget
{
    /// <summary>Builds a hypervisor on which only the control domain runs.</summary>
    /// <param name="control">The control domain; null for the ordinary one.</param>
    InProcessHypervisor CreateHypervisor(DomainOptions? control = null);
}
