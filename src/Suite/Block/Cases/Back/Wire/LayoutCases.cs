using System.Buffers.Binary;
using Conformance.Model.Protocol.Block;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Back.Wire;

/// <summary>The bytes of requests and responses, written and read at offsets that stand here and nowhere else.</summary>
public static class LayoutCases
{
    private static readonly Offsets Wide = new(Id: 8, Sector: 16, Rest: 24, Entry: 112, IndirectHandle: 24, IndirectGrants: 28, Response: 16);
    private static readonly Offsets Narrow = new(Id: 4, Sector: 12, Rest: 20, Entry: 108, IndirectHandle: 20, IndirectGrants: 24, Response: 12);

    /// <summary>Direct requests in the 64-bit layout are understood byte for byte.</summary>
    [Case("BI-001", "BI-003", "BI-004", "BI-010", "BI-033", "BI-009")]
    public static Task DirectRequestOfThe64BitLayoutIsUnderstood(BackContext c) => MoveDirectAsync(c, BlkifAbi.X64, "x86_64-abi", Wide);

    /// <summary>Direct requests in the 32-bit layout are understood byte for byte, though no 64-bit field is aligned.</summary>
    [Case("BI-002", "BI-003", "BI-005", "BI-034", "BI-009")]
    public static Task DirectRequestOfThe32BitLayoutIsUnderstood(BackContext c) => MoveDirectAsync(c, BlkifAbi.X86, "x86_32-abi", Narrow);

    /// <summary>ARM has the 64-bit layout under its own name.</summary>
    [Case("BI-008", "BI-009")]
    public static Task DirectRequestOfArmHasThe64BitLayout(BackContext c) => MoveDirectAsync(c, BlkifAbi.Arm, "arm-abi", Wide);

    /// <summary>A discard is understood in each layout.</summary>
    [Case("BI-006")]
    public static async Task DiscardIsUnderstoodInEachLayout(BackContext c)
    {
        foreach (var (abi, at) in new[] { (BlkifAbi.X64, Wide), (BlkifAbi.X86, Narrow) })
        {
            var ones = new byte[32 * 512];
            Array.Fill(ones, (byte)0xFF);
            c.Medium.Write(0, ones);
            var back = await c.StartBackAsync();
            var front = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(51712 + (16 * (uint)abi))), new FrontPlan { Abi = abi });
            await front.ConnectAsync();
            var entry = new byte[at.Entry];
            entry[0] = 5;
            BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(at.Id), 0xF1E2_D3C4_B5A6_9788);
            BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(at.Sector), 8);
            BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(at.Rest), 16);
            var response = await front.AskAsync(entry);
            ExpectResponse(c, "BI-006", response, at, 5, 0xF1E2_D3C4_B5A6_9788);
            var now = new byte[ones.Length];
            c.Medium.Read(0, now);
            bool isRight = now.AsSpan(0, 8 * 512).IndexOfAnyExcept((byte)0xFF) < 0 && now.AsSpan(8 * 512, 16 * 512).IndexOfAnyExcept((byte)0) < 0 && now.AsSpan(24 * 512).IndexOfAnyExcept((byte)0xFF) < 0;
            c.Expect("BI-006", isRight, $"sectors 8 to 23 and no others discarded ({abi})", "others");
            await back.StopAsync();
        }
    }

    /// <summary>An indirect request is understood in each layout, its handle too, which nobody heeds.</summary>
    [Case("BI-007", "BI-015")]
    public static async Task IndirectRequestIsUnderstoodInEachLayout(BackContext c)
    {
        foreach (var (abi, at) in new[] { (BlkifAbi.X64, Wide), (BlkifAbi.X86, Narrow) })
        {
            var back = await c.StartBackAsync();
            var front = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(51712 + (16 * (uint)abi))), new FrontPlan { Abi = abi });
            await front.ConnectAsync();
            var (data, list) = (await front.GrantAsync(), await front.GrantAsync());
            await data.FillAsync((byte)(0x51 + (int)abi));
            var segment = new byte[8];
            BinaryPrimitives.WriteUInt32LittleEndian(segment, data.Reference.Value);
            segment[4] = 2;
            segment[5] = 4;
            await list.FillAsync(segment);
            var entry = new byte[at.Entry];
            entry[0] = 6;
            entry[1] = 1;
            BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(2), 1);
            BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(at.Id), 0xA1B2_C3D4_E5F6_0718);
            BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(at.Sector), 40);
            BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(at.IndirectHandle), 0xFFFF);
            BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(at.IndirectGrants), list.Reference.Value);
            var response = await front.AskAsync(entry);
            c.Expect("BI-007", response.Status == BlkifStatus.Ok, $"an indirect write in the layout {abi} to be done", $"{response}");
            var now = new byte[4 * 512];
            c.Medium.Read(40 * 512, now);
            c.Expect("BI-007", now.AsSpan(0, 3 * 512).IndexOfAnyExcept((byte)(0x51 + (int)abi)) < 0 && now[3 * 512] == 0, $"three sectors written at 40 ({abi})", "something else");
            await back.StopAsync();
            c.Medium.Discard(40 * 512, 4 * 512);
        }
    }

    /// <summary>The id comes back with all its 64 bits, whatever it is.</summary>
    [Case("BI-014", "RG-025")]
    public static async Task EveryBitOfTheIdIsEchoed(BackContext c)
    {
        foreach (var abi in new[] { BlkifAbi.X64, BlkifAbi.X86 })
        {
            var back = await c.StartBackAsync();
            var front = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(51712 + (16 * (uint)abi))), new FrontPlan { Abi = abi });
            await front.ConnectAsync();
            var page = await front.GrantAsync();
            foreach (ulong id in (ulong[])[0, 1, 0x8000_0000, 0x1_0000_0000, 0x8000_0000_0000_0000, ulong.MaxValue, 0x0102_0304_0506_0708])
            {
                await front.AskAsync(RequestBytes.Direct(abi, BlkifOperation.Read, id, 0, page.Segment()));
                await front.AskAsync(RequestBytes.Counted(abi, BlkifOperation.Read, id, 0, 0));
                await front.AskAsync(RequestBytes.Counted(abi, (BlkifOperation)9, id, 0, 1));
                await front.AskAsync(RequestBytes.Discard(abi, id, ulong.MaxValue, 1));
            }

            await back.StopAsync();
        }
    }

    /// <summary>The handle is informative: any value is served alike.</summary>
    [Case("BI-015")]
    public static async Task AnyHandleIsServed(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c);
        var page = await front.GrantAsync();
        foreach (ushort handle in (ushort[])[0, 1, 0xCA00, 0xFFFF])
        {
            var entry = RequestBytes.Direct(front.Abi, BlkifOperation.Read, front.NextId(), 0, page.Segment());
            BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(2), handle);
            var response = await front.AskAsync(entry);
            c.Expect(response.Status == BlkifStatus.Ok, $"a read with handle {handle:x} to be done", $"{response}");
        }
    }

    /// <summary>The padding of a response does not depend on what lay in its place before: nothing of it is left unwritten.</summary>
    [Case("RG-029", "BI-004", "BI-005")]
    public static async Task EveryByteOfAResponseIsWritten(BackContext c)
    {
        foreach (var (abi, padding) in new[] { (BlkifAbi.X64, new[] { 9, 12, 13, 14, 15 }), (BlkifAbi.X86, [9]) })
        {
            var back = await c.StartBackAsync();
            var front = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(51712 + (16 * (uint)abi))), new FrontPlan { Abi = abi });
            await front.ConnectAsync();
            var page = await front.GrantAsync();
            var seen = new List<string>();
            foreach (byte filling in (byte[])[0x00, 0xFF, 0xA5])
            {
                // The padding of the response lies where the request has its id.
                ulong id = 0x0101_0101_0101_0101UL * filling;
                var response = await front.AskAsync(RequestBytes.Direct(abi, BlkifOperation.Read, id, 0, page.Segment()));
                seen.Add(Convert.ToHexString([.. padding.Select(at => response.Entry[at])]));
            }

            c.Expect(seen.TrueForAll(bytes => bytes == seen[0]), $"the same padding in three responses ({abi})", string.Join(", ", seen));
            await back.StopAsync();
        }
    }

    private static async Task MoveDirectAsync(BackContext c, BlkifAbi abi, string name, Offsets at)
    {
        var plan = new FrontPlan { Abi = abi }.With("protocol", name);
        var front = await ScriptedFront.ConnectedAsync(c, plan);
        var pages = await front.GrantManyAsync(11);
        for (int i = 0; i < pages.Length; i++)
        {
            await pages[i].FillAsync((byte)(i + 1));
        }

        var entry = new byte[at.Entry];
        entry[0] = 1;
        entry[1] = 11;
        BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(2), 0xCA00);
        BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(at.Id), 0x8877_6655_4433_2211);
        BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(at.Sector), 0x123);
        for (int i = 0; i < pages.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(at.Rest + (8 * i)), pages[i].Reference.Value);
            entry[at.Rest + (8 * i) + 4] = 1;
            entry[at.Rest + (8 * i) + 5] = 2;
        }

        var response = await front.AskAsync(entry);
        ExpectResponse(c, c.MainClauseName, response, at, 1, 0x8877_6655_4433_2211);
        var now = new byte[24 * 512];
        c.Medium.Read((0x123 - 1) * 512, now);
        bool isRight = now[511] == 0 && now[23 * 512] == 0;
        for (int i = 0; i < 11; i++)
        {
            isRight &= now.AsSpan((1 + (2 * i)) * 512, 1024).IndexOfAnyExcept((byte)(i + 1)) < 0;
        }

        c.Expect(isRight, "two sectors of each of eleven segments written from sector 0x123 on", "something else");
        await front.ExpectServedAsync(c.MainClauseName, "after that");
    }

    private static void ExpectResponse(BackContext c, string clause, RingResponse response, Offsets at, byte operation, ulong id)
    {
        var bytes = response.Entry.AsSpan(0, at.Response);
        bool isRight = BinaryPrimitives.ReadUInt64LittleEndian(bytes) == id && bytes[8] == operation && BinaryPrimitives.ReadInt16LittleEndian(bytes[10..]) == 0;
        c.Expect(clause, isRight, $"id {id:x} at 0, operation {operation} at 8, status 0 at 10", Convert.ToHexString(bytes));
    }

    private sealed record Offsets(int Id, int Sector, int Rest, int Entry, int IndirectHandle, int IndirectGrants, int Response);
}
