using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Framing;

/// <summary>The length word: what it bounds, and what it may not be.</summary>
public static class LengthCases
{
    // Around the sizes at which a daemon may change buffers: 256 in C xenstored, 1024 the ring, 4096 the limit.
    private static readonly int[] Lengths = [1, 2, 15, 16, 17, 255, 256, 257, 1007, 1008, 1009, 1023, 1024, 1025, 2047, 2048, 2049, 4079, 4080, 4095, 4096];

    // 4097 is one too many; the others turn small or negative when a daemon adds the header or drops the top bit.
    private static readonly uint[] Overlong = [4097, 4098, 0x1_0000, 0x1_0004, 0x4000_0000, 0x7FFF_FFFF, 0x8000_0000, 0x8000_0004, 0xFFFF_FFF0, 0xFFFF_FFFE, uint.MaxValue];

    /// <summary>Payloads of every size up to 4096 bytes are answered, and what is written is read back.</summary>
    [Case("XS-012", "XS-001", Over = Carriers.Both)]
    public static async Task PayloadsUpTo4096BytesAreAnswered(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        int path = area.Length + 1;
        foreach (int length in Lengths.Where(l => l >= path))
        {
            byte[] value = new byte[length - path];
            c.Random.NextBytes(value);
            var reply = await session.WriteAsync(area, value);
            if (reply.IsError)
            {
                // A quota on the size of a node may refuse it (XS-062); the framing was understood all the same.
                c.Expect(reply.Error is XsError.E2BIG or XsError.ENOSPC, $"success, E2BIG or ENOSPC for a payload of {length} bytes", reply.Summary);
                continue;
            }

            var read = await session.ReadAsync(area);
            c.Expect("XS-001", !read.IsError && read.Payload.AsSpan().SequenceEqual(value), $"the {value.Length} bytes written", read.Summary);
        }
    }

    /// <summary>A malformed payload of any size takes exactly its length from the stream.</summary>
    [Case("XS-001", "XS-012", Over = Carriers.Both)]
    public static async Task RefusedPayloadsTakeExactlyTheirLength(StoreContext c)
    {
        var (session, _) = await c.OpenAsync();
        foreach (int length in Lengths)
        {
            byte[] nonsense = new byte[length];
            Array.Fill(nonsense, (byte)'!');
            nonsense[^1] = 0;
            var reply = await session.RequestAsync(XsMessageType.Read, nonsense);
            c.Expect(reply.IsError, $"an error for a READ of {length} bytes that are no path", reply.Summary);
            await session.RoundTripAsync();
        }
    }

    /// <summary>Bytes inside a payload that look like a message are not taken for one.</summary>
    [Case("XS-001", Over = Carriers.Both)]
    public static async Task MessagesInsideAPayloadAreData(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync(area + "/kept"), "MKDIR");
        byte[] inner = StorePayload.Message(XsMessageType.Rm, 9999, StorePayload.Strings(area + "/kept"));
        byte[] value = [.. inner, .. inner, .. inner];
        await c.ExpectOkAsync(session.WriteAsync(area + "/holder", value), "WRITE of a value that looks like requests");
        var read = await session.ReadAsync(area + "/holder");
        c.Expect(read.Payload.AsSpan().SequenceEqual(value), "the value as written", read.Summary);
        await c.ExpectTextAsync("", session.ReadAsync(area + "/kept"), "READ of the node that the value speaks of");
    }

    /// <summary>A reply never announces more than 4096 bytes, whatever there is to tell.</summary>
    [Case("XS-012", "XS-054", Guards = "Z-077", Needs = Needs.OwnDaemon)]
    public static async Task RepliesNeverExceed4096Bytes(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        string filler = new('x', 120);
        for (int i = 0; i < 40; i++)
        {
            await c.ExpectOkAsync(session.MkdirAsync($"{area}/{filler}{i:d3}"), "MKDIR of a long name");
        }

        // The session fails the case for XS-012 when a header announces more.
        var reply = await session.DirectoryAsync(area);
        c.Expect("XS-054", reply.Error == XsError.E2BIG, "E2BIG for a DIRECTORY of 4960 bytes", reply.Summary);
    }

    /// <summary>A header that announces more than 4096 bytes ends the socket connection, and no other.</summary>
    [Case("XS-013", "XS-012", "XS-130", Needs = Needs.OwnDaemon, Guards = "XSA-420, Z-057")]
    public static async Task OverlongHeaderEndsTheConnection(StoreContext c)
    {
        var witness = await c.ConnectAsync();
        foreach (uint length in Overlong)
        {
            var session = await c.ConnectAsync();
            await session.SendAsync(new XsHeader(XsMessageType.Read, 1, 0, length), StorePayload.Empty);
            c.Expect(await session.IsClosedByStoreAsync(), $"the end of a connection that announced {length} bytes", "an open connection");
            await witness.RoundTripAsync();
        }

        await c.ExpectServingAsync("XS-013", "overlong headers");
    }

    /// <summary>Bytes behind an overlong header are not understood as requests.</summary>
    [Case("XS-013", Needs = Needs.OwnDaemon)]
    public static async Task NothingBehindAnOverlongHeaderIsServed(StoreContext c)
    {
        const string victim = "/conformance-overlong";
        var witness = await c.ConnectAsync();
        await c.ExpectOkAsync(witness.WriteAsync(victim, "kept"), "WRITE");
        byte[] removal = StorePayload.Message(XsMessageType.Rm, 2, StorePayload.Strings(victim));
        byte[] stream = new byte[4097];
        for (int at = 0; at + removal.Length <= stream.Length; at += removal.Length)
        {
            removal.CopyTo(stream, at);
        }

        var session = await c.ConnectAsync();
        await session.SendAsync(new XsHeader(XsMessageType.Write, 1, 0, 4097), stream);
        bool closed = await session.IsClosedByStoreAsync();
        await c.ExpectTextAsync("kept", witness.ReadAsync(victim), "READ of a node that the bytes behind an overlong header would remove", "XS-013");
        c.Expect(closed, "the end of a connection that announced 4097 bytes", "an open connection");
    }

    /// <summary>A connection that ends inside a message leaves nothing behind, nor does one that leaves its replies and further requests.</summary>
    [Case("XS-015", Needs = Needs.OwnDaemon, Guards = "Z-069")]
    public static async Task ConnectionsEndedInsideAMessageDoNoHarm(StoreContext c)
    {
        const string unread = "/conformance-unread";
        byte[] message = StorePayload.Message(XsMessageType.Write, 1, StorePayload.PathAndBytes("/conformance-cut", "v"u8));
        for (int sent = 1; sent < message.Length; sent++)
        {
            var session = await c.ConnectAsync();
            await session.SendBytesAsync(message.AsMemory(0, sent), $"the first {sent} bytes of a WRITE");
            await session.DisposeAsync();
        }

        await c.ExpectServingAsync("XS-015", "connections that ended inside a message");
        var reader = await c.ConnectAsync();
        await c.ExpectErrorAsync(XsError.ENOENT, reader.ReadAsync("/conformance-cut"), "READ of a node that was never written whole");

        // More replies than a socket holds, so that it leaves with output, requests and half a message pending.
        await c.ExpectOkAsync(reader.WriteAsync(unread, new byte[2000]), "WRITE");
        byte[] request = StorePayload.Message(XsMessageType.Read, 1, StorePayload.Strings(unread));
        var leaver = await c.ConnectAsync();
        await leaver.SendBytesAsync(Enumerable.Repeat(request, 150).SelectMany(bytes => bytes).Concat(message[..20]).ToArray(), "150 READs and half a WRITE");
        await leaver.DisposeAsync();

        // A connection that the store ends twice leaves its place to two that come later.
        await reader.RoundTripAsync();
        StoreSession[] next = [await c.ConnectAsync(), await c.ConnectAsync(), await c.ConnectAsync()];
        foreach (var session in next)
        {
            var reply = await session.ReadAsync(unread);
            c.Expect(reply.Payload.Length == 2000, "each connection served that comes after one that left its replies", reply.Summary);
        }
    }
}
