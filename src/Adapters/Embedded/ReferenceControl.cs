using Conformance.Reference.Control;
using Conformance.Suite.Targets;

namespace Conformance.Adapters.Embedded;

/// <summary>The reference control driver as the suite drives it.</summary>
internal sealed class ReferenceControl(ControlDriver driver) : IControlUnderTest
{
    public int Suspends => driver.Suspends;

    public SuspendOutcome? LastSuspend => driver.LastSuspend;

    public static async ValueTask<IControlUnderTest> StartAsync(ControlStage stage)
    {
        var buses = stage.Devices.Select(device => device is ReferenceFront front
            ? front.Bus
            : throw new ArgumentException($"expected devices that this target started, got a {device.GetType().Name}", nameof(stage)));
        var driver = new ControlDriver(stage.Domain, stage.Platform, stage.Settings, buses);
        await driver.StartAsync();
        return new ReferenceControl(driver);
    }
}
