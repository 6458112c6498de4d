using Conformance.Model.Judging;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;
using Conformance.Suite.Machine;
using Conformance.Suite.Targets;

namespace Conformance.Suite.Platform;

/// <summary>
/// What a case gets that asks the hypervisor: one of its own, called directly. Its operations are whole, so there is no
/// order to vary; the machine of the base is there for cases that also need fibers.
/// </summary>
public sealed class PlatformContext : MachineContext
{
    private readonly IPlatformTarget target;

    internal PlatformContext(IPlatformTarget target, CaseSettings settings)
        : base(settings) => this.target = target;

    /// <inheritdoc/>
    protected override Blame UnderTest => Blame.Hypervisor;

    /// <summary>Builds a hypervisor on which only the control domain runs.</summary>
    public InProcessHypervisor CreateHypervisor(DomainOptions? control = null) => target.CreateHypervisor(control);
}

/// <summary>The hypervisor: grant tables, event channels, the life of domains.</summary>
public sealed class PlatformRole : MachineRole<IPlatformTarget, PlatformContext>
{
    /// <inheritdoc/>
    public override string Name => "hypervisor";

    /// <inheritdoc/>
    public override Blame UnderTest => Blame.Hypervisor;

    /// <inheritdoc/>
    protected override PlatformContext CreateContext(IPlatformTarget target, CaseSettings settings) => new(target, settings);
}
