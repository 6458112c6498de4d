using Conformance.Exploration.Engine;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.ToolStack;
using Conformance.Reference.World;
using Conformance.Reference.XenBus;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Exploration.Scenarios;

/// <summary>Another domain with a back of its own, to which a guest can move: its device is at another path there.</summary>
internal sealed class NewHost
{
    private const string MediumPath = "/media/moved";

    private readonly WorldDomain _domain;
    private readonly DeviceRequest _disk;

    private NewHost(WorldDomain domain, DeviceRequest disk)
    {
        _domain = domain;
        _disk = disk;
    }

    /// <summary>Makes the domain and starts its back.</summary>
    internal static async ValueTask<NewHost> StartAsync(PairWorld world)
    {
        var domain = await world.World.CreateDomainAsync(new() { GrantFrames = 1 });
        var media = new StorageLookup(world.World.Driver, domain.Fibers.Group);
        media.Add(MediumPath, _ => new SynchronousStorage(world.World.Driver, new SmallMedium(MediumPath, 8), 1));
        await new DeviceBus(domain, new BackFlavour(), new BackDriver(Scenario.SmallPair.Back, media)).StartAsync();
        return new NewHost(domain, DiskRequest.Make(51712, MediumPath, world.Machine.Guest.Id, domain.Id));
    }

    /// <summary>Lets the guest stand still and go on here; the old host takes its device away.</summary>
    internal async ValueTask TakeAsync(PairWorld world)
    {
        var control = new GuestControl(world.World);
        PairWorld.Expect(await control.SuspendAsync(world.Machine.Guest), "CT-010", "a guest that stands still", "one that runs on");
        await world.Tools.AskToCloseAsync(world.Disk);
        await control.RestoreAsync(world.Machine.Guest, [_disk], disk => world.Tools.HotplugAsync(disk, DiskRequest.MediumOf(disk)));
    }

    /// <summary>Whether the guest is connected here, and the old host holds nothing of it.</summary>
    internal async ValueTask<Breach?> FindBreachAsync(PairWorld world, IStoreClient store)
    {
        var found = new EndFindings(world, store, _disk, "Moved");
        return await found.ExpectStatesAsync("4", "4")
            ?? (_domain.Machine.Grants.MappingCount == 1 ? null : found.Broken("one ring page mapped on the new host", $"{_domain.Machine.Grants.MappingCount}"))
            ?? found.ExpectBackHoldsNothing()
            ?? await found.ExpectNoErrorAsync();
    }
}
