using Conformance.Model.Judging;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Deviations;
using Conformance.Reference.ToolStack;
using Conformance.Reference.World;
using Conformance.Suite.Cases;
using Conformance.Suite.Machine;
using Conformance.Suite.Targets;

namespace Conformance.Suite.Block;

/// <summary>What a case gets that asks a back: a guest whose front the case plays itself, and media for the back to serve.</summary>
public sealed class BackContext : MachineContext
{
    /// <summary>The path of the medium that every run has.</summary>
    public const string MediumPath = "/media/disk";

    private readonly IBackTarget target;
    private StorageLookup? media;

    internal BackContext(IBackTarget target, CaseSettings settings)
        : base(settings) => this.target = target;

    /// <summary>The domain whose front the case plays.</summary>
    public WorldDomain Guest { get; private set; } = null!;

    /// <summary>The medium at <see cref="MediumPath"/>: 2 MiB of memory.</summary>
    public MemoryMedium Medium { get; private set; } = null!;

    /// <summary>The media that the back finds by path.</summary>
    public StorageLookup Media => media ?? throw new InvalidOperationException("expected a case that runs, got one that has not begun");

    /// <inheritdoc/>
    protected override Blame UnderTest => Blame.Back;

    /// <summary>Starts the back under test.</summary>
    /// <param name="settings">What it offers; null for today's profile.</param>
    /// <param name="domain">Where; null for the control domain.</param>
    /// <param name="plan">Where it leaves its path.</param>
    public ValueTask<IBackUnderTest> StartBackAsync(BackSettings? settings = null, WorldDomain? domain = null, DeviationPlan? plan = null)
    {
        domain ??= Control;
        return target.StartBackAsync(new BackStage(domain, Media, settings ?? BackSettings.For(BlockProfile.Mainline))
        {
            Plan = plan ?? DeviationPlan.None,
            Die = () => World.DestroyAsync(domain),
        });
    }

    /// <summary>What the tool stack is to make for a disk of the guest.</summary>
    public DeviceRequest Disk(uint number = 51712, string path = MediumPath, bool isWritable = true, WorldDomain? back = null) =>
        DiskRequest.Make(number, path, Guest.Id, (back ?? Control).Id, isWritable);

    /// <summary>Makes a disk and plugs its medium in (T.add, T.hot).</summary>
    public async ValueTask<DeviceRequest> AddDiskAsync(DeviceRequest? disk = null)
    {
        disk ??= Disk();
        await Tools.AddAsync(disk);
        await Tools.HotplugAsync(disk, DiskRequest.MediumOf(disk));
        return disk;
    }

    /// <inheritdoc/>
    protected override async ValueTask PrepareAsync()
    {
        media = new StorageLookup(Driver, Control.Fibers.Group);
        Medium = new MemoryMedium(MediumPath, new SectorCount512(4096));
        media.Add(MediumPath, Medium);
        Guest = await CreateDomainAsync();
    }
}
