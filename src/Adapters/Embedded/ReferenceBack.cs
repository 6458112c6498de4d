using Conformance.Model.Protocol;
using Conformance.Reference.Block.Back;
using Conformance.Reference.XenBus;
using Conformance.Suite.Targets;

namespace Conformance.Adapters.Embedded;

/// <summary>The reference back as the suite drives it.</summary>
internal sealed class ReferenceBack(DeviceBus bus, BackDriver driver) : IBackUnderTest
{
    public static async ValueTask<IBackUnderTest> StartAsync(BackStage stage)
    {
        var driver = new BackDriver(stage.Settings, stage.Media, stage.Plan, stage.Die);
        var bus = new DeviceBus(stage.Domain, new BackFlavour(), driver);
        await bus.StartAsync();
        return new ReferenceBack(bus, driver);
    }

    public ValueTask StopAsync() => bus.StopAsync();

    public ValueTask<bool> SuspendAsync() => bus.SuspendAsync();

    public ValueTask CancelSuspendAsync() => bus.CancelSuspendAsync();

    public async ValueTask ResizeAsync(DomainId front, string name)
    {
        foreach (var device in driver.Devices.Where(device => device.Node.EndsWith($"/{front}/{name}", StringComparison.Ordinal)).ToArray())
        {
            await device.ResizeAsync();
        }
    }
}
