using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Framing;

/// <summary>A message may arrive in any pieces.</summary>
public static class SplitCases
{
    /// <summary>A request cut in two at any byte is answered as a whole one.</summary>
    [Case("XS-015", Over = Carriers.Both)]
    public static async Task RequestsCutAtEveryByteAreServed(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        byte[] payload = StorePayload.PathAndBytes(area, "v"u8);
        foreach (int cut in CutsOf(XsHeader.Size + payload.Length))
        {
            await SendInTwoAsync(c, session, cut, payload);
        }
    }

    /// <summary>A header whose payload comes later, as client libraries send it, holds nobody else up and is served in the end.</summary>
    [Case("XS-015", Over = Carriers.Both)]
    public static async Task HeaderBeforeItsPayloadIsServed(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        for (int i = 0; i < 5; i++)
        {
            await SendInTwoAsync(c, session, XsHeader.Size, StorePayload.PathAndBytes(area, "v"u8));
        }
    }

    /// <summary>A request sent byte by byte is answered as a whole one.</summary>
    [Case("XS-015", Over = Carriers.Both)]
    public static async Task RequestsSentByteByByteAreServed(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        byte[] message = StorePayload.Message(XsMessageType.Write, 5, StorePayload.PathAndBytes(area, "value"u8));
        foreach (byte one in message)
        {
            await session.SendBytesAsync(new[] { one }, "one byte");
            await c.SettleAsync(1);
        }

        await ExpectAcknowledgedAsync(c, session, 5, "a WRITE sent byte by byte");
        await c.ExpectTextAsync("value", session.ReadAsync(area), "READ of what was written byte by byte");
    }

    /// <summary>A payload of more than a ring, in pieces of every small size, arrives whole.</summary>
    [Case("XS-015", Over = Carriers.Both)]
    public static async Task LongPayloadsInSmallPiecesAreServed(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        byte[] value = new byte[1500];
        foreach (int piece in new[] { 1, 3, 16, 17, 251, 1023, 1024 })
        {
            c.Random.NextBytes(value);
            byte[] message = StorePayload.Message(XsMessageType.Write, (uint)piece, StorePayload.PathAndBytes(area, value));
            for (int at = 0; at < message.Length; at += piece)
            {
                await session.SendBytesAsync(message.AsMemory(at, Math.Min(piece, message.Length - at)), $"{piece} bytes at {at}");
            }

            await ExpectAcknowledgedAsync(c, session, (uint)piece, $"a WRITE in pieces of {piece} bytes");
            var read = await session.ReadAsync(area);
            c.Expect(read.Payload.AsSpan().SequenceEqual(value), $"the 1500 bytes written in pieces of {piece}", read.Summary);
        }
    }

    /// <summary>Requests and replies whose sizes are odd meet the end of a ring at every byte, and come whole.</summary>
    [Case("XS-015", "XS-004", Over = Carriers.Ring)]
    public static async Task EveryWrapPositionIsCrossedIntact(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();

        // An odd size steps through every position modulo 1024 within 1024 messages.
        string node = (XsHeader.Size + area.Length + 1) % 2 == 0 ? area + "n" : area;
        byte[] value = new byte[37];
        c.Random.NextBytes(value);
        await c.ExpectOkAsync(session.WriteAsync(node, value), "WRITE");
        for (int round = 0; round < 1024; round++)
        {
            var read = await session.ReadAsync(node);
            c.Expect(read.Payload.AsSpan().SequenceEqual(value), $"the value written, in round {round}", read.Summary);
        }
    }

    /// <summary>A whole message and the beginning of a second: the first is served at once, the second when it is complete.</summary>
    [Case("XS-015", Over = Carriers.Both)]
    public static async Task OneAndAHalfRequestsAreServedAsTheyComplete(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        byte[] first = StorePayload.Message(XsMessageType.Write, 1, StorePayload.PathAndBytes(area, "1"u8));
        byte[] second = StorePayload.Message(XsMessageType.Write, 2, StorePayload.PathAndBytes(area, "2"u8));
        foreach (int cut in CutsOf(second.Length))
        {
            await session.SendBytesAsync((byte[])[.. first, .. second[..cut]], $"a WRITE and {cut} bytes of the next");
            await ExpectAcknowledgedAsync(c, session, 1, $"the first WRITE, with {cut} bytes of the next behind it");
            await session.SendBytesAsync(second.AsMemory(cut), "the rest");
            await ExpectAcknowledgedAsync(c, session, 2, $"the second WRITE, cut after {cut} bytes");
        }

        await c.ExpectTextAsync("2", session.ReadAsync(area), "READ of what was written last");
    }

    /// <summary>Every cut but the one behind the header, which has a case of its own.</summary>
    private static IEnumerable<int> CutsOf(int length) => Enumerable.Range(1, length - 1).Where(cut => cut != XsHeader.Size);

    private static async Task SendInTwoAsync(StoreContext c, StoreSession session, int cut, byte[] payload)
    {
        byte[] message = StorePayload.Message(XsMessageType.Write, (uint)cut, payload);
        await session.SendBytesAsync(message.AsMemory(0, cut), $"the first {cut} bytes of a WRITE with req_id {cut}");
        await c.SettleAsync(1);
        await session.SendBytesAsync(message.AsMemory(cut), "the rest");
        await ExpectAcknowledgedAsync(c, session, (uint)cut, $"a WRITE cut after {cut} bytes");
    }

    private static async Task ExpectAcknowledgedAsync(StoreContext c, StoreSession session, uint id, string situation)
    {
        var reply = await session.ReceiveReplyAsync(situation);
        c.Expect(
            reply.Header.RequestId == id && reply.Header.Type == XsMessageType.Write && reply.Text == "OK\0",
            $"\"OK|\" with req_id {id} for {situation}",
            $"{reply.Header} {reply.Summary}");
    }
}
