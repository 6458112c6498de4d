using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block.Back;
using Conformance.Reference.Block.Storage;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;
using Conformance.Suite.Machine;

namespace Conformance.Suite.Block.Cases.Back.Requests;

/// <summary>Counts, sectors and order of segments.</summary>
public static class SegmentCases
{
    /// <summary>Of all pairs of first and last sector those inside the frame and not empty are done, and no others.</summary>
    [Case("BB-046", "BB-006", "BI-016", Guards = "Z-251, Z-148, Z-125")]
    public static async Task OnlySegmentsInsideTheirFrameAreDone(BackContext c)
    {
        const int Pairs = 65536;
        var front = await ScriptedFront.ConnectedAsync(c);
        var page = await front.GrantAsync();
        await page.FillAsync(0xEE);
        var expected = new Dictionary<ulong, bool>();
        for (int pair = c.Order; pair < Pairs + MachineContext.Orders;)
        {
            expected.Clear();
            for (; pair < Pairs && expected.Count < front.Ring.Entries; pair += MachineContext.Orders)
            {
                var segment = page.Segment((byte)(pair >> 8), (byte)pair);
                expected.Add((ulong)pair, segment.FirstSector <= segment.LastSector && segment.LastSector <= 7);
                await front.Ring.PutAsync(RequestBytes.Direct(front.Abi, BlkifOperation.Read, (ulong)pair, 8, segment));
            }

            if (expected.Count == 0)
            {
                break;
            }

            await front.Ring.PublishAsync();
            while (expected.Count > 0)
            {
                var response = await front.Ring.TakeAsync();
                c.Expect("RG-025", response is not null, "a response to each request", $"none to {expected.Count} of them");
                c.Expect("RG-025", expected.Remove(response.Id, out bool isGood), "a response to a request that waits for one", $"{response}");
                c.Expect(isGood == (response.Status == BlkifStatus.Ok), $"sectors {response.Id >> 8} to {response.Id & 255} of a frame to be {(isGood ? "done" : "refused")}", $"{response}");
            }
        }

        await front.ExpectServedAsync("BB-009", "after all pairs");
    }

    /// <summary>A bad segment in any place of a write keeps all of it from the medium.</summary>
    [Case("BB-006", "BI-016", "BB-009")]
    public static async Task ABadSegmentAnywhereRefusesTheWhole(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c);
        var pages = await front.GrantManyAsync(11);
        foreach (var page in pages)
        {
            await page.FillAsync(0x77);
        }

        for (int bad = 0; bad < pages.Length; bad++)
        {
            var segments = pages.Select(page => page.Segment()).ToArray();
            segments[bad] = pages[bad].Segment(3, 8);
            var response = await front.AskAsync(BlkifOperation.Write, 100, segments);
            c.Expect(response.Status == BlkifStatus.Error, $"a write whose segment {bad} leaves its frame to fail", $"{response}");
        }

        c.Expect(MediumIsZero(c, 100, 88), "nothing of a refused write on the medium", "something");
        await front.ExpectServedAsync("BB-009", "after refused requests");
        await front.ExpectDataLetGoAsync("BB-009", "after refused requests");
    }

    /// <summary>One to eleven segments are a direct read or write; none or twelve and more are refused.</summary>
    [Case("BI-020", "BB-005", "BI-032", Guards = "Z-006")]
    public static async Task DirectRequestsHaveOneToElevenSegments(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c);
        var page = await front.GrantAsync();
        var eleven = Enumerable.Repeat(page.Segment(0, 0), 11).ToArray();
        foreach (var operation in new[] { BlkifOperation.Read, BlkifOperation.Write })
        {
            foreach (byte count in (byte[])[0, 1, 11, 12, 13, 14, 128, 255])
            {
                var response = await front.AskAsync(RequestBytes.Counted(front.Abi, operation, front.NextId(), 8, count, eleven));
                bool isGood = count is >= 1 and <= 11;
                c.Expect(isGood ? "BI-020" : "BB-005", response.Status == (isGood ? BlkifStatus.Ok : BlkifStatus.Error), $"{operation} of {count} segments to be {(isGood ? "done" : "refused")}", $"{response}");
            }
        }

        await front.ExpectServedAsync("BB-005", "after such counts");
        await front.ExpectDataLetGoAsync("BB-005", "after such counts");
    }

    /// <summary>Under the extension the negotiated count is the limit, and a request above it takes its own entries away.</summary>
    [Case("BB-005", "BB-018", "RG-035", Guards = "Z-006")]
    public static async Task NegotiatedSegmentCountIsTheLimit(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c, FrontPlan.Seed(20, 2), BackSettings.For(Reference.Block.BlockProfile.Seed2010));
        var pages = await front.GrantManyAsync(21);
        foreach (int count in (int[])[20, 21, 20])
        {
            uint before = front.Ring.Consumed;
            var response = await front.AskAsync(BlkifOperation.Read, 8, [.. pages.Take(count).Select(page => page.Segment(0, 0))]);
            c.Expect(response.Status == (count <= 20 ? BlkifStatus.Ok : BlkifStatus.Error), $"a read of {count} segments to be {(count <= 20 ? "done" : "refused")} where 20 were agreed on", $"{response}");
            uint now = await front.Ring.LoadAsync(8);
            c.Expect("RG-035", now == before + 2, "the response producer to be 2 further on", $"{now - before}");
        }

        await front.ExpectServedAsync("BB-018", "after a count above the limit");
    }

    /// <summary>Data moves segment by segment in their order to consecutive sectors, whatever pages they lie in.</summary>
    [Case("BI-019", "BB-014", Guards = "Z-112")]
    public static async Task SegmentsAreMovedInTheirOrder(BackContext c)
    {
        c.Media.AddDevice(BackContext.MediumPath, c.Medium);
        var front = await ScriptedFront.ConnectedAsync(c);
        var pages = await front.GrantManyAsync(6);
        for (int i = 0; i < pages.Length; i++)
        {
            var bytes = new byte[4096];
            for (int sector = 0; sector < 8; sector++)
            {
                bytes.AsSpan(sector * 512, 512).Fill((byte)((16 * (i + 1)) + sector));
            }

            await pages[i].FillAsync(bytes);
        }

        var order = new[] { pages[3].Segment(2, 5), pages[0].Segment(7, 7), pages[5].Segment(), pages[0].Segment(0, 0), pages[1].Segment(6, 7), pages[2].Segment(0, 3) };
        var response = await front.AskAsync(BlkifOperation.Write, 200, order);
        c.Expect(response.Status == BlkifStatus.Ok, "a write of six segments to be done", $"{response}");
        byte[] expected = [0x42, 0x43, 0x44, 0x45, 0x17, 0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x10, 0x26, 0x27, 0x30, 0x31, 0x32, 0x33];
        var now = new byte[expected.Length * 512];
        c.Medium.Read(200 * 512, now);
        for (int i = 0; i < expected.Length; i++)
        {
            c.Expect(now.AsSpan(i * 512, 512).IndexOfAnyExcept(expected[i]) < 0, $"sector {200 + i} to hold {expected[i]:x2}", $"{now[i * 512]:x2}");
        }

        // And back, into other places: the last byte of a page that no segment covers stays as it was.
        var into = await front.GrantManyAsync(2);
        await into[0].FillAsync(0xCC);
        response = await front.AskAsync(BlkifOperation.Read, 201, into[0].Segment(5, 6), into[1].Segment(1, 1), into[0].Segment(0, 1));
        c.Expect(response.Status == BlkifStatus.Ok, "a read of three segments to be done", $"{response}");
        var first = await into[0].ReadAsync();
        var second = await into[1].ReadAsync();
        byte[] got = [first[5 * 512], first[6 * 512], second[512], first[0], first[512], first[2 * 512], first[7 * 512]];
        c.Expect("BB-014", got.AsSpan().SequenceEqual((byte[])[0x43, 0x44, 0x45, 0x17, 0x60, 0xCC, 0xCC]), "sectors 201 to 205 in the order of the segments", Convert.ToHexString(got));
    }

    /// <summary>Ranges that leave the medium, also those that wrap, are refused; the last sector is not.</summary>
    [Case("BB-007", "BB-009")]
    public static async Task RangesBeyondTheMediumAreRefused(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c);
        var page = await front.GrantAsync();
        await page.FillAsync(0x3C);
        foreach (var operation in new[] { BlkifOperation.Write, BlkifOperation.Read, BlkifOperation.WriteBarrier })
        {
            foreach (ulong sector in (ulong[])[4096, 4089, 4095, 1UL << 32, (1UL << 55) + 8, 1UL << 63, ulong.MaxValue - 7, ulong.MaxValue, (1UL << 55) - 1, (1UL << 54) - 1])
            {
                var response = await front.AskAsync(operation, sector, page.Segment());
                c.Expect(response.Status == BlkifStatus.Error, $"{operation} of 8 sectors at {sector} of 4096 to be refused", $"{response}");
            }

            var good = await front.AskAsync(operation, 4088, page.Segment());
            c.Expect(good.Status == BlkifStatus.Ok, $"{operation} of the last 8 sectors to be done", $"{good}");
        }

        c.Expect(MediumIsZero(c, 0, 4088), "nothing written where nothing good was asked for", "something");
        await front.ExpectServedAsync("BB-009", "after refused ranges");
    }

    /// <summary>On a disk with sectors of 4096 bytes every number is in units of 512, and what is no whole device sector is refused.</summary>
    [Case("BI-018", "BI-017", "BB-008", "NG-034", "NG-035")]
    public static async Task LargeSectorsAreCountedInUnitsOf512(BackContext c)
    {
        DeviceSectorSize.TryCreate(4096, out var large);
        var medium = new MemoryMedium("large", new SectorCount512(4096), large);
        c.Media.AddDevice("/media/large", medium);
        var front = await ScriptedFront.ConnectedAsync(c, disk: c.Disk(path: "/media/large"));
        c.Expect("BI-017", await front.ReadBackAsync(BlockNodes.Sectors) == "4096", "sectors 4096 for 2 MiB", $"{await front.ReadBackAsync(BlockNodes.Sectors)}");
        c.Expect("BI-017", await front.ReadBackAsync(BlockNodes.SectorSize) == "4096", "sector-size 4096", $"{await front.ReadBackAsync(BlockNodes.SectorSize)}");
        string physical = await front.ReadBackAsync(BlockNodes.PhysicalSectorSize) ?? "4096";
        c.Expect("NG-034", uint.Parse(physical, System.Globalization.CultureInfo.InvariantCulture) % 4096 == 0, "physical-sector-size a multiple of sector-size", physical);
        var (page, other) = (await front.GrantAsync(), await front.GrantAsync());
        await page.FillAsync(0x99);
        var response = await front.AskAsync(BlkifOperation.Write, 16, page.Segment());
        c.Expect("BI-018", response.Status == BlkifStatus.Ok, "a write of one device sector at sector 16 to be done", $"{response}");
        var now = new byte[3 * 4096];
        medium.Read(8 * 512, now);
        c.Expect("BI-017", now[4095] == 0 && now.AsSpan(4096, 4096).IndexOfAnyExcept((byte)0x99) < 0 && now[8192] == 0, "the third device sector written", "another");
        await ExpectRefusedAsync(c, front, "BI-018", "a start that is no device sector", 12, page.Segment());
        await ExpectRefusedAsync(c, front, "BI-018", "a length of one unit", 16, page.Segment(0, 0));
        await ExpectRefusedAsync(c, front, "BI-018", "a length of nine units", 16, page.Segment(), other.Segment(0, 0));
        await ExpectRefusedAsync(c, front, "BB-008", "two parts of half a device sector", 16, page.Segment(0, 3), other.Segment(4, 7));
        await front.ExpectServedAsync("BB-009", "after refused requests");
    }

    internal static bool MediumIsZero(BackContext c, ulong sector, int count)
    {
        var bytes = new byte[count * 512];
        c.Medium.Read((long)sector * 512, bytes);
        return bytes.AsSpan().IndexOfAnyExcept((byte)0) < 0;
    }

    private static async ValueTask ExpectRefusedAsync(BackContext c, ScriptedFront front, string clause, string what, ulong sector, params BlkifSegment[] segments)
    {
        foreach (var operation in new[] { BlkifOperation.Write, BlkifOperation.Read })
        {
            var response = await front.AskAsync(operation, sector, segments);
            c.Expect(clause, response.Status == BlkifStatus.Error, $"{operation} of {what} to be refused", $"{response}");
        }
    }
}
