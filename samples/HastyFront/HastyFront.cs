using Conformance.Reference.Ports;
using Conformance.Reference.XenStore.Client;

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
        if (await ReadAsync(domain, $"{back}/state") == wanted)
        {
            return;
        }

        var changed = domain.Fibers.CreateSignal($"state {wanted} of the back");
        int events = 0;
        var watch = new StoreWatch($"{back}/state", _ =>
        {
            if (events++ > 0)
            {
                changed.Set();
            }

            return ValueTask.CompletedTask;
        });
        await domain.Store.WatchAsync(watch);
        do
        {
            await domain.Fibers.WaitAsync(changed);
        }
        while (await ReadAsync(domain, $"{back}/state") != wanted);
        await domain.Store.UnwatchAsync(watch);
    }
}
