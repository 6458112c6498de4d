using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Fibers;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Back.Data;

/// <summary>What is durable when power or the back's domain is lost, and in which order writes get there.</summary>
public static class DurabilityCases
{
    /// <summary>
    /// After a completed flush all writes completed before it survive the end of the back's domain and of its power; a
    /// write after it is there or not, sector by sector, and no sector is torn.
    /// </summary>
    [Case("BI-023", "BI-021", "BB-017", "BB-037")]
    public static async Task FlushedWritesSurviveAndSectorsAreWhole(BackContext c)
    {
        foreach (var barrier in new[] { BlkifOperation.FlushDiskCache, BlkifOperation.WriteBarrier })
        {
            var medium = new VolatileCacheMedium("cached", new SectorCount512(4096));
            string path = $"/media/cached-{barrier}";
            c.Media.Add(path, medium);
            var domain = await c.CreateDomainAsync();
            await c.StartBackAsync(domain: domain);
            var front = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(path: path, back: domain)));
            await front.ConnectAsync();
            var pages = await front.GrantManyAsync(4);
            for (int i = 0; i < pages.Length; i++)
            {
                await pages[i].FillAsync((byte)(0xA0 + i));
                var response = await front.AskAsync(BlkifOperation.Write, (ulong)(8 * i), pages[i].Segment());
                c.Expect(response.Status == BlkifStatus.Ok, "a write to be done", $"{response}");
            }

            var flush = barrier == BlkifOperation.FlushDiskCache ? await front.AskAsync(barrier, 0) : await front.AskAsync(barrier, 32, pages[0].Segment());
            c.Expect(flush.Status == BlkifStatus.Ok, $"{barrier} to be done", $"{flush}");
            var late = await front.GrantManyAsync(2);
            for (int i = 0; i < late.Length; i++)
            {
                await late[i].FillAsync((byte)(0xE0 + i));
                await front.Ring.PutAsync(RequestBytes.Direct(front.Abi, BlkifOperation.Write, front.NextId(), (ulong)(8 * i), late[i].Segment()));
            }

            await front.Ring.PublishAsync();
            for (int i = c.Random.Next(60); i > 0; i--)
            {
                await c.Driver.YieldAsync();
            }

            await c.World.DestroyAsync(domain);
            medium.LosePower(new SeededChoices((ulong)c.Random.NextInt64()));
            var now = new byte[40 * 512];
            medium.Read(0, now);
            for (int sector = 0; sector < (barrier == BlkifOperation.WriteBarrier ? 40 : 32); sector++)
            {
                byte first = now[sector * 512];
                bool isWhole = now.AsSpan(sector * 512, 512).IndexOfAnyExcept(first) < 0;
                byte old = sector < 32 ? (byte)(0xA0 + (sector / 8)) : (byte)0xA0;
                bool isOneOfBoth = first == old || (sector < 16 && first == 0xE0 + (sector / 8));
                c.Expect(isWhole && isOneOfBoth, $"sector {sector} whole, as it was at the {barrier} or as it was written after it", $"{first:x2}{(isWhole ? string.Empty : ", torn")}");
            }
        }
    }

    /// <summary>A barrier begins when all writes queued before it are done, is alone while it is done, and none queued after it begins before.</summary>
    [Case("BI-022", "BB-019", "BB-039")]
    public static async Task BarriersAreAlone(BackContext c)
    {
        var storage = HeldStorage.Add(c, BackContext.MediumPath, c.Medium);
        var front = await ScriptedFront.ConnectedAsync(c);
        var page = await front.GrantAsync();
        storage.Holds = true;
        for (ulong sector = 0; sector < 9; sector++)
        {
            var operation = sector == 4 ? BlkifOperation.WriteBarrier : BlkifOperation.Write;
            await front.Ring.PutAsync(RequestBytes.Direct(front.Abi, operation, sector, sector, page.Segment(0, 0)));
        }

        await front.Ring.PublishAsync();
        var done = new HashSet<ulong>();
        for (int step = 0; done.Count < 9; step++)
        {
            await c.SettleAsync();
            var held = storage.Held;
            c.Expect(held.Count > 0 && step < 40, "something under way as long as not all nine are done", $"{done.Count} done");
            foreach (var entry in held)
            {
                bool isBarrier = entry.Operation == StorageOperation.Flush || entry.Sector.Value == 4;
                bool mayBe = isBarrier ? held.Count == 1 : entry.Sector.Value < 4 || done.Contains(4);
                c.Expect(mayBe, "a barrier alone, and writes on their side of it", string.Join(", ", held));
            }

            await storage.ReleaseAsync(c.Random.Next(held.Count));
            await c.SettleAsync();
            while (await front.Ring.LoadAsync(8) != front.Ring.Consumed)
            {
                var response = (await front.Ring.TakeAsync())!;
                bool isInOrder = response.Id != 4 || (done.Count == 4 && !done.Any(id => id > 4));
                c.Expect(response.Status == BlkifStatus.Ok && isInOrder && done.Add(response.Id), "the barrier answered between the writes before it and after it", $"{response} after {string.Join(", ", done)}");
            }
        }
    }

    /// <summary>A barrier on one ring of a device is alone among the requests of all its rings.</summary>
    [Case("BB-019", "BI-022")]
    public static async Task BarriersAreAloneAmongAllRings(BackContext c)
    {
        var storage = HeldStorage.Add(c, BackContext.MediumPath, c.Medium);
        var front = await ScriptedFront.ConnectedAsync(c, new FrontPlan { Queues = 2 });
        var page = await front.GrantAsync();
        storage.Holds = true;
        for (ulong i = 0; i < 4; i++)
        {
            await front.Rings[0].PutAsync(RequestBytes.Direct(front.Abi, BlkifOperation.Write, i, 8 * i, page.Segment(0, 0)));
        }

        await front.Rings[0].PublishAsync();
        await c.SettleAsync();
        c.Expect(storage.Held.Count == 4, "four writes of the first ring under way", $"{storage.Held.Count}");
        await front.Rings[1].PutAsync(RequestBytes.Direct(front.Abi, BlkifOperation.WriteBarrier, 100, 800, page.Segment(0, 0)));
        await front.Rings[1].PublishAsync();
        await c.SettleAsync();
        for (ulong i = 4; i < 8; i++)
        {
            await front.Rings[0].PutAsync(RequestBytes.Direct(front.Abi, BlkifOperation.Write, i, 8 * i, page.Segment(0, 0)));
        }

        await front.Rings[0].PublishAsync();
        bool wasSeen = false;
        while (storage.Log.Count(entry => entry.Operation == StorageOperation.Write) < 9 || storage.Held.Count > 0)
        {
            await c.SettleAsync();
            var held = storage.Held;
            bool isBarrier = held.Any(entry => entry.Operation == StorageOperation.Flush || entry.Sector.Value == 800);
            c.Expect(held.Count > 0 && (!isBarrier || held.Count == 1), "the barrier of the second ring alone", string.Join(", ", held));
            wasSeen |= held.Any(entry => entry.Sector.Value == 800);
            await storage.ReleaseAsync(c.Random.Next(held.Count));
        }

        await c.SettleAsync();
        c.Expect(wasSeen, "the barrier's data written", "not");
        var late = storage.Log.Where(entry => entry.Operation == StorageOperation.Write).Select(entry => entry.Sector.Value).ToArray();
        c.Expect(late.AsSpan(0, 5).SequenceEqual((ulong[])[0, 8, 16, 24, 800]), "the barrier before the writes that came after it", string.Join(", ", late));
    }

    /// <summary>A regular file and a raw device are asked for the same operations by the same requests, and hold the same data after.</summary>
    [Case("BB-003", "BB-002", "BI-019", "BB-017")]
    public static async Task FileAndDeviceAreAskedForTheSame(BackContext c)
    {
        using var file = new TemporaryFile(4096 * 512);
        c.Media.AddDevice("/media/raw", c.Medium);
        var first = new LoggedStorage(await c.Media.OpenAsync(file.Name, isWritable: true));
        var second = new LoggedStorage(await c.Media.OpenAsync("/media/raw", isWritable: true));
        c.Media.Add("/media/logged-file", _ => first);
        c.Media.Add("/media/logged-raw", _ => second);
        await c.StartBackAsync();
        int seed = c.Random.Next();
        await RunAsync(c, c.Disk(51712, "/media/logged-file"), new Random(seed));
        await RunAsync(c, c.Disk(51728, "/media/logged-raw"), new Random(seed));
        c.Expect(first.Log.Count >= 40 && first.Log.SequenceEqual(second.Log), "the same operations on a file as on a device", $"{first.Log.Count} and {second.Log.Count}, first different: {first.Log.Zip(second.Log).FirstOrDefault(pair => pair.First != pair.Second)}");
        var raw = new byte[4096 * 512];
        c.Medium.Read(0, raw);
        c.Expect("BI-019", raw.AsSpan().SequenceEqual(file.Read()), "the same data in the file as on the device", "other data");
    }

    private static async ValueTask RunAsync(BackContext c, Reference.ToolStack.DeviceRequest disk, Random random)
    {
        var front = new ScriptedFront(c, await c.AddDiskAsync(disk));
        await front.ConnectAsync();
        var pages = await front.GrantManyAsync(4);
        BlkifOperation[] operations = [BlkifOperation.Read, BlkifOperation.Write, BlkifOperation.Write, BlkifOperation.WriteBarrier, BlkifOperation.FlushDiskCache];
        for (int i = 0; i < 40; i++)
        {
            var bytes = new byte[4096];
            random.NextBytes(bytes);
            await pages[i % 4].FillAsync(bytes);
            var operation = operations[random.Next(operations.Length)];
            var segments = pages.Take(operation == BlkifOperation.FlushDiskCache ? 0 : random.Next(1, 5)).Select(page => page.Segment((byte)random.Next(4), (byte)random.Next(4, 8))).ToArray();
            var response = await front.AskAsync(operation, (ulong)random.Next(4000), segments);
            c.Expect("BB-003", response.Status == BlkifStatus.Ok, $"{operation} to be done", $"{response}");
        }

        await front.CloseAsync();
    }
}
