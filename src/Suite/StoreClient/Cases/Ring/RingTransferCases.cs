using System.Text;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.StoreClient.Script;
using Conformance.Suite.Targets;

namespace Conformance.Suite.StoreClient.Cases.Ring;

/// <summary>How bytes go through the ring; the page itself judges each access of the client.</summary>
public static class RingTransferCases
{
    /// <summary>Where the counters pass 2^31 and 2^32, bytes lie where they should and nothing is lost.</summary>
    [Case("XS-004", "XS-005", "XS-007", Over = Carriers.Ring, Guards = "Z-209")]
    public static async Task CountersPassTheirWrap(StoreClientContext c)
    {
        foreach (uint start in new[] { 0u, 1023u, 0x7FFF_FF00u, 0x7FFF_FFFFu, 0xFFFF_FF00u, 0xFFFF_FFFFu })
        {
            var (client, store) = await c.OpenAsync(new RingPlan { RequestCounter = start, ResponseCounter = start, Fill = 0xA5 });
            for (int i = 0; i < 5; i++)
            {
                await ExchangeAsync(c, client, store, 500 + i, start);
            }
        }
    }

    /// <summary>A message larger than the ring goes through in parts, of which there are never more than 1024 bytes at once.</summary>
    [Case("XS-005", "XS-007", Over = Carriers.Ring)]
    public static async Task MessagesLargerThanTheRingGoThroughInParts(StoreClientContext c)
    {
        foreach (int part in new[] { 1, 7, 1023, 1024, 4096 })
        {
            var (client, store) = await c.OpenAsync(new RingPlan { RequestCounter = 0xFFFF_FE00, ResponseCounter = 0xFFFF_FD00, Fill = 0x5A });
            store.BytesPerRead = store.BytesPerWrite = part;
            await ExchangeAsync(c, client, store, 4000, (uint)part);
        }
    }

    /// <summary>Each request is signalled, also when the store has just gone to sleep.</summary>
    [Case("XS-009", Over = Carriers.Ring)]
    public static async Task EachRequestWakesTheStore(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        for (int i = 0; i < 200; i++)
        {
            var taking = store.NextAsync(XsMessageType.Read);
            var reading = client.ReadAsync("node", c.Cancellation);
            await store.ReplyAsync(await taking, "value");
            await c.ExpectValueAsync("value", reading, $"read {i}");
        }
    }

    /// <summary>Room in a response queue that was full is signalled to the store that waits for it.</summary>
    [Case("XS-009", Over = Carriers.Ring)]
    public static async Task RoomForResponsesWakesTheStore(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        for (int i = 0; i < 50; i++)
        {
            await c.RoundTripAsync(client, store, "of four times the ring", new string((char)('a' + (i % 26)), XsLimits.PayloadMax));
        }
    }

    private static async Task ExchangeAsync(StoreClientContext c, IClientUnderTest client, ScriptedStore store, int bytes, uint seed)
    {
        byte[] value = new byte[bytes];
        new Random((int)(seed & int.MaxValue)).NextBytes(value);
        var writing = client.WriteAsync("node", value, c.Cancellation);
        var request = await store.NextAsync(XsMessageType.Write);
        c.Expect("XS-004", request.Payload.AsSpan().SequenceEqual([.. "node\0"u8, .. value]), $"a WRITE of {bytes} given bytes", request.ToString());
        await store.ReplyAsync(request, "OK\0");
        await c.DoneAsync(writing, $"a write of {bytes} bytes");
        await c.RoundTripAsync(client, store, $"of {bytes} bytes", Encoding.Latin1.GetString(value));
    }
}
