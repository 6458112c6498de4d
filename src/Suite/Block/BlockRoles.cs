using Conformance.Model.Judging;
using Conformance.Suite.Cases;
using Conformance.Suite.Machine;
using Conformance.Suite.Targets;

namespace Conformance.Suite.Block;

/// <summary>The block back, asked by a front that the case plays.</summary>
public sealed class BackRole : MachineRole<IBackTarget, BackContext>
{
    /// <inheritdoc/>
    public override string Name => "block back";

    /// <inheritdoc/>
    public override Blame UnderTest => Blame.Back;

    /// <inheritdoc/>
    protected override BackContext CreateContext(IBackTarget target, CaseSettings settings) => new(target, settings);
}

/// <summary>The block front, asked by a back that the case plays.</summary>
public sealed class FrontRole : MachineRole<IFrontTarget, FrontContext>
{
    /// <inheritdoc/>
    public override string Name => "block front";

    /// <inheritdoc/>
    public override Blame UnderTest => Blame.Front;

    /// <inheritdoc/>
    protected override FrontContext CreateContext(IFrontTarget target, CaseSettings settings) => new(target, settings);
}

/// <summary>A block front and a block back, asked together.</summary>
public sealed class PairRole : MachineRole<IBlockPairTarget, PairContext>
{
    /// <inheritdoc/>
    public override string Name => "pair of block front and back";

    /// <inheritdoc/>
    public override Blame UnderTest => Blame.Back;

    /// <inheritdoc/>
    protected override PairContext CreateContext(IBlockPairTarget target, CaseSettings settings) => new(target, settings);
}
