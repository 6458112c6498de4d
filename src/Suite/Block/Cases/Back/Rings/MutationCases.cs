using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Rings;
using Conformance.Model.Protocol.XenBus;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Back.Rings;

/// <summary>A front that changes what it shares while the back reads it.</summary>
public static class MutationCases
{
    private const int Changes = 300;

    /// <summary>
    /// A request that changes between two forms while it is taken is answered and done as one of them: a good write, or
    /// one that must be refused. Never is one checked and the other done.
    /// </summary>
    [Case("RG-027", "BB-040", "BB-005", Guards = "Z-007, Z-110, XSA-155")]
    public static async Task ARequestIsTakenAsOneOfItsForms(BackContext c)
    {
        var storage = HeldStorage.Add(c, BackContext.MediumPath, c.Medium);
        var front = await ScriptedFront.ConnectedAsync(c);
        var (page, first) = (await front.GrantAsync(), await front.GrantAsync());
        await page.FillAsync(0x44);
        byte[][] wrong =
        [
            RequestBytes.Counted(front.Abi, BlkifOperation.Write, 2, 8, 255, page.Segment()),
            RequestBytes.Direct(front.Abi, BlkifOperation.Write, 2, ulong.MaxValue - 3, page.Segment()),
            RequestBytes.Direct(front.Abi, BlkifOperation.Write, 2, 8, page.Segment(7, 0)),
            RequestBytes.Direct(front.Abi, BlkifOperation.Write, 2, 8, page.Segment(0, 200)),
            RequestBytes.Discard(front.Abi, 2, 8, ulong.MaxValue),
            RequestBytes.Direct(front.Abi, (BlkifOperation)77, 2, 8, page.Segment()),
        ];
        foreach (var bad in wrong)
        {
            c.Medium.Discard(0, 4096);
            await HoldOneAsync(c, front, storage, first);
            var good = RequestBytes.Direct(front.Abi, BlkifOperation.Write, 1, 0, page.Segment());
            uint index = front.Ring.Produced;
            await front.Ring.PutAsync(good);
            var mutator = front.Guest.Fibers.Start("mutator", async () =>
            {
                for (int i = 0; i < Changes; i++)
                {
                    await front.Ring.WriteEntriesAsync(index, i % 2 == 0 ? bad : good);
                }
            });
            await front.Ring.PublishAsync();
            var response = await front.Ring.TakeAsync();
            await mutator.JoinAsync();
            c.Expect("RG-025", response is { Id: 1 or 2 }, "a response to one of the two forms", $"{response}");
            bool isWritten = !SegmentIsZero(c);
            c.Expect(response.Id == 1 ? response.Status == BlkifStatus.Ok && isWritten : response.Status != BlkifStatus.Ok && !isWritten, "the good form done whole, or the bad one refused", $"{response}, {(isWritten ? "written" : "not written")}");
            await storage.ReleaseAllAsync();
            c.Expect("RG-025", (await front.Ring.TakeAsync())?.Id == 99, "the held request answered", "another");
        }

        await front.ExpectServedAsync("RG-027", "after such requests");
    }

    /// <summary>Indirect segments that change while they are read are taken as one of their forms.</summary>
    [Case("BB-035", "RG-027", Guards = "Z-110, XSA-155")]
    public static async Task IndirectSegmentsAreTakenAsOneOfTheirForms(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c);
        var (page, list) = (await front.GrantAsync(), await front.GrantAsync());
        await page.FillAsync(0x45);
        var forms = new[] { RequestBytes.List(page.Segment(0, 0), page.Segment(1, 1)), RequestBytes.List(page.Segment(0, 7), page.Segment(0, 200)), RequestBytes.List(page.Segment(), page.Segment()) };
        for (int round = 0; round < 12; round++)
        {
            c.Medium.Discard(0, 4096 * 4);
            var mutator = front.Guest.Fibers.Start("mutator", async () =>
            {
                for (int i = 0; i < Changes; i++)
                {
                    await list.FillAsync(forms[i % 3]);
                }
            });
            var response = await front.AskAsync(RequestBytes.Indirect(front.Abi, BlkifOperation.Write, front.NextId(), 0, 2, list.Reference));
            var now = new byte[17 * 512];
            c.Medium.Read(0, now);
            await mutator.JoinAsync();
            int written = Enumerable.Range(0, 17).Count(sector => now[sector * 512] == 0x45);
            bool isOneForm = response.Status == BlkifStatus.Ok ? written is 2 or 16 : written == 0;
            c.Expect(isOneForm, "2 or 16 sectors written, or none with an error", $"{written} sectors, {response}");
        }

        await front.ExpectServedAsync("BB-035", "after such requests");
    }

    /// <summary>A producer that jumps about is believed once a pass: what was published is served, or the ring is given up in order.</summary>
    [Case("RG-028", "RG-015", "BB-043")]
    public static async Task AProducerThatJumpsIsServedOrGivenUp(BackContext c)
    {
        await c.StartBackAsync();
        uint number = 51712;
        foreach (uint jump in (uint[])[33, 1000, 0x8000_0000, uint.MaxValue - 5])
        {
            var front = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(number += 16)));
            await front.ConnectAsync();
            var page = await front.GrantAsync();
            for (uint id = 0; id < 8; id++)
            {
                await front.Ring.PutAsync(RequestBytes.Direct(front.Abi, BlkifOperation.Read, id, 0, page.Segment()));
            }

            await front.Ring.PublishAsync();
            for (int i = 0; i < 100; i++)
            {
                await front.Ring.StoreAsync(SharedRing.RequestProducer, front.Ring.Produced + (i % 2 == 0 ? jump : 0));
                await front.Ring.Channel.NotifyAsync();
            }

            await c.SettleAsync();
            uint answered = await front.Ring.LoadAsync(SharedRing.ResponseProducer);
            c.Expect(answered <= 8, "responses to eight requests at most", $"{answered}");
            for (uint i = 0; i < answered; i++)
            {
                ulong id = new RingResponse(await front.Ring.ReadEntryAsync(i), front.Abi).Id;
                c.Expect("RG-025", id == i, $"the response to request {i}", $"{id:x}");
            }

            await front.SetStateAsync(XenbusState.Closed);
            await front.ExpectBackAsync("BB-043", XenbusState.Closed);
            await front.ExpectLetGoAsync("BB-043", "after the close");
        }
    }

    /// <summary>After the close nothing of the back looks at the ring, whatever the front does with pages and port.</summary>
    [Case("RG-037", "XB-020", "BB-028", "BB-030", Guards = "Z-114, Z-152")]
    public static async Task TheRingIsNotTouchedAfterTheClose(BackContext c)
    {
        c.Media.AddDevice(BackContext.MediumPath, c.Medium);
        var front = await ScriptedFront.ConnectedAsync(c);
        for (int round = 0; round < 5; round++)
        {
            var pages = await front.GrantManyAsync(8);
            foreach (var page in pages)
            {
                await front.Ring.PutAsync(RequestBytes.Direct(front.Abi, BlkifOperation.Write, front.NextId(), 8, page.Segment()));
            }

            // Closed with requests under way, and notified until the end.
            await front.Ring.PublishAsync();
            await front.SetStateAsync(XenbusState.Closing);
            await front.Ring.Channel.NotifyAsync();
            await front.SetStateAsync(XenbusState.Closed);
            await front.Ring.Channel.NotifyAsync();
            await front.ExpectBackAsync("XB-019", XenbusState.Closed);
            await front.ExpectLetGoAsync("XB-020", "as soon as the back is Closed");
            var garbage = new byte[SharedRing.PageSize];
            Array.Fill(garbage, (byte)0xDB);
            await front.Ring.Pages[0].CopyInAsync(0, garbage);
            await front.Ring.Channel.NotifyAsync();
            await c.SettleAsync();
            var now = new byte[garbage.Length];
            await front.Ring.Pages[0].CopyOutAsync(0, now);
            c.Expect(now.AsSpan().SequenceEqual(garbage), "a ring that nobody writes after the close", "a changed one");
            await front.ReconnectAsync();
            await front.ExpectServedAsync("RG-037", "on the next connection");
        }
    }

    private static async ValueTask HoldOneAsync(BackContext c, ScriptedFront front, HeldStorage storage, FrontPage page)
    {
        // Its entry gets the response of the next one, whose own entry can then be changed at will.
        storage.Holds = true;
        await front.Ring.PutAsync(RequestBytes.Direct(front.Abi, BlkifOperation.Read, 99, 800, page.Segment()));
        await front.Ring.PublishAsync();
        await c.SettleAsync();
        storage.Holds = false;
    }

    private static bool SegmentIsZero(BackContext c)
    {
        var now = new byte[4096];
        c.Medium.Read(0, now);
        return now.AsSpan().IndexOfAnyExcept((byte)0x44) >= 0;
    }
}
