using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Back.Requests;

/// <summary>Requests whose segments lie in pages of their own.</summary>
public static class IndirectCases
{
    /// <summary>Segments are taken from as many pages as they need, 512 from each, in order.</summary>
    [Case("BI-025", "BI-019", "NG-029")]
    public static async Task SegmentsComeFromAsManyPagesAsTheyNeed(BackContext c)
    {
        var settings = BackSettings.For(BlockProfile.Mainline) with { IndirectSegmentsMax = 4096 };
        var front = await ScriptedFront.ConnectedAsync(c, settings: settings);
        c.Expect("NG-029", await front.ReadBackAsync(BlockNodes.FeatureMaxIndirectSegments) == "4096", "the most segments published", $"{await front.ReadBackAsync(BlockNodes.FeatureMaxIndirectSegments)}");
        var data = await front.GrantManyAsync(64);
        for (int i = 0; i < data.Length; i++)
        {
            await data[i].FillAsync((byte)(i + 1));
        }

        foreach (int count in (int[])[1, 511, 512, 513, 1025, 4096])
        {
            c.Medium.Discard(0, 4096 * 512);
            var segments = Enumerable.Range(0, count).Select(i => data[i % 64].Segment((byte)(i % 8), (byte)(i % 8))).ToArray();
            var lists = await front.GrantManyAsync((count + 511) / 512);
            for (int i = 0; i < lists.Length; i++)
            {
                await lists[i].FillAsync(RequestBytes.List(segments.AsSpan(512 * i, Math.Min(512, count - (512 * i)))));
            }

            var response = await front.AskAsync(RequestBytes.Indirect(front.Abi, BlkifOperation.Write, front.NextId(), 0, (ushort)count, [.. lists.Select(list => list.Reference)]));
            c.Expect(response.Status == BlkifStatus.Ok, $"an indirect write of {count} segments to be done", $"{response}");
            var now = new byte[4096 * 512];
            c.Medium.Read(0, now);
            bool isRight = now.AsSpan(count * 512).IndexOfAnyExcept((byte)0) < 0;
            for (int i = 0; i < count; i++)
            {
                isRight &= now[i * 512] == (i % 64) + 1;
            }

            c.Expect(isRight, $"{count} sectors in the order of the segments", "something else");
        }
    }

    /// <summary>Counts of none, above what was offered, and at the end of the number are refused.</summary>
    [Case("NG-030", "BB-005", "BB-034", "BI-025")]
    public static async Task CountsAboveTheOfferAreRefused(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c, settings: BackSettings.For(BlockProfile.Mainline) with { IndirectSegmentsMax = 32 });
        var (data, list) = (await front.GrantAsync(), await front.GrantAsync());
        await list.FillAsync(RequestBytes.List([.. Enumerable.Repeat(data.Segment(0, 0), 512)]));
        foreach (ushort count in (ushort[])[0, 33, 256, 512, 513, 4096, 4097, 0x8000, 0xFFFF])
        {
            var response = await front.AskAsync(RequestBytes.Indirect(front.Abi, BlkifOperation.Read, front.NextId(), 0, count, [.. Enumerable.Repeat(list.Reference, 8)]));
            c.Expect(response.Status == BlkifStatus.Error, $"an indirect read of {count} segments to be refused where 32 are offered", $"{response}");
        }

        var good = await front.AskAsync(RequestBytes.Indirect(front.Abi, BlkifOperation.Read, front.NextId(), 0, 32, list.Reference));
        c.Expect(good.Status == BlkifStatus.Ok, "an indirect read of 32 segments to be done", $"{good}");
        await front.ExpectServedAsync("BB-009", "after refused requests");
        await front.ExpectDataLetGoAsync("BB-035", "after refused requests");
    }

    /// <summary>The inner operation is a read or a write; anything else is refused, and nothing is done.</summary>
    [Case("BI-024", "BB-009")]
    public static async Task InnerOperationIsReadOrWrite(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c);
        var (data, list) = (await front.GrantAsync(), await front.GrantAsync());
        await data.FillAsync(0x31);
        await list.FillAsync(RequestBytes.List(data.Segment()));
        for (int inner = 2; inner < 256; inner++)
        {
            var response = await front.AskAsync(RequestBytes.Indirect(front.Abi, (BlkifOperation)inner, front.NextId(), 8, 1, list.Reference));
            c.Expect(response.Status is BlkifStatus.Error or BlkifStatus.NotSupported, $"inner operation {inner} to be refused", $"{response}");
        }

        c.Expect(SegmentCases.MediumIsZero(c, 0, 64), "a medium that refused requests leave alone", "a changed one");
        await front.ExpectServedAsync("BB-009", "after refused requests");
    }

    /// <summary>Segments of indirect requests are judged as those of direct ones: frame, range and device sector.</summary>
    [Case("BB-034", "BB-006", "BB-007", Guards = "CVE-2013-2140")]
    public static async Task IndirectSegmentsAreJudged(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c);
        var (data, list) = (await front.GrantAsync(), await front.GrantAsync());
        foreach (var operation in new[] { BlkifOperation.Write, BlkifOperation.Read })
        {
            foreach (var (first, last) in ((byte, byte)[])[(0, 8), (5, 4), (255, 0), (200, 7), (8, 8)])
            {
                await list.FillAsync(RequestBytes.List(data.Segment(), data.Segment(first, last)));
                var response = await front.AskAsync(RequestBytes.Indirect(front.Abi, operation, front.NextId(), 8, 2, list.Reference));
                c.Expect("BB-006", response.Status == BlkifStatus.Error, $"{operation} with a segment of sectors {first} to {last} to be refused", $"{response}");
            }

            await list.FillAsync(RequestBytes.List(data.Segment(), data.Segment()));
            foreach (ulong sector in (ulong[])[4081, 4096, ulong.MaxValue - 15, ulong.MaxValue, 1UL << 55])
            {
                var response = await front.AskAsync(RequestBytes.Indirect(front.Abi, operation, front.NextId(), sector, 2, list.Reference));
                c.Expect(response.Status == BlkifStatus.Error, $"{operation} of 16 sectors at {sector} of 4096 to be refused", $"{response}");
            }

            var good = await front.AskAsync(RequestBytes.Indirect(front.Abi, operation, front.NextId(), 4080, 2, list.Reference));
            c.Expect(good.Status == BlkifStatus.Ok, $"{operation} of the last 16 sectors to be done", $"{good}");
        }
    }

    /// <summary>Indirect pages are let go of before the data moves, and one that cannot be had fails the request alone.</summary>
    [Case("BB-035", "BB-011", "BB-012")]
    public static async Task IndirectPagesAreNotKept(BackContext c)
    {
        var storage = HeldStorage.Add(c, BackContext.MediumPath, c.Medium);
        var front = await ScriptedFront.ConnectedAsync(c);
        var (data, list) = (await front.GrantAsync(), await front.GrantAsync());
        await list.FillAsync(RequestBytes.List(data.Segment()));
        foreach (uint wrong in (uint[])[0, 7, 100_000, uint.MaxValue])
        {
            var response = await front.AskAsync(RequestBytes.Indirect(front.Abi, BlkifOperation.Write, front.NextId(), 8, 1, new GrantRef(wrong)));
            c.Expect("BB-012", response.Status == BlkifStatus.Error, $"an indirect request whose page is reference {wrong} to fail", $"{response}");
        }

        storage.Holds = true;
        await front.Ring.PutAsync(RequestBytes.Indirect(front.Abi, BlkifOperation.Write, 77, 8, 1, list.Reference));
        await front.Ring.PublishAsync();
        await c.SettleAsync();
        c.Expect(storage.Held.Count == 1, "the data on its way", "nothing");
        c.Expect(await front.TryRevokeAsync(list), "the indirect page let go of while the data moves", "it is in use");
        await storage.ReleaseAllAsync();
        var done = await front.Ring.TakeAsync();
        c.Expect(done is { Id: 77, Status: BlkifStatus.Ok }, "the request to be done", $"{done}");
        await front.ExpectServedAsync("BB-035", "after that");
    }
}
