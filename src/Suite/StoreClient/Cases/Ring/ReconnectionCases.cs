using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.StoreClient.Script;

namespace Conformance.Suite.StoreClient.Cases.Ring;

/// <summary>How a guest asks for its connection to be reset.</summary>
public static class ReconnectionCases
{
    /// <summary>A store that does not offer it is not asked: the connection word stays as it is, whatever other bits say.</summary>
    [Case("XS-024", "XS-027", Over = Carriers.Ring)]
    public static async Task ReconnectionThatIsNotOfferedIsNotAskedFor(StoreClientContext c)
    {
        foreach (uint features in new[] { 0u, 0xFFFF_FFFEu })
        {
            var (client, store) = await c.OpenAsync(new RingPlan { Features = features });
            bool isReset = await c.ResultAsync(client.ReconnectAsync(c.Cancellation), $"reconnecting with features {features:x8}");
            uint word = await store.Ring.LoadAsync(XsInterfacePage.Connection);
            c.Expect(!isReset && word == 0, $"no reconnection with features {features:x8}", $"reset: {isReset}, connection word {word}");
            await c.RoundTripAsync(client, store, "after a reconnection that is not offered");
        }
    }

    /// <summary>
    /// From the 1 in the connection word until the 0, nothing else counts: counters that cannot be, an error, signals,
    /// and requests of others on the same client.
    /// </summary>
    [Case("XS-024", Over = Carriers.Ring)]
    public static async Task NothingElseCountsUntilTheConnectionWordReadsZero(StoreClientContext c)
    {
        for (int round = 0; round < 5; round++)
        {
            var (client, store) = await c.OpenAsync(new RingPlan
            {
                Features = (uint)(XsServerFeatures.Reconnection | XsServerFeatures.Error),
                RequestCounter = 0xFFFF_FFE0,
                ResponseCounter = 0xFFFF_FFE0,
            });
            await c.RoundTripAsync(client, store, "before");
            var reconnecting = client.ReconnectAsync(c.Cancellation);
            await UntilAskedAsync(c, store, reconnecting);
            uint consumer = await store.Ring.LoadAsync(XsInterfacePage.ResponseConsumer);
            await store.Ring.StoreAsync(XsInterfacePage.ResponseProducer, consumer + 5000);
            await store.Ring.StoreAsync(XsInterfacePage.Error, (uint)XsRingError.Protocol);
            var reading = client.ReadAsync("round/trip", c.Cancellation);
            for (int i = 0; i < 5; i++)
            {
                await store.Ring.SignalAsync();
                await Task.Yield();
            }

            c.Expect(!reconnecting.IsCompleted, "reconnecting that waits for the connection word", $"it ended ({reconnecting.Status})");
            await store.Ring.StoreAsync(XsInterfacePage.Error, (uint)XsRingError.None);
            await store.Ring.CompleteReconnectAsync();
            c.Expect(await c.ResultAsync(reconnecting, "reconnecting"), "a reconnection", "none");
            await store.AnswerAsync(XsMessageType.Read, "value");
            await c.ExpectValueAsync("value", reading, "a read that was asked while reconnecting");
        }
    }

    private static async Task UntilAskedAsync(StoreClientContext c, ScriptedStore store, Task reconnecting)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(c.Cancellation);
        limit.CancelAfter(c.Patience);
        try
        {
            while (await store.Ring.LoadAsync(XsInterfacePage.Connection) != (uint)XsConnectionState.Reconnect)
            {
                c.Expect(!reconnecting.IsFaulted, "1 in the connection word", $"{reconnecting.Exception?.InnerException?.Message}");
                await store.Ring.WaitForSignalAsync(limit.Token);
            }
        }
        catch (OperationCanceledException) when (!c.Cancellation.IsCancellationRequested)
        {
            throw c.Failure("1 in the connection word and a signal", "neither in time");
        }
    }
}
