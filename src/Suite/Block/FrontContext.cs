using Conformance.Model.Judging;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Deviations;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.ToolStack;
using Conformance.Reference.World;
using Conformance.Suite.Cases;
using Conformance.Suite.Machine;
using Conformance.Suite.Targets;

namespace Conformance.Suite.Block;

/// <summary>What a case gets that asks a front: the guest where it runs. The case plays the back, in the control domain.</summary>
public sealed class FrontContext : MachineContext
{
    private readonly IFrontTarget target;

    internal FrontContext(IFrontTarget target, CaseSettings settings)
        : base(settings) => this.target = target;

    /// <summary>The domain of the front under test.</summary>
    public WorldDomain Guest { get; private set; } = null!;

    /// <inheritdoc/>
    protected override Blame UnderTest => Blame.Front;

    /// <summary>Has the front run in a guest that is like this, instead of the ordinary one. Before it is started.</summary>
    public async ValueTask UseGuestAsync(DomainOptions options) => Guest = await CreateDomainAsync(options);

    /// <summary>Starts the front under test in the guest.</summary>
    /// <param name="settings">What it can do; null for today's profile.</param>
    /// <param name="plan">Where it leaves its path.</param>
    public ValueTask<IFrontUnderTest> StartFrontAsync(FrontSettings? settings = null, DeviationPlan? plan = null) =>
        target.StartFrontAsync(new FrontStage(Guest, settings ?? FrontSettings.For(BlockProfile.Mainline))
        {
            Plan = plan ?? DeviationPlan.None,
            Die = () => World.DestroyAsync(Guest),
        });

    /// <summary>What the tool stack is to make for a disk whose back the case plays.</summary>
    public DeviceRequest Disk(uint number = 51712) => DiskRequest.Make(number, "/media/scripted", Guest.Id, Control.Id);

    /// <inheritdoc/>
    protected override async ValueTask PrepareAsync() => Guest = await CreateDomainAsync();
}
