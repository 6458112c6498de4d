using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Reference.XenStore.Client;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Front;

/// <summary>Directories that go, and backs that die.</summary>
public static class VanishCases
{
    /// <summary>The back's directory is removed: the front ends what is outstanding, releases everything, and makes nothing there.</summary>
    [Case("XB-032", "XB-047", "BF-039", "XB-007", Guards = "Z-247")]
    public static async Task ABackWithoutADirectoryIsLetGo(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c, FrontSettings.For((BlockProfile)(c.Order % 3)));
        var user = scene.Read(0, new byte[512]);
        await scene.Ring.TakeAsync();
        await scene.Back.UnmapAsync();
        await c.Store.RemoveAsync(scene.Back.Disk.BackNode);
        await c.SettleAsync();
        user.Expect("XB-047", c, DiskResult.Gone, DiskResult.Error);
        var state = await scene.Back.ReadFrontStateAsync();
        c.Expect("XB-032", state == XenbusState.Closed, "a Closed front", $"{state}");
        c.Expect("XB-007", !await c.Store.ExistsAsync(scene.Back.Disk.BackNode), "no directory of the back", "one that came back");
        await c.Tools.ForceAsync(scene.Back.Disk);
        await c.SettleAsync();
        scene.ExpectNothingHeld("XB-032");
    }

    /// <summary>The front's own directory is removed: the device is detached, everything is released, and nothing is written where it was.</summary>
    [Case("XB-033", "XB-007", "XB-005", "XB-058", "BF-039")]
    public static async Task AFrontWithoutADirectoryDetaches(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c);
        var disk = scene.Disk;
        var user = scene.Read(0, new byte[512]);
        await scene.Ring.TakeAsync();
        await scene.Back.UnmapAsync();
        await c.Store.RemoveAsync(scene.Back.Disk.FrontNode);
        await c.SettleAsync();
        user.Expect("BF-039", c, DiskResult.Gone, DiskResult.Error);
        var late = scene.Start(() => disk.ReadAsync(default, new byte[512]));
        await c.SettleAsync();
        late.Expect("XB-033", c, DiskResult.Gone);
        c.Expect("XB-033", scene.Front.FindDisk(scene.Back.Disk.Name) is not { IsAnnounced: true }, "no disk", "one");
        await scene.Back.SetStateAsync(XenbusState.Closing);
        await c.SettleAsync();
        await scene.Back.SetStateAsync(XenbusState.InitWait);
        await c.SettleAsync();
        c.Expect("XB-007", !await c.Store.ExistsAsync(scene.Back.Disk.FrontNode), "nothing where the directory was", "a directory that came back");
        scene.ExpectNothingHeld("XB-033");
    }

    /// <summary>The tool stack removes the directory while the front is about to write, at any moment: its state is never made anew.</summary>
    [Case("XB-006", "XB-005", "XB-007", "BF-003")]
    public static async Task RemovalAndAStateWriteDoNotCross(FrontContext c)
    {
        var front = await c.StartFrontAsync(FrontSettings.For(BlockProfile.Mainline) with { PublishesInTransaction = c.Order % 2 == 0 });
        var before = GuestHoldings.Of(c.Guest);
        for (int moment = 0; moment < 24; moment++)
        {
            var back = new ScriptedBack(c);
            await c.Tools.AddAsync(back.Disk);
            await c.SettleAsync();
            await back.OfferAsync();
            for (int i = 0; i < moment * 3; i++)
            {
                await c.Driver.YieldAsync();
            }

            await c.Store.RemoveAsync(back.Disk.FrontNode);
            await c.SettleAsync();
            c.Expect("XB-006", await back.ReadFrontAsync("state") is null, $"no state once the directory was removed {moment * 3} turns after InitWait", "one");

            // Without a transaction a node may be written before the removal is seen (NG-044); with one, none is.
            c.Expect("XB-007", c.Order % 2 == 1 || !await c.Store.ExistsAsync(back.Disk.FrontNode), $"a directory that stays away, removed {moment * 3} turns after InitWait", "one that came back");
            await c.Tools.ForceAsync(back.Disk);
            await c.SettleAsync();
            before.ExpectSame("BF-003", c);
        }

        await front.StopAsync();
    }

    /// <summary>The back's domain dies: outstanding I/O ends or waits for a new back; nothing hangs when the device is taken away, and the same name serves again.</summary>
    [Case("XB-047", "BF-039", Guards = "Z-235")]
    public static async Task ADeadBackDomainDoesNotHangTheGuest(FrontContext c)
    {
        var domain = await c.CreateDomainAsync();
        var disk = DiskRequest.Make(51712, "/media/scripted", c.Guest.Id, domain.Id);
        var back = new ScriptedBack(c, disk, domain: domain);
        var front = await c.StartFrontAsync();
        var before = GuestHoldings.Of(c.Guest);
        await c.Tools.AddAsync(disk);
        await back.OfferAsync();
        var scene = await FrontScene.FinishAsync(c, back, front, before);
        var user = scene.Read(0, new byte[512]);
        await c.SettleAsync();
        await c.World.DestroyAsync(domain);
        await c.SettleAsync();
        await c.Tools.ForceAsync(disk);
        await c.SettleAsync();
        user.Expect("XB-047", c, DiskResult.Gone, DiskResult.Error);
        scene.ExpectNothingHeld("XB-047");
        var next = new ScriptedBack(c);
        await c.Tools.AddAsync(next.Disk);
        await next.OfferAsync();
        var again = await FrontScene.FinishAsync(c, next, front, before);
        next.Serve();
        await again.ExpectServesAsync("XB-047");
    }

    /// <summary>The driver is unloaded while I/O is out: it ends, and nothing is left, not even a callback.</summary>
    [Case("BF-026", "XB-058", "BF-039", Guards = "Z-160, Z-201")]
    public static async Task UnloadingEndsEverything(FrontContext c)
    {
        bool isShort = c.Order % 2 == 0;
        await c.UseGuestAsync(new() { GrantFrames = 1 });
        var scene = await FrontScene.ConnectAsync(c);
        var reserved = isShort ? await c.Guest.Grants.ReserveAsync(c.Guest.GrantTable.FreeCount - 2) : null;
        var users = Enumerable.Range(0, 5).Select(i => scene.Write((ulong)i, scene.Random(4096))).ToArray();
        await c.SettleAsync();
        await scene.Front.StopAsync();
        await c.SettleAsync();
        c.Expect("BF-039", users.All(user => user.Ends == 1), "all writes to end once", $"{users.Count(user => user.Ends == 1)} of 5");
        if (reserved is not null)
        {
            await c.Guest.Grants.ReleaseAsync(reserved);
        }

        await c.SettleAsync();
        await scene.Back.UnmapAsync();
        scene.ExpectNothingHeld("BF-026");
        var state = await scene.Back.ReadFrontStateAsync();
        c.Expect("XB-058", state == XenbusState.Closed, "a Closed device", $"{state}");
    }
}
