using Conformance.Model.Judging;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Fibers;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Pairs.Data;

/// <summary>What a loss of power may take, and what not (I-70), and a size that changes (I-72).</summary>
public static class DurabilityCases
{
    /// <summary>What was written before a flush that succeeded is there after a loss of power, whatever else is lost.</summary>
    [Case("BI-023", "BB-019", "BF-012")]
    public static async Task FlushedWritesSurviveALossOfPower(PairContext c)
    {
        var medium = AddVolatile(c);
        await c.StartBackAsync();
        var front = await c.StartFrontAsync();
        var request = await c.AddDiskAsync(c.Disk(51728, medium.Name));
        var disk = await EndStates.DiskAsync(c, front, request);
        var choices = new SeededChoices((ulong)c.Random.Next());
        for (int round = 0; round < 6; round++)
        {
            var flushed = await WriteAsync(c, disk, round);
            PairContext.ExpectOf(Blame.Front, "BI-023", await disk.FlushAsync() == DiskResult.Ok, "a flush to succeed", "it failed");
            c.Expect("BI-023", medium.Unflushed == 0, "nothing in the cache after a flush", $"{medium.Unflushed} sectors");
            await DiskCheck.ExpectAsync(disk.WriteAsync(new Sector512(2048), new byte[4096]), "a write that may be lost");
            medium.LosePower(choices);
            foreach (var (sector, data) in flushed)
            {
                var read = new byte[data.Length];
                medium.Read((long)sector * Sector512.Size, read);
                c.Expect("BI-023", read.AsSpan().SequenceEqual(data), $"what was flushed at {sector}", "something else after the loss of power");
            }
        }
    }

    /// <summary>An ordered write that succeeded is durable, and everything before it as well; nothing after it is there without it.</summary>
    [Case("BI-022", "BB-019", "BI-023", "BF-012")]
    public static async Task OrderedWriteKeepsItsPlace(PairContext c)
    {
        var medium = AddVolatile(c);
        await c.StartBackAsync();
        var front = await c.StartFrontAsync();
        var request = await c.AddDiskAsync(c.Disk(51728, medium.Name));
        var disk = await EndStates.DiskAsync(c, front, request);
        var choices = new SeededChoices((ulong)c.Random.Next());
        for (int round = 0; round < 6; round++)
        {
            var before = await WriteAsync(c, disk, round);
            var barrier = new byte[4096];
            c.Random.NextBytes(barrier);
            PairContext.ExpectOf(Blame.Front, "BI-022", await disk.WriteOrderedAsync(new Sector512(3072), barrier) == DiskResult.Ok, "an ordered write to succeed", "it failed");
            medium.LosePower(choices);
            var read = new byte[4096];
            medium.Read(3072 * Sector512.Size, read);
            c.Expect("BI-022", read.AsSpan().SequenceEqual(barrier), "the ordered write after a loss of power", "something else");
            foreach (var (sector, data) in before)
            {
                var early = new byte[data.Length];
                medium.Read((long)sector * Sector512.Size, early);
                c.Expect("BI-022", early.AsSpan().SequenceEqual(data), $"what was written before it at {sector}", "something else");
            }
        }
    }

    /// <summary>A medium that grows or shrinks while requests run is noticed without a new connection; what lies beyond the end fails, and nothing else does.</summary>
    [Case("NG-036", "BB-007", "XB-015")]
    public static async Task SizeMayChangeWhileRequestsRun(PairContext c)
    {
        var medium = new MemoryMedium("/media/elastic", new SectorCount512(4096));
        c.Media.Add(medium.Name, medium);
        var back = await c.StartBackAsync();
        var front = await c.StartFrontAsync();
        var request = await c.AddDiskAsync(c.Disk(51728, medium.Name));
        var disk = await EndStates.DiskAsync(c, front, request);
        await c.SettleAsync();
        int generations = c.CountSteps("F8");
        foreach (ulong sectors in (ulong[])[8192, 2048, 6000])
        {
            var io = RunningIo.Start(c, disk, 4, first: 64);
            medium.Resize(new SectorCount512(sectors));
            await back.ResizeAsync(c.Guest.Id, request.Name);
            await io.JoinAsync(c);
            await c.SettleAsync();
            PairContext.ExpectOf(Blame.Front, "NG-036", disk.Capacity.Value == sectors, $"a disk of {sectors} sectors", $"{disk.Capacity}");
            c.Expect("NG-036", io.Succeeded == 4, "requests inside both sizes to end well", $"{io.Succeeded} of 4");
            var last = new byte[512];
            await DiskCheck.ExpectAsync(disk.ReadAsync(new Sector512(sectors - 1), last), "a read of the last sector");
            PairContext.ExpectOf(Blame.Front, "NG-036", await disk.ReadAsync(new Sector512(sectors), last) == DiskResult.OutOfRange, "a read beyond it to be refused", "it was not");
        }

        PairContext.ExpectOf(Blame.Front, "NG-036", c.CountSteps("F8") == generations, "no new connection", $"{c.CountSteps("F8") - generations}");
    }

    private static VolatileCacheMedium AddVolatile(PairContext c)
    {
        var medium = new VolatileCacheMedium("/media/volatile", new SectorCount512(4096));
        c.Media.AddDevice(medium.Name, medium);
        return medium;
    }

    /// <summary>Writes side by side on four places, each of its own, and waits for all.</summary>
    private static async Task<SortedDictionary<ulong, byte[]>> WriteAsync(PairContext c, BlockDisk disk, int round)
    {
        var io = RunningIo.Start(c, disk, 4, first: 256 + ((ulong)round * 64));
        await io.JoinAsync(c);
        PairContext.ExpectOf(Blame.Front, "BI-023", io.Succeeded == 4, "four writes to succeed", $"{io.Succeeded}");
        return io.Written;
    }
}
