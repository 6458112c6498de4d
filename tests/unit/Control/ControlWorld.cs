using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Control;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Control;
using Conformance.Reference.Fibers;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.ToolStack;
using Conformance.Reference.World;
using Conformance.Reference.XenBus;
using Conformance.Reference.XenStore.Client;
using Conformance.Tests.Unit.XenBus;

namespace Conformance.Tests.Unit.Control;

/// <summary>A guest with toys on its bus and a control driver, and a tool stack that commands it.</summary>
internal sealed class ControlWorld
{
    public const int Seeds = 20;

    private ControlWorld(XenWorld world, WorldDomain guest)
    {
        World = world;
        Guest = guest;
        Devices = new DeviceManager(world.Control);
        Tools = new GuestControl(world);
        Platform = new NotedPlatform(guest.Platform);
        FrontBus = new DeviceBus(guest, new FrontFlavour(), Fronts);
        BackBus = new DeviceBus(world.Control, new BackFlavour(), Backs);
    }

    public XenWorld World { get; }

    public WorldDomain Guest { get; }

    public DeviceManager Devices { get; }

    public GuestControl Tools { get; }

    public NotedPlatform Platform { get; }

    public ToyDriver Fronts { get; } = new(isFront: true);

    public ToyDriver Backs { get; } = new(isFront: false);

    public DeviceBus FrontBus { get; }

    public DeviceBus BackBus { get; }

    public ControlDriver Driver { get; private set; } = null!;

    public IStoreClient Store => World.Control.Store;

    /// <summary>Runs a test under several orders of the same steps.</summary>
    public static void Run(Func<ControlWorld, ValueTask> body, DomainOptions? options = null)
    {
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            var driver = new SteppedDriver(new SeededChoices(seed));
            try
            {
                driver.Run(() => BuildAsync(driver, body, options), most: 1_000_000);
            }
            catch (Exception failure) when (failure is FiberFailedException or StandstillException)
            {
                throw new InvalidOperationException($"seed {seed}: {failure.Message}\n{failure.InnerException}", failure);
            }
        }
    }

    /// <summary>Runs a test as it runs in real time, where a step is performed where it is awaited.</summary>
    public static void RunAtOnce(Func<ControlWorld, ValueTask> body)
    {
        var driver = new LoopDriver();
        driver.Run(() => BuildAsync(driver, body, null));
    }

    public async ValueTask StartAsync(ControlSettings? settings = null)
    {
        await BackBus.StartAsync();
        await FrontBus.StartAsync();
        Driver = new ControlDriver(Guest, Platform, settings ?? new ControlSettings(), FrontBus);
        await OnGuestAsync(Driver.StartAsync);
    }

    /// <summary>Does something on a fiber of the guest.</summary>
    public ValueTask OnGuestAsync(Func<ValueTask> body) => Guest.Fibers.Start("test", body).JoinAsync();

    public DeviceRequest Request(string name) => new("toy", name, Guest.Id, DomainId.Zero);

    public async ValueTask<DeviceRequest> AddConnectedAsync(string name)
    {
        var request = Request(name);
        await Devices.AddAsync(request);
        await ExpectConnectedAsync(request);
        return request;
    }

    public async ValueTask ExpectConnectedAsync(DeviceRequest request)
    {
        foreach (string node in (string[])[request.FrontNode, request.BackNode])
        {
            Assert.True(
                await Devices.WaitForStateAsync($"{node}/state", state => state == XenbusState.Connected, TimeSpan.FromMinutes(1)),
                $"expected {node} to connect, got {await Store.ReadOptionalAsync($"{node}/state")}");
        }
    }

    public string Home(string node) => $"/local/domain/{Guest.Id}/{node}";

    public ValueTask<string?> ReadAsync(string node) => Store.ReadOptionalAsync(Home(node));

    public ValueTask CommandAsync(string text) => Store.WriteTextAsync(Home(ControlNodes.Shutdown), $"{text}");

    /// <summary>Lets everything else come to rest.</summary>
    public ValueTask SettleAsync() => World.Control.Fibers.DelayAsync(TimeSpan.FromMinutes(2));

    private static async ValueTask BuildAsync(FiberDriver driver, Func<ControlWorld, ValueTask> body, DomainOptions? options)
    {
        var world = new XenWorld(driver);
        await body(new ControlWorld(world, await world.CreateDomainAsync(options)));
    }
}
