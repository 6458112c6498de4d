using Conformance.Model.Protocol.XenBus;
using Conformance.Model.Trace;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Deviations;
using Conformance.Reference.Fibers;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.ToolStack;
using Conformance.Reference.World;
using Conformance.Reference.XenBus;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Reference.Block;

/// <summary>How a <see cref="BlockMachine"/> is built.</summary>
public sealed record BlockMachineOptions
{
    /// <summary>What the fronts can do.</summary>
    public FrontSettings Front { get; init; } = FrontSettings.For(BlockProfile.Mainline);

    /// <summary>What the backs offer.</summary>
    public BackSettings Back { get; init; } = BackSettings.For(BlockProfile.Mainline);

    /// <summary>Where the fronts leave their path.</summary>
    public DeviationPlan FrontPlan { get; init; } = DeviationPlan.None;

    /// <summary>Where the backs leave theirs.</summary>
    public DeviationPlan BackPlan { get; init; } = DeviationPlan.None;

    /// <summary>The domain of the fronts.</summary>
    public DomainOptions Guest { get; init; } = new();

    /// <summary>The domain of the backs; null for the control domain (BB-037).</summary>
    public DomainOptions? DriverDomain { get; init; }
}

/// <summary>
/// A machine with a guest whose disks are served by another domain: both buses with their block drivers, a tool stack, and
/// media found by name. What a test, a demonstration or a benchmark starts from.
/// </summary>
public sealed class BlockMachine
{
    private BlockMachine(XenWorld world, WorldDomain guest, WorldDomain backDomain, BlockMachineOptions options)
    {
        World = world;
        Guest = guest;
        BackDomain = backDomain;
        Tools = new DeviceManager(world.Control);
        Media = new StorageLookup(world.Driver, backDomain.Fibers.Group);
        Fronts = new FrontDriver(options.Front, options.FrontPlan, () => DieAsync(guest));
        Backs = new BackDriver(options.Back, Media, options.BackPlan, () => DieAsync(backDomain));
        FrontBus = new DeviceBus(guest, new FrontFlavour(), Fronts);
        BackBus = new DeviceBus(backDomain, new BackFlavour(), Backs);
    }

    /// <summary>The whole machine.</summary>
    public XenWorld World { get; }

    /// <summary>The domain that uses disks.</summary>
    public WorldDomain Guest { get; }

    /// <summary>The domain that serves them.</summary>
    public WorldDomain BackDomain { get; }

    /// <summary>The tool stack.</summary>
    public DeviceManager Tools { get; }

    /// <summary>The media that the backs find by path.</summary>
    public StorageLookup Media { get; }

    /// <summary>blkfront.</summary>
    public FrontDriver Fronts { get; }

    /// <summary>blkback.</summary>
    public BackDriver Backs { get; }

    /// <summary>The guest's devices.</summary>
    public DeviceBus FrontBus { get; }

    /// <summary>The other domain's devices.</summary>
    public DeviceBus BackBus { get; }

    /// <summary>Builds the machine; nothing runs on it yet. To be called from a fiber.</summary>
    public static async ValueTask<BlockMachine> BuildAsync(FiberDriver driver, BlockMachineOptions? options = null, ITraceSink? trace = null)
    {
        options ??= new BlockMachineOptions();
        var world = new XenWorld(driver, trace);
        var guest = await world.CreateDomainAsync(options.Guest);
        var backDomain = options.DriverDomain is null ? world.Control : await world.CreateDomainAsync(options.DriverDomain);
        return new BlockMachine(world, guest, backDomain, options);
    }

    /// <summary>Starts both buses.</summary>
    public async ValueTask StartAsync()
    {
        await BackBus.StartAsync();
        await FrontBus.StartAsync();
    }

    /// <summary>What the tool stack is to make for a disk of the guest.</summary>
    /// <param name="number">The virtual device number.</param>
    /// <param name="path">The medium's path, known to <see cref="Media"/> or a file or device.</param>
    /// <param name="isWritable">Whether the front may write.</param>
    public DeviceRequest Disk(uint number, string path, bool isWritable = true) =>
        DiskRequest.Make(number, path, Guest.Id, BackDomain.Id, isWritable);

    /// <summary>Makes a disk, plugs its medium in, and waits until the front uses it.</summary>
    /// <exception cref="DiskNotConnectedException">It did not connect; the message says where both ends stand.</exception>
    public async ValueTask<BlockDisk> AttachAsync(DeviceRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        await Tools.AddAsync(request);
        await Tools.HotplugAsync(request, DiskRequest.MediumOf(request));
        return await WaitForDiskAsync(request);
    }

    /// <summary>Waits until a disk is connected at both ends.</summary>
    /// <exception cref="DiskNotConnectedException">It did not connect; the message says where both ends stand.</exception>
    public async ValueTask<BlockDisk> WaitForDiskAsync(DeviceRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var limit = TimeSpan.FromSeconds(30);
        if (await Tools.WaitForStateAsync($"{request.FrontNode}/state", state => state == XenbusState.Connected, limit)
            && await Tools.WaitForStateAsync($"{request.BackNode}/state", state => state == XenbusState.Connected, limit)
            && Fronts.FindDisk(request.Name) is { } disk)
        {
            return disk;
        }

        throw new DiskNotConnectedException(
            $"expected disk {request.Name} to connect, got a front that {await StandAsync(request.FrontNode, Guest)} and a back that {await StandAsync(request.BackNode, BackDomain)}");
    }

    /// <summary>Where an end stands, by what it left in the store.</summary>
    private async ValueTask<string> StandAsync(string node, WorldDomain domain)
    {
        string home = $"/local/domain/{domain.Id}";
        var store = World.Control.Store;
        string state = Enum.TryParse<XenbusState>(await store.ReadOptionalAsync($"{node}/state"), out var number) ? $"is {number}" : "has no state";
        return await store.ReadOptionalAsync($"{home}/error{node[home.Length..]}/error") is { } error ? $"{state} with error '{error}'" : state;
    }

    private async ValueTask DieAsync(WorldDomain domain)
    {
        await World.DestroyAsync(domain);
        await domain.Fibers.HaltAsync();
    }
}

/// <summary>A disk did not come up.</summary>
public sealed class DiskNotConnectedException : Exception
{
    /// <summary>Makes it with one line that says where both ends stand.</summary>
    public DiskNotConnectedException(string message)
        : base(message)
    {
    }
}
