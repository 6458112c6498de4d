using Conformance.Reference.Hypervisor;
using Conformance.Suite.Targets;

namespace Conformance.Adapters.Embedded;

/// <summary>The reference itself, in this process: the daemon on a real socket with guests of the in-process hypervisor, and the client.</summary>
public sealed class ReferenceTarget : IStoreTarget, IStoreClientTarget, IBlockPairTarget, IPlatformTarget
{
    /// <summary>The name on the command line.</summary>
    public const string TargetName = "reference";

    /// <inheritdoc/>
    public string Name => TargetName;

    /// <inheritdoc/>
    public string Description => "the reference implementation, in this process";

    /// <inheritdoc/>
    public bool HasGuests => true;

    /// <inheritdoc/>
    public bool IsFresh => true;

    /// <inheritdoc/>
    public Availability Probe() => new(true, "embedded, always there");

    /// <inheritdoc/>
    public ValueTask<IStoreWorld> StartAsync(CancellationToken cancellation) => new(new ReferenceStoreWorld());

    /// <inheritdoc/>
    public ValueTask<IClientUnderTest> AttachAsync(StoreWire wire, bool afterCrash, CancellationToken cancellation) =>
        ReferenceStoreClient.AttachAsync(wire, afterCrash, cancellation);

    /// <inheritdoc/>
    public ValueTask<IBackUnderTest> StartBackAsync(BackStage stage) => ReferenceBack.StartAsync(stage);

    /// <inheritdoc/>
    public ValueTask<IFrontUnderTest> StartFrontAsync(FrontStage stage) => ReferenceFront.StartAsync(stage);

    /// <inheritdoc/>
    public ValueTask<IControlUnderTest> StartControlAsync(ControlStage stage) => ReferenceControl.StartAsync(stage);

    /// <inheritdoc/>
    public InProcessHypervisor CreateHypervisor(DomainOptions? control = null) => control is null ? new InProcessHypervisor() : new InProcessHypervisor(control);
}
