using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;
using Conformance.Suite.Targets;

namespace Conformance.Suite.Store.Cases.Ring;

/// <summary>A guest that changes shared words and bytes while the store looks at them.</summary>
public static class MutatingRingCases
{
    private const int Rounds = 400;

    /// <summary>A request producer that flickers between true and impossible values.</summary>
    [Case("XS-008", "XS-006", Over = Carriers.Ring, Needs = Needs.OwnDaemon, Guards = "XSA-38, Z-061")]
    public static Task FlickeringRequestProducerDoesNoHarm(StoreContext c) => FlickerAsync(c, XsInterfacePage.RequestProducer);

    /// <summary>A response consumer that flickers between true and impossible values.</summary>
    [Case("XS-008", "XS-006", Over = Carriers.Ring, Needs = Needs.OwnDaemon, Guards = "XSA-38, Z-061")]
    public static Task FlickeringResponseConsumerDoesNoHarm(StoreContext c) => FlickerAsync(c, XsInterfacePage.ResponseConsumer);

    /// <summary>The store's own counters, overwritten by the guest.</summary>
    [Case("XS-008", "XS-006", Over = Carriers.Ring, Needs = Needs.OwnDaemon)]
    public static async Task OverwrittenStoreCountersDoNoHarm(StoreContext c)
    {
        await FlickerAsync(c, XsInterfacePage.RequestConsumer);
        await FlickerAsync(c, XsInterfacePage.ResponseProducer);
    }

    /// <summary>A header that changes after the store has taken it counts as it was taken.</summary>
    [Case("XS-008", Over = Carriers.Ring)]
    public static async Task HeaderChangedAfterItWasTakenCountsAsTaken(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var ring = new RawRing(c, guest.Domain);
        byte[] message = StorePayload.Message(XsMessageType.Write, 21, StorePayload.PathAndBytes("node", "value"u8));
        byte[] other = new byte[XsHeader.Size];
        new XsHeader(XsMessageType.Rm, 22, 1, 4097).Write(other);
        for (int i = 0; i < 50; i++)
        {
            uint at = (await ring.LookAsync()).RequestProducer;
            await ring.PutAsync(message.AsMemory(0, XsHeader.Size));
            await c.SettleAsync(2);
            uint taken = (await ring.LookAsync()).RequestConsumer - at;
            await ring.PlaceAsync(at, other.AsMemory(0, (int)taken));
            await ring.PutAsync(message.AsMemory(XsHeader.Size));
            var reply = await ring.ReceiveAsync("a WRITE whose header was overwritten after it was taken");
            c.Expect(
                reply.Header == new XsHeader(XsMessageType.Write, 21, 0, 3),
                "an acknowledged WRITE with req_id 21", $"{reply.Header} {reply.Summary}");
        }
    }

    /// <summary>A ring full of random bytes under random counters.</summary>
    [Case("XS-008", "XS-006", "XS-013", Over = Carriers.Ring, Needs = Needs.OwnDaemon)]
    public static async Task RandomRingsDoNoHarm(StoreContext c)
    {
        for (int round = 0; round < 60; round++)
        {
            var guest = await c.CreateGuestAsync();
            byte[] noise = new byte[XsInterfacePage.RingSize];
            c.Random.NextBytes(noise);
            ShortenTypes(noise, c.Random);
            var ring = new RawRing(c, guest.Domain);
            uint start = (await ring.LookAsync()).RequestProducer;
            await ring.PlaceAsync(start, noise);
            await ring.StoreAsync(XsInterfacePage.RequestProducer, start + (uint)c.Random.Next(1, XsInterfacePage.RingSize + 1));
            await ring.StoreAsync(XsInterfacePage.ResponseConsumer, (uint)c.Random.Next());
            await ring.NotifyAsync();
            await c.SettleAsync(2);
            await guest.Domain.DestroyAsync();
        }

        await c.ExpectServingAsync("XS-008", "rings full of random bytes");
    }

    // Small types and lengths, so that noise gets past the framing and into the requests.
    private static void ShortenTypes(byte[] noise, Random random)
    {
        for (int at = 0; at + XsHeader.Size <= noise.Length;)
        {
            int length = random.Next(1, 60);
            new XsHeader((XsMessageType)random.Next(0, 28), (uint)at, (uint)random.Next(0, 3), (uint)length).Write(noise.AsSpan(at));
            at += XsHeader.Size + length;
        }
    }

    private static async Task FlickerAsync(StoreContext c, int offset)
    {
        var guest = await c.CreateGuestAsync();
        await guest.Session.RoundTripAsync();
        var domain = guest.Domain;
        uint truth = await domain.Page.LoadAsync(offset);
        byte[] request = StorePayload.Message(XsMessageType.GetDomainPath, 1, StorePayload.Strings("0"));
        c.Log.Note($"dom{guest.Id}", $"the word at {offset} flickers while requests are put, {Rounds} times");
        for (int i = 0; i < Rounds; i++)
        {
            await FillAsync(domain, request);
            await FlipAsync(domain, offset, truth, c.Random);
        }

        await c.SettleAsync();
        await domain.Page.StoreAsync(offset, truth);
        await domain.Line.NotifyAsync();
        await c.ExpectServingAsync("XS-008", $"a guest whose word at {offset} flickered");
        var fresh = await c.CreateGuestAsync();
        await fresh.Session.RoundTripAsync();
    }

    private static async Task FillAsync(IGuestDomain domain, byte[] request)
    {
        var words = await RingWords.LoadAsync(domain);
        uint at = words.RequestProducer % XsInterfacePage.RingSize;
        if (at + request.Length <= XsInterfacePage.RingSize && words.Requests + request.Length <= XsInterfacePage.RingSize)
        {
            await domain.Page.CopyInAsync((int)at, request);
            await domain.Page.StoreAsync(XsInterfacePage.RequestProducer, words.RequestProducer + (uint)request.Length);
        }

        await domain.Line.NotifyAsync();
    }

    private static async Task FlipAsync(IGuestDomain domain, int offset, uint truth, Random random)
    {
        for (int flip = 0; flip < 50; flip++)
        {
            await domain.Page.StoreAsync(offset, truth + (uint)random.Next());
            await domain.Page.StoreAsync(offset, truth);
        }
    }
}
