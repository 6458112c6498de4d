using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;
using Conformance.Suite.Targets;

namespace Conformance.Suite.Store.Cases.Ring;

/// <summary>A guest that changes shared words and bytes while the store looks at them.</summary>
public static class MutatingRingCases
{
    private const int Guests = 6;
    private const int Rounds = 25;
    private const string Unannounced = "unannounced";

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

    /// <summary>Some guests, since a store that sees an impossible value gives up on the ring, as it should.</summary>
    private static async Task FlickerAsync(StoreContext c, int offset)
    {
        for (int i = 0; i < Guests; i++)
        {
            var guest = await c.CreateGuestAsync();
            await guest.Session.RoundTripAsync();
            c.Log.Note($"dom{guest.Id}", $"the word at {offset} flickers while requests are put");
            await FlickerAsync(c, guest.Domain, new Flicker(guest.Domain, offset, await guest.Domain.Page.LoadAsync(offset), c.Random.Next()));
        }

        await c.ExpectServingAsync("XS-008", $"guests whose word at {offset} flickered");
        var fresh = await c.CreateGuestAsync();
        await fresh.Session.RoundTripAsync();
    }

    private static async Task FlickerAsync(StoreContext c, IGuestDomain domain, Flicker flicker)
    {
        byte[] request = StorePayload.Message(XsMessageType.GetDomainPath, 1, StorePayload.Strings("0"));

        // Behind each request lies another that is never announced: only a store that used an impossible counter reads it.
        byte[] bytes = [.. request, .. StorePayload.Message(XsMessageType.Mkdir, 2, StorePayload.Strings(Unannounced))];
        uint producer = await domain.Page.LoadAsync(XsInterfacePage.RequestProducer);
        using var stop = new CancellationTokenSource();
        var flickering = Task.Run(() => flicker.RunAsync(stop.Token));
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < bytes.Length; i++)
            {
                await domain.Page.CopyInAsync((int)((producer + (uint)i) % XsInterfacePage.RingSize), bytes.AsMemory(i, 1));
            }

            producer += (uint)request.Length;
            await flicker.SetAsync(XsInterfacePage.RequestProducer, producer);
            await flicker.SetAsync(XsInterfacePage.ResponseConsumer, await domain.Page.LoadAsync(XsInterfacePage.ResponseProducer));
            await domain.Line.NotifyAsync();
            await c.SettleAsync(1);
        }

        await stop.CancelAsync();
        await flickering;
        var tools = await c.ToolStackAsync();
        await c.ExpectErrorAsync(
            XsError.ENOENT, tools.ReadAsync($"/local/domain/{domain.Id}/{Unannounced}"), "READ of a node that only bytes behind the producer speak of");
    }

    /// <summary>One word that is mostly true and for moments impossible.</summary>
    private sealed class Flicker(IGuestDomain domain, int offset, uint truth, int seed)
    {
        private readonly Random random = new(seed);
        private uint truth = truth;

        /// <summary>Sets the true value of a word; the flickering one takes it from there.</summary>
        public async Task SetAsync(int word, uint value)
        {
            if (word == offset)
            {
                Volatile.Write(ref truth, value);
            }
            else
            {
                await domain.Page.StoreAsync(word, value);
            }
        }

        public async Task RunAsync(CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                await domain.Page.StoreAsync(offset, Volatile.Read(ref truth) + (uint)random.NextInt64(1025, uint.MaxValue - 1024));
                await domain.Page.StoreAsync(offset, Volatile.Read(ref truth));
                Thread.SpinWait(random.Next(8));
            }
        }
    }
}
