using System.Buffers.Binary;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Rings;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Front;

/// <summary>The bytes of each kind of request, by offset, in each layout.</summary>
public static class RequestLayoutCases
{
    private const ushort Handle = 51712;

    /// <summary>A write of eleven segments in the layout of 64-bit guests.</summary>
    [Case("BI-001", "BI-003", "BI-010", "BI-033", "BF-033", "BI-015", Guards = "Z-015")]
    public static Task AWideRequestHasItsFieldsInPlace(FrontContext c) => ExpectRequestAsync(c, "BI-001", BlkifAbi.X64, id: 8, sector: 16, segments: 24, size: 112);

    /// <summary>The same in that of 32-bit x86 guests, whose 64-bit fields are not aligned.</summary>
    [Case("BI-002", "BI-003", "BI-010", "BI-034", "BF-033", Guards = "Z-015")]
    public static Task ANarrowRequestHasItsFieldsInPlace(FrontContext c) => ExpectRequestAsync(c, "BI-002", BlkifAbi.X86, id: 4, sector: 12, segments: 20, size: 108);

    /// <summary>An Arm guest uses the wide layout under its own name.</summary>
    [Case("BI-008", "BI-009")]
    public static Task AnArmRequestIsAWideOne(FrontContext c) => ExpectRequestAsync(c, "BI-008", BlkifAbi.Arm, id: 8, sector: 16, segments: 24, size: 112);

    /// <summary>Each layout's name stands in the protocol node.</summary>
    [Case("BI-009", "NG-021")]
    public static async Task TheProtocolNodeNamesTheLayout(FrontContext c)
    {
        (BlkifAbi Abi, string Name)[] names = [(BlkifAbi.X64, "x86_64-abi"), (BlkifAbi.X86, "x86_32-abi"), (BlkifAbi.Arm, "arm-abi")];
        var (abi, name) = names[c.Order % 3];
        var profile = (BlockProfile)(c.Order / 3);
        var scene = await FrontScene.ConnectAsync(c, FrontSettings.For(profile) with { Abi = abi });
        string? found = await scene.Back.ReadFrontAsync(BlockNodes.Protocol);
        c.Expect("NG-021", found == name, $"protocol {name}, written by a front of {profile}", found ?? "no such node");
    }

    /// <summary>A discard: flag, handle, sector, and a count of 64 bits where the segments were.</summary>
    [Case("BI-006", "BI-010", "BI-017", "BF-033")]
    public static async Task ADiscardHasItsFieldsInPlace(FrontContext c)
    {
        bool isWide = c.Order % 2 == 0;
        var scene = await ConnectAsync(c, isWide ? BlkifAbi.X64 : BlkifAbi.X86, (BlockNodes.FeatureDiscard, "1"), (BlockNodes.DiscardSecure, "1"));
        bool isSecure = c.Order % 4 >= 2;
        var user = scene.Start(() => scene.Disk.DiscardAsync(new Sector512(0x1_0000_0008), new SectorCount512(0x1_0000_0010), isSecure));
        byte[] raw = (await scene.Ring.TakeAsync()).Raw;
        c.Expect("BI-010", raw[0] == 5, "operation 5", $"{raw[0]}");
        c.Expect("BI-006", raw[1] == (isSecure ? 1 : 0), $"flag {(isSecure ? 1 : 0)}", $"{raw[1]}");
        c.Expect("BF-033", ReadU16(raw, 2) == Handle, $"handle {Handle}", $"{ReadU16(raw, 2)}");
        c.Expect("BI-006", ReadU64(raw, isWide ? 16 : 12) == 0x1_0000_0008, "the sector, all 64 bits", $"{ReadU64(raw, isWide ? 16 : 12):x}");
        c.Expect("BI-006", ReadU64(raw, isWide ? 24 : 20) == 0x1_0000_0010, "the count, all 64 bits", $"{ReadU64(raw, isWide ? 24 : 20):x}");
        await scene.Ring.PutAsync(Response(ReadU64(raw, isWide ? 8 : 4), 5, 0, isWide));
        await scene.Ring.PublishAsync();
        await user.JoinAsync();
        user.Expect("BI-006", c, DiskResult.Ok);
    }

    /// <summary>An indirect request: inner operation, a count of 16 bits, the handle behind the sector, and the pages of segments.</summary>
    [Case("BI-007", "BI-010", "BI-025", "BI-024", "BI-033", "BF-033")]
    public static async Task AnIndirectRequestHasItsFieldsInPlace(FrontContext c)
    {
        bool isWide = c.Order % 2 == 0;
        bool isRead = c.Order % 4 >= 2;
        var scene = await ConnectAsync(c, isWide ? BlkifAbi.X64 : BlkifAbi.X86, (BlockNodes.FeatureMaxIndirectSegments, "64"));
        byte[] data = scene.Random(40 * 4096);
        var user = isRead ? scene.Read(0x300, data) : scene.Write(0x300, data);
        var request = await scene.Ring.TakeAsync();
        byte[] raw = request.Raw;
        int handle = isWide ? 24 : 20;
        c.Expect("BI-010", raw[0] == 6, "operation 6", $"{raw[0]}");
        c.Expect("BI-024", raw[1] == (isRead ? 0 : 1), $"inner operation {(isRead ? 0 : 1)}", $"{raw[1]}");
        c.Expect("BI-007", ReadU16(raw, 2) == 40, "40 segments as 16 bits", $"{ReadU16(raw, 2)}");
        c.Expect("BI-007", ReadU64(raw, isWide ? 16 : 12) == 0x300, "sector 300h", $"{ReadU64(raw, isWide ? 16 : 12):x}");
        c.Expect("BF-033", ReadU16(raw, handle) == Handle, $"handle {Handle}", $"{ReadU16(raw, handle)}");
        c.Expect("BI-007", ReadU32(raw, isWide ? 28 : 24) == request.Tables[0].Value, "the page of segments", "another");
        c.Expect("BI-025", request.Tables.Count == 1 && request.Segments.All(segment => segment is { FirstSector: 0, LastSector: 7 }), "40 segments of whole pages in one page", $"{request.Tables.Count} pages");
        await scene.Ring.PutAsync(Response(ReadU64(raw, isWide ? 8 : 4), 6, 0, isWide));
        await scene.Ring.PublishAsync();
        await user.JoinAsync();
        user.Expect("BI-007", c, DiskResult.Ok);
    }

    /// <summary>513 to 4096 segments stand in two to eight pages, in order.</summary>
    [Case("BI-025", "BI-019", "NG-029")]
    public static async Task SegmentsFillPagesOf512(FrontContext c)
    {
        int[] counts = [512, 513, 1024, 1025, 512, 513, 600, 1536];
        int count = counts[c.Order];
        var settings = FrontSettings.For(BlockProfile.Mainline) with { IndirectSegments = 4096 };
        var scene = await FrontScene.ConnectAsync(c, settings, (BlockNodes.FeatureMaxIndirectSegments, "4096"), (BlockNodes.Sectors, "1000000"));
        var pages = await scene.AllocateAsync(count);
        var buffer = new DiskBuffer(pages, 0, count * 4096);
        var user = scene.Start(() => scene.Disk.ReadAsync(default, buffer));
        var request = await scene.Ring.TakeAsync();
        c.Expect("BI-025", request.Tables.Count == (count + 511) / 512, $"{(count + 511) / 512} pages for {count} segments", $"{request.Tables.Count}");
        c.Expect("BI-025", request.Segments.Count == count, $"{count} segments", $"{request.Segments.Count}");
        var mark = new byte[4];
        for (int i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(mark, i);
            await scene.Back.Domain.Grants.CopyToAsync(c.Guest.Id, request.Segments[i].Grant, 0, mark.ToArray());
        }

        await scene.Ring.AnswerAsync(request);
        await user.JoinAsync();
        user.Expect("BI-025", c, DiskResult.Ok);
        for (int i = 0; i < count; i++)
        {
            await pages[i].CopyOutAsync(0, mark);
            c.Expect("BI-019", BinaryPrimitives.ReadInt32LittleEndian(mark) == i, $"segment {i} to be page {i} of the buffer", $"{BinaryPrimitives.ReadInt32LittleEndian(mark)}");
        }
    }

    private static async Task ExpectRequestAsync(FrontContext c, string clause, BlkifAbi abi, int id, int sector, int segments, int size)
    {
        var scene = await ConnectAsync(c, abi);
        byte[] data = scene.Random(11 * 4096);
        var user = scene.Write(0x102, data);
        await c.SettleAsync();
        uint produced = await scene.Ring.LoadAsync(SharedRing.RequestProducer);
        c.Expect(clause, produced == 1, "one request of eleven segments", $"{produced} requests");
        var raw = new byte[size];
        await scene.Ring.Memory.CopyOutAsync(64, raw);
        c.Expect("BI-010", raw[0] == 1, "operation 1 for a write", $"{raw[0]}");
        c.Expect(clause, raw[1] == 11, "11 segments in byte 1", $"{raw[1]}");
        c.Expect("BF-033", ReadU16(raw, 2) == Handle, $"handle {Handle} in bytes 2 and 3", $"{ReadU16(raw, 2)}");
        c.Expect("BF-004", ReadU64(raw, id) < 32, "a number below the size of the table", $"{ReadU64(raw, id)}");
        c.Expect(clause, ReadU64(raw, sector) == 0x102, $"sector 102h at byte {sector}", $"{ReadU64(raw, sector):x}");
        var found = new byte[data.Length];
        for (int i = 0; i < 11; i++)
        {
            int at = segments + (8 * i);
            c.Expect("BI-003", raw[at + 4] == 0 && raw[at + 5] == 7, $"sectors 0 to 7 in bytes 4 and 5 of segment {i}", $"{raw[at + 4]} to {raw[at + 5]}");
            await scene.Back.Domain.Grants.CopyFromAsync(c.Guest.Id, new(ReadU32(raw, at)), 0, found.AsMemory(i * 4096, 4096));
        }

        c.Expect("BI-003", found.AsSpan().SequenceEqual(data), "segments whose grants lead to the data", "other data");
        await scene.Ring.PutAsync(Response(ReadU64(raw, id), 1, 0, size == 112));
        await scene.Ring.PublishAsync();
        await user.JoinAsync();
        user.Expect(size == 112 ? "BI-004" : "BI-005", c, DiskResult.Ok);
    }

    private static ValueTask<FrontScene> ConnectAsync(FrontContext c, BlkifAbi abi, params (string Name, string Value)[] nodes) =>
        FrontScene.ConnectAsync(c, FrontSettings.For(BlockProfile.Mainline) with { Abi = abi }, [(BlockNodes.Sectors, "9000000000"), .. nodes]);

    private static byte[] Response(ulong id, byte operation, short status, bool isWide)
    {
        var bytes = new byte[isWide ? 16 : 12];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, id);
        bytes[8] = operation;
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(10), status);
        return bytes;
    }

    private static ushort ReadU16(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    private static uint ReadU32(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    private static ulong ReadU64(byte[] bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
}
