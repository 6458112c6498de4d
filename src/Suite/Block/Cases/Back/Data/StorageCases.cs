using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Storage;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Back.Data;

/// <summary>Storage that is slow, that fails, or that does things in its own order.</summary>
public static class StorageCases
{
    /// <summary>A request that becomes several operations below is answered once, with the worst of them, and nothing is lost by it.</summary>
    [Case("BB-015", "BB-016", "BB-013", Guards = "Z-002")]
    public static async Task SplitRequestsAreAnsweredOnceWithTheWorst(BackContext c)
    {
        int failing = -1;
        int done = 0;
        var medium = new FailingMedium(c.Medium) { Judge = (_, _, _) => done++ == failing ? StorageStatus.Error : StorageStatus.Ok };
        c.Media.AddDevice(BackContext.MediumPath, medium);
        var front = await ScriptedFront.ConnectedAsync(c);
        for (int round = 0; round < 50; round++)
        {
            // Six runs of memory that do not touch are six operations.
            var pages = await front.GrantManyAsync(6);
            done = 0;
            failing = round % 7;
            uint before = front.Ring.Consumed;
            var response = await front.AskAsync(round % 2 == 0 ? BlkifOperation.Write : BlkifOperation.Read, 8, [.. pages.Select(page => page.Segment(2, 3))]);
            c.Expect("BB-015", response.Status == (failing < done ? BlkifStatus.Error : BlkifStatus.Ok), $"the worst of {done} operations of which number {failing} fails", $"{response}");
            c.Expect("BB-016", done >= 6 || done == 1, "every part submitted to be finished before the response", $"{done} of 6");
            await front.ExpectDataLetGoAsync("BB-013", "after the response");
            await c.SettleAsync();
            uint answered = await front.Ring.LoadAsync(8);
            c.Expect("BB-015", answered == before + 1, "one response", $"{answered - before}");
        }

        failing = -1;
        await front.ExpectServedAsync("BB-016", "after more failed requests than the ring has entries");
    }

    /// <summary>With all its structures in use the back takes nothing more, and goes on with each that is free again.</summary>
    [Case("BB-020", "BB-021", "RG-020", Guards = "Z-154")]
    public static async Task ShortageOfStructuresOnlyDelays(BackContext c)
    {
        var storage = HeldStorage.Add(c, BackContext.MediumPath, c.Medium);
        var front = await ScriptedFront.ConnectedAsync(c, settings: BackSettings.For(BlockProfile.Mainline) with { RequestsMax = 3 });
        var page = await front.GrantAsync();
        storage.Holds = true;
        for (ulong id = 1; id <= 20; id++)
        {
            await front.Ring.PutAsync(RequestBytes.Direct(front.Abi, BlkifOperation.Read, id, 8 * id, page.Segment()));
        }

        await front.Ring.PublishAsync();
        var ids = new HashSet<ulong>();
        while (ids.Count < 20)
        {
            await c.SettleAsync();
            int expected = Math.Min(3, 20 - ids.Count);
            c.Expect(ids.Count > 0 ? "BB-021" : "BB-020", storage.Held.Count == expected, $"{expected} requests under way when {ids.Count} of 20 are answered", $"{storage.Held.Count}");
            await storage.ReleaseAsync(c.Random.Next(storage.Held.Count));
            var response = await front.Ring.TakeAsync();
            c.Expect("BB-021", response is { Status: BlkifStatus.Ok } && ids.Add(response.Id), "a response to another request", $"{response}");
        }

        storage.Holds = false;
        await front.ExpectServedAsync("BB-021", "after a shortage");
    }

    /// <summary>Slow storage delays the close of the back; until then pages stay mapped, and afterwards none is.</summary>
    [Case("BB-044", "BB-028", "XB-019", "XB-020", "XB-061", Guards = "Z-153")]
    public static async Task SlowStorageDelaysTheCloseAndNothingElse(BackContext c)
    {
        var storage = HeldStorage.Add(c, BackContext.MediumPath, c.Medium);
        c.Media.Add("/media/other", new MemoryMedium("other", new SectorCount512(4096)));
        var front = await ScriptedFront.ConnectedAsync(c);
        var other = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(51728, "/media/other")));
        await other.ConnectAsync();
        var (page, queued) = (await front.GrantAsync(), await front.GrantAsync());
        storage.Holds = true;
        await front.Ring.PutAsync(RequestBytes.Direct(front.Abi, BlkifOperation.Read, 1, 8, page.Segment()));
        await front.Ring.PutAsync(RequestBytes.Direct(front.Abi, BlkifOperation.Write, 2, 16, queued.Segment()));
        await front.Ring.PublishAsync();
        await c.SettleAsync();
        c.Expect(storage.Held.Count == 2, "two requests under way", $"{storage.Held.Count}");
        await front.SetStateAsync(XenbusState.Closing);
        await front.SetStateAsync(XenbusState.Closed);
        await c.SettleAsync();
        string? state = await c.ReadAsync($"{front.Disk.BackNode}/state");
        c.Expect("XB-020", state != "6", "the back not Closed while its storage uses a page", $"state {state}");
        c.Expect(!await front.TryRevokeAsync(page), "a page that the storage uses to be mapped", "it was unmapped");
        await other.ExpectServedAsync("XB-061", "on another device while one waits for its storage");
        await storage.ReleaseAsync();
        await c.SettleAsync();
        state = await c.ReadAsync($"{front.Disk.BackNode}/state");
        c.Expect("XB-020", state != "6", "the back not Closed while one of two requests is under way", $"state {state}");
        await storage.ReleaseAllAsync();
        await front.ExpectBackAsync("XB-019", XenbusState.Closed);
        await front.ExpectLetGoAsync("BB-028", "when the back is Closed");
    }

    /// <summary>A medium that is pulled out has the front asked to close, once, with the cause; the front then closes as it likes.</summary>
    [Case("BB-031", "XB-024")]
    public static async Task AMediumThatIsGoneAsksTheFrontToClose(BackContext c)
    {
        bool isGone = false;
        c.Media.Add(BackContext.MediumPath, new FailingMedium(c.Medium) { Judge = (_, _, _) => isGone ? StorageStatus.Gone : StorageStatus.Ok });
        var front = await ScriptedFront.ConnectedAsync(c);
        await front.ExpectServedAsync("BB-031", "before");
        int asked = 0;
        await c.Store.WatchAsync(new Reference.XenStore.Client.StoreWatch($"{front.Disk.BackNode}/state", async _ =>
            asked += await c.ReadAsync($"{front.Disk.BackNode}/state") == "5" ? 1 : 0));
        isGone = true;
        var page = await front.GrantAsync();
        for (int i = 0; i < 5; i++)
        {
            var response = await front.AskAsync(BlkifOperation.Read, 8, page.Segment());
            c.Expect(response.Status == BlkifStatus.Error, "a read of a medium that is gone to fail", $"{response}");
            await c.SettleAsync();
        }

        c.Expect(asked == 1, "the front asked to close once", $"{asked} times");
        c.Expect((await front.ReadErrorAsync())?.StartsWith("6 ", StringComparison.Ordinal) == true, "an error node with ENXIO", $"'{await front.ReadErrorAsync()}'");
        await front.CloseAsync("BB-031");
        await front.ExpectLetGoAsync("BB-031", "after the close");
    }

    /// <summary>Adjacent requests may be done together, but each has its own response and its own status.</summary>
    [Case("BB-039", "BB-042", "RG-025")]
    public static async Task AdjacentRequestsKeepTheirOwnStatus(BackContext c)
    {
        const int Bad = 13;
        c.Media.AddDevice(BackContext.MediumPath, new FailingMedium(c.Medium)
        {
            Judge = (_, position, length) => position < (Bad + 1) * 512 && position + length > Bad * 512 ? StorageStatus.Error : StorageStatus.Ok,
        });
        var front = await ScriptedFront.ConnectedAsync(c);
        var pages = await front.GrantManyAsync(32);
        for (int i = 0; i < pages.Length; i++)
        {
            await pages[i].FillAsync((byte)(i + 1));
            await front.Ring.PutAsync(RequestBytes.Direct(front.Abi, BlkifOperation.Write, (ulong)i, (ulong)i, pages[i].Segment(0, 0)));
        }

        await front.Ring.PublishAsync();
        var ids = new HashSet<ulong>();
        for (int i = 0; i < pages.Length; i++)
        {
            var response = await front.Ring.TakeAsync();
            c.Expect("RG-025", response is not null && ids.Add(response.Id), "another request answered", $"{response}");
            c.Expect(response.Status == (response.Id == Bad ? BlkifStatus.Error : BlkifStatus.Ok), $"only the write of sector {Bad} to fail", $"{response}");
        }

        var now = new byte[32 * 512];
        c.Medium.Read(0, now);
        int wrong = Enumerable.Range(0, 32).FirstOrDefault(i => now[i * 512] != (i == Bad ? 0 : i + 1), -1);
        c.Expect(wrong < 0, "each sector with the data of its own request", $"{now[Math.Max(wrong, 0) * 512]} in sector {wrong}");
    }

    /// <summary>What the layer below does not support is answered so, and the offer may stand (NG-024).</summary>
    [Case("BI-011", "NG-024")]
    public static async Task WhatTheMediumDoesNotSupportIsAnsweredSo(BackContext c)
    {
        c.Media.Add(BackContext.MediumPath, new FailingMedium(c.Medium) { Judge = (operation, _, _) => operation == StorageOperation.Flush ? StorageStatus.NotSupported : StorageStatus.Ok });
        var front = await ScriptedFront.ConnectedAsync(c);
        var flush = await front.AskAsync(BlkifOperation.FlushDiskCache, 0);
        c.Expect(flush.Status is BlkifStatus.NotSupported or BlkifStatus.Error, "a flush that the medium does not support to be answered with -2 or -1", $"{flush}");
        await front.ExpectServedAsync("NG-024", "after a flush that is not supported");
    }
}
