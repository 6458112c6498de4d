using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Deviations;
using Conformance.Reference.Fibers;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.World;
using Conformance.Reference.XenBus;

namespace Conformance.Tests.Unit.Block.Front;

/// <summary>A front in a domain of its own against a scripted back, under a schedule from a seed.</summary>
internal sealed class FrontScene
{
    private readonly int _pagesBefore;

    private FrontScene(XenWorld world, WorldDomain front, FrontSettings settings, DeviationPlan? plan)
    {
        World = world;
        Front = front;
        Back = new ScriptedBack(world.Control, front, settings.Abi);
        Driver = new FrontDriver(settings, plan) { Announced = disk => Announced.Add(disk) };
        Bus = new DeviceBus(front, new FrontFlavour(), Driver);
        _pagesBefore = front.Machine.Memory.Count;
        PortsBefore = front.Machine.Events.Count;
    }

    public XenWorld World { get; }

    public WorldDomain Front { get; }

    public ScriptedBack Back { get; }

    public FrontDriver Driver { get; }

    public DeviceBus Bus { get; }

    public List<BlockDisk> Announced { get; } = [];

    public BlockDisk Disk => Driver.FindDisk(ScriptedBack.Name)!;

    private int PortsBefore { get; }

    /// <summary>Runs a scenario under the schedule that a seed gives.</summary>
    public static void Run(FrontSettings settings, Func<FrontScene, ValueTask> scenario, ulong seed = 1, DeviationPlan? plan = null, DomainOptions? options = null)
    {
        var driver = new SteppedDriver(new SeededChoices(seed));
        driver.Run(async () =>
        {
            var world = new XenWorld(driver);
            var front = await world.CreateDomainAsync(options);
            await scenario(new FrontScene(world, front, settings, plan));
        });
    }

    /// <summary>Brings front and back to Connected.</summary>
    public async ValueTask ConnectAsync(params (string Name, string Value)[] nodes)
    {
        await Back.AddAsync(XenbusState.InitWait, nodes);
        await Bus.StartAsync();
        await FinishAsync(nodes);
    }

    /// <summary>From what the front published to a disk in use.</summary>
    public async ValueTask FinishAsync(params (string Name, string Value)[] nodes)
    {
        await Back.AwaitFrontAsync(XenbusState.Initialised);
        await Back.ConnectAsync(nodes);
        await Back.AwaitFrontAsync(XenbusState.Connected);
        await SettleAsync();
        Assert.True(Disk.IsAnnounced);
    }

    /// <summary>Lets everybody else come to rest.</summary>
    public ValueTask SettleAsync() => World.Driver.DelayAsync(TimeSpan.FromMilliseconds(10));

    /// <summary>Nothing of the front is shared, mapped or taken any more.</summary>
    public void AssertNothingHeld()
    {
        Assert.False(Front.Machine.GrantTable.IsInUse);
        Assert.Equal(0, Front.GrantTable.DeferredCount);
        Assert.Equal(_pagesBefore, Front.Machine.Memory.Count - GrantFrames);
        Assert.Equal(PortsBefore, Front.Machine.Events.Count);
        Assert.Equal(Front.GrantTable.EntryCount - 8, Front.GrantTable.FreeCount);
    }

    private int GrantFrames => Front.GrantTable.Frames.Count - 1;

    public static byte[] Pattern(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
