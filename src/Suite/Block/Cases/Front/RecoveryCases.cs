using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Rings;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Front;

/// <summary>A back that is started anew under a front that lives.</summary>
public static class RecoveryCases
{
    /// <summary>The back begins anew at InitWait: the front makes a new connection, asks again what was outstanding, and users notice nothing.</summary>
    [Case("RS-015", "RS-005", "RS-008", "RS-016", "RS-006", Guards = "Z-021")]
    public static async Task ABackThatBeginsAnewIsFollowed(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c, null, (BlockNodes.FeatureFlushCache, "1"));
        var disk = scene.Disk;
        await disk.OpenAsync();
        byte[] first = scene.Random(4096);
        byte[] second = scene.Random(4096);
        var done = scene.Write(0, first);
        await scene.Ring.ServeAsync(await scene.Ring.TakeAsync());
        await done.JoinAsync();
        var open = scene.Write(8, second);
        await scene.Ring.TakeAsync();
        await RestartAsync(scene);
        open.ExpectOpen("RS-005", c);
        var late = scene.Read(0, new byte[4096]);
        await c.SettleAsync();
        late.ExpectOpen("RS-009", c);
        await FinishAsync(scene);
        open.Expect("RS-005", c, DiskResult.Ok);
        late.Expect("RS-009", c, DiskResult.Ok);
        c.Expect("RS-006", scene.Back.Served.Count(request => !request.IsRead) == 1, "the write that was not answered asked again, and no other", $"{scene.Back.Served.Count(request => !request.IsRead)} writes");
        c.Expect("RS-005", scene.Back.Medium.AsSpan(0, 8192).SequenceEqual([.. first, .. second]), "both writes on the medium", "something else");
        c.Expect("RS-016", disk.IsAnnounced && disk == scene.Front.FindDisk(scene.Back.Disk.Name) && disk.Users == 1, "the same disk, with its user", "another");
        await disk.CloseAsync();
        await scene.Back.RemoveAsync();
        scene.ExpectNothingHeld("RS-015");
    }

    /// <summary>The new back takes less: what was one request is asked again in parts that it takes, and only by what it offers.</summary>
    [Case("RS-007", "NG-019", "NG-026", Guards = "Z-145")]
    public static async Task OutstandingIoIsCutToTheNewLimits(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c, null, (BlockNodes.FeatureMaxIndirectSegments, "64"), (BlockNodes.MaxRingPageOrder, "2"), (BlockNodes.FeatureFlushCache, "1"));
        byte[] data = scene.Random(60 * 4096);
        var write = scene.Write(16, data);
        var request = await scene.Ring.TakeAsync();
        c.Expect("RS-007", request.Segments.Count == 60, "one request of 60 segments", $"{request}");
        var flush = scene.Start(() => scene.Disk.FlushAsync());
        await scene.Ring.TakeAsync();
        await RestartAsync(scene, BlockNodes.FeatureMaxIndirectSegments, BlockNodes.MaxRingPageOrder, BlockNodes.FeatureFlushCache);
        c.Expect("NG-019", await scene.Back.ReadFrontAsync(BlockNodes.RingPageOrder) is null && await scene.Back.ReadFrontAsync("ring-ref1") is null, "nothing of the larger ring", "something");
        await FinishAsync(scene);
        write.Expect("RS-007", c, DiskResult.Ok);
        flush.Expect("RS-007", c, DiskResult.NotSupported);
        c.Expect("RS-007", scene.Back.Served.TrueForAll(part => part is { Operation: BlkifOperation.Write, Segments.Count: <= 11 }), "writes of at most 11 segments", string.Join(", ", scene.Back.Served));
        c.Expect("RS-007", scene.Back.Medium.AsSpan(16 * 512, data.Length).SequenceEqual(data), "the data of the write", "something else");
    }

    /// <summary>Another size after the recovery is told; another sector size is fatal.</summary>
    [Case("RS-014", "RS-015")]
    public static async Task TheMediumIsReadAgain(FrontContext c)
    {
        bool isFatal = c.Order % 2 == 0;
        var scene = await FrontScene.ConnectAsync(c);
        int told = 0;
        scene.Disk.Resized = _ => told++;
        await RestartAsync(scene);
        await scene.Back.PresentAsync(isFatal ? (BlockNodes.SectorSize, "4096") : (BlockNodes.Sectors, "1024"));
        if (isFatal)
        {
            await c.ExpectStateAsync("RS-014", scene.Back.Disk.FrontNode, XenbusState.Closed);
            await scene.Back.ExpectErrorAsync("RS-014", Errno.EINVAL);
            return;
        }

        scene.Back.Serve();
        await c.SettleAsync();
        c.Expect("RS-014", scene.Disk.Capacity.Value == 1024 && told == 1, "1024 sectors, told once", $"{scene.Disk.Capacity}, told {told} times");
        await scene.ExpectServesAsync("RS-015");
    }

    /// <summary>The back begins anew while the front recovers, again and again; at last all that was asked is done once.</summary>
    [Case("RS-010", "RS-015", "RS-005")]
    public static async Task ABackThatBeginsAnewTwiceIsFollowedTwice(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c);
        byte[] data = scene.Random(40 * 4096);
        var user = scene.Write(0, data);
        await scene.Ring.TakeManyAsync(4);
        for (int round = 0; round < 3; round++)
        {
            await RestartAsync(scene);
            await scene.Back.PresentAsync();
            await c.ExpectStateAsync("RS-010", scene.Back.Disk.FrontNode, XenbusState.Connected);
            var again = await scene.Ring.TakeManyAsync(4);
            c.Expect("RS-005", again.Sum(request => request.Segments.Count) == 40, "all 40 pages asked again", $"{again.Sum(request => request.Segments.Count)}");
            user.ExpectOpen("RS-005", c);
        }

        await RestartAsync(scene);
        await FinishAsync(scene);
        user.Expect("RS-010", c, DiskResult.Ok);
        c.Expect("RS-005", user.Ends == 1 && scene.Back.Medium.AsSpan(0, data.Length).SequenceEqual(data), "the write done once", $"{user.Ends}");
        await scene.Back.RemoveAsync();
        scene.ExpectNothingHeld("RS-015");
    }

    /// <summary>After a resume to a back elsewhere, what happens at the old one's directory means nothing.</summary>
    [Case("RS-003", "RS-002", "RS-004", Guards = "Z-159")]
    public static async Task TheOldBackMeansNothingAfterAResume(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c);
        var elsewhere = await c.CreateDomainAsync();
        await scene.Front.SuspendAsync();
        await scene.Back.UnmapAsync();
        var disk = DiskRequest.Make(51712, "/media/scripted", c.Guest.Id, elsewhere.Id);
        var next = new ScriptedBack(c, disk, domain: elsewhere);
        await c.Tools.AddAsync(disk);

        // The new back is ready before the front looks: there will be no further event of that.
        await next.OfferAsync();
        scene.Front.Resume();
        await next.AcceptAgainAsync("RS-004");
        await scene.Back.SetStateAsync(XenbusState.Closing);
        await c.SettleAsync();
        await scene.Back.SetStateAsync(XenbusState.Closed);
        await next.ExpectFrontRestsAsync("RS-003", XenbusState.Initialised);
        await c.Store.RemoveAsync(scene.Back.Disk.BackNode);
        await next.PresentAsync();
        await c.ExpectStateAsync("RS-002", disk.FrontNode, XenbusState.Connected);
        next.Serve();
        await next.ExpectFrontRestsAsync("RS-003", XenbusState.Connected);
        await scene.ExpectServesAsync("RS-002");
        c.Expect("RS-002", next.Served.Count > 0, "requests to the new back", "none");
    }

    /// <summary>The back lets go, begins anew at InitWait without these nodes, and takes the front's new publication.</summary>
    private static async ValueTask RestartAsync(FrontScene scene, params string[] withdrawn)
    {
        var back = scene.Back;
        await back.UnmapAsync();
        foreach (string name in withdrawn)
        {
            await back.WithdrawAsync(name);
        }

        await back.SetStateAsync(XenbusState.InitWait);
        await back.AcceptAgainAsync("RS-015");
        scene.Case.Expect("RS-008", await back.Ring.LoadAsync(SharedRing.RequestProducer) == 0, "a new ring", "one with requests");
    }

    private static async ValueTask FinishAsync(FrontScene scene)
    {
        await scene.Back.PresentAsync();
        scene.Back.Serve();
        await scene.Case.ExpectStateAsync("RS-015", scene.Back.Disk.FrontNode, XenbusState.Connected);
        await scene.Case.SettleAsync();
    }
}
