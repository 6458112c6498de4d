using Conformance.Model.Judging;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Front;
using Conformance.Reference.ToolStack;
using Conformance.Suite.Block.Observed;
using Conformance.Suite.Targets;

namespace Conformance.Suite.Block.Cases.Grants;

/// <summary>A front and a back of today's profile with one disk between them, both looked at.</summary>
internal sealed class ObservedPair
{
    private readonly PairContext context;

    private ObservedPair(PairContext c, ObservedDomain guest, ObservedDomain backDomain)
    {
        context = c;
        Guest = guest;
        BackDomain = backDomain;
    }

    /// <summary>The front's domain as the front sees it.</summary>
    public ObservedDomain Guest { get; }

    /// <summary>The back's domain as the back sees it.</summary>
    public ObservedDomain BackDomain { get; }

    public IFrontUnderTest Front { get; private set; } = null!;

    public IBackUnderTest Back { get; private set; } = null!;

    public DeviceRequest Disk { get; private set; } = null!;

    /// <summary>The front's disk.</summary>
    public BlockDisk Medium => Front.FindDisk(Disk.Name) ?? throw context.Failure("a disk of a front that is connected", "none");

    /// <summary>The settings of a front, with grants that persist or not.</summary>
    public static FrontSettings FrontOf(bool isPersistent, int queues = 1) => FrontSettings.For(BlockProfile.Mainline) with { IsPersistent = isPersistent, Queues = queues };

    /// <summary>Starts both drivers and makes the disk; nothing is waited for.</summary>
    public static async ValueTask<ObservedPair> BeginAsync(PairContext c, bool isPersistent, Action<ObservedPair>? prepare = null, DeviceRequest? disk = null)
    {
        var pair = new ObservedPair(c, new ObservedDomain(c.Guest), new ObservedDomain(c.BackDomain));
        prepare?.Invoke(pair);
        pair.Back = await c.StartBackAsync(BackSettings.For(BlockProfile.Mainline), seenAs: pair.BackDomain);
        pair.Front = await c.StartFrontAsync(FrontOf(isPersistent), seenAs: pair.Guest);
        pair.Disk = await c.AddDiskAsync(disk);
        return pair;
    }

    /// <summary>The same, and waits until the two are connected.</summary>
    public static async ValueTask<ObservedPair> ConnectAsync(PairContext c, string clause, bool isPersistent, Action<ObservedPair>? prepare = null, DeviceRequest? disk = null)
    {
        var pair = await BeginAsync(c, isPersistent, prepare, disk);
        await c.ExpectConnectedAsync(clause, pair.Disk);
        return pair;
    }

    /// <summary>Writes random bytes and reads them back.</summary>
    public async ValueTask ExpectDataAsync(string clause, ulong sector, int bytes)
    {
        var written = new byte[bytes];
        context.Random.NextBytes(written);
        var read = new byte[bytes];
        var result = await Medium.WriteAsync(new Sector512(sector), written);
        PairContext.ExpectOf(Blame.Back, clause, result == DiskResult.Ok, $"a write of {bytes} bytes to succeed", result.ToString());
        result = await Medium.ReadAsync(new Sector512(sector), read);
        PairContext.ExpectOf(Blame.Back, clause, result == DiskResult.Ok, $"a read of {bytes} bytes to succeed", result.ToString());
        PairContext.ExpectOf(Blame.Back, clause, written.AsSpan().SequenceEqual(read), "what was written", "something else");
    }
}
