using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Backpressure;

/// <summary>Clients that ask and do not listen.</summary>
public static class UnreadReplyCases
{
    private const int ValueSize = 200;

    // Requests that a store may have in its hands besides: being read, being served, being answered, and one for the check itself.
    private const int AtHand = 4;

    private const int RequestsInMemoryLimit = (5 * 512 * 1024) / (ValueSize + XsHeader.Size);

    /// <summary>A guest whose replies fill its queue is not read any further before its memory limit is used up.</summary>
    [Case("XS-124", Over = Carriers.Ring, Needs = Needs.Guests | Needs.OwnDaemon, Guards = "XSA-326")]
    public static async Task UnreadRepliesStopTheReading(StoreContext c)
    {
        var (_, ring) = await StartAsync(c);
        int taken = await ring.PutUntilStoppedAsync(RequestsInMemoryLimit);
        c.Expect(taken <= RequestsInMemoryLimit, "a store that stops reading from a guest that takes no replies", $"{taken} requests taken");
    }

    /// <summary>A guest has at most 20 requests outstanding beside those whose replies are in its queue.</summary>
    [Case("XS-123", "XS-124", Over = Carriers.Ring, Needs = Needs.Guests | Needs.OwnDaemon)]
    public static async Task AtMostTwentyRequestsAreOutstanding(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        string path = $"{guest.Home}/{new string('v', 180)}";
        await c.ExpectOkAsync(guest.Session.WriteAsync(path, new byte[ValueSize]), "WRITE");
        byte[] payload = StorePayload.Strings(path);
        var ring = await BusyRing.StartAsync(c, guest.Domain, XsMessageType.Read, payload);

        // A reply may lie in the queue in part, and a store may copy a whole queue of requests before it looks at the first.
        int replies = (XsInterfacePage.RingSize / (ValueSize + XsHeader.Size)) + 1;
        int copied = (XsInterfacePage.RingSize / (payload.Length + XsHeader.Size)) + 1;
        int most = replies + 20 + copied + AtHand;
        int taken = await ring.PutUntilStoppedAsync(most);
        c.Expect(taken <= most, $"at most {most} requests taken", $"{taken}");
    }

    /// <summary>Once replies are consumed the store reads on, and no request has failed or got lost.</summary>
    [Case("XS-124", Over = Carriers.Ring, Needs = Needs.Guests | Needs.OwnDaemon, Guards = "XSA-326")]
    public static async Task ProgressResumesWhenRepliesAreConsumed(StoreContext c)
    {
        var (guest, ring) = await StartAsync(c);
        for (int round = 0; round < 3; round++)
        {
            int before = ring.Put;
            await ring.PutUntilStoppedAsync(RequestsInMemoryLimit);
            c.Expect(ring.Put > before, "room for further requests after replies were consumed");
            for (int i = before; i < ring.Put; i++)
            {
                var reply = await guest.Session.ReceiveReplyAsync($"request {i} of {ring.Put}");
                c.Expect(
                    !reply.IsError && reply.Header.RequestId == (uint)i && reply.Payload.Length == ValueSize,
                    $"the value for request {i}, whenever the guest takes it",
                    $"{reply.Header} {reply.Summary}");
            }

            c.Expect(await ring.TakenAsync() == ring.Put, $"all {ring.Put} requests taken in the end");
        }

        await guest.Session.RoundTripAsync();
    }

    /// <summary>While one guest takes no replies, others are served.</summary>
    [Case("XS-125", Over = Carriers.Ring, Needs = Needs.Guests | Needs.OwnDaemon, Guards = "XSA-326")]
    public static async Task GuestThatTakesNoRepliesDoesNotHinderOthers(StoreContext c)
    {
        var (_, ring) = await StartAsync(c);
        var other = await c.CreateGuestAsync();
        var tools = await c.ToolStackAsync();
        await ring.PutUntilStoppedAsync(RequestsInMemoryLimit);
        for (int i = 0; i < 50; i++)
        {
            await ring.PutAsync();
            await c.ExpectOkAsync(other.Session.WriteAsync("count", $"{i}"), "WRITE of another guest");
            await c.ExpectTextAsync($"{i}", tools.ReadAsync(other.Home + "/count"), "READ over a socket");
        }
    }

    /// <summary>While a socket client takes no replies, others are served, and it finds all its replies later.</summary>
    [Case("XS-125", Needs = Needs.OwnDaemon)]
    public static async Task SocketClientThatTakesNoRepliesDoesNotHinderOthers(StoreContext c)
    {
        // Their replies exceed what a socket holds; the requests themselves fit, even if the store stops taking them.
        const int Requests = 150;
        var (deaf, area) = await c.OpenAsync();
        var other = await c.ToolStackAsync();
        await c.ExpectOkAsync(deaf.WriteAsync(area, new byte[2000]), "WRITE");

        // In one piece, for a store may stop reading a socket whose replies are not taken.
        await deaf.SendBytesAsync(
            Enumerable.Range(0, Requests).SelectMany(id => StorePayload.Message(XsMessageType.Read, (uint)id, StorePayload.Strings(area))).ToArray(),
            $"{Requests} READs");

        for (int i = 0; i < 50; i++)
        {
            await other.RoundTripAsync();
        }

        for (uint id = 0; id < Requests; id++)
        {
            var reply = await deaf.ReceiveReplyAsync("READ");
            c.Expect("XS-124", reply.Header.RequestId == id && reply.Payload.Length == 2000, $"the reply to request {id}", $"{reply.Header}");
        }
    }

    /// <summary>Large replies left unread and taken later, again and again, use no memory up for good.</summary>
    [Case("XS-128", Over = Carriers.Ring, Needs = Needs.Guests | Needs.OwnDaemon, Guards = "XSA-416")]
    public static async Task UnreadLargeRepliesDoNotUseUpTheGuestsMemory(StoreContext c)
    {
        const int Size = 1900;
        var guest = await c.CreateGuestAsync();
        await c.ExpectOkAsync(guest.Session.WriteAsync("v", new byte[Size]), "WRITE");
        var ring = await BusyRing.StartAsync(c, guest.Domain, XsMessageType.Read, StorePayload.Strings("v"));

        // Three megabytes in all: more than the limit of about 2.5 if each request left its memory behind.
        while (ring.Put < 3 * 1024 * 1024 / Size)
        {
            int put = await ring.PutAsync(18);
            c.Expect(put > 0, "room for requests after all replies were taken");
            for (int i = 0; i < put; i++)
            {
                var reply = await guest.Session.ReceiveReplyAsync("READ");
                c.Expect(reply.Payload.Length == Size, $"a value of {Size} bytes", reply.Summary);
            }
        }

        await c.ExpectOkAsync(guest.Session.WriteAsync("after", "x"), "WRITE after three megabytes of replies");
    }

    private static async Task<(StoreGuest Guest, BusyRing Ring)> StartAsync(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        await c.ExpectOkAsync(guest.Session.WriteAsync("v", new byte[ValueSize]), "WRITE");
        return (guest, await BusyRing.StartAsync(c, guest.Domain, XsMessageType.Read, StorePayload.Strings("v")));
    }
}
