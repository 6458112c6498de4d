using Conformance.Model.Judging;
using Conformance.Model.Protocol.Control;
using Conformance.Reference.Control;
using Conformance.Reference.ToolStack;
using Conformance.Reference.World;
using Conformance.Suite.Cases;
using Conformance.Suite.Machine;
using Conformance.Suite.Targets;

namespace Conformance.Suite.Control;

/// <summary>What a case gets that asks a guest's control driver: the guest, and a tool stack to command it.</summary>
public sealed class ControlContext : MachineContext
{
    private readonly IControlTarget target;

    internal ControlContext(IControlTarget target, CaseSettings settings)
        : base(settings) => this.target = target;

    /// <summary>The domain of the driver under test.</summary>
    public WorldDomain Guest { get; private set; } = null!;

    /// <summary>The tool stack's commands.</summary>
    public GuestControl Commands { get; private set; } = null!;

    /// <summary>The node of a command, absolute.</summary>
    public string ShutdownNode => $"/local/domain/{Guest.Id}/{ControlNodes.Shutdown}";

    /// <inheritdoc/>
    protected override Blame UnderTest => Blame.Hypervisor;

    /// <summary>Starts the driver under test in the guest, which has no devices.</summary>
    public ValueTask<IControlUnderTest> StartControlAsync(ControlSettings? settings = null) => StartControlIn(Guest, settings);

    /// <summary>Starts the driver under test in another domain.</summary>
    public ValueTask<IControlUnderTest> StartControlIn(WorldDomain domain, ControlSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return target.StartControlAsync(new ControlStage(domain, domain.Platform, settings ?? new ControlSettings(), []));
    }

    /// <inheritdoc/>
    protected override async ValueTask PrepareAsync()
    {
        Guest = await CreateDomainAsync();
        Commands = new GuestControl(World);
    }
}

/// <summary>What ends, stops and moves a guest from the inside.</summary>
public sealed class ControlRole : MachineRole<IControlTarget, ControlContext>
{
    /// <inheritdoc/>
    public override string Name => "guest control";

    /// <inheritdoc/>
    public override Blame UnderTest => Blame.Hypervisor;

    /// <inheritdoc/>
    protected override ControlContext CreateContext(IControlTarget target, CaseSettings settings) => new(target, settings);
}
