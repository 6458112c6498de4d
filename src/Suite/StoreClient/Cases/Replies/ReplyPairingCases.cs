using System.Globalization;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;
using Conformance.Suite.StoreClient.Script;

namespace Conformance.Suite.StoreClient.Cases.Replies;

/// <summary>Which reply belongs to which request.</summary>
public static class ReplyPairingCases
{
    private const int Several = 8;

    /// <summary>Replies that come in another order than the requests reach those who asked.</summary>
    [Case("XS-020", Over = Carriers.Both)]
    public static async Task RepliesInAnotherOrderReachThoseWhoAsked(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        Task<byte[]>[] readings = [.. Enumerable.Range(0, Several).Select(i => client.ReadAsync($"node/{i}", c.Cancellation))];
        var requests = await TakeAllAtOnceAsync(store, Several);
        c.Expect(requests.DistinctBy(request => request.Header.RequestId).Count() == Several,
            $"{Several} outstanding requests with {Several} different req_ids", string.Join("; ", requests));
        c.Random.Shuffle(requests);
        foreach (var request in requests)
        {
            await store.ReplyAsync(request, "value of " + request.Strings[0]);
        }

        for (int i = 0; i < Several; i++)
        {
            await c.ExpectValueAsync($"value of node/{i}", readings[i], $"the read of node/{i}, whose reply came out of order");
        }
    }

    /// <summary>Replies inside a transaction and outside of it reach those who asked, whichever comes first.</summary>
    [Case("XS-020")]
    public static async Task RepliesInsideAndOutsideATransactionAreToldApart(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        byte[] inside = [];
        var transaction = client.TransactAsync(async open => inside = await open.ReadAsync("node"), c.Cancellation);
        await store.AnswerAsync(XsMessageType.TransactionStart, "7\0");
        var first = await store.NextAsync(XsMessageType.Read);
        c.Expect("XS-110", first.Header.TransactionId == 7, "a READ with tx_id 7", first.ToString());
        var outside = client.ReadAsync("node", c.Cancellation);
        var second = await TakeBesideAsync(store);
        c.Expect("XS-110", second.Header.TransactionId == 0, "a READ with tx_id 0", second.ToString());
        await store.ReplyAsync(second, "outside");
        await c.ExpectValueAsync("outside", outside, "the read outside the transaction");
        await store.ReplyAsync(first, "inside");
        await store.AnswerAsync(XsMessageType.TransactionEnd, "OK\0");
        await c.DoneAsync(transaction, "the transaction");
        c.Expect(StorePayload.Raw("inside").AsSpan().SequenceEqual(inside), "\"inside\" from the read in the transaction", WireText.Quote(inside));
    }

    /// <summary>A request that waits long keeps its number to itself, however many others come and go.</summary>
    [Case("XS-020", Guards = "Z-205")]
    public static async Task ThousandsOfRequestsPassOneThatIsOutstanding(StoreClientContext c)
    {
        const int many = 3000;
        var (client, store) = await c.OpenAsync();
        var waiting = client.ReadAsync("waiting", c.Cancellation);
        var outstanding = await store.NextAsync(XsMessageType.Read);
        for (int i = 0; i < many; i++)
        {
            string value = i.ToString(CultureInfo.InvariantCulture);
            var reading = client.ReadAsync("passing", c.Cancellation);
            var request = await TakeBesideAsync(store);
            c.Expect(request.Header.RequestId != outstanding.Header.RequestId,
                $"another req_id than {outstanding.Header.RequestId}, which is outstanding", request.ToString());
            await store.ReplyAsync(request, value);
            await c.ExpectValueAsync(value, reading, $"request {i} past one that is outstanding");
        }

        await store.ReplyAsync(outstanding, "at last");
        await c.ExpectValueAsync("at last", waiting, "the read that waited");
    }

    /// <summary>Replies to nobody, of known and unknown types, are dropped, and the stream goes on behind them.</summary>
    [Case("XS-021", Over = Carriers.Both, Guards = "Z-169")]
    public static async Task ReplyToNobodyIsDropped(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        await store.SendAsync(XsMessageType.Read, 12345, 0, StorePayload.Raw("nobody asked, before the first request"));
        var reading = client.ReadAsync("node", c.Cancellation);
        var request = await store.NextAsync(XsMessageType.Read);
        uint foreign = request.Header.RequestId + 1000;
        foreach (var type in new[] { XsMessageType.Read, XsMessageType.Error, XsMessageType.Directory, (XsMessageType)0x4242, XsMessageType.Invalid })
        {
            await store.SendAsync(type, foreign, 0, StorePayload.Raw(type == XsMessageType.Error ? "EIO\0" : "nobody asked"));
            await store.SendAsync(type, foreign, 0, []);
        }

        await store.ReplyAsync(request, "mine");
        await c.ExpectValueAsync("mine", reading, "a read among replies to nobody");

        // The event behind it shows that the second reply was dropped before anybody asked again, perhaps under its number.
        var probe = c.CreateProbe("watched");
        var (_, token) = await c.WatchAsync(client, store, probe);
        await store.ReplyAsync(request, "mine again");
        await store.EventAsync("watched", token);
        await c.NextCallAsync(probe, "behind a second reply to a request that has one");
        await c.RoundTripAsync(client, store, "after a second reply to a request that has one");
    }

    /// <summary>Replies and events that come byte by byte, and requests that are taken so, are whole messages all the same.</summary>
    [Case("XS-015", Over = Carriers.Both)]
    public static async Task MessagesInSingleBytesAreAssembled(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        store.BytesPerWrite = store.BytesPerRead = 1;
        var probe = c.CreateProbe("watched");
        var (_, token) = await c.WatchAsync(client, store, probe);
        await store.EventAsync("watched/one", token);
        await c.RoundTripAsync(client, store, "byte by byte", new string('v', 300));
        await store.EventAsync("watched/two", token);
        var refused = client.ReadAsync("absent", c.Cancellation);
        await store.RefuseAsync(XsMessageType.Read, XsError.ENOENT);
        await c.ExpectErrorAsync(XsError.ENOENT, refused, "a read refused byte by byte");
        await ExpectCallAsync(c, probe, "watched/one");
        await ExpectCallAsync(c, probe, "watched/two");
    }

    /// <summary>Several messages in one piece, cut at any place, are told apart.</summary>
    [Case("XS-015", "XS-001", Over = Carriers.Both)]
    public static async Task MessagesThatShareAPieceAreToldApart(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        var probe = c.CreateProbe("watched");
        var (_, token) = await c.WatchAsync(client, store, probe);
        for (int round = 0; round < 20; round++)
        {
            var reading = client.ReadAsync("node", c.Cancellation);
            var header = (await store.NextAsync(XsMessageType.Read)).Header with { Length = 5 };
            string path = $"watched/{round}";
            byte[] body = StorePayload.Strings(path, token);
            byte[] both =
            [
                .. ScriptedStore.ToBytes(new XsHeader(XsMessageType.WatchEvent, 0, 0, (uint)body.Length), body),
                .. ScriptedStore.ToBytes(header, StorePayload.Raw("value")),
            ];
            int cut = c.Random.Next(1, both.Length);
            await store.SendBytesAsync(both[..cut], "an event and a reply, up to the cut");
            await store.SendBytesAsync(both[cut..], "an event and a reply, from the cut on");
            await c.ExpectValueAsync("value", reading, $"a read whose reply came with an event, cut at byte {cut}");
            await ExpectCallAsync(c, probe, path);
        }
    }

    private static async Task ExpectCallAsync(StoreClientContext c, WatchProbe probe, string path)
    {
        string came = await c.NextCallAsync(probe, $"with {path}");
        c.Expect(came == path, $"the callback for {path}", came);
    }

    /// <summary>Takes that many requests without answering.</summary>
    private static async Task<StoreRequest[]> TakeAllAtOnceAsync(ScriptedStore store, int count)
    {
        var requests = new StoreRequest[count];
        for (int i = 0; i < count; i++)
        {
            requests[i] = i == 0 ? await store.NextAsync("the first request") : await TakeBesideAsync(store);
        }

        return requests;
    }

    /// <summary>Takes a request while another is outstanding; a client that sends one at a time cannot be asked this.</summary>
    private static async Task<StoreRequest> TakeBesideAsync(ScriptedStore store) =>
        await store.NextOrSilenceAsync("a further request") ?? throw CaseOutcome.NotApplicable("the client sends one request at a time");
}
