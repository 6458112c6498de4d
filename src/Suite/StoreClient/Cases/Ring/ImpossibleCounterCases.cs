using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.StoreClient.Script;

namespace Conformance.Suite.StoreClient.Cases.Ring;

/// <summary>Counters that cannot be, and counters that change under the client's hands.</summary>
public static class ImpossibleCounterCases
{
    private static readonly uint[] Starts = [0, 0xFFFF_FFF0];

    /// <summary>How far beyond what can be: one byte too many, one too few, far off.</summary>
    private static readonly uint[] Steps = [1025, uint.MaxValue, 0x8000_0000, 0x1_0000];

    /// <summary>A response producer that cannot be is an I/O error to whoever waits, and no byte is copied by it.</summary>
    [Case("XS-006", Over = Carriers.Ring, Guards = "Z-170")]
    public static async Task ImpossibleResponseProducerIsAnError(StoreClientContext c)
    {
        foreach (uint start in Starts)
        {
            foreach (uint step in Steps)
            {
                var (client, store) = await c.OpenAsync(new RingPlan { RequestCounter = start, ResponseCounter = start });
                var reading = client.ReadAsync("node", c.Cancellation);
                await store.NextAsync(XsMessageType.Read);
                await store.Ring.StoreAsync(XsInterfacePage.ResponseProducer, start + step);
                await store.Ring.SignalAsync();
                await c.ExpectBrokenAsync(reading, $"a read when rsp_prod is rsp_cons + {step}");
            }
        }
    }

    /// <summary>A request consumer that cannot be is an I/O error to whoever sends, and no byte is copied by it.</summary>
    [Case("XS-006", Over = Carriers.Ring, Guards = "Z-170")]
    public static async Task ImpossibleRequestConsumerIsAnError(StoreClientContext c)
    {
        foreach (uint start in Starts)
        {
            foreach (uint step in Steps)
            {
                var (client, store) = await c.OpenAsync(new RingPlan { RequestCounter = start, ResponseCounter = start });
                await store.Ring.StoreAsync(XsInterfacePage.RequestConsumer, start - step);
                await store.Ring.SignalAsync();
                await c.ExpectBrokenAsync(client.ReadAsync("node", c.Cancellation), $"a read when req_cons is req_prod - {step}");
            }
        }
    }

    /// <summary>A response producer that changes right after it was loaded does no harm: the loaded value is the one that was checked.</summary>
    [Case("XS-008", "XS-006", Over = Carriers.Ring)]
    public static async Task ResponseProducerThatChangesUnderTheClientDoesNoHarm(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        await c.RoundTripAsync(client, store, "before");
        var reading = client.ReadAsync("node", c.Cancellation);
        var request = await store.NextAsync(XsMessageType.Read);
        uint producer = await store.Ring.LoadAsync(XsInterfacePage.ResponseProducer);
        byte[] part = ScriptedStore.ToBytes(request.Header with { Length = 5 }, "va"u8);
        store.Ring.StoreAfterLoad(XsInterfacePage.ResponseProducer, producer + (uint)part.Length, producer + 0x4000_0000);
        await store.SendBytesAsync(part, "the first part of a reply");
        await c.ExpectBrokenAsync(reading, "a read when rsp_prod goes astray right after the client has loaded it");
    }

    /// <summary>A request consumer that changes right after it was loaded does no harm either.</summary>
    [Case("XS-008", "XS-006", Over = Carriers.Ring)]
    public static async Task RequestConsumerThatChangesUnderTheClientDoesNoHarm(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        await c.RoundTripAsync(client, store, "before");
        uint consumer = await store.Ring.LoadAsync(XsInterfacePage.RequestConsumer);
        store.Ring.StoreAfterLoad(XsInterfacePage.RequestConsumer, consumer, consumer + 0x4000_0000);
        await c.ExpectBrokenAsync(
            client.WriteAsync("node", new byte[3000], c.Cancellation), "a write when req_cons goes astray right after the client has loaded it");
    }
}
