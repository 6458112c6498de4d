using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Ring;

/// <summary>The counters run freely modulo 2^32, and the bytes between them are what they promise.</summary>
public static class RingCounterCases
{
    /// <summary>Counters count on behind the size of a queue.</summary>
    [Case("XS-004", Over = Carriers.Ring)]
    public static async Task CountersRunOnBehindTheQueueSize(StoreContext c)
    {
        var (guest, ring) = await IntroduceAsync(c, 0, 0);
        var start = await ring.LookAsync();
        uint put = 0;
        uint taken = 0;
        for (uint i = 0; i < 200; i++)
        {
            byte[] request = StorePayload.Message(XsMessageType.GetDomainPath, i, StorePayload.Strings($"{guest.Id}"));
            await ring.PutAsync(request);
            var reply = await ring.ReceiveAsync("GET_DOMAIN_PATH");
            put += (uint)request.Length;
            taken += XsHeader.Size + reply.Header.Length;
        }

        var end = await ring.LookAsync();
        c.Expect(
            end.RequestConsumer == start.RequestConsumer + put && end.ResponseProducer == start.ResponseProducer + taken,
            $"req_cons moved by {put} and rsp_prod by {taken}", $"{start}; then {end}");
    }

    /// <summary>Whatever the counters were before INTRODUCE, messages get through.</summary>
    [Case("XS-004", "XS-010", Over = Carriers.Ring)]
    public static async Task AnyEqualStartCountersServe(StoreContext c)
    {
        foreach ((uint requests, uint responses) in new[] { (0u, 0u), (1u, 1023u), (1024u, 5u), (0x7FFF_FFF0u, 0x8000_0001u), (uint.MaxValue, 0xFFFF_FC01u) })
        {
            var (guest, _) = await IntroduceAsync(c, requests, responses);
            string value = new('v', 700);
            await c.ExpectOkAsync(guest.Session.WriteAsync("node", value), $"WRITE with counters that started at {requests} and {responses}");
            await c.ExpectTextAsync(value, guest.Session.ReadAsync("node"), "READ of it");
        }
    }

    /// <summary>Both directions cross 2^32, at every alignment of a message to it.</summary>
    [Case("XS-004", "XS-005", Over = Carriers.Ring)]
    public static async Task CountersWrapAt2To32(StoreContext c)
    {
        for (uint distance = 1; distance < 80; distance += 3)
        {
            var (guest, ring) = await IntroduceAsync(c, 0u - distance, 0u - distance - 11);
            var words = await ring.LookAsync();
            if (words.RequestConsumer != 0u - distance)
            {
                throw CaseOutcome.NotApplicable("the daemon sets the counters to 0 at INTRODUCE, so that no guest can start near 2^32");
            }

            for (int i = 0; i < 8; i++)
            {
                await c.ExpectOkAsync(guest.Session.WriteAsync("node", $"value {i}"), $"WRITE {distance} bytes before 2^32");
                await c.ExpectTextAsync($"value {i}", guest.Session.ReadAsync("node"), $"READ {distance} bytes before 2^32");
            }

            words = await ring.LookAsync();
            c.Expect(words is { RequestConsumer: < 0x8000_0000, ResponseProducer: < 0x8000_0000, Requests: 0, Responses: 0 },
                "counters past 2^32 and empty queues", words.ToString());
        }
    }

    /// <summary>A queue that is full across 2^32 is neither empty nor invalid.</summary>
    [Case("XS-005", "XS-004", Over = Carriers.Ring)]
    public static async Task FullQueuesAcross2To32Serve(StoreContext c)
    {
        var (guest, ring) = await IntroduceAsync(c, 0xFFFF_FE00u, 0xFFFF_FE00u);
        if ((await ring.LookAsync()).ResponseConsumer != 0xFFFF_FE00u)
        {
            throw CaseOutcome.NotApplicable("the daemon sets the counters to 0 at INTRODUCE, so that no guest can start near 2^32");
        }

        await c.ExpectOkAsync(guest.Session.WriteAsync("node", new string('v', 1500)), "WRITE of more than a queue");
        await c.ExpectTextAsync(new string('v', 1500), guest.Session.ReadAsync("node"), "READ of more than a queue");
    }

    /// <summary>The store stops before it overwrites a response byte that the guest has not taken.</summary>
    [Case("XS-005", Over = Carriers.Ring)]
    public static async Task UnreadResponsesAreNeverOverwritten(StoreContext c)
    {
        var (_, ring) = await IntroduceAsync(c, 0, 0);
        byte[] request = StorePayload.Message(XsMessageType.GetDomainPath, 3, StorePayload.Strings("0"));
        byte[] before = [];
        for (int i = 0; i < 100; i++)
        {
            if (XsInterfacePage.RingSize - (await ring.LookAsync()).Requests >= request.Length)
            {
                await ring.PutAsync(request);
            }

            await c.SettleAsync(1);
            byte[] now = await ring.PeekAsync();
            c.Expect(now.AsSpan().StartsWith(before), "the unread responses unchanged, and more behind them", "other bytes");
            before = now;
        }

        c.Expect(before.Length > XsInterfacePage.RingSize / 4, "at least some responses for the guest to leave unread", $"{before.Length} bytes");
    }

    /// <summary>The store has copied a request before it lets the guest use its bytes again.</summary>
    [Case("XS-007", Over = Carriers.Ring)]
    public static async Task TakenRequestBytesAreNotReadAgain(StoreContext c)
    {
        var (guest, ring) = await IntroduceAsync(c, 0, 0);
        byte[] scribble = new byte[XsInterfacePage.RingSize];
        Array.Fill(scribble, (byte)0xEE);
        for (uint i = 0; i < 100; i++)
        {
            byte[] value = new byte[400];
            c.Random.NextBytes(value);
            uint at = (await ring.LookAsync()).RequestProducer;
            byte[] message = StorePayload.Message(XsMessageType.Write, i, StorePayload.PathAndBytes("node", value));
            await ring.PutAsync(message);
            await ScribbleBehindAsync(guest, at, at + (uint)message.Length, scribble);
            var written = await ring.ReceiveAsync("WRITE whose bytes were reused once taken", "XS-007");
            c.Expect(!written.IsError, "success of a WRITE whose bytes were reused once taken", written.Summary);
            await ring.PutAsync(StorePayload.Message(XsMessageType.Read, i, StorePayload.Strings("node")));
            var read = await ring.ReceiveAsync("READ");
            c.Expect(read.Payload.AsSpan().SequenceEqual(value), "the value as it was put into the ring", read.Summary);
        }

        async Task ScribbleBehindAsync(StoreGuest of, uint from, uint to, byte[] with)
        {
            using var limit = new CancellationTokenSource(c.Patience);
            for (int look = 1; from != to && !limit.IsCancellationRequested; look++)
            {
                uint taken = await of.Domain.Page.LoadAsync(XsInterfacePage.RequestConsumer) - from;
                int offset = (int)(from % XsInterfacePage.RingSize);
                int first = Math.Min((int)taken, XsInterfacePage.RingSize - offset);
                await of.Domain.Page.CopyInAsync(offset, with.AsMemory(0, first));
                await of.Domain.Page.CopyInAsync(0, with.AsMemory(0, (int)taken - first));
                from += taken;
                if (look % 1000 == 0)
                {
                    // The moment between copy and counter is short, so the look is a tight one; the store needs a turn all the same.
                    await Task.Yield();
                }
            }
        }
    }

    /// <summary>Every response byte is there when the producer counter says so.</summary>
    [Case("XS-007", Over = Carriers.Ring)]
    public static async Task AnnouncedResponseBytesAreThere(StoreContext c)
    {
        var (guest, ring) = await IntroduceAsync(c, 0, 0);
        byte[] stale = new byte[XsInterfacePage.RingSize];
        Array.Fill(stale, (byte)0xEE);
        await c.ExpectOkAsync(guest.Session.WriteAsync("node", new string('v', 600)), "WRITE");
        byte[] expected = StorePayload.Message(XsMessageType.Read, 9, StorePayload.Raw(new string('v', 600)));
        for (int i = 0; i < 100; i++)
        {
            using var limit = new CancellationTokenSource(c.Patience);
            uint start = (await ring.LookAsync()).ResponseConsumer;
            await ring.FillResponsesAsync(start, stale);
            await ring.PutAsync(StorePayload.Message(XsMessageType.Read, 9, StorePayload.Strings("node")));
            byte[] came = [];
            while (came.Length < expected.Length && !limit.IsCancellationRequested)
            {
                came = await ring.PeekAsync();
                c.Expect(expected.AsSpan().StartsWith(came), "only bytes of the reply below rsp_prod", WireText.Quote(came));
                await Task.Yield();
            }

            c.Expect("XS-009", came.Length == expected.Length, "the whole reply", $"{came.Length} bytes of it");
            await ring.TakeAsync();
            await ring.NotifyAsync();
        }
    }

    private static async Task<(StoreGuest Guest, RawRing Ring)> IntroduceAsync(StoreContext c, uint requests, uint responses)
    {
        var domain = await c.CreateDomainAsync();
        var ring = new RawRing(c, domain);
        await ring.StoreAsync(XsInterfacePage.RequestConsumer, requests);
        await ring.StoreAsync(XsInterfacePage.RequestProducer, requests);
        await ring.StoreAsync(XsInterfacePage.ResponseConsumer, responses);
        await ring.StoreAsync(XsInterfacePage.ResponseProducer, responses);
        await c.CreateHomeAsync(domain.Id);
        return (await c.IntroduceAsync(domain), ring);
    }
}
