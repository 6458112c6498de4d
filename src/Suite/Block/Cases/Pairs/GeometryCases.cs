using Conformance.Model.Judging;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Block.Storage;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Pairs;

/// <summary>Layouts, ring sizes and sector sizes, each from end to end.</summary>
public static class GeometryCases
{
    /// <summary>A front of each ABI is understood by the same back, and its data is where it belongs.</summary>
    [Case("BI-001", "BI-002", "BI-008", "NG-021")]
    public static async Task FrontsOfEveryAbiAreUnderstood(PairContext c)
    {
        await c.StartBackAsync();
        foreach (var abi in Enum.GetValues<BlkifAbi>())
        {
            c.Note($"front of {abi}");
            await LifeAsync(c, FrontSettings.For(BlockProfile.Mainline) with { Abi = abi, Queues = 1 }, 24 * 1024);
        }
    }

    /// <summary>A front of 2010 of each ABI is understood, with requests of several entries.</summary>
    [Case("BI-028", "BI-031", "RG-033")]
    public static async Task FrontsOf2010OfEveryAbiAreUnderstood(PairContext c)
    {
        await c.StartBackAsync(Reference.Block.Back.BackSettings.For(BlockProfile.Seed2010));
        foreach (var abi in Enum.GetValues<BlkifAbi>())
        {
            c.Note($"front of {abi}");
            await LifeAsync(c, FrontSettings.For(BlockProfile.Seed2010) with { Abi = abi }, 120 * 1024);
        }
    }

    /// <summary>Rings of 1 to 16 pages work, and so does a change of size from one connection to the next.</summary>
    [Case("RG-004", "NG-014", "NG-019", "RG-002")]
    public static async Task RingsOfEverySizeWork(PairContext c)
    {
        await c.StartBackAsync();
        foreach (int order in (int[])[4, 0, 1, 3, 2, 0])
        {
            c.Note($"{1 << order} ring pages");
            await LifeAsync(c, FrontSettings.For(BlockProfile.Mainline) with { RingPageOrder = order, Queues = 1, IndirectSegments = 0 }, 200 * 1024);
        }
    }

    /// <summary>One to four queues work.</summary>
    [Case("NG-032")]
    public static async Task EveryNumberOfQueuesWorks(PairContext c)
    {
        await c.StartBackAsync();
        for (int queues = 1; queues <= 4; queues++)
        {
            c.Note($"{queues} queues");
            await LifeAsync(c, FrontSettings.For(BlockProfile.Mainline) with { Queues = queues, RingPageOrder = 0 }, 64 * 1024);
        }
    }

    /// <summary>A medium of 4096-byte sectors has its size and positions in units of 512 all the same.</summary>
    [Case("BI-017", "BF-021", "NG-033", "BF-022")]
    public static async Task LargeSectorsKeepUnitsOf512(PairContext c)
    {
        var medium = new MemoryMedium("/media/large", new SectorCount512(4096), DeviceSectorSize.Bytes4096);
        c.Media.Add("/media/large", medium);
        await c.StartBackAsync();
        var front = await c.StartFrontAsync();
        var request = await c.AddDiskAsync(c.Disk(51728, "/media/large"));
        await c.ExpectConnectedAsync("NG-033", request);
        var disk = front.FindDisk(request.Name)!;
        PairContext.ExpectOf(Blame.Front, "BF-021", disk.Capacity.Value == 4096 && disk.SectorSize.Bytes == 4096, "2 MiB in sectors of 4096 bytes", $"{disk.Capacity} units of 512 in sectors of {disk.SectorSize.Bytes}");
        var data = new byte[8192];
        c.Random.NextBytes(data);
        await DiskCheck.ExpectAsync(disk.WriteAsync(new Sector512(4096 - 16), data), "a write of the last two device sectors");
        var there = new byte[8192];
        medium.Read((2 << 20) - 8192, there);
        c.Expect("BI-017", there.AsSpan().SequenceEqual(data), "the data in the last 8 KiB of the medium", "something else there");
        var odd = await disk.WriteAsync(new Sector512(1), data.AsMemory(0, 4096));
        PairContext.ExpectOf(Blame.Front, "BF-022", odd == DiskResult.Misaligned, "a write from the middle of a device sector to be refused", $"{odd}");
    }

    /// <summary>The last sector can be used, and nothing beyond it.</summary>
    [Case("NG-035", "BB-007")]
    public static async Task LastSectorCanBeUsedAndNothingBeyond(PairContext c)
    {
        await c.StartBackAsync();
        var front = await c.StartFrontAsync();
        var request = await c.AddDiskAsync();
        await c.ExpectConnectedAsync("NG-035", request);
        var disk = front.FindDisk(request.Name)!;
        await DiskCheck.ExpectKeepsAsync(c, disk, new Sector512(disk.Capacity.Value - 8), 4096);
        var beyond = await disk.ReadAsync(new Sector512(disk.Capacity.Value - 1), new byte[1024]);
        PairContext.ExpectOf(Blame.Front, "NG-035", beyond == DiskResult.OutOfRange, "a read across the end to be refused", $"{beyond}");
    }

    private static async Task LifeAsync(PairContext c, FrontSettings settings, int bytes)
    {
        var front = await c.StartFrontAsync(settings);
        var request = await c.AddDiskAsync();
        await c.ExpectConnectedAsync("XB-008", request);
        await DiskCheck.ExpectKeepsAsync(c, front.FindDisk(request.Name)!, new Sector512(24), bytes);
        c.Expect("XB-027", await c.Tools.RemoveAsync(request), "the back to close within the tool stack's limit", "it did not");
        await front.StopAsync();
    }
}
