using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Rings;
using Conformance.Reference.Block.Rings;
using Conformance.Suite.Block.Scripted;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Block.Cases.Back.Rings;

/// <summary>Event words and notifications: sent when asked for, and no work left behind.</summary>
public static class NotificationCases
{
    /// <summary>A front that notifies only when asked, and sleeps only after a last look, always has its requests done.</summary>
    [Case("RG-020", "RG-018", "RG-019", "RG-017")]
    public static async Task NoWorkIsLeftWithBothAsleep(BackContext c)
    {
        c.Media.AddDevice(BackContext.MediumPath, c.Medium);
        var front = await ScriptedFront.ConnectedAsync(c);
        var page = await front.GrantAsync();
        var ring = new FrontRing(new RingMemory([.. front.Ring.Pages]), front.Ring.EntrySize);
        await ring.InitialiseAsync();
        int answered = 0;
        bool isAtWork = true;
        var taker = front.Guest.Fibers.Start("taker of responses", async () =>
        {
            var entry = new byte[ring.EntrySize];
            while (isAtWork)
            {
                do
                {
                    await ring.SampleResponsesAsync();
                    while (ring.AvailableResponses > 0 && await ring.ReadResponseAsync(entry))
                    {
                        ring.ConsumeResponse(1);
                        answered++;
                    }
                }
                while (await ring.FinalCheckForResponsesAsync());
                if (!await front.Ring.Channel.WaitAsync())
                {
                    return;
                }
            }
        });
        int asked = 0;
        for (int round = 0; round < 60; round++)
        {
            for (int i = c.Random.Next(1, 4); i > 0; i--)
            {
                ring.PutRequest(RequestBytes.Direct(front.Abi, BlkifOperation.Read, (ulong)asked++, 0, page.Segment()));
            }

            if (await ring.PushRequestsAsync())
            {
                await front.Ring.Channel.NotifyAsync();
            }

            for (int i = c.Random.Next(40); i > 0; i--)
            {
                await front.Ring.LoadAsync(SharedRing.RequestProducer);
            }

            if (ring.Free < 4)
            {
                await c.SettleAsync();
                c.Expect(ring.Free >= 4, $"all {asked} requests answered when everybody sleeps", $"{answered}");
            }
        }

        await c.SettleAsync();
        c.Expect(answered == asked, $"all {asked} requests answered when everybody sleeps", $"{answered}, {ring.Outstanding} left");
        isAtWork = false;
        await front.Ring.Channel.CloseAsync();
        await taker.JoinAsync();
    }

    /// <summary>The back notifies when the event word lies among the responses it publishes, and not otherwise.</summary>
    [Case("RG-018", "RG-022")]
    public static async Task NotificationsComeWhenAskedFor(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c);
        var page = await front.GrantAsync();
        var counter = new EventCounter(front);
        await c.SettleAsync();
        foreach (uint ahead in (uint[])[1, 3, 100])
        {
            int before = counter.Count;
            uint start = front.Ring.Consumed;
            await front.Ring.StoreAsync(SharedRing.ResponseEvent, start + ahead);
            for (uint i = 1; i <= 5; i++)
            {
                await front.Ring.PutAsync(RequestBytes.Direct(front.Abi, BlkifOperation.Read, i, 0, page.Segment()));
                await front.Ring.PublishAsync();
                await c.SettleAsync();
                uint answered = await front.Ring.LoadAsync(SharedRing.ResponseProducer);
                c.Expect("RG-025", answered == start + i, $"{i} responses", $"{answered - start}");
                bool isDue = i >= ahead;
                c.Expect(ahead == 1 ? "RG-018" : "RG-022", (counter.Count > before) == isDue && counter.Count <= before + 1, $"{(isDue ? "one notification" : "none")} after {i} responses when number {ahead} is asked for", $"{counter.Count - before}");
            }

            front.Ring.Consumed = front.Ring.Produced;
        }
    }

    /// <summary>The back asks to be notified before it sleeps: its event word lies one behind what it took.</summary>
    [Case("RG-019", "RG-018")]
    public static async Task TheBackAsksToBeNotified(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c);
        for (int i = 0; i < 20; i++)
        {
            await c.SettleAsync();
            uint asked = await front.Ring.LoadAsync(SharedRing.RequestEvent);
            c.Expect(asked == front.Ring.Produced + 1, $"the request event at {front.Ring.Produced + 1} while the back sleeps", $"{asked}");
            await front.ExpectServedAsync("RG-019", "after the back slept");
        }
    }

    /// <summary>Event words that make no sense cost notifications at most: requests are served.</summary>
    [Case("RG-023", "RG-018")]
    public static async Task WildEventWordsAreHarmless(BackContext c)
    {
        var front = await ScriptedFront.ConnectedAsync(c);
        foreach (uint wild in (uint[])[0, uint.MaxValue, 0x8000_0000, 0x7FFF_FFFF, 12345])
        {
            await front.Ring.StoreAsync(SharedRing.ResponseEvent, front.Ring.Consumed + wild);
            await front.Ring.StoreAsync(SharedRing.RequestEvent, front.Ring.Produced + wild);
            await front.ExpectServedAsync("RG-023", "with event words that make no sense");
        }

        // The back's own words are not the back's source of anything.
        await front.Ring.StoreAsync(SharedRing.ResponseProducer, front.Ring.Consumed);
        await front.ExpectServedAsync("RG-023", "after all");
    }

    /// <summary>Events without requests, in any number, keep nobody from being served.</summary>
    [Case("BB-022", "EV-024", Guards = "Z-115")]
    public static async Task EventsWithoutRequestsAreHarmless(BackContext c)
    {
        c.Media.Add("/media/other", new Reference.Block.Storage.MemoryMedium("other", new SectorCount512(4096)));
        var front = await ScriptedFront.ConnectedAsync(c);
        var other = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(51728, "/media/other")));
        await other.ConnectAsync();
        bool isAtWork = true;
        int sent = 0;
        var storm = front.Guest.Fibers.Start("event storm", async () =>
        {
            while (isAtWork && sent < 20_000)
            {
                sent++;
                await front.Ring.Channel.NotifyAsync();
            }
        });
        await other.ExpectServedAsync("BB-022", "during an event storm on another device");
        await front.ExpectServedAsync("BB-022", "during an event storm on the same ring");
        c.Expect(sent < 20_000, "both served before the storm ended", "not");
        isAtWork = false;
        await storm.JoinAsync();
    }

    /// <summary>A flood of invalid requests on one device keeps neither the other from being served nor its own good one.</summary>
    [Case("BB-022", "BB-009", "BB-024")]
    public static async Task FloodsOfInvalidRequestsMonopoliseNothing(BackContext c)
    {
        c.Media.Add("/media/other", new Reference.Block.Storage.MemoryMedium("other", new SectorCount512(4096)));
        var front = await ScriptedFront.ConnectedAsync(c);
        var other = new ScriptedFront(c, await c.AddDiskAsync(c.Disk(51728, "/media/other")));
        await other.ConnectAsync();
        bool isAtWork = true;
        int refused = 0;
        var flood = front.Guest.Fibers.Start("flood", async () =>
        {
            while (isAtWork && refused < 3000)
            {
                for (int i = 0; i < 32; i++)
                {
                    await front.Ring.PutAsync(RequestBytes.Counted(front.Abi, (BlkifOperation)(i + 7), 5, ulong.MaxValue, 255));
                }

                await front.Ring.PublishAsync();
                for (int i = 0; i < 32; i++)
                {
                    var response = await front.Ring.TakeAsync();
                    c.Expect("BB-009", response is { Id: 5 } && response.Status != BlkifStatus.Ok, "an error for each invalid request", $"{response}");
                    refused++;
                }
            }
        });
        await other.ExpectServedAsync("BB-022", "during a flood of invalid requests on another device");
        c.Expect(refused < 3000, "the other device served before the flood ended", "not");
        isAtWork = false;
        await flood.JoinAsync();
        await front.ExpectServedAsync("BB-009", "after a flood of invalid requests");
    }

    /// <summary>Counts the events of a front's port for as long as the case runs.</summary>
    private sealed class EventCounter
    {
        internal EventCounter(ScriptedFront front) => front.Guest.Fibers.Start("event counter", async () =>
        {
            while (await front.Ring.Channel.WaitAsync())
            {
                Count++;
            }
        });

        internal int Count { get; private set; }
    }
}
