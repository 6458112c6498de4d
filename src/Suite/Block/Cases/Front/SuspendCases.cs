using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Rings;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Front;

/// <summary>A guest that is to be suspended, and is not, or is.</summary>
public static class SuspendCases
{
    /// <summary>From the moment a front agrees to a suspend until it is cancelled it publishes no request; then it goes on with the ring it had.</summary>
    [Case("RS-001", "BF-038", "CT-012", Guards = "Z-261")]
    public static async Task ACancelledSuspendChangesNothing(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c);
        var before = scene.Read(1, new byte[512]);
        var open = await scene.Ring.TakeAsync();
        string? port = await scene.Back.ReadFrontAsync(BlockNodes.EventChannel);
        string? reference = await scene.Back.ReadFrontAsync(BlockNodes.RingRef);
        c.Expect("RS-001", await scene.Front.SuspendAsync(), "a front of today to agree with I/O outstanding", "it refused");
        var during = scene.Read(2, new byte[512]);
        await scene.Ring.AnswerAsync(open);
        await c.SettleAsync();
        uint produced = await scene.Ring.LoadAsync(SharedRing.RequestProducer);
        c.Expect("RS-001", produced == 1 && during.Result is null, "no further request before the cancel", $"{produced}");
        await scene.Front.CancelSuspendAsync();
        scene.Back.Serve();
        await c.SettleAsync();
        before.Expect("BF-038", c, DiskResult.Ok);
        during.Expect("BF-038", c, DiskResult.Ok);
        bool isSame = await scene.Back.ReadFrontAsync(BlockNodes.EventChannel) == port && await scene.Back.ReadFrontAsync(BlockNodes.RingRef) == reference;
        c.Expect("BF-038", isSame, "the ring and port of before", "others");
        await scene.Back.ExpectFrontRestsAsync("BF-038", XenbusState.Connected);
        await scene.ExpectServesAsync("CT-012");
    }

    /// <summary>A front of 2010 waits a bounded time for what is outstanding and then refuses; it goes on, and agrees later.</summary>
    [Case("RS-001", "BF-038", "CT-011", Guards = "Z-261")]
    public static async Task ARefusedSuspendGoesOn(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c, FrontSettings.For(BlockProfile.Seed2010));
        var hung = scene.Read(1, new byte[512]);
        var open = await scene.Ring.TakeAsync();
        bool? agrees = null;
        var asking = c.Guest.Fibers.Start("suspend", async () => agrees = await scene.Front.SuspendAsync());
        await c.Driver.DelayAsync(TimeSpan.FromSeconds(1));
        var during = scene.Read(2, new byte[512]);
        await asking.JoinAsync();
        c.Expect("RS-001", agrees == false, "a refusal after a bounded wait", $"{agrees}");
        var late = await scene.Ring.TakeAsync("BF-038");
        await scene.Ring.AnswerAsync(late);
        await scene.Ring.AnswerAsync(open);
        await c.SettleAsync();
        hung.Expect("BF-038", c, DiskResult.Ok);
        during.Expect("BF-038", c, DiskResult.Ok);
        await scene.Back.ExpectFrontRestsAsync("BF-038", XenbusState.Connected);
        c.Expect("RS-001", await scene.Front.SuspendAsync(), "to agree when nothing is outstanding", "a refusal");
        await scene.Front.CancelSuspendAsync();
        scene.Back.Serve();
        await scene.ExpectServesAsync("CT-011");
    }

    /// <summary>One disk refuses: the others, which had agreed, go on with what they had.</summary>
    [Case("CT-011", "BF-038", "RS-001", Guards = "Z-261")]
    public static async Task OneThatRefusesSuspendsNone(FrontContext c)
    {
        ScriptedBack[] backs = [new(c, c.Disk(768)), new(c, c.Disk(51712)), new(c, c.Disk(832))];
        var front = await c.StartFrontAsync(FrontSettings.For(BlockProfile.Seed2010));
        foreach (var back in backs)
        {
            await c.Tools.AddAsync(back.Disk);
            await back.OfferAsync();
            await back.AcceptAsync();
            await back.PresentAsync();
            await c.ExpectStateAsync("CT-011", back.Disk.FrontNode, XenbusState.Connected);
        }

        await c.SettleAsync();
        var stubborn = backs[c.Order % 3];
        var hung = new UserIo(c.Guest, () => front.FindDisk(stubborn.Disk.Name)!.ReadAsync(default, new byte[512]));
        var open = await stubborn.Ring.TakeAsync();
        c.Expect("CT-011", !await front.SuspendAsync(), "a refusal", "agreement");
        foreach (var back in backs)
        {
            back.Serve();
            var user = new UserIo(c.Guest, () => front.FindDisk(back.Disk.Name)!.WriteAsync(default, new byte[4096]));
            await c.SettleAsync();
            user.Expect("CT-011", c, DiskResult.Ok);
            c.Expect("BF-038", back.Rings.Count == 1 && await back.ReadFrontAsync("state") == "4", "the same connection", "another");
        }

        await stubborn.Ring.AnswerAsync(open);
        await c.SettleAsync();
        hung.Expect("BF-038", c, DiskResult.Ok);
    }

    /// <summary>After a resume everything begins anew with the new back: other references, what was outstanding asked again once, and then what came meanwhile.</summary>
    [Case("RS-005", "RS-002", "RS-008", "RS-009", "RS-016", Guards = "Z-021, Z-258, Z-197")]
    public static async Task AfterAResumeOutstandingIoIsDoneOnce(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c, null, (BlockNodes.FeatureFlushCache, "1"));
        await scene.Disk.OpenAsync();
        var disk = scene.Disk;
        byte[] data = scene.Random(11 * 4096);
        var write = scene.Write(0, data);
        await c.SettleAsync();
        var flush = scene.Start(() => scene.Disk.FlushAsync());
        await scene.Ring.TakeManyAsync(2);
        c.Expect("RS-001", await scene.Front.SuspendAsync(), "agreement", "a refusal");
        await scene.Back.UnmapAsync();
        await scene.Back.SetStateAsync(XenbusState.InitWait);
        scene.Front.Resume();
        var late = scene.Read(64, new byte[512]);
        await scene.Back.AcceptAgainAsync("RS-002");
        write.ExpectOpen("RS-009", c);
        late.ExpectOpen("RS-009", c);
        c.Expect("XB-052", await scene.Ring.LoadAsync(SharedRing.RequestProducer) == 0, "no request before the new back is Connected", "one");
        await scene.Back.PresentAsync();
        scene.Back.Serve();
        await c.SettleAsync();
        UserIo[] users = [write, flush, late];
        Array.ForEach(users, user => user.Expect("RS-005", c, DiskResult.Ok));
        c.Expect("RS-005", users.All(user => user.Ends == 1), "each to end once", string.Join(' ', users.Select(user => user.Ends)));
        string asked = string.Join(' ', scene.Back.Served.Select(request => (int)request.Operation));
        c.Expect("RS-009", asked == "1 3 0", "the write, the flush and then the read", asked);
        c.Expect("RS-005", scene.Back.Medium.AsSpan(0, data.Length).SequenceEqual(data), "the data of the write", "something else");
        c.Expect("RS-016", disk.IsAnnounced && disk == scene.Front.FindDisk(scene.Back.Disk.Name) && disk.Users == 1, "the same disk, with its user", "another");
    }

    /// <summary>A resume without a back, or with a back that fails, leaves a device that says so and a system that lives.</summary>
    [Case("RS-011", "XB-047", "RS-010")]
    public static async Task AResumeWithoutABackIsReported(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c);
        var user = scene.Read(0, new byte[512]);
        await scene.Ring.TakeAsync();
        await scene.Front.SuspendAsync();
        await scene.Back.UnmapAsync();
        bool hasBack = c.Order % 2 == 1;
        if (hasBack)
        {
            await scene.Back.SetStateAsync(XenbusState.InitWait);
            scene.Front.Resume();
            await scene.Back.AcceptAgainAsync("RS-011");
            await scene.Back.PresentAsync((BlockNodes.SectorSize, "0"));
        }
        else
        {
            await c.Store.RemoveAsync($"{scene.Back.Disk.FrontNode}/backend");
            scene.Front.Resume();
        }

        await c.SettleAsync();
        var state = await scene.Back.ReadFrontStateAsync();
        c.Expect("RS-011", state == XenbusState.Closed, "a Closed device", $"{state}");
        await scene.Back.ExpectErrorAsync("RS-011");
        user.Expect("RS-011", c, DiskResult.Gone, DiskResult.Error);
        var other = new ScriptedBack(c, c.Disk(51728));
        await c.Tools.AddAsync(other.Disk);
        await other.OfferAsync();
        await other.AcceptAsync("RS-011");
    }

    /// <summary>A second resume before the first has come to Connected begins cleanly again.</summary>
    [Case("RS-010", "RS-008", "RS-005", Guards = "Z-144, Z-159")]
    public static async Task AResumeDuringAResumeBeginsAgain(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c);
        byte[] data = scene.Random(4096);
        var user = scene.Write(8, data);
        await scene.Ring.TakeAsync();
        await scene.Front.SuspendAsync();
        await scene.Back.UnmapAsync();
        await scene.Back.SetStateAsync(XenbusState.InitWait);
        scene.Front.Resume();
        for (int i = 0; i < c.Order * 10; i++)
        {
            await c.Driver.YieldAsync();
        }

        await scene.Front.SuspendAsync();
        await scene.Back.SetStateAsync(XenbusState.Initialising);
        scene.Front.Resume();
        await c.SettleAsync();
        await scene.Back.SetStateAsync(XenbusState.InitWait);
        await scene.Back.AcceptAgainAsync("RS-010");
        await scene.Back.PresentAsync();
        await c.ExpectStateAsync("RS-010", scene.Back.Disk.FrontNode, XenbusState.Connected);
        scene.Back.Serve();
        await c.SettleAsync();
        user.Expect("RS-005", c, DiskResult.Ok);
        c.Expect("RS-010", user.Ends == 1 && scene.Back.Medium.AsSpan(8 * 512, 4096).SequenceEqual(data), "the write done once", $"{user.Ends}");
        await scene.ExpectServesAsync("RS-010");
    }
}
