using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Ring;

/// <summary>Where things lie in the interface page, and who may touch them.</summary>
public static class RingLayoutCases
{
    private const int Tail = XsInterfacePage.EventChannelPort + sizeof(uint);

    /// <summary>A request put at the public offsets is answered at the public offsets, and each counter moves by the bytes it counts.</summary>
    [Case("XS-003", "XS-004", Over = Carriers.Ring)]
    public static async Task RequestAndReplyLieAtThePublicOffsets(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var ring = new RawRing(c, guest.Domain);
        var before = await ring.LookAsync();
        byte[] request = StorePayload.Message(XsMessageType.GetDomainPath, 7, StorePayload.Strings($"{guest.Id}"));
        byte[] reply = StorePayload.Message(XsMessageType.GetDomainPath, 7, StorePayload.Strings(guest.Home));
        await ring.PutAsync(request);
        var after = await ring.SleepUntilAsync(w => w.Responses >= reply.Length && w.Requests == 0, "the request is taken and the reply put", "XS-003");
        c.Expect("XS-004", after.RequestConsumer - before.RequestConsumer == request.Length, $"req_cons moved by {request.Length}", $"{before}; then {after}");
        c.Expect("XS-004", after.ResponseProducer - before.ResponseProducer == reply.Length, $"rsp_prod moved by {reply.Length}", $"{before}; then {after}");
        byte[] came = await ring.PeekAsync();
        c.Expect(came.AsSpan().SequenceEqual(reply), $"the reply {WireText.Quote(reply)} in the response queue", WireText.Quote(came));
    }

    /// <summary>The store never writes the guest's counters, the guest's request bytes or the page behind the last word.</summary>
    [Case("XS-003", Over = Carriers.Ring)]
    public static async Task StoreWritesOnlyItsOwnWords(StoreContext c)
    {
        var domain = await c.CreateDomainAsync();
        byte[] pattern = new byte[XsInterfacePage.Size - Tail];
        c.Random.NextBytes(pattern);
        await domain.Page.CopyInAsync(Tail, pattern);
        await c.CreateHomeAsync(domain.Id);
        var guest = await c.IntroduceAsync(domain);
        var ring = new RawRing(c, domain);
        for (int i = 0; i < 40; i++)
        {
            var before = await ring.LookAsync();
            byte[] request = StorePayload.Message(XsMessageType.GetDomainPath, (uint)i, StorePayload.Strings("0"));
            await ring.PutAsync(request);
            await ring.SleepUntilAsync(w => w.Responses >= XsHeader.Size, "the reply is put");
            var after = await ring.LookAsync();
            c.Expect(
                after.RequestProducer == before.RequestProducer + request.Length && after.ResponseConsumer == before.ResponseConsumer,
                "req_prod and rsp_cons as the guest left them", $"{before}; then {after}");
            _ = await ring.ReceiveAsync("GET_DOMAIN_PATH");
        }

        byte[] tail = new byte[pattern.Length];
        await domain.Page.CopyOutAsync(Tail, tail);
        c.Expect(tail.AsSpan().SequenceEqual(pattern), $"the page from offset {Tail} on as the guest left it", "other bytes");
        await guest.Session.RoundTripAsync();
    }

    /// <summary>A new ring is offered as connected and without error.</summary>
    [Case("XS-003", Over = Carriers.Ring)]
    public static async Task IntroducedRingIsConnectedAndWithoutError(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var words = await new RawRing(c, guest.Domain).LookAsync();
        c.Expect(
            words is { Connection: XsConnectionState.Connected, Error: XsRingError.None, Requests: 0, Responses: 0 },
            "connection 0, error 0 and empty queues after INTRODUCE", words.ToString());
    }
}
