using System.Buffers.Binary;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Block.Negotiation;
using Conformance.Model.Protocol.Grants;
using Conformance.Model.Protocol.Rings;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Ports;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Front;

/// <summary>The ring that a front makes: its header, where its entries are, and how many.</summary>
public static class RingShapeCases
{
    private const int HeaderBytes = 64;

    /// <summary>The header of a new ring has both producers 0, both event words 1 and nothing else; all other bytes of all pages are zero.</summary>
    [Case("RG-008", "RG-001", "RG-002", "BF-002")]
    public static async Task ANewRingIsZeroButForItsEventWords(FrontContext c)
    {
        var back = new ScriptedBack(c);
        await c.StartFrontAsync();
        await c.Tools.AddAsync(back.Disk);
        await back.OfferAsync((BlockNodes.MaxRingPageOrder, "2"));
        await back.AcceptAsync();
        c.Expect("NG-014", back.Ring.Pages.Count == 4, "a ring of 4 pages, which the back offers", $"{back.Ring.Pages.Count}");
        var bytes = new byte[4 * SharedRing.PageSize];
        await back.Ring.Memory.CopyOutAsync(0, bytes);
        uint[] words = [.. Enumerable.Range(0, 4).Select(i => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4 * i)))];
        c.Expect("RG-001", words is [0, 1, 0, 1], "req_prod 0, req_event 1, rsp_prod 0, rsp_event 1 in the first 16 bytes", string.Join(", ", words));
        c.Expect("RG-008", !bytes.AsSpan(16, HeaderBytes - 16).ContainsAnyExcept((byte)0), "zero padding behind the event words", "something else");
        c.Expect("BF-002", !bytes.AsSpan(HeaderBytes).ContainsAnyExcept((byte)0), "pages of zeroes, a header on the first alone", "other bytes");
    }

    /// <summary>Whoever maps a page of the ring as early as can be finds the header made.</summary>
    [Case("RG-009", "BF-002")]
    public static async Task TheHeaderIsMadeBeforeThePageIsGranted(FrontContext c)
    {
        var back = new ScriptedBack(c);
        await c.StartFrontAsync();
        await c.Tools.AddAsync(back.Disk);
        uint? found = null;
        var peeping = c.Control.Fibers.Start("peeping back", async () => found = await PeepAsync(c));
        await back.OfferAsync();
        await peeping.JoinAsync();
        c.Expect("RG-009", found == 1, "the header's event word to be 1 as soon as its page can be mapped", $"{found}");
    }

    /// <summary>A ring of 1, 2, 4, 8 or 16 pages holds 32 to 512 requests in either layout, and not one more is published.</summary>
    [Case("RG-004", "RG-003", "RG-013", "RG-012")]
    public static async Task AsManyRequestsAreOutAsTheRingHasEntries(FrontContext c)
    {
        int order = c.Order % 5;
        var abi = c.Order % 2 == 0 ? BlkifAbi.X64 : BlkifAbi.X86;
        var settings = FrontSettings.For(BlockProfile.Mainline) with { Queues = 1, Abi = abi };
        var scene = await FrontScene.ConnectAsync(c, settings, (BlockNodes.MaxRingPageOrder, $"{order}"));
        await ExpectCapacityAsync(scene, 32u << order);
    }

    /// <summary>On 7 pages the wide layout has 128 entries and the narrow one 256: the front goes by its own.</summary>
    [Case("RG-005", "RG-003", "RG-013")]
    public static async Task OddPageCountsGiveEachLayoutItsOwnEntries(FrontContext c)
    {
        bool isWide = c.Order % 2 == 0;
        var settings = FrontSettings.For(BlockProfile.Seed2010) with
        {
            Abi = isWide ? BlkifAbi.X64 : BlkifAbi.X86,
            Limits = new RequestLimits(7, 1024, 11, 11 * 4096),
        };
        var scene = await FrontScene.ConnectAsync(
            c, settings, (BlockNodes.MaxRingPages, "7"), (BlockNodes.MaxRequests, "1024"), (BlockNodes.MaxRequestSegments, "11"), (BlockNodes.MaxRequestSize, "45056"));
        c.Expect("RG-005", scene.Ring.Pages.Count == 7, "7 pages", $"{scene.Ring.Pages.Count}");
        await ExpectCapacityAsync(scene, isWide ? 128u : 256u);
    }

    /// <summary>Entry i lies 64 + i × its size from the start, across page ends.</summary>
    [Case("RG-006", "BI-001", "BI-002")]
    public static async Task EntriesAreContiguousAcrossPages(FrontContext c)
    {
        bool isWide = c.Order % 2 == 0;
        var settings = FrontSettings.For(BlockProfile.Mainline) with { Queues = 1, Abi = isWide ? BlkifAbi.X64 : BlkifAbi.X86 };
        var scene = await FrontScene.ConnectAsync(c, settings, (BlockNodes.MaxRingPageOrder, "2"));
        var users = Enumerable.Range(0, 128).Select(i => scene.Read((ulong)i, new byte[512])).ToArray();
        await c.SettleAsync();
        uint produced = await scene.Ring.LoadAsync(SharedRing.RequestProducer);
        c.Expect("RG-004", produced == 128, "128 requests on the ring", $"{produced}");
        var sectors = new HashSet<ulong>();
        var entry = new byte[isWide ? 112 : 108];
        for (int i = 0; i < 128; i++)
        {
            await scene.Ring.Memory.CopyOutAsync(64 + (i * entry.Length), entry);
            c.Expect("RG-006", entry[0] == 0 && entry[1] == 1, $"a read of one segment in entry {i}", $"operation {entry[0]} with {entry[1]} segments");
            sectors.Add(BinaryPrimitives.ReadUInt64LittleEndian(entry.AsSpan(isWide ? 16 : 12)));
        }

        c.Expect("RG-006", sectors.Count == 128 && sectors.Max() == 127, "each request in an entry of its own", $"{sectors.Count} different");
        scene.Back.Serve();
        await c.SettleAsync();
        Array.ForEach(users, user => user.Expect("RG-006", c, DiskResult.Ok));
    }

    /// <summary>A ring whose indices pass 2^32 goes on as before.</summary>
    [Case("RG-007", "RG-018", "RG-019")]
    public static async Task IndicesWrapWithoutAStop(FrontContext c)
    {
        uint first = uint.MaxValue - (uint)c.Order;
        var scene = await FrontScene.ConnectAsync(c, FrontSettings.For(BlockProfile.Mainline) with { FirstRingIndex = first });
        scene.Back.Serve();
        var users = Enumerable.Range(0, 70).Select(i => scene.Write((ulong)i * 8, scene.Random(4096))).ToArray();
        await c.SettleAsync();
        Array.ForEach(users, user => user.Expect("RG-007", c, DiskResult.Ok));
        c.Expect("RG-007", await scene.Ring.LoadAsync(SharedRing.RequestProducer) == unchecked(first + 70), "70 requests past the first index", "another number");
        await scene.ExpectServesAsync("RG-007");
    }

    /// <summary>What stands behind the last entry means nothing to the front.</summary>
    [Case("RG-032")]
    public static async Task BytesBehindTheLastEntryAreNotRead(FrontContext c)
    {
        var scene = await FrontScene.ConnectAsync(c);
        const int Behind = 64 + (32 * 112);
        byte[] noise = scene.Random(SharedRing.PageSize - Behind);
        await scene.Ring.Pages[0].CopyInAsync(Behind, noise);
        scene.Back.Serve();
        for (int i = 0; i < 5; i++)
        {
            await scene.ExpectServesAsync("RG-032", (ulong)i * 16);
        }

        var found = new byte[noise.Length];
        await scene.Ring.Pages[0].CopyOutAsync(Behind, found);
        c.Expect("RG-032", noise.AsSpan().SequenceEqual(found), "those bytes to be left alone", "others");
    }

    private static async ValueTask ExpectCapacityAsync(FrontScene scene, uint entries)
    {
        var c = scene.Case;
        var users = Enumerable.Range(0, (int)entries + 8).Select(i => scene.Read((ulong)i, new byte[512])).ToArray();
        await c.SettleAsync();
        uint produced = await scene.Ring.LoadAsync(SharedRing.RequestProducer);
        c.Expect("RG-013", produced <= entries, $"at most {entries} requests without an answer", $"{produced}");
        c.Expect("RG-004", produced == entries, $"the whole ring of {entries} entries to be used", $"{produced}");
        var first = await scene.Ring.TakeAsync();
        await scene.Ring.AnswerAsync(first);
        await c.SettleAsync();
        produced = await scene.Ring.LoadAsync(SharedRing.RequestProducer);
        c.Expect("RG-013", produced == entries + 1, "one request more after one answer", $"{produced - entries}");
        scene.Back.Serve();
        await c.SettleAsync();
        Array.ForEach(users, user => user.Expect("RG-004", c, DiskResult.Ok));
    }

    private static async ValueTask<uint?> PeepAsync(FrontContext c)
    {
        for (int tries = 0; tries < 3000; tries++)
        {
            var mapping = await c.Control.Grants.MapAsync(c.Guest.Id, new GrantRef((uint)(8 + (tries % 4))), GrantAccess.ReadOnly);
            if (mapping.Status == GrantStatus.Okay)
            {
                uint word = await mapping.Page!.LoadAsync(SharedRing.RequestEvent);
                await c.Control.Grants.UnmapAsync(mapping.Page);
                return word;
            }
        }

        return null;
    }
}
