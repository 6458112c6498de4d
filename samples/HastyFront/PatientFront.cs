using Conformance.Reference.Ports;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Samples.HastyFront;

/// <summary>The front with its defect mended: it asks to be told first, and looks whenever it is told.</summary>
public sealed class PatientFront : SampleFront
{
    /// <inheritdoc/>
    public override string Name => "patient-front";

    /// <inheritdoc/>
    protected override async ValueTask WaitForBackAsync(IDomain domain, string back, string wanted)
    {
        var changed = domain.Fibers.CreateSignal($"state {wanted} of the back");
        var watch = new StoreWatch($"{back}/state", _ =>
        {
            changed.Set();
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
