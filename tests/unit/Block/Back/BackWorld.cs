using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Model.Trace;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Deviations;
using Conformance.Reference.Fibers;
using Conformance.Reference.ToolStack;
using Conformance.Reference.World;
using Conformance.Reference.XenBus;

namespace Conformance.Tests.Unit.Block.Back;

/// <summary>A machine with a driver domain that runs the back, and a guest whose front is a script.</summary>
internal sealed class BackWorld
{
    internal const string Disk = "/disk";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private BackWorld(XenWorld world, WorldDomain back, WorldDomain guest, BackDriver driver, StorageLookup lookup, DeviceRequest device)
    {
        World = world;
        Back = back;
        Guest = guest;
        Driver = driver;
        Lookup = lookup;
        Device = device;
        Tools = new DeviceManager(world.Control);
    }

    internal XenWorld World { get; }

    internal WorldDomain Back { get; }

    internal WorldDomain Guest { get; }

    internal BackDriver Driver { get; }

    internal StorageLookup Lookup { get; }

    internal DeviceRequest Device { get; }

    internal DeviceManager Tools { get; }

    internal DeviceBus Bus { get; private set; } = null!;

    internal BackDevice Served => Driver.Devices.Single();

    /// <summary>Runs a test in a world whose order of steps follows from the seed.</summary>
    internal static void Run(
        Func<BackWorld, ValueTask> test,
        BackSettings? settings = null,
        ulong seed = 1,
        DeviationPlan? plan = null,
        string mode = "w",
        bool isPlugged = true,
        bool startsBus = true,
        Func<BackWorld, IMedium?>? medium = null,
        bool isDevice = false,
        ITraceSink? trace = null)
    {
        var driver = new SteppedDriver(new SeededChoices(seed));
        driver.Run(async () =>
        {
            var world = new XenWorld(driver, trace);
            var back = await world.CreateDomainAsync();
            var guest = await world.CreateDomainAsync();
            var lookup = new StorageLookup(driver, back.Fibers.Group, new SectorCount512(16));
            var backDriver = new BackDriver(settings ?? BackSettings.For(BlockProfile.Mainline), lookup, plan);
            var device = new DeviceRequest("vbd", "51712", guest.Id, back.Id)
            {
                BackNodes = new Dictionary<string, string> { ["params"] = Disk, ["mode"] = mode },
            };
            var it = new BackWorld(world, back, guest, backDriver, lookup, device);
            var disk = medium?.Invoke(it) ?? new MemoryMedium(Disk, new SectorCount512(1024));
            if (isDevice)
            {
                lookup.AddDevice(Disk, disk);
            }
            else
            {
                lookup.Add(Disk, disk);
            }

            await it.Tools.AddAsync(device);
            if (isPlugged)
            {
                await it.PlugAsync();
            }

            it.Bus = new DeviceBus(back, new BackFlavour(), backDriver);
            if (startsBus)
            {
                await it.Bus.StartAsync();
            }

            await test(it);
        });
    }

    internal ValueTask PlugAsync() => Tools.HotplugAsync(Device, new Dictionary<string, string> { ["physical-device"] = "fd:0" });

    internal ScriptedFront Front(BlkifAbi abi = BlkifAbi.X64) => new(Guest, Device, abi);

    /// <summary>Waits until the back is in a state.</summary>
    internal async ValueTask ExpectAsync(XenbusState state) =>
        Assert.True(
            await Tools.WaitForStateAsync($"{Device.BackNode}/state", found => found == state, Limit),
            $"the back never came to {state}: {await ErrorAsync()}");

    /// <summary>A front with one ring, connected.</summary>
    internal async ValueTask<ScriptedFront> ConnectAsync(int pages = 1, BlkifAbi abi = BlkifAbi.X64)
    {
        var front = Front(abi);
        await ExpectAsync(XenbusState.InitWait);
        await front.OfferAsync(pages);
        await ExpectAsync(XenbusState.Connected);
        return front;
    }

    /// <summary>What the back's error node says.</summary>
    internal async ValueTask<string?> ErrorAsync() =>
        await World.Control.Store.FindAsync($"/local/domain/{Back.Id}/error/backend/vbd/{Guest.Id}/51712/error") is { } text
            ? System.Text.Encoding.UTF8.GetString(text)
            : null;
}
