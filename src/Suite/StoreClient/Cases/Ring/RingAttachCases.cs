using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;
using Conformance.Suite.StoreClient.Script;

namespace Conformance.Suite.StoreClient.Cases.Ring;

/// <summary>How a client begins to use a ring that others may have used before.</summary>
public static class RingAttachCases
{
    /// <summary>Counters and bytes are taken as a former user left them, wherever that is.</summary>
    [Case("XS-010", Over = Carriers.Ring)]
    public static async Task CountersAndBytesOfAFormerUserAreTakenAsTheyAre(StoreClientContext c)
    {
        for (int i = 0; i < 20; i++)
        {
            var plan = new RingPlan
            {
                RequestCounter = unchecked((uint)c.Random.Next(int.MinValue, int.MaxValue)),
                ResponseCounter = unchecked((uint)c.Random.Next(int.MinValue, int.MaxValue)),
                Fill = (byte)c.Random.Next(1, 256),
            };
            var (client, store) = await c.OpenAsync(plan);
            await c.RoundTripAsync(client, store, $"with {plan}");
            await c.RoundTripAsync(client, store, $"after the first, with {plan}");
        }
    }

    /// <summary>Bytes that lie in the response queue are thrown away before the first request: no reply is taken from them.</summary>
    [Case("XS-011", Over = Carriers.Ring)]
    public static async Task StaleResponsesAreDiscardedBeforeTheFirstRequest(StoreClientContext c)
    {
        byte[] stale = [.. Enumerable.Range(0, 20).SelectMany(id =>
            ScriptedStore.ToBytes(new XsHeader(XsMessageType.Read, (uint)id, 0, 5), StorePayload.Raw("stale")))];
        foreach (int length in new[] { 1, 16, 21, 30, stale.Length })
        {
            foreach (uint counter in new[] { 0u, 1020u, 0x7FFF_FFFEu, 0xFFFF_FFF0u })
            {
                var (client, store) = await c.OpenAsync(new RingPlan { ResponseCounter = counter, Stale = stale.AsMemory(0, length) });
                var reading = client.ReadAsync("node", c.Cancellation);
                var request = await store.NextAsync(XsMessageType.Read);
                uint consumer = await store.Ring.LoadAsync(XsInterfacePage.ResponseConsumer);
                c.Expect(consumer == counter + (uint)length, $"rsp_cons at {counter + (uint)length} before the first request", $"{consumer}");
                await store.ReplyAsync(request, "fresh");
                await c.ExpectValueAsync("fresh", reading, $"the first read on a ring with {length} stale bytes from {counter} on");
            }
        }
    }

    /// <summary>A client that finds the connection word at 1 leaves the ring alone until it reads 0, whatever the other words say.</summary>
    [Case("XS-026", Over = Carriers.Ring)]
    public static async Task ConnectionWordOneAtTheStartMeansWait(StoreClientContext c)
    {
        var store = await c.CreateStoreAsync(new RingPlan
        {
            Features = (uint)XsServerFeatures.Reconnection,
            Connection = XsConnectionState.Reconnect,
            ResponseCounter = 5000,
        });
        await store.Ring.StoreAsync(XsInterfacePage.ResponseProducer, 9000);
        await store.Ring.StoreAsync(XsInterfacePage.RequestConsumer, 12345);
        var attaching = c.AttachAsync(store);
        for (int i = 0; i < 5; i++)
        {
            await store.Ring.SignalAsync();
            await Task.Yield();
        }

        c.Expect(!attaching.IsCompleted, "attaching that waits while the connection word is 1", $"it ended ({attaching.Status})");
        await store.Ring.StoreAsync(XsInterfacePage.RequestConsumer, 0);
        await store.Ring.StoreAsync(XsInterfacePage.ResponseProducer, 5000);
        await store.Ring.StoreAsync(XsInterfacePage.Connection, (uint)XsConnectionState.Connected);
        await store.Ring.SignalAsync();
        var client = await c.ResultAsync(attaching, "attaching when the connection word is 0");
        await c.RoundTripAsync(client, store, "after waiting for the connection");
    }

    /// <summary>Unknown feature bits change nothing, and the client never writes the word.</summary>
    [Case("XS-027", Over = Carriers.Ring)]
    public static async Task UnknownFeatureBitsAreIgnored(StoreClientContext c)
    {
        foreach (uint features in new[] { 0u, 0xFFFF_FFF8u, 0x8000_0000u, 0x100u, 0xFFFF_FFFFu })
        {
            var (client, store) = await c.OpenAsync(new RingPlan { Features = features });
            var probe = c.CreateProbe("watched");
            var (watch, token) = await c.WatchAsync(client, store, probe);
            await store.EventAsync("watched", token);
            await c.NextCallAsync(probe, $"with features {features:x8}");
            await c.RoundTripAsync(client, store, $"with features {features:x8}");
            await store.Ring.StoreAsync(XsInterfacePage.ServerFeatures, features | 0x40);
            var removing = watch.RemoveAsync(c.Cancellation);
            await store.AnswerAsync(XsMessageType.Unwatch, "OK\0");
            await c.DoneAsync(removing, $"removing a watch with features {features | 0x40:x8}");
            uint word = await store.Ring.LoadAsync(XsInterfacePage.ServerFeatures);
            c.Expect(word == (features | 0x40), $"server_features left at {features | 0x40:x8}", $"{word:x8}");
        }
    }
}
