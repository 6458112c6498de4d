using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Block.Negotiation;
using Conformance.Model.Protocol.Rings;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Front;

/// <summary>Requests of several entries, as in 2010.</summary>
public static class LongRequestCases
{
    private const int Frame = 4096;

    /// <summary>A producer index never lies inside a request of several entries.</summary>
    [Case("RG-033", "BI-028")]
    public static async Task AllEntriesOfARequestAppearTogether(FrontContext c)
    {
        var scene = await ConnectAsync(c, 33);
        var users = Enumerable.Range(0, 12).Select(i => scene.Write((ulong)i * 16, scene.Random(33 * Frame))).ToArray();
        uint at = 0;
        for (int taken = 0; taken < users.Length;)
        {
            uint produced = await scene.Ring.LoadAsync(SharedRing.RequestProducer);
            if (produced == at)
            {
                await c.Driver.YieldAsync();
                continue;
            }

            var request = (await scene.Ring.TryTakeAsync(TimeSpan.Zero))!;
            at += (uint)request.Entries;
            c.Expect("RG-033", produced - at < scene.Ring.Entries, $"all {request.Entries} entries of a request below the index that shows the first", $"index {produced}, and the request ends at {at}");
            await scene.Ring.ServeAsync(request);
            taken++;
        }

        await c.SettleAsync();
        Array.ForEach(users, user => user.Expect("RG-033", c, DiskResult.Ok));
    }

    /// <summary>11 segments take one entry, 12 to 25 two, 26 to 39 three, and 255 nineteen (narrow: 13 to an entry); their data is right.</summary>
    [Case("BI-029", "BI-028", "BI-031", "BI-032", "BI-030", "RG-035", Guards = "Z-024")]
    public static async Task EntriesFollowFromSegments(FrontContext c)
    {
        bool isWide = c.Order % 2 == 0;
        var settings = FrontSettings.For(BlockProfile.Seed2010) with
        {
            Abi = isWide ? BlkifAbi.X64 : BlkifAbi.X86,
            Limits = new RequestLimits(4, 64, 255, 255 * Frame),
        };
        var scene = await FrontScene.ConnectAsync(c, settings, Offer(4, 64, 255, 255 * Frame));
        (int Segments, int Wide, int Narrow)[] shapes = [(1, 1, 1), (11, 1, 1), (12, 2, 2), (24, 2, 2), (25, 2, 3), (26, 3, 3), (37, 3, 3), (38, 3, 4), (39, 3, 4), (40, 4, 4), (254, 19, 20), (255, 19, 20)];
        foreach (var (segments, wide, narrow) in shapes)
        {
            byte[] data = scene.Random(segments * Frame);
            var pages = await scene.AllocateAsync(segments);
            for (int i = 0; i < segments; i++)
            {
                await pages[i].CopyInAsync(0, data.AsMemory(i * Frame, Frame));
            }

            var user = scene.Start(() => scene.Disk.WriteAsync(default, new DiskBuffer(pages, 0, data.Length)));
            var request = await scene.Ring.TakeAsync();
            await c.SettleAsync();
            uint entries = await scene.Ring.LoadAsync(SharedRing.RequestProducer) - request.Index;
            c.Expect("BI-032", request.Segments.Count == segments, $"one request of {segments} segments", $"{request.Segments.Count}");
            c.Expect(isWide ? "BI-029" : "BI-030", entries == (isWide ? wide : narrow), $"{(isWide ? wide : narrow)} entries for {segments} segments", $"{entries}");
            await scene.Ring.ServeAsync(request);
            await user.JoinAsync();
            user.Expect("RG-035", c, DiskResult.Ok);
            c.Expect(isWide ? "BI-028" : "BI-030", scene.Back.Medium.AsSpan(0, data.Length).SequenceEqual(data), $"the data of {segments} segments in their order", "something else");
        }
    }

    /// <summary>No request begins with its room only partly free: ten requests of three entries on 32, and the eleventh waits.</summary>
    [Case("RG-013", "NG-012")]
    public static async Task ALongRequestWaitsForAllItsEntries(FrontContext c)
    {
        var scene = await ConnectAsync(c, 33);
        var users = Enumerable.Range(0, 12).Select(i => scene.Write((ulong)i, scene.Random(33 * Frame))).ToArray();
        await c.SettleAsync();
        uint produced = await scene.Ring.LoadAsync(SharedRing.RequestProducer);
        c.Expect("RG-013", produced == 30, "30 of 32 entries in use by requests of 3", $"{produced}");
        scene.Back.Serve();
        await c.SettleAsync();
        Array.ForEach(users, user => user.Expect("NG-012", c, DiskResult.Ok));
    }

    /// <summary>The front steps over an answered request by its own record, whatever the entries say by then.</summary>
    [Case("BF-009", "RG-035")]
    public static async Task TheFrontsOwnRecordSaysHowManyEntriesAnAnswerTakes(FrontContext c)
    {
        var scene = await ConnectAsync(c, 33);
        for (int round = 0; round < 12; round++)
        {
            int segments = 1 + c.Random.Next(33);
            var user = scene.Write(0, scene.Random(segments * Frame));
            var request = await scene.Ring.TakeAsync();
            byte[] noise = scene.Random(112);
            noise[1] = (byte)c.Random.Next(256);
            new BlkifResponse(request.Id, request.Operation, BlkifStatus.Ok).Write(noise, BlkifAbi.X64);
            uint at = scene.Ring.Produced;
            await scene.Ring.PutAsync(noise, request.Entries);
            for (int i = 1; i < request.Entries; i++)
            {
                await scene.Ring.Memory.CopyInAsync(SharedRing.EntryOffset(at + (uint)i, scene.Ring.Entries, 112), scene.Random(112));
            }

            await scene.Ring.PublishAsync();
            await c.SettleAsync();
            user.Expect("BF-009", c, DiskResult.Ok);
            uint word = await scene.Ring.LoadAsync(SharedRing.ResponseEvent);
            c.Expect("RG-035", word == scene.Ring.Produced + 1, $"rsp_event {scene.Ring.Produced + 1} after a request of {request.Entries} entries", $"{word}");
        }
    }

    /// <summary>An answer that covers fewer entries than its request would lead past the producer: a fault, and not a longer loop.</summary>
    [Case("BF-040", "RG-035", "BF-007")]
    public static async Task AnAnswerTooShortForItsRequestDisablesTheDevice(FrontContext c)
    {
        var scene = await ConnectAsync(c, 33);
        var users = new[] { scene.Write(0, scene.Random(33 * Frame)), scene.Write(8, scene.Random(Frame)) };
        var requests = await scene.Ring.TakeManyAsync(2);
        var three = requests.Single(request => request.Entries == 3);
        await scene.Ring.PutAsync(new BlkifResponse(three.Id, three.Operation, BlkifStatus.Ok), 1 + (c.Order % 2));
        await scene.Ring.PublishAsync();
        await scene.Ring.NotifyAsync();
        await c.SettleAsync();
        c.Expect("BF-040", users.All(user => user.Result is not null and not DiskResult.Ok), "both writes to fail", string.Join(' ', users.Select(user => user.Result?.ToString() ?? "none")));
        var state = await scene.Back.ReadFrontStateAsync();
        c.Expect("BF-040", state is XenbusState.Closing or XenbusState.Closed, "a closed device", $"{state}");
    }

    private static ValueTask<FrontScene> ConnectAsync(FrontContext c, int segments) =>
        FrontScene.ConnectAsync(c, FrontSettings.For(BlockProfile.Seed2010) with { Limits = new RequestLimits(1, 64, (uint)segments, (uint)(segments * Frame)) }, Offer(1, 64, segments, segments * Frame));

    private static (string Name, string Value)[] Offer(int pages, int requests, int segments, int bytes) =>
    [
        (BlockNodes.MaxRingPages, $"{pages}"), (BlockNodes.MaxRequests, $"{requests}"),
        (BlockNodes.MaxRequestSegments, $"{segments}"), (BlockNodes.MaxRequestSize, $"{bytes}"),
    ];
}
