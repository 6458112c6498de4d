using System.Runtime.CompilerServices;
using Conformance.Model.Clauses;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Deviations;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.Ports;
using Conformance.Reference.ToolStack;
using Conformance.Reference.World;
using Conformance.Suite.Cases;
using Conformance.Suite.Machine;
using Conformance.Suite.Targets;
using Conformance.Suite.Verdicts;

namespace Conformance.Suite.Block;

/// <summary>What a case gets that asks a front and a back together: what both make of an exchange, and what is left after it.</summary>
public sealed class PairContext : MachineContext
{
    /// <summary>The path of the medium that every run has.</summary>
    public const string MediumPath = "/media/disk";

    private readonly IBlockPairTarget target;

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
        Media = new StorageLookup(Driver, BackDomain.Fibers.Group);
        Media.Add(MediumPath, Medium);
    }

    /// <summary>Starts the back.</summary>
    /// <param name="settings">What it offers; null for today's profile.</param>
    /// <param name="plan">Where it leaves its path.</param>
    /// <param name="seenAs">The domain as the driver is to see it; null for the domain itself.</param>
    public ValueTask<IBackUnderTest> StartBackAsync(BackSettings? settings = null, DeviationPlan? plan = null, IDomain? seenAs = null)
    {
        var domain = BackDomain;
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
    public ValueTask<IFrontUnderTest> StartFrontAsync(FrontSettings? settings = null, DeviationPlan? plan = null, IDomain? seenAs = null)
    {
        var domain = Guest;
        return target.StartFrontAsync(new FrontStage(seenAs ?? domain, settings ?? FrontSettings.For(BlockProfile.Mainline))
        {
            Plan = plan ?? DeviationPlan.None,
            Die = () => World.DestroyAsync(domain),
        });
    }

    /// <summary>What the tool stack is to make for a disk of the guest.</summary>
    public DeviceRequest Disk(uint number = 51712, string path = MediumPath, bool isWritable = true) =>
        DiskRequest.Make(number, path, Guest.Id, BackDomain.Id, isWritable);

    /// <summary>Makes a disk and plugs its medium in (T.add, T.hot).</summary>
    public async ValueTask<DeviceRequest> AddDiskAsync(DeviceRequest? disk = null)
    {
        disk ??= Disk();
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

    /// <inheritdoc/>
    protected override async ValueTask PrepareAsync()
    {
        Medium = new MemoryMedium(MediumPath, new SectorCount512(4096));
        BackDomain = Control;
        Media = new StorageLookup(Driver, Control.Fibers.Group);
        Media.Add(MediumPath, Medium);
        Guest = await CreateDomainAsync();
    }
}
