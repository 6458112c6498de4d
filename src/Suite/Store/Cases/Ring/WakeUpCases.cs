using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Ring;

/// <summary>Nobody sleeps for ever: the guest in these cases looks at the page only after a signal.</summary>
public static class WakeUpCases
{
    private const string Long = "long";

    /// <summary>Every reply is signalled to a sleeping guest.</summary>
    [Case("XS-009", Over = Carriers.Ring)]
    public static async Task EveryReplyWakesASleepingGuest(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var ring = new RawRing(c, guest.Domain);
        for (uint i = 1; i <= 300; i++)
        {
            await ring.PutAsync(StorePayload.Message(XsMessageType.GetDomainPath, i, StorePayload.Strings("0")));
            var reply = await ring.ReceiveAsync($"GET_DOMAIN_PATH {i}");
            c.Expect("XS-016", reply.Header.RequestId == i, $"the reply to req_id {i}", reply.Header.ToString());
        }
    }

    /// <summary>A watch event is signalled to a sleeping guest.</summary>
    [Case("XS-009", Over = Carriers.Ring)]
    public static async Task EveryEventWakesASleepingGuest(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var tools = await c.ToolStackAsync();
        await c.ExpectOkAsync(guest.Session.WatchAsync("watched", "t"), "WATCH");
        await guest.Session.SettledEventsAsync();
        var ring = new RawRing(c, guest.Domain);
        for (int i = 0; i < 100; i++)
        {
            await c.ExpectOkAsync(tools.WriteAsync($"{guest.Home}/watched", $"{i}"), "WRITE of a watched node");
            var message = await ring.ReceiveAsync($"event {i}");
            c.Expect(message.IsEvent, "a watch event", message.Header.ToString());
        }
    }

    /// <summary>Several requests announced by one signal are all served.</summary>
    [Case("XS-009", "XS-015", Over = Carriers.Ring)]
    public static async Task OneSignalForManyRequestsIsEnough(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var ring = new RawRing(c, guest.Domain);
        for (int round = 0; round < 20; round++)
        {
            await ring.PutAsync(Requests(1, 15));
            await ExpectRepliesAsync(c, ring, 1, 15);
        }
    }

    /// <summary>A reply longer than the queue goes on each time the guest takes some of it.</summary>
    [Case("XS-009", "XS-005", Over = Carriers.Ring)]
    public static async Task LongReplyGoesOnAfterEveryTake(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        byte[] value = new byte[1600];
        c.Random.NextBytes(value);
        await c.ExpectOkAsync(guest.Session.WriteAsync(Long, value), "WRITE of more than a queue");
        byte[] expected = StorePayload.Message(XsMessageType.Read, 4, value);
        var ring = new RawRing(c, guest.Domain);
        foreach (int take in new[] { 1, 7, 512, 1023, 1024 })
        {
            await ring.PutAsync(StorePayload.Message(XsMessageType.Read, 4, StorePayload.Strings(Long)));
            var came = new List<byte>();
            while (came.Count < expected.Length)
            {
                await ring.SleepUntilAsync(w => w.Responses > 0, $"more of the reply is there, taken by {take}");
                came.AddRange(await ring.TakeAsync(take));
                await ring.NotifyAsync();
            }

            c.Expect("XS-015", expected.AsSpan().SequenceEqual(came.ToArray()), $"the whole reply, taken by {take}", WireText.Quote(came.ToArray()));
        }
    }

    /// <summary>With both queues full, each side goes on as soon as the other has made room.</summary>
    [Case("XS-009", "XS-005", "XS-124", Over = Carriers.Ring)]
    public static async Task FullQueuesDrainAndRefillWithoutLoss(StoreContext c)
    {
        const uint total = 1600;
        var guest = await c.CreateGuestAsync();
        var ring = new RawRing(c, guest.Domain);
        uint put = await FillAsync(c, ring, 1, total);
        var answered = new HashSet<uint>();
        while (answered.Count < total)
        {
            var reply = await ring.ReceiveAsync($"reply {answered.Count + 1} of {total}, with {put} requests put");
            uint id = reply.Header.RequestId;
            c.Expect("XS-016", id >= 1 && id <= put && answered.Add(id), $"the first reply to one of the {put} requests put", reply.Header.ToString());
            put += await PutWhatFitsAsync(ring, put + 1, total);
        }

        var end = await ring.LookAsync();
        c.Expect("XS-016", end.Responses == 0 && end.Requests == 0, $"exactly {total} replies to {total} requests", end.ToString());
    }

    /// <summary>A full request queue: the guest is signalled when the store takes from it.</summary>
    [Case("XS-009", Over = Carriers.Ring)]
    public static async Task RoomInAFullRequestQueueIsSignalled(StoreContext c)
    {
        const uint total = 1600;
        var guest = await c.CreateGuestAsync();
        var ring = new RawRing(c, guest.Domain);
        uint put = await FillAsync(c, ring, 1, total);
        var full = await ring.LookAsync();
        if (XsInterfacePage.RingSize - full.Requests >= Requests(1, 1).Length)
        {
            throw CaseOutcome.NotApplicable("the daemon takes every request although no reply is taken, so the request queue never fills");
        }

        // All replies that are there are taken at once and signalled once; room must then be announced.
        await ring.TakeAsync();
        await ring.NotifyAsync();
        await ring.SleepUntilAsync(w => w.RequestConsumer != full.RequestConsumer, $"the store has taken more of {put} requests");
    }

    /// <summary>A request longer than the queue: the guest is signalled each time the store takes some of it.</summary>
    [Case("XS-009", "XS-015", Over = Carriers.Ring)]
    public static async Task RoomForTheRestOfALongRequestIsSignalled(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var ring = new RawRing(c, guest.Domain);
        byte[] request = StorePayload.Message(XsMessageType.Write, 6, StorePayload.PathAndBytes("node", new byte[4000]));
        for (int round = 0; round < 20; round++)
        {
            for (int at = 0; at < request.Length;)
            {
                var words = await ring.SleepUntilAsync(w => w.Requests < XsInterfacePage.RingSize, $"the store has taken some of {at} bytes");
                int count = Math.Min(request.Length - at, XsInterfacePage.RingSize - (int)words.Requests);
                await ring.PutAsync(request.AsMemory(at, count));
                at += count;
            }

            // A quota on the size of a node may refuse it (XS-062); it was taken whole all the same.
            var reply = await ring.ReceiveAsync("a WRITE longer than the queue");
            c.Expect("XS-015", reply.Header.RequestId == 6, "the reply to a WRITE longer than the queue", reply.Header.ToString());
        }
    }

    /// <summary>A domain that put its first request before it was introduced, and sleeps since, is served.</summary>
    [Case("XS-009", Over = Carriers.Ring, Guards = "Z-073")]
    public static async Task RequestPutBeforeIntroductionIsNotForgotten(StoreContext c)
    {
        var domain = await c.CreateDomainAsync();
        await c.CreateHomeAsync(domain.Id);
        var ring = new RawRing(c, domain);
        await ring.PutAsync(StorePayload.Message(XsMessageType.GetDomainPath, 11, StorePayload.Strings("0")));
        var tools = await c.ToolStackAsync();
        await c.ExpectOkAsync(tools.IntroduceAsync(domain.Id, domain.Frame, domain.Port), "INTRODUCE");
        var reply = await ring.ReceiveAsync("the reply to a request put before INTRODUCE");
        c.Expect("XS-016", reply.Header.RequestId == 11, "the reply to req_id 11", reply.Header.ToString());
    }

    /// <summary>A domain that waits for its connection word is woken by INTRODUCE.</summary>
    [Case("XS-009", "XS-026", Over = Carriers.Ring, Guards = "Z-073")]
    public static async Task GuestThatWaitsForItsConnectionIsWokenByIntroduce(StoreContext c)
    {
        var domain = await c.CreateDomainAsync();
        await c.CreateHomeAsync(domain.Id);
        var ring = new RawRing(c, domain);
        await ring.StoreAsync(XsInterfacePage.Connection, (uint)XsConnectionState.Reconnect);
        var asleep = ring.SleepUntilAsync(w => w.Connection == XsConnectionState.Connected, "connection is 0 after INTRODUCE", "XS-026");
        var tools = await c.ToolStackAsync();
        await c.ExpectOkAsync(tools.IntroduceAsync(domain.Id, domain.Frame, domain.Port), "INTRODUCE");
        await asleep;
        await ring.PutAsync(StorePayload.Message(XsMessageType.GetDomainPath, 12, StorePayload.Strings("0")));
        var reply = await ring.ReceiveAsync("the first request after connection became 0");
        c.Expect("XS-026", reply.Header.RequestId == 12, "the reply to req_id 12", reply.Header.ToString());
    }

    private static byte[] Requests(uint first, uint last)
    {
        var bytes = new List<byte>();
        for (uint id = first; id <= last; id++)
        {
            bytes.AddRange(StorePayload.Message(XsMessageType.GetDomainPath, id, StorePayload.Strings("0")));
        }

        return [.. bytes];
    }

    private static async Task ExpectRepliesAsync(StoreContext c, RawRing ring, uint first, uint last)
    {
        var open = new HashSet<uint>();
        for (uint id = first; id <= last; id++)
        {
            open.Add(id);
        }

        while (open.Count > 0)
        {
            var reply = await ring.ReceiveAsync($"one of {open.Count} replies");
            c.Expect("XS-016", open.Remove(reply.Header.RequestId), "a reply to an open request", reply.Header.ToString());
        }
    }

    /// <summary>Puts requests and takes nothing until the store takes no more.</summary>
    private static async Task<uint> FillAsync(StoreContext c, RawRing ring, uint first, uint last)
    {
        uint put = 0;
        for (int idle = 0; idle < 10; idle++)
        {
            uint more = await PutWhatFitsAsync(ring, first + put, last);
            put += more;
            idle = more > 0 ? 0 : idle;
            await c.SettleAsync(1);
        }

        return put;
    }

    private static async Task<uint> PutWhatFitsAsync(RawRing ring, uint next, uint last)
    {
        uint put = 0;
        for (; next + put <= last; put++)
        {
            byte[] request = Requests(next + put, next + put);
            if (XsInterfacePage.RingSize - (await ring.LookAsync()).Requests < request.Length)
            {
                break;
            }

            await ring.PutAsync(request);
        }

        return put;
    }
}
