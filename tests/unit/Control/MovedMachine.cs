using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Network;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Balloon;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Control;
using Conformance.Reference.Fibers;
using Conformance.Reference.Network;
using Conformance.Reference.ToolStack;
using Conformance.Reference.World;
using Conformance.Reference.XenBus;
using Conformance.Tests.Unit.Network;

namespace Conformance.Tests.Unit.Control;

/// <summary>A guest with a disk, a network interface and a balloon on one store connection, whose kernel can be suspended.</summary>
internal sealed class MovedMachine
{
    private const string Medium = "/media/moved";

    private MovedMachine(XenWorld world, WorldDomain guest, FrontSettings disk)
    {
        World = world;
        Guest = guest;
        Tools = new GuestControl(world);
        Devices = new DeviceManager(world.Control);
        var media = new StorageLookup(world.Driver, world.Control.Fibers.Group);
        media.Add(Medium, new MemoryMedium(Medium, new SectorCount512(256)));
        Disks = new FrontDriver(disk);
        Nets = new NetFrontDriver(new NetSettings { Slots = 4 });
        Net = new NetGuest(guest, new NetSettings());
        DiskRequest = Reference.Block.DiskRequest.Make(51712, Medium, guest.Id, DomainId.Zero, isWritable: true);
        FrontBus = new DeviceBus(guest, new FrontFlavour(), Disks, Nets);
        BackBus = new DeviceBus(world.Control, new BackFlavour(), new BackDriver(BackSettings.For(BlockProfile.Mainline), media), new NetBackDriver(new NetSettings { Slots = 4 }, Bridge));
        Bridge.Attach(Port);
        Control = new ControlDriver(guest, guest.Platform, new ControlSettings(), FrontBus);
        Balloon = new BalloonDriver(guest, guest.Platform);
    }

    public XenWorld World { get; }

    public WorldDomain Guest { get; }

    public GuestControl Tools { get; }

    public DeviceManager Devices { get; }

    public FrontDriver Disks { get; }

    public NetFrontDriver Nets { get; }

    public NetGuest Net { get; }

    public Bridge Bridge { get; } = new();

    public TestPort Port { get; } = new();

    public DeviceBus FrontBus { get; }

    public DeviceBus BackBus { get; }

    public ControlDriver Control { get; }

    public BalloonDriver Balloon { get; }

    public DeviceRequest DiskRequest { get; }

    public NetworkInterface Interface => Nets.FindInterface("0")!;

    public BlockDisk Disk => Disks.FindDisk("51712")!;

    public static void Run(FrontSettings disk, Func<MovedMachine, ValueTask> body, int seeds = 8)
    {
        for (ulong seed = 1; seed <= (ulong)seeds; seed++)
        {
            var driver = new SteppedDriver(new SeededChoices(seed));
            try
            {
                driver.Run(() => BuildAsync(driver, disk, body), most: 3_000_000);
            }
            catch (Exception failure) when (failure is FiberFailedException or StandstillException)
            {
                throw new InvalidOperationException($"seed {seed}: {failure.Message}\n{failure.InnerException}", failure);
            }
        }
    }

    public static void RunAtOnce(FrontSettings disk, Func<MovedMachine, ValueTask> body)
    {
        var driver = new LoopDriver();
        driver.Run(() => BuildAsync(driver, disk, body));
    }

    public async ValueTask SuspendAsync() => Assert.True(await Tools.SuspendAsync(Guest), "expected the guest to stand still");

    public async ValueTask RestoreAsync()
    {
        await Tools.RestoreAsync(Guest, [DiskRequest, Net.Request], PlugAsync);
        await WaitUntilAsync(() => Control.Current == Model.Protocol.Control.ShutdownCommand.None);
    }

    public async ValueTask ExpectConnectedAsync()
    {
        foreach (string node in (string[])[DiskRequest.FrontNode, DiskRequest.BackNode, Net.Request.FrontNode, Net.Request.BackNode])
        {
            Assert.True(
                await Devices.WaitForStateAsync($"{node}/state", state => state == XenbusState.Connected, TimeSpan.FromMinutes(1)),
                $"expected {node} to connect");
        }

        await WaitUntilAsync(() => Interface.HasCarrier);
    }

    public async ValueTask WaitUntilAsync(Func<bool> isThere)
    {
        while (!isThere())
        {
            await World.Control.Fibers.YieldAsync();
        }
    }

    public Fiber Start(string name, Func<ValueTask> body) => Guest.Fibers.Start(name, body);

    /// <summary>A frame from the guest to the test.</summary>
    public async ValueTask ExpectFrameAsync(int number)
    {
        byte[] frame = NetWorld.Frame(new MacAddress(0x0200_0000_0001), Net.Mac, 100, number);
        Port.Taken.Clear();
        bool isSent = false;
        await Start("sender", async () => isSent = await Interface.SendAsync(frame)).JoinAsync();
        Assert.True(isSent);
        await WaitUntilAsync(() => Port.Taken.Count > 0);
        Assert.Equal(frame, Port.Taken[0]);
    }

    private static async ValueTask BuildAsync(FiberDriver driver, FrontSettings disk, Func<MovedMachine, ValueTask> body)
    {
        var world = new XenWorld(driver);
        var machine = new MovedMachine(world, await world.CreateDomainAsync(), disk);
        await machine.BackBus.StartAsync();
        await machine.FrontBus.StartAsync();
        await machine.Start("control", machine.Control.StartAsync).JoinAsync();
        await machine.Start("balloon", machine.Balloon.StartAsync).JoinAsync();
        await machine.Devices.AddAsync(machine.DiskRequest);
        await machine.PlugAsync(machine.DiskRequest);
        await machine.Devices.AddAsync(machine.Net.Request);
        await machine.ExpectConnectedAsync();
        Assert.Equal(DiskResult.Ok, await machine.Disk.OpenAsync());
        await body(machine);
    }

    private async ValueTask PlugAsync(DeviceRequest request)
    {
        if (request == DiskRequest)
        {
            await Devices.HotplugAsync(request, Reference.Block.DiskRequest.MediumOf(request));
        }
    }
}
