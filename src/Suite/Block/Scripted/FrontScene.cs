using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;
using Conformance.Reference.World;
using Conformance.Suite.Targets;

namespace Conformance.Suite.Block.Scripted;

/// <summary>A front under test that is connected to a scripted back, and its disk.</summary>
internal sealed class FrontScene
{
    private FrontScene(FrontContext context, ScriptedBack back, IFrontUnderTest front, GuestHoldings before)
    {
        Case = context;
        Back = back;
        Front = front;
        Before = before;
        Disk = front.FindDisk(back.Disk.Name)!;
    }

    /// <summary>The case.</summary>
    public FrontContext Case { get; }

    /// <summary>The back.</summary>
    public ScriptedBack Back { get; }

    /// <summary>The front's driver.</summary>
    public IFrontUnderTest Front { get; }

    /// <summary>The disk.</summary>
    public BlockDisk Disk { get; }

    /// <summary>The only ring, or the first.</summary>
    public ScriptedBackRing Ring => Back.Ring;

    /// <summary>What the guest held before there was a device.</summary>
    public GuestHoldings Before { get; }

    /// <summary>A front with a legacy back that offers nothing but these nodes, connected.</summary>
    /// <param name="context">The case.</param>
    /// <param name="settings">What the front can do; null for today's profile.</param>
    /// <param name="nodes">What the back publishes, all of it before its InitWait.</param>
    public static async ValueTask<FrontScene> ConnectAsync(FrontContext context, FrontSettings? settings = null, params (string Name, string Value)[] nodes)
    {
        var back = new ScriptedBack(context, abi: settings?.Abi ?? BlkifAbiName.Native);
        var front = await context.StartFrontAsync(settings);
        var before = GuestHoldings.Of(context.Guest);
        await context.Tools.AddAsync(back.Disk);
        await back.OfferAsync(nodes);
        return await FinishAsync(context, back, front, before);
    }

    /// <summary>From the front's publication to a disk that can be used.</summary>
    public static async ValueTask<FrontScene> FinishAsync(FrontContext context, ScriptedBack back, IFrontUnderTest front, GuestHoldings before)
    {
        await back.AcceptAsync();
        await back.PresentAsync();
        await context.ExpectStateAsync("XB-008", back.Disk.FrontNode, XenbusState.Connected);
        await context.SettleAsync();
        context.Expect("BF-020", front.FindDisk(back.Disk.Name) is { IsAnnounced: true }, "a disk once both ends are Connected", "none");
        return new FrontScene(context, back, front, before);
    }

    /// <summary>Has a user of the disk do something, on a fiber of the guest.</summary>
    public UserIo Start(Func<ValueTask<DiskResult>> body) => new(Case.Guest, body);

    /// <summary>A user reads.</summary>
    public UserIo Read(ulong sector, Memory<byte> destination) => Start(() => Disk.ReadAsync(new Sector512(sector), destination));

    /// <summary>A user writes.</summary>
    public UserIo Write(ulong sector, ReadOnlyMemory<byte> source) => Start(() => Disk.WriteAsync(new Sector512(sector), source));

    /// <summary>Takes own pages of the guest.</summary>
    public async ValueTask<IOwnPage[]> AllocateAsync(int count)
    {
        var pages = new IOwnPage[count];
        for (int i = 0; i < count; i++)
        {
            pages[i] = (await Case.Guest.Memory.AllocateAsync())!;
        }

        return pages;
    }

    /// <summary>Bytes by chance.</summary>
    public byte[] Random(int length)
    {
        var bytes = new byte[length];
        Case.Random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Fails the case unless data can be written and read back, by a back that serves.</summary>
    public async ValueTask ExpectServesAsync(string clause, ulong sector = 8)
    {
        byte[] written = Random(8192);
        var read = new byte[written.Length];
        var write = Write(sector, written);
        await Case.SettleAsync();
        write.Expect(clause, Case, DiskResult.Ok);
        var reading = Read(sector, read);
        await Case.SettleAsync();
        reading.Expect(clause, Case, DiskResult.Ok);
        Case.Expect(clause, written.AsSpan().SequenceEqual(read), "what was written", "something else");
    }

    /// <summary>Fails the case unless the guest holds what it held before the device, once deferred grants are retried.</summary>
    public void ExpectNothingHeld(string clause) => Before.ExpectSame(clause, Case);
}

/// <summary>Something that a user of a disk does, and how it ended.</summary>
internal sealed class UserIo
{
    private readonly Fiber fiber;

    /// <summary>Starts it.</summary>
    public UserIo(WorldDomain guest, Func<ValueTask<DiskResult>> body) =>
        fiber = guest.Fibers.Start("user", async () =>
        {
            Result = await body();
            Ends++;
        });

    /// <summary>How it ended; null while it has not.</summary>
    public DiskResult? Result { get; private set; }

    /// <summary>How often it ended.</summary>
    public int Ends { get; private set; }

    /// <summary>Waits until it ends.</summary>
    public ValueTask JoinAsync() => fiber.JoinAsync();

    /// <summary>Fails the case unless it has ended like this by now.</summary>
    public void Expect(string clause, FrontContext context, params DiskResult[] results) =>
        context.Expect(clause, Result is { } result && results.Contains(result), $"an operation that ends with {string.Join(" or ", results)}", Result is null ? "one that never ends" : $"{Result}");

    /// <summary>Fails the case if it has ended by now.</summary>
    public void ExpectOpen(string clause, FrontContext context) =>
        context.Expect(clause, Result is null, "an operation that waits", $"{Result}");
}

/// <summary>What a guest holds that a driver can leak.</summary>
/// <param name="Pages">Pages of memory, without those of its grant table.</param>
/// <param name="Grants">Grant references in use.</param>
/// <param name="Ports">Event ports.</param>
internal sealed record GuestHoldings(int Pages, int Grants, int Ports)
{
    /// <summary>Counts, after trying deferred grants again.</summary>
    public static GuestHoldings Of(WorldDomain guest)
    {
        guest.GrantTable.RetryDeferred();
        return new(
            guest.Machine.Memory.Count - guest.GrantTable.Frames.Count,
            guest.GrantTable.EntryCount - guest.GrantTable.FreeCount,
            guest.Machine.Events.Count);
    }

    /// <summary>Fails the case unless the guest holds the same now.</summary>
    public void ExpectSame(string clause, FrontContext context)
    {
        var now = Of(context.Guest);
        context.Expect(clause, now == this, $"as many pages, grants and ports as before: {this}", $"{now}");
    }
}
