using Conformance.Model.Protocol.Rings;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Front;

/// <summary>When a front sends an event, when it asks for one, and what it does with the entries between.</summary>
public static class RingEventCases
{
    /// <summary>With the event word three requests ahead, the first two come silently and the third with an event.</summary>
    [Case("RG-018", "BF-032")]
    public static async Task AnEventIsSentExactlyWhenTheWordIsPassed(FrontContext c)
    {
        uint first = c.Order < 4 ? 0 : uint.MaxValue - 2;
        var scene = await FrontScene.ConnectAsync(c, FrontSettings.For(BlockProfile.Mainline) with { FirstRingIndex = first });
        await scene.Ring.StoreAsync(SharedRing.RequestEvent, unchecked(first + 3));
        int before = scene.Ring.Events;
        for (int i = 1; i <= 5; i++)
        {
            scene.Read((ulong)i, new byte[512]);
            await c.SettleAsync();
            uint produced = unchecked(await scene.Ring.LoadAsync(SharedRing.RequestProducer) - first);
            c.Expect("RG-018", produced == i, $"request {i} on the ring", $"{produced} requests");
            int expected = i < 3 ? 0 : 1;
            c.Expect("RG-018", scene.Ring.Events - before == expected, $"{expected} events after request {i}, with req_event 3 ahead", $"{scene.Ring.Events - before}");
        }
    }

    /// <summary>Whenever the front rests, it has asked for the very next response, whether it waits for any or not.</summary>
    [Case("RG-019", "RG-021", "RG-022")]
    public static async Task ARestingFrontHasAskedForTheNextResponse(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c);
        var users = Enumerable.Range(0, 4).Select(i => scene.Read((ulong)i, new byte[512])).ToArray();
        var requests = await scene.Ring.TakeManyAsync(4);
        for (int i = 0; i < 4; i++)
        {
            await scene.Ring.AnswerAsync(requests[i]);
            await c.SettleAsync();
            c.Expect("RG-019", users.Count(user => user.Result == DiskResult.Ok) == i + 1, $"{i + 1} responses taken", $"{users.Count(user => user.Result is not null)}");
            uint word = await scene.Ring.LoadAsync(SharedRing.ResponseEvent);
            c.Expect(i < 3 ? "RG-019" : "RG-021", word == (uint)i + 2, $"rsp_event {i + 2} after {i + 1} responses", $"{word}");
        }
    }

    /// <summary>A back that sends events only as asked, at every moment of the front's looking, loses no response.</summary>
    [Case("RG-020", "RG-019", "RG-018")]
    public static async Task NoScheduleLeavesBothAsleep(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c);
        scene.Back.Serve();
        var users = new List<UserIo>();
        for (int i = 0; i < 8; i++)
        {
            int user = i;
            users.Add(scene.Start(async () =>
            {
                var buffer = new byte[512];
                for (int n = 0; n < 40; n++)
                {
                    var result = await scene.Disk.ReadAsync(new((ulong)((user * 40) + n)), buffer);
                    if (result != DiskResult.Ok)
                    {
                        return result;
                    }
                }

                return DiskResult.Ok;
            }));
        }

        await c.SettleAsync();
        users.ForEach(user => user.Expect("RG-020", c, DiskResult.Ok));
        c.Expect("RG-020", scene.Back.Served.Count == 320, "320 requests", $"{scene.Back.Served.Count}");
    }

    /// <summary>Who sees a producer index, at any moment, finds whole entries below it.</summary>
    [Case("RG-017")]
    public static async Task EntriesAreThereBeforeTheirIndex(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c);
        var users = Enumerable.Range(0, 24).Select(i => scene.Read((ulong)(i + 1), new byte[512])).ToArray();
        var seen = new HashSet<ulong>();
        while (seen.Count < users.Length)
        {
            if (await scene.Ring.TryTakeAsync(TimeSpan.Zero) is not { } request)
            {
                await c.Driver.YieldAsync();
                continue;
            }

            c.Expect("RG-017", request.Segments.Count == 1 && request.Sector.Value >= 1 && seen.Add(request.Sector.Value), "the entry that the index speaks of", $"{request}");
            await scene.Ring.AnswerAsync(request);
        }

        await c.SettleAsync();
        Array.ForEach(users, user => user.Expect("RG-017", c, DiskResult.Ok));
    }

    /// <summary>Whatever a back writes into its event word, the front's requests stay whole and a back that looks by itself finds them.</summary>
    [Case("RG-023")]
    public static async Task AWrongEventWordCostsEventsAlone(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c);
        var users = Enumerable.Range(0, 60).Select(i => scene.Write((ulong)i, scene.Random(512))).ToArray();
        var seen = new HashSet<ulong>();
        while (seen.Count < users.Length)
        {
            await scene.Ring.StoreAsync(SharedRing.RequestEvent, (uint)c.Random.NextInt64(uint.MaxValue));
            if (await scene.Ring.LoadAsync(SharedRing.RequestProducer) == scene.Ring.Consumed)
            {
                await c.Driver.DelayAsync(TimeSpan.FromMilliseconds(1));
            }
            else if (await scene.Ring.TryTakeAsync(TimeSpan.Zero) is { } request)
            {
                c.Expect("RG-023", request.Segments.Count == 1 && seen.Add(request.Sector.Value), "each request once, and whole", $"{request}");
                await scene.Ring.ServeAsync(request);
            }
        }

        await c.SettleAsync();
        Array.ForEach(users, user => user.Expect("RG-023", c, DiskResult.Ok));
    }

    /// <summary>Events without a cause, before the connection, in it and after it, are let pass.</summary>
    [Case("BF-034", "XB-052")]
    public static async Task EventsWithoutACauseAreLetPass(FrontContext c)
    {
        var back = new ScriptedBack(c);
        var front = await c.StartFrontAsync();
        var before = GuestHoldings.Of(c.Guest);
        await c.Tools.AddAsync(back.Disk);
        await back.OfferAsync();
        await back.AcceptAsync();
        for (int i = 0; i < 5; i++)
        {
            await back.Ring.NotifyAsync();
        }

        await back.ExpectFrontRestsAsync("BF-034", Model.Protocol.XenBus.XenbusState.Initialised);
        c.Expect("XB-052", await back.Ring.LoadAsync(SharedRing.RequestProducer) == 0, "no request before Connected", "one");
        await back.PresentAsync();
        await c.ExpectStateAsync("BF-034", back.Disk.FrontNode, Model.Protocol.XenBus.XenbusState.Connected);
        back.Serve();
        var disk = front.FindDisk(back.Disk.Name)!;
        await c.SettleAsync();
        for (int i = 0; i < 5; i++)
        {
            await back.Ring.NotifyAsync();
            c.Expect("BF-034", await disk.ReadAsync(default, new byte[512]) == DiskResult.Ok, "a read to succeed beside such events", "it did not");
        }

        var channel = back.Ring.Channel;
        await back.SetStateAsync(Model.Protocol.XenBus.XenbusState.Closing);
        for (int i = 0; i < 50; i++)
        {
            await channel.NotifyAsync();
        }

        await c.ExpectStateAsync("BF-034", back.Disk.FrontNode, Model.Protocol.XenBus.XenbusState.Closed);
        await channel.NotifyAsync();
        await back.RemoveAsync();
        before.ExpectSame("BF-034", c);
    }
}
