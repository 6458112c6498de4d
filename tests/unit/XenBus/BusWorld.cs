using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Fibers;
using Conformance.Reference.ToolStack;
using Conformance.Reference.World;
using Conformance.Reference.XenBus;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Tests.Unit.XenBus;

/// <summary>A guest with a bus of fronts, the control domain with a bus of backs, toys on both, under chances from a seed.</summary>
internal sealed class BusWorld
{
    private BusWorld(XenWorld world, WorldDomain guest)
    {
        World = world;
        Guest = guest;
        Tools = new DeviceManager(world.Control);
        FrontBus = new DeviceBus(guest, new FrontFlavour(), Fronts);
        BackBus = new DeviceBus(world.Control, new BackFlavour(), Backs);
    }

    public XenWorld World { get; }

    public WorldDomain Guest { get; }

    public DeviceManager Tools { get; }

    public ToyDriver Fronts { get; } = new(isFront: true);

    public ToyDriver Backs { get; } = new(isFront: false);

    public DeviceBus FrontBus { get; }

    public DeviceBus BackBus { get; }

    public IStoreClient Store => World.Control.Store;

    public static ulong[] Seeds { get; } = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

    /// <summary>Runs a test under several orders of the same steps.</summary>
    public static void Run(Func<BusWorld, ValueTask> body)
    {
        foreach (ulong seed in Seeds)
        {
            var driver = new SteppedDriver(new SeededChoices(seed));
            try
            {
                driver.Run(async () =>
                {
                    var world = new XenWorld(driver);
                    await body(new BusWorld(world, await world.CreateDomainAsync()));
                }, most: 1_000_000);
            }
            catch (FiberFailedException failure)
            {
                throw new InvalidOperationException($"seed {seed}: {failure.Message}\n{failure.InnerException}", failure);
            }
        }
    }

    public DeviceRequest Request(string name) => new("toy", name, Guest.Id, DomainId.Zero);

    public async ValueTask StartAsync()
    {
        await BackBus.StartAsync();
        await FrontBus.StartAsync();
    }

    public async ValueTask<DeviceRequest> AddConnectedAsync(string name)
    {
        var request = Request(name);
        await Tools.AddAsync(request);
        await ExpectAsync(request.FrontNode, XenbusState.Connected);
        await ExpectAsync(request.BackNode, XenbusState.Connected);
        return request;
    }

    /// <summary>A device whose back is in a domain that may read what it is given to read and nothing else.</summary>
    public async ValueTask<(DeviceRequest Request, ToyDevice Back)> AddConnectedInDriverDomainAsync(string name)
    {
        var host = await World.CreateDomainAsync();
        var backs = new ToyDriver(isFront: false);
        await new DeviceBus(host, new BackFlavour(), backs).StartAsync();
        await FrontBus.StartAsync();
        var request = new DeviceRequest("toy", name, Guest.Id, host.Id);
        await Tools.AddAsync(request);
        await ExpectAsync(request.FrontNode, XenbusState.Connected);
        await ExpectAsync(request.BackNode, XenbusState.Connected);
        return (request, Assert.Single(backs.Devices));
    }

    public async ValueTask ExpectAsync(string node, XenbusState state) =>
        Assert.True(
            await Tools.WaitForStateAsync($"{node}/state", now => now == state, TimeSpan.FromMinutes(1)),
            $"expected {node} to reach {state}, got {await Store.ReadOptionalAsync($"{node}/state")}");

    public async ValueTask<string?> ReadAsync(string path) => await Store.ReadOptionalAsync(path);

    /// <summary>Lets everything else come to rest.</summary>
    public ValueTask SettleAsync() => World.Control.Fibers.DelayAsync(TimeSpan.FromMinutes(2));
}
