using Conformance.Reference.Block.Front;
using Conformance.Reference.XenBus;
using Conformance.Suite.Targets;

namespace Conformance.Adapters.Embedded;

/// <summary>The reference front as the suite drives it.</summary>
internal sealed class ReferenceFront(DeviceBus bus, FrontDriver driver) : IFrontUnderTest
{
    internal DeviceBus Bus => bus;

    public static async ValueTask<IFrontUnderTest> StartAsync(FrontStage stage)
    {
        var driver = new FrontDriver(stage.Settings, stage.Plan, stage.Die);
        var bus = new DeviceBus(stage.Domain, new FrontFlavour(), driver);
        await bus.StartAsync();
        return new ReferenceFront(bus, driver);
    }

    public BlockDisk? FindDisk(string name) => driver.FindDisk(name);

    public ValueTask<bool> WaitForBootAsync() => bus.BootHold.WaitAsync();

    public ValueTask<bool> SuspendAsync() => bus.SuspendAsync();

    public ValueTask CancelSuspendAsync() => bus.CancelSuspendAsync();

    public void Resume() => bus.Resume();

    public ValueTask StopAsync() => bus.StopAsync();
}
