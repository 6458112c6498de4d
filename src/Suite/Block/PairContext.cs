using System.Runtime.CompilerServices;
using Conformance.Model.Clauses;
using Conformance.Model.Judging;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Control;
using Conformance.Reference.Deviations;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.Ports;
using Conformance.Reference.ToolStack;
using Conformance.Reference.World;
using Conformance.Suite.Block.Rules;
using Conformance.Suite.Cases;
using Conformance.Suite.Machine;
using Conformance.Suite.Targets;

namespace Conformance.Suite.Block;

/// <summary>What a case gets that asks a front and a back together: what both make of an exchange, and what is left after it.</summary>
public sealed class PairContext : MachineContext
{
    /// <summary>The path of the medium that every run has.</summary>
    public const string MediumPath = "/media/disk";

    private readonly IBlockPairTarget target;
    private readonly List<DeviceRequest> made = [];
    private readonly List<(WorldDomain Domain, IFrontUnderTest Front)> fronts = [];
    private PairJudge judge = null!;

    internal PairContext(IBlockPairTarget target, CaseSettings settings)
        : base(settings) => this.target = target;

    /// <summary>The domain of the front.</summary>
    public WorldDomain Guest { get; private set; } = null!;

    /// <summary>The domain of the back; the control domain unless the case made another.</summary>
    public WorldDomain BackDomain { get; private set; } = null!;

    /// <summary>The medium at <see cref="MediumPath"/>: 2 MiB of memory.</summary>
    public MemoryMedium Medium { get; private set; } = null!;

    /// <summary>The media that the back finds by path.</summary>
    public StorageLookup Media { get; private set; } = null!;

    /// <summary>Without a word from the case, a failure of the two is put down to the back, which decides when they are connected.</summary>
    protected override Blame UnderTest => Blame.Back;

    /// <summary>Fails the case for <paramref name="clause"/> and blames <paramref name="blame"/> unless <paramref name="condition"/> holds.</summary>
    public static void ExpectOf(Blame blame, string clause, bool condition, string expected, [CallerArgumentExpression(nameof(condition))] string came = "")
    {
        if (!condition)
        {
            throw CaseOutcome.Fail(ClauseId.Parse(clause), blame, $"expected {expected}; came {came}");
        }
    }

    /// <summary>Has the back run in a domain of its own, which is not the control domain (BB-037).</summary>
    public async ValueTask UseDriverDomainAsync(DomainOptions? options = null)
    {
        BackDomain = await CreateDomainAsync(options);
        judge.Enlist(BackDomain, Blame.Back);
        Media = new StorageLookup(Driver, BackDomain.Fibers.Group);
        Media.Add(MediumPath, Medium);
    }

    /// <summary>Goes on with a new guest; the one before stays as it is.</summary>
    public async ValueTask UseNewGuestAsync(DomainOptions? options = null)
    {
        Guest = await CreateDomainAsync(options);
        judge.Enlist(Guest, Blame.Front);
    }

    /// <summary>Starts the back.</summary>
    /// <param name="settings">What it offers; null for today's profile.</param>
    /// <param name="plan">Where it leaves its path.</param>
    /// <param name="seenAs">The domain as the driver is to see it; null for the domain itself.</param>
    public ValueTask<IBackUnderTest> StartBackAsync(BackSettings? settings = null, DeviationPlan? plan = null, IDomain? seenAs = null)
    {
        var domain = BackDomain;
        ExcuseDeviant(plan, Blame.Back);
        return target.StartBackAsync(new BackStage(seenAs ?? domain, Media, settings ?? BackSettings.For(BlockProfile.Mainline))
        {
            Plan = plan ?? DeviationPlan.None,
            Die = () => World.DestroyAsync(domain),
        });
    }

    /// <summary>Starts the front.</summary>
    /// <param name="settings">What it can do; null for today's profile.</param>
    /// <param name="plan">Where it leaves its path.</param>
    /// <param name="seenAs">The domain as the driver is to see it; null for the domain itself.</param>
    public async ValueTask<IFrontUnderTest> StartFrontAsync(FrontSettings? settings = null, DeviationPlan? plan = null, IDomain? seenAs = null)
    {
        var domain = Guest;
        ExcuseDeviant(plan, Blame.Front);
        var front = await target.StartFrontAsync(new FrontStage(seenAs ?? domain, settings ?? FrontSettings.For(BlockProfile.Mainline))
        {
            Plan = plan ?? DeviationPlan.None,
            Die = () => World.DestroyAsync(domain),
        });
        fronts.Add((domain, front));
        return front;
    }

    /// <summary>What the tool stack is to make for a disk of the guest.</summary>
    public DeviceRequest Disk(uint number = 51712, string path = MediumPath, bool isWritable = true) =>
        DiskRequest.Make(number, path, Guest.Id, BackDomain.Id, isWritable);

    /// <summary>Makes a disk whose medium is there from the start, so that no script writes anything later.</summary>
    public async ValueTask<DeviceRequest> AddPluggedDiskAsync()
    {
        var disk = Disk();
        disk = disk with
        {
            BackNodes = new Dictionary<string, string>([.. disk.BackNodes, .. DiskRequest.MediumOf(disk)]) { [BlockNodes.HotplugStatus] = "connected" },
        };
        Follow(disk);
        await Tools.AddAsync(disk);
        return disk;
    }

    /// <summary>Makes a disk and plugs its medium in (T.add, T.hot).</summary>
    public async ValueTask<DeviceRequest> AddDiskAsync(DeviceRequest? disk = null)
    {
        disk ??= Disk();
        Follow(disk);
        await Tools.AddAsync(disk);
        await Tools.HotplugAsync(disk, DiskRequest.MediumOf(disk));
        return disk;
    }

    /// <summary>Waits until both ends of a disk are connected; fails the case for <paramref name="clause"/> when they never are.</summary>
    public async ValueTask ExpectConnectedAsync(string clause, DeviceRequest disk)
    {
        ArgumentNullException.ThrowIfNull(disk);
        await ExpectStateAsync(clause, disk.BackNode, XenbusState.Connected);
        await ExpectStateAsync(clause, disk.FrontNode, XenbusState.Connected);
    }

    /// <summary>Starts the guest's control driver, with the drivers of its devices.</summary>
    public ValueTask<IControlUnderTest> StartControlAsync(ControlSettings? settings, params IReadOnlyList<IFrontUnderTest> devices) =>
        target.StartControlAsync(new ControlStage(Guest, Guest.Platform, settings ?? new ControlSettings(), devices));

    /// <summary>Lets a path name a medium of 2 MiB that takes its time.</summary>
    /// <returns>Gives the storage that was opened last.</returns>
    public Func<SlowStorage> AddSlowDisk(string path, TimeSpan time)
    {
        var medium = new MemoryMedium(path, new SectorCount512(4096));
        SlowStorage? last = null;
        ulong key = 1UL << 32;
        Media.Add(path, _ => last = new SlowStorage(new SynchronousStorage(Driver, medium, ++key), Driver, time));
        return () => last ?? throw new InvalidOperationException($"expected {path} to be opened, nobody did");
    }

    /// <summary>What one end does or holds is not to be judged: the case plays it or breaks it.</summary>
    public void Excuse(Blame end) => judge.Excuse(end);

    /// <summary>How often a step of the paths was taken so far; numbered ones are counted together.</summary>
    public int CountSteps(string step) =>
        Trace.Events.Count(taken => taken.Result == "OK" && (taken.Step == step || taken.Step.StartsWith($"{step}.", StringComparison.Ordinal)));

    /// <summary>Starts a front whose kernel stops in the middle of a step, as one that is left for another kernel in the same domain.</summary>
    public ValueTask<IFrontUnderTest> StartCrashingFrontAsync(string step, FrontSettings? settings = null)
    {
        var domain = Guest;
        judge.Excuse(Blame.Front);
        return target.StartFrontAsync(new FrontStage(domain, settings ?? FrontSettings.For(BlockProfile.Mainline))
        {
            Plan = DeviationPlan.Single(step, DeviationKind.Die),
            Die = domain.Fibers.HaltAsync,
        });
    }

    /// <summary>Has a disk that the case makes itself taken away at the end, for the look at what is left.</summary>
    public void Follow(DeviceRequest disk) => made.Add(disk);

    /// <summary>Lets everything come to rest, and fails the case for <paramref name="clause"/> when either end holds anything of the other.</summary>
    public async ValueTask ExpectNothingHeldAsync(string clause, string what, bool wasUsed = true)
    {
        await SettleAsync();
        judge.ExpectNothingHeld(clause, what, wasUsed);
        ThrowIfBroken();
    }

    /// <summary>Fails the case when a rule that holds always was broken so far.</summary>
    public void ThrowIfBroken()
    {
        if (judge.First is { } breach)
        {
            ExpectOf(breach.Blame, breach.Clause, false, breach.Expected, breach.Came);
        }
    }

    /// <summary>
    /// Looks whether anything is left: what is held when no device is connected, and, after every device was taken away,
    /// what is held, watched, awaited or waited for at all.
    /// </summary>
    /// <inheritdoc/>
    protected override async ValueTask ReviewAsync()
    {
        ThrowIfBroken();
        await SettleAsync();
        if (judge.Nodes.Directories.All(directory => PairJudge.IsQuiet(judge.Nodes.Find(directory, "state"))))
        {
            judge.ExpectNothingHeld("XB-039", "while no device is connected", wasUsed: true);
        }

        foreach (var disk in made)
        {
            if (!await Tools.RemoveAsync(disk))
            {
                await Tools.ForceAsync(disk);
            }
        }

        await SettleAsync();
        judge.ExpectNothingHeld("XB-033", "once every device is gone", wasUsed: true);
        judge.ExpectNothingAwaited();
        ThrowIfBroken();
        foreach (var (domain, front) in fronts.Where(entry => !entry.Domain.Machine.IsDestroyed && entry.Domain.Machine.Shutdown is null))
        {
            ExpectOf(Blame.Front, "XB-045", await front.WaitForBootAsync(), $"nothing to hold up the boot of domain {domain.Id} once every device is gone", "a device does");
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask PrepareAsync()
    {
        made.Clear();
        fronts.Clear();
        judge = new PairJudge(World);
        Trace.Taken = judge.Take;
        Medium = new MemoryMedium(MediumPath, new SectorCount512(4096));
        BackDomain = Control;
        Media = new StorageLookup(Driver, Control.Fibers.Group);
        Media.Add(MediumPath, Medium);
        Guest = await CreateDomainAsync();
        judge.Enlist(Control, Blame.Back);
        judge.Enlist(Guest, Blame.Front);
    }

    private void ExcuseDeviant(DeviationPlan? plan, Blame end)
    {
        // One that fails, waits or dies still owes everything that it does; one that leaves out or repeats a step does not.
        if (plan is not null && plan.Deviations.Any(deviation => deviation.Kind is DeviationKind.Skip or DeviationKind.Repeat))
        {
            judge.Excuse(end);
        }
    }
}
