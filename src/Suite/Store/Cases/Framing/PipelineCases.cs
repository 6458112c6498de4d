using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Framing;

/// <summary>Several requests under way at once, and the ids that tell their replies apart.</summary>
public static class PipelineCases
{
    /// <summary>Each of many requests sent in one piece gets exactly one reply, with its own id and its own content.</summary>
    [Case("XS-016", "XS-015", Over = Carriers.Both)]
    public static async Task EachOfManyRequestsGetsItsOwnReply(StoreContext c)
    {
        const int count = 16;
        var (session, area) = await c.OpenAsync();
        for (int i = 0; i < count; i += 2)
        {
            await c.ExpectOkAsync(session.WriteAsync($"{area}/{i}", $"value {i}"), "WRITE");
        }

        var stream = new List<byte>();
        for (int i = 0; i < count; i++)
        {
            stream.AddRange(StorePayload.Message(XsMessageType.Read, Id(i), StorePayload.Strings($"{area}/{i}")));
        }

        await session.SendBytesAsync(stream.ToArray(), $"{count} READs in one piece");
        var open = Enumerable.Range(0, count).ToDictionary(Id);
        while (open.Count > 0)
        {
            var reply = await session.ReceiveReplyAsync($"one of {open.Count} pipelined READs");
            c.Expect(open.Remove(reply.Header.RequestId, out int i), "the req_id of an open request", reply.Header.ToString());
            c.Expect(
                i % 2 == 0 ? !reply.IsError && reply.Text == $"value {i}" : reply.Error == XsError.ENOENT,
                i % 2 == 0 ? $"\"value {i}\" for req_id {Id(i)}" : $"ENOENT for req_id {Id(i)}",
                reply.Summary);
        }

        await session.RoundTripAsync();

        static uint Id(int i) => 0xFFFF_FFF8u + (uint)(i * 3);
    }

    /// <summary>Requests that share a req_id are each answered.</summary>
    [Case("XS-016", Over = Carriers.Both)]
    public static async Task RequestsWithTheSameIdAreEachAnswered(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        byte[] message = StorePayload.Message(XsMessageType.Mkdir, 0, StorePayload.Strings(area));
        await session.SendBytesAsync((byte[])[.. message, .. message, .. message], "three MKDIRs with req_id 0");
        for (int i = 0; i < 3; i++)
        {
            var reply = await session.ReceiveReplyAsync("MKDIR with req_id 0");
            c.Expect(reply.Header == new XsHeader(XsMessageType.Mkdir, 0, 0, 3), "\"OK|\" with req_id 0", $"{reply.Header} {reply.Summary}");
        }
    }

    /// <summary>A refused tx_id comes back with the refusal.</summary>
    [Case("XS-016", Over = Carriers.Both)]
    public static async Task RefusalRepeatsAnUnknownTransactionId(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        foreach (uint transaction in new uint[] { 0x1234_5678, 0x8000_0000, uint.MaxValue })
        {
            // RequestAsync fails the case for XS-016 when an id of the reply differs.
            var reply = await session.ReadAsync(area, transaction);
            c.Expect(reply.IsError, $"an error for the unknown tx_id {transaction}", reply.Summary);
        }
    }

    /// <summary>A request that ignores its tx_id still repeats it.</summary>
    [Case("XS-016", Over = Carriers.Both)]
    public static async Task AcknowledgedWatchRepeatsItsTransactionId(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        uint transaction = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.RequestAsync(XsMessageType.Watch, StorePayload.Strings(area, "t"), transaction), "WATCH with a tx_id");
        await c.ExpectOkAsync(session.RequestAsync(XsMessageType.Unwatch, StorePayload.Strings(area, "t"), transaction), "UNWATCH with a tx_id");
    }

    /// <summary>The end of a transaction repeats the id that it ends.</summary>
    [Case("XS-016", Over = Carriers.Both)]
    public static async Task EndOfATransactionRepeatsItsId(StoreContext c)
    {
        var (session, _) = await c.OpenAsync();
        await c.ExpectOkAsync(session.CommitAsync(await c.StartTransactionAsync(session)), "TRANSACTION_END T");
        await c.ExpectOkAsync(session.AbortAsync(await c.StartTransactionAsync(session)), "TRANSACTION_END F");
    }

    /// <summary>A request without payload as the last bytes of the stream is answered at once.</summary>
    [Case("XS-015", "XS-009", Over = Carriers.Both, Needs = Needs.OwnDaemon, Guards = "Z-063")]
    public static async Task RequestWithoutPayloadIsAnsweredAtOnce(StoreContext c)
    {
        // GET_FEATURE and GET_QUOTA may be sent so; to the others it is malformed, but a whole message.
        XsMessageType[] types =
        [
            XsMessageType.GetFeature, XsMessageType.GetQuota, XsMessageType.TransactionStart, XsMessageType.ResetWatches,
            XsMessageType.Restrict, XsMessageType.Invalid,
        ];
        var (session, _) = await c.OpenAsync();
        foreach (var type in types)
        {
            await session.RequestAsync(type, StorePayload.Empty);
        }
    }
}
