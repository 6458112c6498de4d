using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;

namespace Conformance.Samples.HastyFront;

/// <summary>
/// A front with a defect that testing seldom meets: it forgets that it was told of a change after it has looked, not before.
/// What the back does between the look and the forgetting, it never hears of (XB-014). In the plain order nothing comes
/// between the two.
/// </summary>
public sealed class HastyFront : SampleFront
{
    /// <inheritdoc/>
    public override string Name => "hasty-front";

    /// <inheritdoc/>
    protected override async ValueTask<bool> LookAsync(IDomain domain, string back, string wanted, Signal changed)
    {
        ArgumentNullException.ThrowIfNull(changed);
        bool isThere = await base.LookAsync(domain, back, wanted, changed);
        changed.TryClear();
        return isThere;
    }
}
