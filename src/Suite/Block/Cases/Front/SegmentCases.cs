using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Front;

/// <summary>How a front cuts a buffer into segments and requests.</summary>
public static class SegmentCases
{
    private const int Frame = 4096;

    /// <summary>A buffer from any sector of its first page on becomes segments that each lie in one page, in order, and hold its data.</summary>
    [Case("BF-014", "BI-016", "BI-019", "BI-017", "BF-015", Guards = "Z-112")]
    public static async Task SegmentsFollowThePagesOfTheBuffer(FrontContext c)
    {
        bool isSplit = c.Order % 2 == 1;
        var scene = await FrontScene.ConnectAsync(c, null, isSplit ? [] : [(BlockNodes.FeatureMaxIndirectSegments, "64")]);
        var pages = await scene.AllocateAsync(16);
        Array.Reverse(pages);
        (int First, int Sectors)[] shapes = [(0, 1), (7, 1), (7, 2), (0, 8), (1, 8), (3, 85), (0, 88), (1, 88), (7, 100), (5, 1), (0, 128)];
        foreach (var (first, sectors) in shapes)
        {
            byte[] data = scene.Random(sectors * 512);
            for (int i = 0; i < sectors; i++)
            {
                await pages[(first + i) / 8].CopyInAsync((first + i) % 8 * 512, data.AsMemory(i * 512, 512));
            }

            scene.Back.Medium.AsSpan().Clear();
            var user = scene.Start(() => scene.Disk.WriteAsync(new Sector512(9), new DiskBuffer(pages, first * 512, data.Length)));
            ulong next = 9;
            while (next < 9 + (ulong)sectors)
            {
                var request = await scene.Ring.TakeAsync();
                c.Expect("BI-016", request.Segments.All(segment => segment.IsValid), "segments with first ≤ last ≤ 7", string.Join(' ', request.Segments));
                c.Expect("BF-014", request.Segments.Skip(1).All(segment => segment.FirstSector == 0) && request.Segments.SkipLast(1).All(segment => segment.LastSector == 7), "segments that end and begin at page ends inside", string.Join(' ', request.Segments));
                c.Expect("BF-015", request.Segments.Count is >= 1 && request.Segments.Count <= (request.Operation == BlkifOperation.Indirect ? 64 : 11), "at most 11 segments, or 64 of an indirect request", $"{request.Segments.Count}");
                c.Expect("BI-017", request.Sector.Value == next, $"sector {next} next", $"{request.Sector}");
                next += request.Count.Value;
                await scene.Ring.ServeAsync(request);
            }

            await user.JoinAsync();
            user.Expect("BI-019", c, DiskResult.Ok);
            c.Expect("BI-019", scene.Back.Medium.AsSpan(9 * 512, data.Length).SequenceEqual(data), $"the {sectors} sectors from sector {first} of the first page on", "others");
        }
    }

    /// <summary>Exactly as many segments as allowed go in one request, one more makes a second; never a request of none or of 256.</summary>
    [Case("BF-015", "BI-020", "NG-006", "BI-032")]
    public static async Task NoRequestHasMoreSegmentsThanAllowed(FrontContext c)
    {
        (int Offered, int Most)[] limits = [(255, 255), (254, 254), (11, 11), (12, 12), (1, 1), (33, 33), (4000, 255), (25, 25)];
        var (offered, most) = limits[c.Order];
        var settings = FrontSettings.For(BlockProfile.Seed2010) with { Limits = new(8, 64, 4096, 4096 * Frame) };
        var scene = await FrontScene.ConnectAsync(
            c, settings, (BlockNodes.MaxRingPages, "8"), (BlockNodes.MaxRequests, "64"), (BlockNodes.MaxRequestSegments, $"{offered}"), (BlockNodes.MaxRequestSize, "16777216"), (BlockNodes.Sectors, "100000"));
        foreach (int frames in new[] { most, most + 1, 256, 257 })
        {
            var pages = await scene.AllocateAsync(frames);
            var user = scene.Start(() => scene.Disk.ReadAsync(default, new DiskBuffer(pages, 0, frames * Frame)));
            int asked = 0;
            while (asked < frames)
            {
                var request = await scene.Ring.TakeAsync();
                c.Expect("BF-015", request.Segments.Count >= 1 && request.Segments.Count <= most, $"1 to {most} segments", $"{request.Segments.Count}");
                asked += request.Segments.Count;
                await scene.Ring.AnswerAsync(request);
            }

            c.Expect("BI-020", asked == frames, $"{frames} segments in all", $"{asked}");
            await user.JoinAsync();
            user.Expect("BF-015", c, DiskResult.Ok);
        }
    }

    /// <summary>On a disk of 4096-byte sectors all numbers stay in units of 512, and what is no whole sector is refused before the ring.</summary>
    [Case("BI-017", "BF-021", "BF-022", "BI-018", "NG-034", Guards = "Z-020, Z-215")]
    public static async Task UnitsStay512OnLargerSectors(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c, null, (BlockNodes.SectorSize, "4096"), (BlockNodes.PhysicalSectorSize, "8192"), (BlockNodes.Sectors, "2048"));
        c.Expect("BF-021", scene.Disk.Capacity.Value == 2048 && scene.Disk.SectorSize.Bytes == 4096, "2048 × 512 bytes in sectors of 4096", $"{scene.Disk.Capacity} × 512 in sectors of {scene.Disk.SectorSize}");
        c.Expect("NG-034", scene.Disk.PhysicalSectorBytes == 8192, "physical sectors of 8192", $"{scene.Disk.PhysicalSectorBytes}");
        foreach (var (sector, bytes) in new (ulong, int)[] { (1, Frame), (0, 512), (4, 512), (8, 3584), (7, Frame) })
        {
            var refused = scene.Write(sector, new byte[bytes]);
            await c.SettleAsync();
            refused.Expect("BF-022", c, DiskResult.Misaligned);
        }

        var last = scene.Write(2040, scene.Random(Frame));
        var request = await scene.Ring.TakeAsync("BF-022");
        c.Expect("BF-022", request.Index == 0, "nothing on the ring of what was refused", $"{request.Index} requests before");
        c.Expect("BI-017", request.Sector.Value == 2040 && request.Segments is [{ FirstSector: 0, LastSector: 7 }], "sector 2040, in units of 512, and 8 such", $"{request}");
        await scene.Ring.AnswerAsync(request);
        await last.JoinAsync();
        last.Expect("BI-017", c, DiskResult.Ok);
        var beyond = scene.Read(2048, new byte[Frame]);
        await c.SettleAsync();
        beyond.Expect("BF-021", c, DiskResult.OutOfRange);
    }

    /// <summary>What has to be split on such a disk is split at its sectors, even when the buffer does not lie at a page's start.</summary>
    [Case("BI-018", "BF-022")]
    public static async Task PartsAreWholeSectorsOfTheDisk(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c, null, (BlockNodes.SectorSize, "4096"));
        var pages = await scene.AllocateAsync(27);
        byte[] data = scene.Random(25 * Frame);
        int first = c.Order % 8;
        for (int i = 0; i < 200; i++)
        {
            await pages[(first + i) / 8].CopyInAsync((first + i) % 8 * 512, data.AsMemory(i * 512, 512));
        }

        var user = scene.Start(() => scene.Disk.WriteAsync(new Sector512(16), new DiskBuffer(pages, first * 512, data.Length)));
        for (ulong done = 0; done < 200;)
        {
            var request = await scene.Ring.TakeAsync();
            c.Expect("BI-018", request.Sector.Value % 8 == 0 && request.Count.Value % 8 == 0, "multiples of 8 sectors of 512", $"{request.Count} from {request.Sector}");
            done += request.Count.Value;
            await scene.Ring.ServeAsync(request);
        }

        await user.JoinAsync();
        user.Expect("BF-022", c, DiskResult.Ok);
        c.Expect("BI-018", scene.Back.Medium.AsSpan(16 * 512, data.Length).SequenceEqual(data), "the data", "something else");
    }

    /// <summary>A buffer that does not begin at a page's start fits in what was agreed: it takes one segment more, or less data.</summary>
    [Case("NG-011", "BF-015")]
    public static async Task AnUnalignedBufferStaysWithinTheSegments(FrontContext c)
    {
        var settings = FrontSettings.For(BlockProfile.Seed2010) with { Limits = new(1, 32, 255, 255 * Frame) };
        var scene = await FrontScene.ConnectAsync(
            c, settings, (BlockNodes.MaxRingPages, "1"), (BlockNodes.MaxRequests, "32"), (BlockNodes.MaxRequestSegments, "16"), (BlockNodes.MaxRequestSize, "1048576"));
        uint? size = await scene.Back.FindFrontNumberAsync(BlockNodes.MaxRequestSize);
        c.Expect("NG-011", size <= 16 * Frame, "max-request-size of at most 16 segments", $"{size}");
        var pages = await scene.AllocateAsync(20);
        var user = scene.Start(() => scene.Disk.ReadAsync(default, new DiskBuffer(pages, 7 * 512, 16 * Frame)));
        for (ulong done = 0; done < 128;)
        {
            var request = await scene.Ring.TakeAsync();
            c.Expect("NG-011", request.Segments.Count <= 16 && request.Count.Value * 512 <= size, $"at most 16 segments and {size} bytes", $"{request.Segments.Count} and {request.Count.Value * 512}");
            done += request.Count.Value;
            await scene.Ring.AnswerAsync(request);
        }

        await user.JoinAsync();
        user.Expect("NG-011", c, DiskResult.Ok);
    }
}
