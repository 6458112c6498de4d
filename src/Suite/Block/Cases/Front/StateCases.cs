using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Rings;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Reference.XenStore.Client;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Front;

/// <summary>A front's way from Initialising to Connected.</summary>
public static class StateCases
{
    /// <summary>The front waits for InitWait, publishes and says Initialised, waits for Connected, and goes to Connected; nothing else and nothing twice.</summary>
    [Case("XB-008", "XB-001", "XB-004", "XB-052", "NG-003")]
    public static async Task TheFrontFollowsThePermittedPath(FrontContext c)
    {
        var back = new ScriptedBack(c);
        var seen = new List<string>();
        await c.Tools.AddAsync(back.Disk);
        var watch = await RecordStatesAsync(c, back, seen);
        string? backState = await c.ReadAsync($"{back.Disk.BackNode}/state");
        var front = await c.StartFrontAsync(FrontSettings.For(c.Order % 2 == 0 ? BlockProfile.Mainline : BlockProfile.Seed2010));
        await back.ExpectFrontRestsAsync("XB-008", XenbusState.Initialising);
        c.Expect("NG-003", await back.ReadFrontAsync(BlockNodes.EventChannel) is null, "nothing published before InitWait", "a port");
        await back.OfferAsync();
        await back.AcceptAsync();
        await back.ExpectFrontRestsAsync("XB-008", XenbusState.Initialised);
        c.Expect("XB-052", await back.Ring.LoadAsync(SharedRing.RequestProducer) == 0, "no request before Connected", "one");
        await back.PresentAsync();
        await back.ExpectFrontRestsAsync("XB-008", XenbusState.Connected);
        back.Serve();
        await front.FindDisk(back.Disk.Name)!.ReadAsync(default, new byte[512]);
        await c.Store.UnwatchAsync(watch);
        c.Expect("XB-008", string.Join(' ', seen) == "1 3 4", "the states 1 3 4", string.Join(' ', seen));
        c.Expect("XB-004", (backState, await c.ReadAsync($"{back.Disk.BackNode}/state")) == ("1", "4"), "the back's state as the back wrote it", "another");
    }

    /// <summary>A front that does not wait for InitWait publishes one page and nothing that goes beyond the defaults.</summary>
    [Case("XB-010", "NG-048", "NG-007")]
    public static async Task WithoutInitWaitAllIsLegacy(FrontContext c)
    {
        var back = new ScriptedBack(c);
        await c.Tools.AddAsync(back.Disk);
        await back.PublishAsync((BlockNodes.MaxRingPageOrder, "4"), (BlockNodes.MaxRingPages, "16"), (BlockNodes.MaxRequests, "256"));
        var front = await c.StartFrontAsync(FrontSettings.For(BlockProfile.Legacy));
        await back.ExpectFrontRestsAsync("XB-010", XenbusState.Initialised);
        await back.MapAsync();
        string[] own = [.. (await c.Store.ListAsync(back.Disk.FrontNode)).Except(["backend", "backend-id", "state", BlockNodes.VirtualDevice, BlockNodes.DeviceType]).Order(StringComparer.Ordinal)];
        c.Expect("NG-048", own is ["event-channel", "protocol", "ring-ref"], "event-channel, protocol and ring-ref alone", string.Join(' ', own));
        await back.PresentAsync();
        await c.ExpectStateAsync("XB-010", back.Disk.FrontNode, XenbusState.Connected);
        back.Serve();
        c.Expect("XB-010", await front.FindDisk(back.Disk.Name)!.WriteAsync(default, new byte[60000 / 512 * 512]) == DiskResult.Ok, "a write to succeed", "it did not");
        c.Expect("NG-007", back.Served.TrueForAll(request => request.Segments.Count <= 11), "at most 11 segments", "more");
    }

    /// <summary>A front may go to Connected at once; it still asks nothing before the back is.</summary>
    [Case("XB-011", "XB-052", Guards = "Z-197, Z-234")]
    public static async Task ConnectedAtOnceIsNotReadyAtOnce(FrontContext c)
    {
        var back = new ScriptedBack(c);
        await c.Tools.AddAsync(back.Disk);
        var front = await c.StartFrontAsync(FrontSettings.For(BlockProfile.Legacy) with { ConnectsAtOnce = true });
        await back.ExpectFrontRestsAsync("XB-011", XenbusState.Connected);
        await back.MapAsync();
        c.Expect("XB-052", front.FindDisk(back.Disk.Name) is not { IsAnnounced: true } && await back.Ring.LoadAsync(SharedRing.RequestProducer) == 0, "no disk and no request yet", "one");
        await back.PresentAsync();
        back.Serve();
        await c.SettleAsync();
        var disk = front.FindDisk(back.Disk.Name)!;
        c.Expect("XB-011", disk.IsAnnounced && await disk.ReadAsync(default, new byte[512]) == DiskResult.Ok, "a disk once the back is Connected", "none");
    }

    /// <summary>A back that goes past InitWait, at 3, is negotiated with all the same.</summary>
    [Case("XB-012", "XB-014")]
    public static async Task InitialisedOfABackServesAsInitWait(FrontContext c)
    {
        var back = new ScriptedBack(c);
        var front = await c.StartFrontAsync();
        await c.Tools.AddAsync(back.Disk);
        await back.PublishAsync((BlockNodes.MaxRingPageOrder, "2"));
        if (c.Order % 2 == 0)
        {
            await back.SetStateAsync(XenbusState.InitWait);
        }

        await back.SetStateAsync(XenbusState.Initialised);
        await back.AcceptAsync("XB-012");
        c.Expect("XB-012", back.Rings is [{ Pages.Count: 4 }], "4 pages, as offered", $"{back.Ring.Pages.Count}");
        await back.PresentAsync();
        await c.ExpectStateAsync("XB-012", back.Disk.FrontNode, XenbusState.Connected);
        back.Serve();
        await c.SettleAsync();
        c.Expect("XB-012", await front.FindDisk(back.Disk.Name)!.ReadAsync(default, new byte[512]) == DiskResult.Ok, "a read to succeed", "it did not");
    }

    /// <summary>The same state again, before and after the connection, makes nothing again.</summary>
    [Case("XB-015", "XB-014", Guards = "Z-144, Z-163")]
    public static async Task TheSameStateAgainDoesNothing(FrontContext c)
    {
        var back = new ScriptedBack(c);
        var front = await c.StartFrontAsync();
        await c.Tools.AddAsync(back.Disk);
        for (int i = 0; i < 5; i++)
        {
            await back.OfferAsync();
        }

        await back.AcceptAsync();
        string? port = await back.ReadFrontAsync(BlockNodes.EventChannel);
        string? reference = await back.ReadFrontAsync(BlockNodes.RingRef);
        for (int i = 0; i < 3; i++)
        {
            await back.OfferAsync();
            await c.SettleAsync();
        }

        var held = GuestHoldings.Of(c.Guest);
        await back.PresentAsync();
        for (int i = 0; i < 4; i++)
        {
            await back.SetStateAsync(XenbusState.Connected);
        }

        await back.ExpectFrontRestsAsync("XB-015", XenbusState.Connected);
        bool isSame = await back.ReadFrontAsync(BlockNodes.EventChannel) == port && await back.ReadFrontAsync(BlockNodes.RingRef) == reference;
        c.Expect("XB-015", isSame, "the port and the reference of the first time", "others");
        held.ExpectSame("XB-015", c);
        back.Serve();
        c.Expect("XB-015", await front.FindDisk(back.Disk.Name)!.ReadAsync(default, new byte[512]) == DiskResult.Ok, "a read to succeed", "it did not");
    }

    /// <summary>7, 8 and numbers that are no state leave a block front as it is.</summary>
    [Case("XB-048", "XB-049", Guards = "Z-195")]
    public static async Task StatesThatMeanNothingAreLetPass(FrontContext c)
    {
        string[] states = ["7", "8", "9", "4294967296", "-1", "Connected", "", "99"];
        var scene = await FrontScene.ConnectAsync(c);
        scene.Back.Serve();
        await scene.Back.PublishAsync(("state", states[c.Order]));
        await scene.Back.ExpectFrontRestsAsync(c.Order < 2 ? "XB-049" : "XB-048", XenbusState.Connected);
        await scene.ExpectServesAsync(c.Order < 2 ? "XB-049" : "XB-048");
        await scene.Back.SetStateAsync(XenbusState.Connected);
        await scene.ExpectServesAsync("XB-048");
    }

    /// <summary>I/O that the announcement of the disk sets off is done once Connected, neither failed nor for ever queued.</summary>
    [Case("BF-020", "XB-052", "XB-060", Guards = "Z-158, Z-249")]
    public static async Task TheFirstIoAtTheAnnouncementIsDone(FrontContext c)
    {
        var back = new ScriptedBack(c);
        var front = await c.StartFrontAsync();
        await c.Tools.AddAsync(back.Disk);
        await c.SettleAsync();
        var disk = front.FindDisk(back.Disk.Name);
        c.Expect("XB-060", disk is not { IsAnnounced: true }, "no disk before the back is ready", "one");
        UserIo? early = disk is null ? null : new UserIo(c.Guest, () => disk.ReadAsync(default, new byte[512]));
        await back.OfferAsync();
        await back.AcceptAsync();
        await c.SettleAsync();
        c.Expect("XB-052", await back.Ring.LoadAsync(SharedRing.RequestProducer) == 0, "no request before the back is Connected", "one");
        back.Serve();
        var eager = c.Guest.Fibers.Start("scan", async () =>
        {
            while (front.FindDisk(back.Disk.Name) is not { IsAnnounced: true })
            {
                await c.Driver.YieldAsync();
            }
        });
        await back.PresentAsync();
        await eager.JoinAsync();
        var scan = new UserIo(c.Guest, () => front.FindDisk(back.Disk.Name)!.ReadAsync(default, new byte[4096]));
        await c.SettleAsync();
        scan.Expect("BF-020", c, DiskResult.Ok);
        early?.Expect("BF-020", c, DiskResult.Ok, DiskResult.Gone, DiskResult.OutOfRange);
        await back.ExpectFrontRestsAsync("BF-020", XenbusState.Connected);
    }

    /// <summary>Device 5172 is not moved by what happens to device 51720 or 517.</summary>
    [Case("XB-034", "XB-057", "XB-061")]
    public static async Task NamesThatBeginAlikeAreDifferentDevices(FrontContext c)
    {
        ScriptedBack[] backs = [new(c, c.Disk(5632)), new(c, c.Disk(56320)), new(c, c.Disk(563))];
        await c.StartFrontAsync();
        foreach (var back in backs)
        {
            await c.Tools.AddAsync(back.Disk);
            await back.OfferAsync();
            await back.AcceptAsync();
            await back.PresentAsync();
            await c.ExpectStateAsync("XB-061", back.Disk.FrontNode, XenbusState.Connected);
        }

        var victim = backs[c.Order % 3];
        await victim.SetStateAsync(XenbusState.Closing);
        await c.ExpectStateAsync("XB-034", victim.Disk.FrontNode, XenbusState.Closed);
        foreach (var back in backs.Where(back => back != victim))
        {
            await back.ExpectFrontRestsAsync("XB-034", XenbusState.Connected);
        }
    }

    private static async ValueTask<StoreWatch> RecordStatesAsync(FrontContext c, ScriptedBack back, List<string> seen)
    {
        var watch = new StoreWatch($"{back.Disk.FrontNode}/state", async _ =>
        {
            string state = await back.ReadFrontAsync("state") ?? "none";
            if (seen.Count == 0 || seen[^1] != state)
            {
                seen.Add(state);
            }
        });
        await c.Store.WatchAsync(watch);
        return watch;
    }
}
