using Conformance.Reference.Ports;

namespace Conformance.Samples.HastyFront;

/// <summary>
/// A front with a defect that testing seldom meets: it reads the back's state, and only then asks to be told of changes;
/// the first event, which a new watch sends at once, it takes for nothing new (XS-071). What the back does between the
/// two, it never hears of.
/// </summary>
public sealed class HastyFront : SampleFront
{
    /// <inheritdoc/>
    public override string Name => "hasty-front";

    /// <inheritdoc/>
    protected override async ValueTask WaitForBackAsync(IDomain domain, string back, string wanted)
    {
        if (await ReadAsync(domain, $"{back}/state") != wanted)
        {
            await WatchUntilAsync(domain, back, wanted, ignored: 1);
        }
    }
}
