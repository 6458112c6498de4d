using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Back.Requests;

/// <summary>Requests of several ring entries, as the extension of 2010 has them.</summary>
public static class ExtensionCases
{
    private const uint LargeTransfer = 1 << 20;

    /// <summary>Counts at every boundary take the entries that the formula says, and move all their data.</summary>
    [Case("BI-029", "BI-028", "RG-035", "RG-033")]
    public static Task RequestsTakeTheEntriesOfTheirSegments(BackContext c) =>
        MoveAsync(c, BlkifAbi.X64, [(1, 1), (11, 1), (12, 2), (25, 2), (26, 3), (39, 3), (40, 4), (249, 18), (250, 19), (255, 19)]);

    /// <summary>In the 32-bit layout segment entries have the stride of that layout and hold 13.</summary>
    [Case("BI-030", "BI-031", "BI-028", Guards = "Z-024")]
    public static Task SegmentEntriesOfThe32BitLayoutHoldThirteen(BackContext c) =>
        MoveAsync(c, BlkifAbi.X86, [(11, 1), (12, 2), (24, 2), (25, 3), (37, 3), (38, 4), (255, 20)]);

    /// <summary>A request whose entries go over the end of the ring is whole.</summary>
    [Case("RG-033", "RG-035", "RG-006")]
    public static async Task RequestsGoOverTheEndOfTheRing(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c, FrontPlan.Seed(255, 2), BackSettings.For(BlockProfile.Seed2010, LargeTransfer));
        var pages = await front.GrantManyAsync(60);
        for (int round = 0; round < 40; round++)
        {
            // Five entries each in a ring of 64: every place of the end is met.
            for (int i = 0; i < pages.Length; i += 20)
            {
                await pages[i].FillAsync((byte)(round + 1));
            }

            uint before = front.Ring.Consumed;
            var response = await front.AskAsync(BlkifOperation.Write, 8, [.. pages.Select(page => page.Segment(1, 1))]);
            c.Expect(response.Status == BlkifStatus.Ok && front.Ring.Consumed == before + 5, "a write of 60 segments to be done in 5 entries", $"{response}");
            var now = new byte[60 * 512];
            c.Medium.Read(8 * 512, now);
            c.Expect(now[0] == round + 1 && now[20 * 512] == round + 1 && now[40 * 512] == round + 1, $"the data of round {round}", $"{now[0]}, {now[20 * 512]}, {now[40 * 512]}");
        }
    }

    /// <summary>A header whose segment entries were not published is not read beyond the producer: the ring is used no more, and the device closes.</summary>
    [Case("RG-034", "BB-005", "BB-043", Guards = "Z-006, Z-123")]
    public static async Task UnpublishedSegmentEntriesAreNotRead(BackContext c)
    {
        foreach (byte count in (byte[])[12, 20, 255])
        {
            var back = await c.StartBackAsync(BackSettings.For(BlockProfile.Seed2010, LargeTransfer));
            var front = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(51712 + (16u * count))), FrontPlan.Seed(255, 2));
            await front.ConnectAsync();
            await front.ExpectServedAsync("RG-034", "before");
            var page = await front.GrantAsync();
            await page.FillAsync(0x13);
            var whole = RequestBytes.Direct(front.Abi, BlkifOperation.Write, 1, 800, [.. Enumerable.Repeat(page.Segment(0, 0), count)]);
            uint index = front.Ring.Produced;
            await front.Ring.PutAsync(whole);
            await front.Ring.PublishAsync(index + 1);
            await c.SettleAsync();
            c.Expect(SegmentCases.MediumIsZero(c, 800, 300), $"nothing done of a request of {count} segments of which one entry was published", "something");
            uint answered = await front.Ring.LoadAsync(8);
            c.Expect("RG-026", answered - index <= 1, "no response for entries that were never published", $"the response producer {answered - index} further on");
            await front.SetStateAsync(Model.Protocol.XenBus.XenbusState.Closed);
            await front.ExpectBackAsync("BB-043", Model.Protocol.XenBus.XenbusState.Closed);
            await front.ExpectLetGoAsync("BB-043", "after the close");
            await back.StopAsync();
        }
    }

    /// <summary>Flushes and barriers with segments are counted by their own number, when they are taken and when they are answered.</summary>
    [Case("BB-018", "RG-035", "BI-021")]
    public static async Task FlushesAndBarriersAreCountedByTheirSegments(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c, FrontPlan.Seed(40, 2), BackSettings.For(BlockProfile.Seed2010, LargeTransfer));
        var pages = await front.GrantManyAsync(30);
        foreach (var operation in new[] { BlkifOperation.WriteBarrier, BlkifOperation.FlushDiskCache })
        {
            foreach (int count in (int[])[0, 11, 12, 30])
            {
                uint entries = (uint)BlkifRing.EntriesFor((byte)count, front.Abi);
                uint before = front.Ring.Consumed;
                await front.AskAsync(operation, 8, [.. pages.Take(count).Select(page => page.Segment(0, 0))]);
                uint answered = await front.Ring.LoadAsync(8);
                c.Expect(answered == before + entries, $"{operation} of {count} segments answered in {entries} entries", $"{answered - before}");
                await front.ExpectServedAsync("BB-018", $"after {operation} of {count} segments");
            }
        }
    }

    /// <summary>
    /// More segments than the negotiated bytes: refused or done, with room for all of them either way.
    /// </summary>
    [Case("BB-023", "NG-011", Guards = "Z-010")]
    public static async Task SegmentsBeyondTheNegotiatedBytesFindRoomOrAreRefused(BackContext c)
    {
        var plan = FrontPlan.Seed(100, 2).With(BlockNodes.MaxRequestSize, "8192");
        var front = await ScriptedFront.ConnectedAsync(c, plan, BackSettings.For(BlockProfile.Seed2010, LargeTransfer));
        var pages = await front.GrantManyAsync(100);
        foreach (var page in pages)
        {
            await page.FillAsync(0x6B);
        }

        var response = await front.AskAsync(BlkifOperation.Write, 0, [.. pages.Select(page => page.Segment())]);
        bool isWhole = !SegmentCases.MediumIsZero(c, 799, 1) && !SegmentCases.MediumIsZero(c, 0, 1);
        c.Expect(response.Status == BlkifStatus.Ok ? isWhole : SegmentCases.MediumIsZero(c, 0, 800), "100 pages written whole, or refused whole", $"{response}");
        var small = await front.AskAsync(BlkifOperation.Write, 1000, pages[0].Segment(0, 0), pages[1].Segment(0, 0));
        c.Expect(small.Status == BlkifStatus.Ok, "a write within both limits to be done", $"{small}");
    }

    private static async Task MoveAsync(BackContext c, BlkifAbi abi, (int Segments, uint Entries)[] counts)
    {
        var front = await ScriptedFront.ConnectedAsync(c, FrontPlan.Seed(255, 2, abi), BackSettings.For(BlockProfile.Seed2010, LargeTransfer));
        var pages = await front.GrantManyAsync(32);
        for (int i = 0; i < pages.Length; i++)
        {
            await pages[i].FillAsync((byte)(i + 1));
        }

        foreach (var (count, entries) in counts)
        {
            c.Medium.Discard(0, 300 * 512);
            uint before = front.Ring.Produced;
            var segments = Enumerable.Range(0, count).Select(i => pages[i % 32].Segment((byte)(i % 8), (byte)(i % 8))).ToArray();
            var bytes = RequestBytes.Direct(abi, BlkifOperation.Write, front.NextId(), 0, segments);
            c.Expect(bytes.Length == entries * front.Ring.EntrySize, $"{count} segments to take {entries} entries", $"{bytes.Length / front.Ring.EntrySize}");
            var response = await front.AskAsync(bytes);
            c.Expect(response.Status == BlkifStatus.Ok, $"a write of {count} segments to be done", $"{response}");
            uint answered = await front.Ring.LoadAsync(8);
            c.Expect("RG-035", answered == before + entries, $"a response of {entries} entries", $"{answered - before}");
            var now = new byte[300 * 512];
            c.Medium.Read(0, now);
            int wrong = Enumerable.Range(0, 300).FirstOrDefault(i => now[i * 512] != (i < count ? (i % 32) + 1 : 0), -1);
            c.Expect(wrong < 0, $"{count} sectors in the order of the segments", $"{now[Math.Max(0, wrong) * 512]:x2} at sector {wrong}");
        }
    }
}
