using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Hypervisor;
using Conformance.Tests.Fuzz.Machinery;
using Conformance.Tests.Fuzz.Ring;
using FsCheck;
using FsCheck.Fluent;

namespace Conformance.Tests.Fuzz.Bytes;

/// <summary>Any bytes through a guest's ring: what comes back is what whole requests are answered, and nobody else notices.</summary>
public class RingBytesProperties
{
    [Fuzz(400)]
    [Trait("Clause", "XS-013")]
    [Trait("Clause", "XS-015")]
    [Trait("Clause", "XS-016")]
    public Property Ring_AnswersAsIfRequestsCameWhole() =>
        Prop.ForAll(CutStream.Any, stream => RandomInput.Check(() => FindWrong(stream)));

    internal static string? FindWrong(CutStream stream)
    {
        var store = new RingStore();
        var page = new MemoryPage();
        foreach (int word in new[] { XsInterfacePage.RequestConsumer, XsInterfacePage.RequestProducer, XsInterfacePage.ResponseConsumer, XsInterfacePage.ResponseProducer })
        {
            RingStore.Run(page.StoreAsync(word, uint.MaxValue - 700));
        }

        var guest = new PlainGuest(page);
        var ring = store.Serve(1, page);
        RingStore.Run(ring.AttachAsync(startEmpty: false));
        foreach (var piece in stream.Cut())
        {
            for (var rest = piece; !rest.IsEmpty && !ring.IsAbandoned; rest = rest[guest.Put(rest)..])
            {
                Settle(ring, guest);
            }
        }

        Settle(ring, guest);
        var (messages, isOversized) = stream.Read();
        if (ring.IsAbandoned != isOversized || guest.Load(XsInterfacePage.Error) != (isOversized ? (uint)XsRingError.Protocol : 0))
        {
            return $"given up: {ring.IsAbandoned}, error {guest.Load(XsInterfacePage.Error)}";
        }

        if (store.Ask(XsMessageType.Read, "/\0") != "" || store.Engine.CheckInvariants() is not null)
        {
            return store.Engine.CheckInvariants() ?? "a socket client was not answered";
        }

        // Answers to the last requests before a broken one may be lost with the connection.
        byte[] expected = Answers(messages);
        return isOversized ? (expected.AsSpan().StartsWith(guest.Received) ? null : "other answers came")
            : expected.AsSpan().SequenceEqual(guest.Received) ? null
            : $"expected {expected.Length} bytes of answers, got {guest.Received.Length} or others";
    }

    private static void Settle(Reference.XenStore.Ring.GuestRing ring, PlainGuest guest)
    {
        bool hasMore;
        int received;
        do
        {
            received = guest.Received.Length;
            hasMore = RingStore.Run(ring.ServeAsync(8));
            guest.Take();
        }
        while (hasMore || guest.Received.Length > received);
    }

    private static byte[] Answers(List<(XsHeader Header, byte[] Payload)> messages)
    {
        var store = new RingStore();
        var guest = store.Guest(1);
        var answers = new List<byte>();
        foreach (var (header, payload) in messages)
        {
            store.Engine.Process(guest, in header, payload);
            answers.AddRange(RingStore.Take(guest));
        }

        return [.. answers];
    }
}
