using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Rings;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Front;

/// <summary>I/O that has to wait for entries, numbers, references or pages, and goes on.</summary>
public static class ShortageCases
{
    /// <summary>Without free references I/O waits; when some are free again all of it is done, with no further nudge.</summary>
    [Case("BF-016", "BF-018", Guards = "Z-016, Z-259")]
    public static async Task IoWaitsForReferencesAndGoesOn(FrontContext c)
    {
        await c.UseGuestAsync(new() { GrantFrames = 1 });
        var scene = await FrontScene.ConnectAsync(c);
        scene.Back.Serve();
        int left = c.Order % 3;
        var reserved = (await c.Guest.Grants.ReserveAsync(c.Guest.GrantTable.FreeCount - left))!;
        var users = Enumerable.Range(0, 6).Select(i => scene.Write((ulong)i * 32, scene.Random(3 * 4096))).ToArray();
        await c.SettleAsync();
        c.Expect("BF-016", users.All(user => user.Result is null) && scene.Back.Served.Count == 0, "writes that wait for references", $"{scene.Back.Served.Count} requests");
        await c.Guest.Grants.ReleaseAsync(reserved);
        await c.SettleAsync();
        Array.ForEach(users, user => user.Expect("BF-016", c, DiskResult.Ok));
        await scene.ExpectServesAsync("BF-016");
        await scene.Back.RemoveAsync();
        scene.ExpectNothingHeld("BF-018");
    }

    /// <summary>With the ring full and the references gone, either may be had first: one does not hide the other, and the last starts I/O again.</summary>
    [Case("BF-016", "BF-017", "RG-013", Guards = "Z-016, Z-143")]
    public static async Task TwoShortagesAtOnceAreTwo(FrontContext c)
    {
        await c.UseGuestAsync(new() { GrantFrames = 1 });
        var scene = await FrontScene.ConnectAsync(c);
        var users = Enumerable.Range(0, 32).Select(i => scene.Write((ulong)i, scene.Random(512))).ToList();
        var requests = await scene.Ring.TakeManyAsync(32);
        var reserved = (await c.Guest.Grants.ReserveAsync(c.Guest.GrantTable.FreeCount))!;
        users.AddRange(Enumerable.Range(32, 16).Select(i => scene.Write((ulong)i, scene.Random(3 * 4096))));
        await c.SettleAsync();
        if (c.Order % 2 == 0)
        {
            await c.Guest.Grants.ReleaseAsync(reserved);
            await c.SettleAsync();
            uint produced = await scene.Ring.LoadAsync(SharedRing.RequestProducer);
            c.Expect("RG-013", produced == 32, "nothing more on a full ring", $"{produced} requests");
        }

        foreach (var request in requests)
        {
            await scene.Ring.ServeAsync(request);
        }

        if (c.Order % 2 == 1)
        {
            await c.SettleAsync();
            await c.Guest.Grants.ReleaseAsync(reserved);
        }

        scene.Back.Serve();
        await c.SettleAsync();
        users.ForEach(user => user.Expect("BF-016", c, DiskResult.Ok));
    }

    /// <summary>The answer that makes room comes at any moment of the front's noticing that there is none: I/O never stands still.</summary>
    [Case("BF-017", "RG-020", Guards = "Z-143")]
    public static async Task RoomThatComesAtTheLastMomentIsUsed(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c);
        scene.Back.Serve();
        var users = Enumerable.Range(0, 400).Select(i => scene.Read((ulong)i, new byte[512])).ToArray();
        await c.SettleAsync();
        int done = users.Count(user => user.Result == DiskResult.Ok);
        c.Expect("BF-017", done == users.Length, "400 reads to be done", $"{done}");
    }

    /// <summary>A request that needs more pages than there are fails once, or waits for those in use; what it took is given back.</summary>
    [Case("BF-018", "BF-016", Guards = "Z-259")]
    public static async Task AnOperationWithoutPagesEndsOnce(FrontContext c)
    {
        await c.UseGuestAsync(new() { MemoryPages = 12 });
        var disk = c.Disk();
        disk = disk with { FrontNodes = new Dictionary<string, string>(disk.FrontNodes) { [BlockNodes.Trusted] = "0" } };
        var back = new ScriptedBack(c, disk);
        var front = await c.StartFrontAsync(FrontSettings.For(BlockProfile.Mainline) with { RingPageOrder = 0, Queues = 1 });
        var before = GuestHoldings.Of(c.Guest);
        await c.Tools.AddAsync(disk);
        await back.OfferAsync();
        var scene = await FrontScene.FinishAsync(c, back, front, before);
        back.Serve();
        var pages = await scene.AllocateAsync(6);
        var user = scene.Start(() => scene.Disk.WriteAsync(default, new DiskBuffer(pages, 0, 6 * 4096)));
        await c.SettleAsync();
        user.Expect("BF-018", c, DiskResult.NoMemory, DiskResult.Error, DiskResult.Ok);
        c.Expect("BF-018", user.Ends == 1 && user.Result == DiskResult.NoMemory, "a write of 6 pages that cannot be copied to fail once", $"{user.Result}, {user.Ends} times");
        var small = scene.Start(() => scene.Disk.WriteAsync(default, new DiskBuffer(pages, 0, 4096)));
        await c.SettleAsync();
        small.Expect("BF-018", c, DiskResult.Ok);
        foreach (var page in pages)
        {
            await c.Guest.Memory.FreeAsync(page);
        }

        await back.RemoveAsync();
        before.ExpectSame("BF-018", c);
    }

    /// <summary>A thousand operations of every size leave the guest with what it had.</summary>
    [Case("BF-010", "BF-016", "XB-056", Guards = "Z-204, Z-259")]
    public static async Task ManyOperationsLeakNothing(FrontContext c)
    {
        await c.UseGuestAsync(new() { GrantFrames = 1 });
        var scene = await FrontScene.ConnectAsync(c, null, (BlockNodes.FeatureMaxIndirectSegments, "32"));
        scene.Back.Serve(request => request.Sector.Value % 7 == 0 ? BlkifStatus.Error : null);
        var users = Enumerable.Range(0, 10).Select(_ => scene.Start(async () =>
        {
            for (int i = 0; i < 30; i++)
            {
                var data = new byte[512 * (1 + c.Random.Next(300))];
                var sector = new Sector512((ulong)c.Random.Next(1000));
                var result = c.Random.Next(2) == 0 ? await scene.Disk.ReadAsync(sector, data) : await scene.Disk.WriteAsync(sector, data);
                if (result is not (DiskResult.Ok or DiskResult.Error))
                {
                    return result;
                }
            }

            return DiskResult.Ok;
        })).ToArray();
        await c.SettleAsync();
        Array.ForEach(users, user => user.Expect("BF-016", c, DiskResult.Ok));
        await scene.Back.RemoveAsync();
        scene.ExpectNothingHeld("BF-010");
    }

    /// <summary>A system that fails writes its memory by itself: no event is needed, and nothing that was out or stopped is waited for.</summary>
    [Case("BF-019", "BF-012", Guards = "Z-221")]
    public static async Task ADumpNeedsNobodyElse(FrontContext c)
    {
        bool hasFlush = c.Order % 2 == 0;
        var scene = await FrontScene.ConnectAsync(c, null, (hasFlush ? BlockNodes.FeatureFlushCache : BlockNodes.FeatureBarrier, "1"));
        var hung = scene.Read(0, new byte[512]);
        var stuck = await scene.Ring.TakeAsync();
        bool isOver = false;
        c.Control.Fibers.Start("silent back", async () =>
        {
            while (!isOver)
            {
                if (await scene.Ring.TryTakeAsync(TimeSpan.Zero) is { } request)
                {
                    var status = await scene.Back.PerformAsync(request);
                    await scene.Ring.PutAsync(request, status);
                    await scene.Ring.StoreAsync(SharedRing.ResponseProducer, scene.Ring.Produced);
                }
                else
                {
                    await c.Driver.DelayAsync(TimeSpan.FromMilliseconds(1));
                }
            }
        });
        var pages = await scene.AllocateAsync(20);
        byte[] data = scene.Random(20 * 4096);
        for (int i = 0; i < 20; i++)
        {
            await pages[i].CopyInAsync(0, data.AsMemory(i * 4096, 4096));
        }

        var dump = scene.Start(async () =>
        {
            var result = await scene.Disk.DumpWriteAsync(new Sector512(64), new DiskBuffer(pages, 0, data.Length));
            return result == DiskResult.Ok ? await scene.Disk.DumpFlushAsync() : result;
        });
        await dump.JoinAsync();
        isOver = true;
        dump.Expect("BF-019", c, DiskResult.Ok);
        c.Expect("BF-019", scene.Back.Medium.AsSpan(64 * 512, data.Length).SequenceEqual(data), "the dump on the medium", "something else");
        hung.ExpectOpen("BF-019", c);
        c.Expect("BF-019", stuck.Index == 0, "the read that hangs to be older", $"{stuck.Index}");
    }
}
