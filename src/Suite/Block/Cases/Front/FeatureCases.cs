using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Front;

/// <summary>What a front asks of a back that offers this or that, or takes it back.</summary>
public static class FeatureCases
{
    private static readonly string[] Features = [BlockNodes.FeatureBarrier, BlockNodes.FeatureFlushCache, BlockNodes.FeatureDiscard];

    /// <summary>A feature that is absent, 0 or no number is not used: nothing but reads and writes reaches the back, and a flush is not said to have been done.</summary>
    [Case("NG-023", "NG-026", "BF-012", Guards = "Z-014, Z-037")]
    public static async Task OnlyANumberAboveZeroEnables(FrontContext c)
    {
        string[] values = ["0", "", "-1", "yes", "00", "1x", " 1", "absent"];
        string value = values[c.Order];
        (string, string)[] nodes = value == "absent" ? [] : [.. Features.Select(name => (name, value)), (BlockNodes.FeatureMaxIndirectSegments, value), (BlockNodes.FeaturePersistent, value)];
        var settings = FrontSettings.For((BlockProfile)(c.Order % 3));
        var scene = await FrontScene.ConnectAsync(c, settings, nodes);
        scene.Back.Serve();
        var flush = scene.Start(() => scene.Disk.FlushAsync());
        var discard = scene.Start(() => scene.Disk.DiscardAsync(default, new SectorCount512(8)));
        var ordered = scene.Start(() => scene.Disk.WriteOrderedAsync(default, scene.Random(4096)));
        var large = scene.Write(8, scene.Random(30 * 4096));
        await c.SettleAsync();
        var odd = scene.Back.Served.Find(request => request.Operation is not (BlkifOperation.Read or BlkifOperation.Write));
        c.Expect("NG-023", odd is null, $"reads and writes alone with every feature '{value}'", $"{odd}");
        flush.Expect("BF-012", c, DiskResult.NotSupported);
        discard.Expect("NG-026", c, DiskResult.NotSupported);
        ordered.Expect("BF-012", c, DiskResult.Ok, DiskResult.NotSupported);
        large.Expect("NG-026", c, DiskResult.Ok);
        c.Expect("NG-026", !scene.Disk.CanFlush && !scene.Disk.CanDiscard, "a disk that says it can neither flush nor discard", "one that says it can");
    }

    /// <summary>With flush and barrier a flush is a flush; with a barrier alone it is a barrier without data.</summary>
    [Case("NG-025", "BF-012", "BI-021", "BI-010", Guards = "Z-221")]
    public static async Task AFlushIsAFlushOrElseABarrier(FrontContext c)
    {
        bool hasFlush = c.Order % 2 == 0;
        bool hasBarrier = c.Order % 4 != 0;
        var scene = await FrontScene.ConnectAsync(c, FrontSettings.For((BlockProfile)(c.Order % 3)), (BlockNodes.FeatureBarrier, hasBarrier ? "1" : "0"), (BlockNodes.FeatureFlushCache, hasFlush ? "1" : "0"));
        var user = scene.Start(() => scene.Disk.FlushAsync());
        var request = await scene.Ring.TakeAsync();
        c.Expect("NG-025", request.Raw[0] == (hasFlush ? 3 : 2), hasFlush ? "operation 3" : "operation 2, for want of flush", $"{request.Raw[0]}");
        c.Expect("BI-021", request.Segments.Count == 0, "no segments", $"{request.Segments.Count}");
        user.ExpectOpen("BF-012", c);
        await scene.Ring.AnswerAsync(request);
        await user.JoinAsync();
        user.Expect("BF-012", c, DiskResult.Ok);
    }

    /// <summary>A flush, barrier or discard that turns out not to be supported is asked no more; a flush is not said to have been done.</summary>
    [Case("BF-013", "NG-024", "BF-012")]
    public static async Task WhatIsNotSupportedIsAskedOnce(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c, null, [.. Features.Select(name => (name, "1"))]);
        scene.Back.Serve(request => request.Operation is BlkifOperation.Read or BlkifOperation.Write ? null : BlkifStatus.NotSupported);
        for (int round = 0; round < 3; round++)
        {
            var flush = scene.Start(() => scene.Disk.FlushAsync());
            await c.SettleAsync();
            flush.Expect("BF-012", c, DiskResult.NotSupported);
            var discard = scene.Start(() => scene.Disk.DiscardAsync(default, new SectorCount512(8)));
            await c.SettleAsync();
            discard.Expect("BF-013", c, DiskResult.NotSupported);
            byte[] data = scene.Random(4096);
            var ordered = scene.Start(() => scene.Disk.WriteOrderedAsync(new Sector512(16), data));
            await c.SettleAsync();
            ordered.Expect("BF-013", c, DiskResult.Ok, DiskResult.NotSupported);
            c.Expect("BF-013", ordered.Result != DiskResult.Ok || scene.Back.Medium.AsSpan(16 * 512, 4096).SequenceEqual(data), "a write that is said to be done to be done", "it is not");
        }

        foreach (var operation in new[] { BlkifOperation.FlushDiskCache, BlkifOperation.WriteBarrier, BlkifOperation.Discard })
        {
            int asked = scene.Back.Served.Count(request => request.Operation == operation);
            c.Expect("NG-024", asked == 1, $"{operation} to be asked once", $"{asked} times");
        }

        await scene.ExpectServesAsync("NG-024");
    }

    /// <summary>An ordered write with data is a barrier with segments where there are barriers.</summary>
    [Case("BI-022", "BF-011", "BI-021")]
    public static async Task AnOrderedWriteIsABarrierOrStandsAlone(FrontContext c)
    {
        bool hasBarrier = c.Order % 2 == 0;
        var scene = await FrontScene.ConnectAsync(c, null, (BlockNodes.FeatureBarrier, hasBarrier ? "1" : "0"), (BlockNodes.FeatureFlushCache, "1"));
        var first = scene.Write(0, scene.Random(4096));
        var before = await scene.Ring.TakeAsync();
        var ordered = scene.Start(() => scene.Disk.WriteOrderedAsync(new Sector512(8), scene.Random(4096)));
        await c.SettleAsync();
        var after = scene.Write(16, scene.Random(4096));
        var seen = await scene.Ring.TakeAllAsync();
        if (hasBarrier)
        {
            c.Expect("BI-022", seen is [{ Operation: BlkifOperation.WriteBarrier, Segments.Count: 1 }, { Operation: BlkifOperation.Write }], "a barrier with its data, and then what follows it", string.Join(", ", seen));
        }
        else
        {
            c.Expect("BF-011", seen.Count == 0, "nothing before the write that was there first is done", string.Join(", ", seen));
        }

        await scene.Ring.AnswerAsync(before);
        foreach (var request in seen)
        {
            await scene.Ring.AnswerAsync(request);
        }

        bool isDone = false;
        while (!hasBarrier && !isDone)
        {
            var request = await scene.Ring.TakeAsync();
            isDone = request.Sector.Value == 16;
            c.Expect("BF-011", !isDone || ordered.Result is not null, "what follows an ordered write to be asked after it", $"{request}");
            await scene.Ring.AnswerAsync(request);
            await c.SettleAsync();
        }

        await c.SettleAsync();
        first.Expect("BF-011", c, DiskResult.Ok);
        ordered.Expect("BF-011", c, DiskResult.Ok);
        after.Expect("BF-011", c, DiskResult.Ok);
    }

    /// <summary>Features that a back publishes only just before Connected are used, and those withdrawn since InitWait are not.</summary>
    [Case("NG-045", "NG-026")]
    public static async Task FeaturesCountAsTheyStandAtConnected(FrontContext c)
    {
        var back = new ScriptedBack(c);
        var front = await c.StartFrontAsync();
        await c.Tools.AddAsync(back.Disk);
        await back.OfferAsync((BlockNodes.FeatureBarrier, "1"), (BlockNodes.FeatureFlushCache, "0"));
        await back.AcceptAsync();
        await back.PresentAsync((BlockNodes.FeatureBarrier, "0"), (BlockNodes.FeatureFlushCache, "1"), (BlockNodes.FeatureDiscard, "1"), (BlockNodes.FeatureMaxIndirectSegments, "32"));
        await c.ExpectStateAsync("NG-045", back.Disk.FrontNode, XenbusState.Connected);
        await c.SettleAsync();
        back.Serve();
        var user = new UserIo(c.Guest, async () =>
        {
            var disk = front.FindDisk(back.Disk.Name)!;
            var result = await disk.FlushAsync();
            result = result == DiskResult.Ok ? await disk.DiscardAsync(default, new SectorCount512(8)) : result;
            return result == DiskResult.Ok ? await disk.WriteAsync(default, new byte[20 * 4096]) : result;
        });
        await c.SettleAsync();
        user.Expect("NG-045", c, DiskResult.Ok);
        string asked = string.Join(' ', back.Served.Select(request => (int)request.Operation));
        c.Expect("NG-045", asked == "3 5 6", "a flush, a discard and an indirect request", asked);
    }

    /// <summary>More than 11 indirect segments are used up to both ends' maximum and 4096; 11 or fewer are as none.</summary>
    [Case("NG-029", "BF-015")]
    public static async Task IndirectSegmentsAreTheLeastOfThree(FrontContext c)
    {
        (string Offered, int Own, int Most)[] shapes = [("11", 256, 11), ("12", 256, 12), ("64", 256, 64), ("256", 32, 32), ("1", 256, 11), ("100000", 100000, 4096), ("64", 0, 11), ("0", 256, 11)];
        var (offered, own, most) = shapes[c.Order];
        var scene = await FrontScene.ConnectAsync(c, FrontSettings.For(BlockProfile.Mainline) with { IndirectSegments = own }, (BlockNodes.FeatureMaxIndirectSegments, offered), (BlockNodes.Sectors, "1000000"));
        int frames = Math.Max(30, most + 5);
        var pages = await scene.AllocateAsync(frames);
        var user = scene.Start(() => scene.Disk.ReadAsync(default, new DiskBuffer(pages, 0, frames * 4096)));
        var request = await scene.Ring.TakeAsync();
        c.Expect("NG-029", request.Segments.Count == most && (request.Operation == BlkifOperation.Indirect) == most > 11, $"{most} segments of {offered} offered and {own} own", $"{request}");
        await scene.Ring.AnswerAsync(request);
        scene.Back.Serve(_ => BlkifStatus.Ok);
        await c.SettleAsync();
        c.Expect("BF-015", scene.Back.Served.TrueForAll(part => part.Segments.Count <= most), $"at most {most} segments", "more");
        user.Expect("NG-029", c, DiskResult.Ok);
    }

    /// <summary>Without granularity and alignment a discard goes by the sector size from 0; the secure flag is set only where it is offered.</summary>
    [Case("NG-027", "BI-026")]
    public static async Task DiscardHasItsDefaults(FrontContext c)
    {
        bool isSecure = c.Order % 2 == 0;
        bool isStated = c.Order % 4 < 2;
        (string, string)[] stated = isStated ? [(BlockNodes.DiscardGranularity, "65536"), (BlockNodes.DiscardAlignment, "4096")] : [];
        var scene = await FrontScene.ConnectAsync(c, null, [(BlockNodes.FeatureDiscard, "1"), (BlockNodes.DiscardSecure, isSecure ? "1" : "0"), .. stated]);
        var (granularity, alignment) = (scene.Disk.DiscardGeometry.GranularityBytes, scene.Disk.DiscardGeometry.AlignmentBytes);
        c.Expect("NG-027", (granularity, alignment) == (isStated ? (65536u, 4096u) : (512u, 0u)), isStated ? "65536 from 4096" : "512 from 0", $"{granularity} from {alignment}");
        scene.Back.Serve();
        var user = scene.Start(() => scene.Disk.DiscardAsync(default, new SectorCount512(128), isSecure: true));
        await c.SettleAsync();
        user.Expect("BI-026", c, isSecure ? [DiskResult.Ok] : [DiskResult.Ok, DiskResult.NotSupported]);
        c.Expect("BI-026", scene.Back.Served.TrueForAll(request => request.Flag == (isSecure ? 1 : 0)), "a secure flag only where secure discards are offered", "one");
    }
}
