using Conformance.Exploration.Engine;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Trace;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Control;
using Conformance.Reference.Fibers;
using Conformance.Reference.ToolStack;
using Conformance.Reference.World;
using Conformance.Reference.XenBus;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Exploration.Scenarios;

/// <summary>
/// One run of a <see cref="Scenario"/>: a guest with a front, a back, a tool stack of its own, one or two disks, and whoever
/// the scenario lets act. The run is over when all of these have done their part and everything has come to rest.
/// </summary>
public sealed class PairWorld : IExperimentRun
{
    private const string MediumPath = "/media/disk";

    /// <summary>How long everything may take to come to rest once all have done their part, by the world's clock.</summary>
    private static readonly TimeSpan s_rest = TimeSpan.FromMinutes(15);

    private readonly List<Fiber> _parts = [];
    private readonly List<Fiber> _users = [];
    private readonly Scenario _scenario;
    private readonly ToolStackView _tools;
    private readonly ToolStackView _observer;
    private Breach? _breach;
    private bool _isOver;

    private PairWorld(Scenario scenario, BlockMachine machine, int queues)
    {
        QueueCount = queues;
        _scenario = scenario;
        Machine = machine;
        BackBus = machine.BackBus;
        Before = (Holdings.Of(machine.Guest), Holdings.Of(machine.BackDomain));
        _tools = new ToolStackView(machine.World, "toolstack");
        _observer = new ToolStackView(machine.World, "observer");
        Tools = new DeviceManager(_tools);
        Disks = [.. Enumerable.Range(0, scenario.DiskCount).Select(i => machine.Disk(51712 + (16 * (uint)i), $"{MediumPath}{i}"))];
        foreach (var disk in Disks)
        {
            machine.Media.Add(disk.BackNodes["params"], scenario.Storage(machine, disk.BackNodes["params"]));
        }
    }

    /// <summary>The machine: guest, domain of the back, and their drivers.</summary>
    public BlockMachine Machine { get; }

    /// <summary>The world.</summary>
    public XenWorld World => Machine.World;

    /// <summary>The tool stack, a participant of its own.</summary>
    public DeviceManager Tools { get; }

    /// <summary>The tool stack's view of the store.</summary>
    public IStoreClient Store => _tools.Store;

    /// <summary>The tool stack's clock.</summary>
    public FiberScope ToolFibers => _tools.Fibers;

    /// <summary>What the tool stack makes, or is to make.</summary>
    public IReadOnlyList<DeviceRequest> Disks { get; }

    /// <summary>The first disk.</summary>
    public DeviceRequest Disk => Disks[0];

    /// <summary>The disk as the guest's users see it; null while there is none.</summary>
    public BlockDisk? Device => Machine.Fronts.FindDisk(Disk.Name);

    /// <summary>Where the guest can move to; null where the scenario made no other host.</summary>
    internal NewHost? NewHost { get; set; }

    /// <summary>The front where the scenario scripts it; null where a driver is the front.</summary>
    internal RawFront? Raw { get; set; }

    /// <summary>The back where the scenario scripts it; null where a driver is the back.</summary>
    internal RawBack? RawBack { get; set; }

    /// <summary>The medium of the first disk where it keeps what users were promised; null where it is any other.</summary>
    internal PromiseMedium? Medium { get; set; }

    /// <summary>Whether the front is the scenario's own, which owes what the scenario says.</summary>
    internal bool IsFrontScripted => _scenario.Start == ScenarioStart.Back;

    /// <summary>The bus of the back's drivers as they are now: others may have taken the place of the machine's own.</summary>
    internal DeviceBus BackBus { get; set; }

    /// <summary>How many queues a disk has at most.</summary>
    internal int QueueCount { get; }

    /// <inheritdoc/>
    public IReadOnlyList<object> Roots => [this];

    /// <inheritdoc/>
    public bool IsOver => _isOver;

    /// <summary>The states of both ends of each disk as they stand in the store, and what is lent, bound and mapped.</summary>
    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, string>> Shared => SharedState.Of(Machine, Disks, Before);

    /// <summary>What the guest and the domain of the back held before there was a disk.</summary>
    internal (Holdings Guest, Holdings Back) Before { get; private set; }

    /// <inheritdoc/>
    public Breach? FindBreach() => _breach ?? SafetyRules.Find(this);

    /// <inheritdoc/>
    public Breach? FindBreachAtEnd() => null;

    /// <summary>Lets the tool stack do something beside all others.</summary>
    public void Toolstack(Func<ValueTask> body) => _parts.Add(_tools.Fibers.Start("part", body));

    /// <summary>Lets somebody in the guest do something, such as a user of the disk.</summary>
    public void User(Func<ValueTask> body) => _users.Add(Machine.Guest.Fibers.Start("user", body));

    /// <summary>Lets somebody in the back's domain do something.</summary>
    public void Host(Func<ValueTask> body) => _users.Add(Machine.BackDomain.Fibers.Start("host", body));

    /// <summary>Has something happen from outside, at any moment: a death, somebody else's write.</summary>
    public void Fate(string name, Func<ValueTask> body) => _parts.Add(World.Driver.Start(new FiberGroup("fate"), name, body));

    /// <summary>Somebody else's view of the store, in the control domain.</summary>
    public IStoreClient Stranger(string name) => new ToolStackView(World, name).Store;

    /// <summary>Makes a disk and plugs its medium in (T.add, T.hot).</summary>
    public async ValueTask AddAsync(DeviceRequest disk)
    {
        await Tools.AddAsync(disk);
        await Tools.HotplugAsync(disk, DiskRequest.MediumOf(disk));
    }

    /// <summary>
    /// Lets the guest stand still and go on on what is to it another host, with its disks made anew (I-51 to I-57); the tool
    /// stack's part.
    /// </summary>
    /// <param name="medium">Where the medium is on that host; null for where it was.</param>
    public async ValueTask MoveAsync(string? medium = null)
    {
        var control = new GuestControl(World);
        Expect(await control.SuspendAsync(Machine.Guest), "CT-010", "a guest that stands still", "one that runs on");
        await control.RestoreAsync(Machine.Guest, Disks, disk => Tools.HotplugAsync(
            disk, medium is null ? DiskRequest.MediumOf(disk) : new Dictionary<string, string> { [BlockNodes.PhysicalDevicePath] = medium }));
    }

    /// <summary>What an earlier kernel of the guest holds is nobody's any more: it does not count as the front's.</summary>
    internal void ForgetEarlierFront() => Before = Before with { Guest = Holdings.Of(Machine.Guest) };

    /// <summary>Fails the run unless a condition holds.</summary>
    /// <exception cref="BreachException">It does not.</exception>
    public static void Expect(bool condition, string clause, string expected, string came)
    {
        if (!condition)
        {
            throw new BreachException(new Breach(clause, $"expected {expected}, got {came}"));
        }
    }

    internal static PairWorld Begin(Scenario scenario, SteppedDriver driver, ITraceSink? trace)
    {
        var options = scenario.Options(driver);
        PairWorld? world = null;
        Setup.Run(driver, "setup", async () =>
        {
            var machine = await BlockMachine.BuildAsync(driver, options, trace);
            if (scenario.Start != ScenarioStart.Nothing)
            {
                await machine.BackBus.StartAsync();
            }

            if (scenario.Start > ScenarioStart.Back)
            {
                await machine.FrontBus.StartAsync();
            }

            if (scenario.HasControl)
            {
                await new ControlDriver(machine.Guest, machine.Guest.Platform, new ControlSettings(), machine.FrontBus).StartAsync();
            }

            world = new PairWorld(scenario, machine, Math.Min(options.Front.Queues, options.Back.QueuesMax));
        });
        if (scenario.Start == ScenarioStart.Connected)
        {
            Setup.Run(driver, "attach", world!.AttachAllAsync);
        }

        if (scenario.Prepare is { } prepare)
        {
            Setup.Run(driver, "prepare", () => prepare(world!));
        }

        scenario.Play(world!);
        world!._observer.Fibers.Start("end", world.RestAsync);
        return world;
    }

    private async ValueTask AttachAllAsync()
    {
        foreach (var disk in Disks)
        {
            await AddAsync(disk);
        }
    }

    private async ValueTask RestAsync()
    {
        // One part may begin another before it ends, or take the life of one: who can die is waited for last.
        for (int i = 0; i < _parts.Count; i++)
        {
            await _parts[i].JoinAsync();
        }

        for (int i = 0; i < _users.Count; i++)
        {
            if (!_users[i].Group.IsDead)
            {
                await _users[i].JoinAsync();
            }
        }

        await _observer.Fibers.DelayAsync(s_rest);
        _breach = await _scenario.End.FindBreachAsync(this, _observer.Store);
        _isOver = true;
    }
}
