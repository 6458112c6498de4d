using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Rings;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Back;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Back.Rings;

/// <summary>Producer and consumer indices, attaching, and rings that are full, wrap or lie.</summary>
public static class IndexCases
{
    /// <summary>Requests that were published before the back attached are served, none skipped and none twice.</summary>
    [Case("RG-010", "RG-025", "XB-052", "EV-004")]
    public static async Task RequestsPublishedBeforeTheAttachAreServed(BackContext c)
    {
        await c.StartBackAsync();
        foreach (uint count in (uint[])[1, 5, 32])
        {
            var front = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(51712 + (16 * count))));
            await front.ExpectBackAsync("XB-009", XenbusState.InitWait);
            await front.MakeRingsAsync();
            var page = await front.GrantAsync();
            for (uint id = 0; id < count; id++)
            {
                await front.Ring.PutAsync(RequestBytes.Direct(front.Abi, BlkifOperation.Read, id, 0, page.Segment()));
            }

            await front.Ring.PublishAsync();
            await front.PublishAsync();
            await front.SetStateAsync(XenbusState.Initialised);
            await front.ExpectBackAsync("RG-010", XenbusState.Connected);
            await ExpectEachOnceAsync(c, front.Ring, [.. Enumerable.Range(0, (int)count).Select(id => (ulong)id)], "RG-010");
        }
    }

    /// <summary>Indices run freely: over 2^32 nothing happens, in a ring that starts just before it.</summary>
    [Case("RG-010", "RG-012", "RG-014", "RG-025", "RG-026")]
    public static async Task IndicesWrapUnnoticed(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c, new FrontPlan { FirstIndex = uint.MaxValue - 20 });
        var page = await front.GrantAsync();
        ulong id = 0;
        for (int round = 0; round < 4; round++)
        {
            var ids = new List<ulong>();
            for (uint i = 0; i < front.Ring.Entries; i++)
            {
                await front.Ring.PutAsync(RequestBytes.Direct(front.Abi, BlkifOperation.Read, ++id, id % 4000, page.Segment()));
                ids.Add(id);
            }

            await front.Ring.PublishAsync();
            await ExpectEachOnceAsync(c, front.Ring, ids);
        }

        await front.ExpectServedAsync("RG-012", "after the indices wrapped");
    }

    /// <summary>A full ring on a device that finishes in any order: each request answered once with its own id and data.</summary>
    [Case("RG-025", "RG-026", "RG-024", "RG-013", "BB-042", Guards = "Z-150")]
    public static async Task FullRingsAreAnsweredOnceEach(BackContext c)
    {
        c.Media.AddDevice(BackContext.MediumPath, c.Medium);
        foreach (int pages in (int[])[1, 4])
        {
            var disk = c.Disk(51712 + (16u * (uint)pages));
            var back = await c.StartBackAsync();
            var front = new ScriptedFront(c, await c.AddDiskAsync(disk), new FrontPlan { Pages = pages, Names = pages == 1 ? RingNames.Single : RingNames.Ordered });
            await front.ConnectAsync();
            for (int round = 0; round < 3; round++)
            {
                // Another start each time, so that entries straddle pages in every place.
                await front.ExpectServedAsync("RG-036", $"in a ring of {pages} pages");
                var data = await front.GrantManyAsync((int)front.Ring.Entries);
                for (int i = 0; i < data.Length; i++)
                {
                    var bytes = new byte[512];
                    Array.Fill(bytes, (byte)(i + round));
                    c.Medium.Write((512 + i) * 512, bytes);
                    await front.Ring.PutAsync(RequestBytes.Direct(front.Abi, BlkifOperation.Read, (ulong)i, (ulong)(512 + i), data[i].Segment(0, 0)));
                }

                await front.Ring.PublishAsync();
                await ExpectEachOnceAsync(c, front.Ring, [.. Enumerable.Range(0, data.Length).Select(i => (ulong)i)]);
                for (int i = 0; i < data.Length; i++)
                {
                    byte got = (await data[i].ReadAsync())[511];
                    c.Expect("RG-026", got == (byte)(i + round), $"request {i} to have read its own sector", $"{got:x2}");
                }
            }

            await back.StopAsync();
        }
    }

    /// <summary>Pages of a larger ring are one range in the order of their index, in either scheme of names.</summary>
    [Case("RG-036", "NG-013", "NG-014", "NG-049")]
    public static async Task PagesAreMappedInTheirOrder(BackContext c)
    {
        foreach (var (pages, names, profile) in ((int, RingNames, BlockProfile)[])[(2, RingNames.Ordered, BlockProfile.Mainline), (16, RingNames.Ordered, BlockProfile.Mainline), (4, RingNames.Seed, BlockProfile.Seed2010), (16, RingNames.Seed, BlockProfile.Seed2010)])
        {
            var back = await c.StartBackAsync(BackSettings.For(profile));
            var front = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(51712 + (16u * (uint)pages) + (256u * (uint)profile))), new FrontPlan { Pages = pages, Names = names });
            await front.ConnectAsync();
            var page = await front.GrantAsync();
            for (uint i = 0; i < front.Ring.Entries; i++)
            {
                await front.Ring.PutAsync(RequestBytes.Direct(front.Abi, BlkifOperation.Read, i, i, page.Segment()));
            }

            await front.Ring.PublishAsync();
            await ExpectEachOnceAsync(c, front.Ring, [.. Enumerable.Range(0, (int)front.Ring.Entries).Select(i => (ulong)i)]);
            await front.CloseAsync();
            await front.ExpectLetGoAsync("XB-020", "after the close");
            await back.StopAsync();
        }
    }

    /// <summary>A ring that claims more requests than it has entries is refused when the back attaches.</summary>
    [Case("RG-011", "XB-039", "XB-040", Guards = "Z-140")]
    public static async Task OverfullRingsAreRefusedAtTheAttach(BackContext c)
    {
        await c.StartBackAsync();
        uint number = 51712;
        foreach (uint ahead in (uint[])[33, 1000, 0x8000_0000, uint.MaxValue])
        {
            var front = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(number += 16)));
            await front.ExpectBackAsync("XB-009", XenbusState.InitWait);
            await front.MakeRingsAsync();
            await front.Ring.PublishAsync(ahead);
            await front.PublishAsync();
            await front.SetStateAsync(XenbusState.Initialised);
            await front.ExpectGivenUpAsync("RG-011", $"a ring with {ahead} requests in 32 entries");
        }
    }

    /// <summary>A producer further ahead than the ring is long stops the ring, without a spin, and the device closes in order.</summary>
    [Case("RG-015", "BB-043", "RG-014", "XB-040", Guards = "Z-140, CVE-2010-4247")]
    public static async Task OverfullRingsAreHalted(BackContext c)
    {
        await c.StartBackAsync();
        uint number = 51712;
        foreach (uint ahead in (uint[])[33, 34, 4096, 0x8000_0000, uint.MaxValue])
        {
            var front = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(number += 16)), new FrontPlan { FirstIndex = number });
            await front.ConnectAsync();
            await front.ExpectServedAsync("RG-015", "before");
            await front.Ring.PublishAsync(front.Ring.Produced + ahead);
            await c.SettleAsync();
            uint answered = await front.Ring.LoadAsync(SharedRing.ResponseProducer);
            c.Expect(answered - front.Ring.Consumed <= 32, "no more than a ring of responses", $"{answered - front.Ring.Consumed}");
            await front.SetStateAsync(XenbusState.Closed);
            await front.ExpectGivenUpAsync("BB-043", $"a producer {ahead} ahead in a ring of 32");
        }
    }

    /// <summary>With a whole ring under way nothing more is taken, though the producer goes on.</summary>
    [Case("RG-014", "RG-015", "RG-026")]
    public static async Task NothingIsTakenBeyondAFullRing(BackContext c)
    {
        var storage = HeldStorage.Add(c, BackContext.MediumPath, c.Medium);
        var front = await ScriptedFront.ConnectedAsync(c);
        var page = await front.GrantAsync();
        storage.Holds = true;
        for (uint id = 0; id < 32; id++)
        {
            await front.Ring.PutAsync(RequestBytes.Direct(front.Abi, BlkifOperation.Read, id, 0, page.Segment()));
        }

        await front.Ring.PublishAsync();
        await c.SettleAsync();
        c.Expect(storage.Held.Count == 32, "a full ring of 32 requests under way", $"{storage.Held.Count}");
        await front.Ring.PublishAsync(front.Ring.Produced + 8);
        await c.SettleAsync();
        c.Expect(storage.Log.Count == 32, "nothing taken while all 32 entries are unanswered", $"{storage.Log.Count} taken");
        await storage.ReleaseAllAsync();
        await front.SetStateAsync(XenbusState.Closed);
        await front.ExpectBackAsync("BB-043", XenbusState.Closed);
        await front.ExpectLetGoAsync("BB-043", "after the close");
    }

    /// <summary>What lies behind the last entry of the ring means nothing, even while requests are served.</summary>
    [Case("RG-032")]
    public static async Task BytesBehindTheLastEntryMeanNothing(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c, new FrontPlan { Filling = 0xFF });
        int end = SharedRing.HeaderSize + (int)(front.Ring.Entries * (uint)front.Ring.EntrySize);
        var rest = new byte[SharedRing.PageSize - end];
        for (int round = 0; round < 3; round++)
        {
            c.Random.NextBytes(rest);
            await front.Ring.Pages[0].CopyInAsync(end, rest);
            for (int i = 0; i < 16; i++)
            {
                await front.ExpectServedAsync("RG-032", "with other bytes behind the last entry");
            }

            var now = new byte[rest.Length];
            await front.Ring.Pages[0].CopyOutAsync(end, now);
            c.Expect(now.AsSpan().SequenceEqual(rest), "bytes behind the last entry left alone", "changed ones");
        }
    }

    /// <summary>The limits that a back of 2010 publishes fit the ring that it publishes with them.</summary>
    [Case("RG-031", "NG-012", "NG-003", Guards = "Z-025")]
    public static async Task PublishedRequestsFitThePublishedRing(BackContext c)
    {
        uint number = 51712;
        foreach (uint transfer in (uint[])[40 << 10, 64 << 10, 128 << 10, 256 << 10, 1 << 20])
        {
            var back = await c.StartBackAsync(BackSettings.For(BlockProfile.Seed2010, transfer));
            var front = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(number += 16)));
            await front.ExpectBackAsync("XB-009", XenbusState.InitWait);
            uint pages = await NumberAsync(c, front, BlockNodes.MaxRingPages);
            uint requests = await NumberAsync(c, front, BlockNodes.MaxRequests);
            uint segments = await NumberAsync(c, front, BlockNodes.MaxRequestSegments);
            uint capacity = BlkifRing.Capacity((int)pages, (byte)segments, BlkifAbi.X64);
            c.Expect(requests <= capacity, $"max-requests of at most {capacity} for {pages} pages and {segments} segments", $"{requests}");
            await back.StopAsync();
        }
    }

    internal static async ValueTask<uint> NumberAsync(BackContext c, ScriptedFront front, string name)
    {
        string? text = await front.ReadBackAsync(name);
        bool isNumber = uint.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out uint value);
        c.Expect("NG-001", isNumber, $"{name} as a decimal number", $"'{text}'");
        return value;
    }

    internal static async ValueTask ExpectEachOnceAsync(BackContext c, ScriptedRing ring, IReadOnlyCollection<ulong> ids, string silence = "RG-025")
    {
        var left = new HashSet<ulong>(ids);
        while (left.Count > 0)
        {
            var response = await ring.TakeAsync();
            c.Expect(silence, response is not null, $"{left.Count} more responses", "none");
            c.Expect("RG-025", left.Remove(response.Id), "a response to a request that waits for one", $"{response}");
            c.Expect("RG-025", response.Status == BlkifStatus.Ok, "the request to be done", $"{response}");
        }

        await c.SettleAsync();
        uint answered = await ring.LoadAsync(SharedRing.ResponseProducer);
        c.Expect("RG-025", answered == ring.Consumed, "no further response", $"{answered - ring.Consumed}");
    }
}
