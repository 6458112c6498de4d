using System.Buffers.Binary;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Front;

/// <summary>What a front makes of answers: their bytes, their order, their status.</summary>
public static class ResponseCases
{
    /// <summary>An answer of 16 bytes in the wide layout: number, operation at 8, status at 10; the other bytes mean nothing.</summary>
    [Case("BI-004", "BI-012", "BI-011", "BI-033")]
    public static Task AWideAnswerIsReadByOffset(FrontContext c) => ExpectAnswerAsync(c, BlkifAbi.X64, 112);

    /// <summary>An answer of 12 bytes in the narrow layout.</summary>
    [Case("BI-005", "BI-012", "BI-011", Guards = "Z-210")]
    public static Task ANarrowAnswerIsReadByOffset(FrontContext c) => ExpectAnswerAsync(c, BlkifAbi.X86, 108);

    /// <summary>An indirect request may be answered as indirect or as what it does inside; as anything else not.</summary>
    [Case("BI-013", "BF-006")]
    public static async Task AnIndirectRequestIsAnsweredInEitherForm(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c, null, (BlockNodes.FeatureMaxIndirectSegments, "64"));
        byte[] data = scene.Random(20 * 4096);
        foreach (var form in new[] { BlkifOperation.Indirect, BlkifOperation.Write })
        {
            var user = scene.Write(0, data);
            var request = await scene.Ring.TakeAsync();
            c.Expect("BI-013", request.Operation == BlkifOperation.Indirect, "an indirect request", $"{request}");
            await scene.Ring.PutAsync(new BlkifResponse(request.Id, form, BlkifStatus.Ok));
            await scene.Ring.PublishAsync();
            await c.SettleAsync();
            user.Expect("BI-013", c, DiskResult.Ok);
        }

        var wrong = scene.Write(0, data);
        var last = await scene.Ring.TakeAsync();
        await scene.Ring.PutAsync(new BlkifResponse(last.Id, BlkifOperation.Read, BlkifStatus.Ok));
        await scene.Ring.PublishAsync();
        await c.SettleAsync();
        c.Expect("BF-006", wrong.Result is not (null or DiskResult.Ok), "a write that was answered as a read to fail", $"{wrong.Result}");
    }

    /// <summary>32 requests answered in any order: each user gets its own result and its own data.</summary>
    [Case("BF-011", "BF-005", "BI-014", "BF-036", "BF-004")]
    public static async Task AnswersComeInAnyOrder(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c);
        c.Random.NextBytes(scene.Back.Medium);
        var buffers = Enumerable.Range(0, 32).Select(_ => new byte[512]).ToArray();
        var users = buffers.Select((buffer, i) => scene.Read((ulong)i, buffer)).ToArray();
        var requests = await scene.Ring.TakeManyAsync(32);
        c.Expect("BF-004", requests.Select(request => request.Id).Distinct().Count() == 32 && requests.All(request => request.Id < 32), "32 different numbers below 32", string.Join(' ', requests.Select(request => request.Id)));
        var order = requests.ToArray();
        c.Random.Shuffle(order);
        foreach (var request in order)
        {
            bool fails = request.Sector.Value % 3 == 0;
            await scene.Ring.PutAsync(request, fails ? BlkifStatus.Error : await scene.Back.PerformAsync(request));
            if (c.Random.Next(2) == 0)
            {
                await scene.Ring.PublishAsync();
            }
        }

        await scene.Ring.PublishAsync();
        await c.SettleAsync();
        for (int i = 0; i < users.Length; i++)
        {
            users[i].Expect("BF-011", c, i % 3 == 0 ? DiskResult.Error : DiskResult.Ok);
            bool isRight = i % 3 == 0 || scene.Back.Medium.AsSpan(i * 512, 512).SequenceEqual(buffers[i]);
            c.Expect("BF-036", isRight, $"user {i} to have sector {i} when it is told so", "other bytes");
        }
    }

    /// <summary>A number is not used again while its request is out, however often others are answered.</summary>
    [Case("BF-004")]
    public static async Task ANumberIsNotUsedTwiceAtOnce(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c);
        var open = new Dictionary<ulong, ScriptedRequest>();
        var users = Enumerable.Range(0, 150).Select(i => scene.Read((ulong)i, new byte[512])).ToArray();
        for (int answered = 0; answered < users.Length; answered++)
        {
            foreach (var request in await scene.Ring.TakeAllAsync())
            {
                c.Expect("BF-004", request.Id < 32 && open.TryAdd(request.Id, request), "a number that no request out there has", $"{request.Id} again");
            }

            var some = open.Values.ElementAt(c.Random.Next(open.Count));
            open.Remove(some.Id);
            await scene.Ring.AnswerAsync(some);
        }

        await c.SettleAsync();
        Array.ForEach(users, user => user.Expect("BF-004", c, DiskResult.Ok));
    }

    /// <summary>A request that had to be split ends when its last part does, with the worse of their results.</summary>
    [Case("BF-031", "BF-015", "BI-020")]
    public static async Task PartsOfAnOperationEndTogetherWithTheWorstResult(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c);
        var user = scene.Write(0, scene.Random(25 * 4096));
        var parts = await scene.Ring.TakeManyAsync(3);
        c.Expect("BI-020", parts.All(part => part.Segments.Count is >= 1 and <= 11) && parts.Sum(part => part.Segments.Count) == 25, "25 segments in requests of at most 11", string.Join('+', parts.Select(part => part.Segments.Count)));
        int bad = c.Order % 3;
        int last = (c.Order / 3) % 3;
        for (int i = 0; i < 3; i++)
        {
            int part = (last + 1 + i) % 3;
            user.ExpectOpen("BF-031", c);
            await scene.Ring.AnswerAsync(parts[part], part == bad ? BlkifStatus.Error : BlkifStatus.Ok);
            await c.SettleAsync();
        }

        user.Expect("BF-031", c, DiskResult.Error);
        c.Expect("BF-031", user.Ends == 1, "one end", $"{user.Ends}");
        scene.Back.Serve();
        await scene.ExpectServesAsync("BF-031");
    }

    /// <summary>A status that is neither 0 nor −2 is an error, and the device goes on.</summary>
    private static async Task ExpectAnswerAsync(FrontContext c, BlkifAbi abi, int size)
    {
        var scene = await FrontScene.ConnectAsync(c, FrontSettings.For(BlockProfile.Mainline) with { Abi = abi });
        short[] statuses = [0, -1, 1, -5, 5, short.MaxValue, short.MinValue, -2, 0x0100, -3, 0];
        for (int i = 0; i < statuses.Length; i++)
        {
            var user = scene.Read(1, new byte[512]);
            await c.SettleAsync();
            var entry = new byte[size];
            int at = 64 + (i * size);
            await scene.Ring.Memory.CopyOutAsync(at, entry);
            ulong id = BinaryPrimitives.ReadUInt64LittleEndian(entry.AsSpan(size == 112 ? 8 : 4));
            byte[] answer = scene.Random(size == 112 ? 16 : 12);
            BinaryPrimitives.WriteUInt64LittleEndian(answer, id);
            answer[8] = 0;
            BinaryPrimitives.WriteInt16LittleEndian(answer.AsSpan(10), statuses[i]);
            await scene.Ring.PutAsync(answer);
            await scene.Ring.PublishAsync();
            await c.SettleAsync();
            string clause = statuses[i] == 0 ? size == 112 ? "BI-004" : "BI-005" : "BI-012";
            user.Expect(clause, c, statuses[i] switch { 0 => DiskResult.Ok, -2 => DiskResult.NotSupported, _ => DiskResult.Error });
        }

        await scene.Back.ExpectFrontRestsAsync("BI-012", XenbusState.Connected);
    }
}
