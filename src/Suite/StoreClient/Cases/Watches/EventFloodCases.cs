using Conformance.Suite.Cases;

namespace Conformance.Suite.StoreClient.Cases.Watches;

/// <summary>More events than anybody can take.</summary>
public static class EventFloodCases
{
    /// <summary>
    /// While a callback is held up, a flood of different events for its watch is not kept whole; requests are answered
    /// meanwhile, and the watch is called again afterwards, since the last change must not be lost.
    /// </summary>
    [Case("XS-095", Guards = "XSA-349, Z-113")]
    public static async Task FloodForOneWatchIsNotKeptWhole(StoreClientContext c)
    {
        const int flood = 20_000;
        var (client, store) = await c.OpenAsync();
        var gate = c.CreateGate();
        var probe = c.CreateProbe("watched", _ => gate.Opened);
        var other = c.CreateProbe("other");
        var (_, token) = await c.WatchAsync(client, store, probe);
        var (_, otherToken) = await c.WatchAsync(client, store, other);
        await store.EventAsync("watched", token);
        await c.NextCallAsync(probe, "before the flood");
        for (int i = 0; i < flood; i++)
        {
            await store.EventAsync($"watched/{i:00000}", token);
        }

        await c.RoundTripAsync(client, store, "behind a flood of events");
        await store.EventAsync("other", otherToken);
        gate.Open();
        await c.NextCallAsync(other, "behind the flood");
        c.Expect(probe.Count < flood, $"a bound on the queue of a watch for which {flood} events came", $"{probe.Count} calls");
        c.Expect("XS-081", probe.Count > 1, "at least one call for the flood", "none");
    }

    /// <summary>The flood of one watch costs another watch of the same client none of its events.</summary>
    [Case("XS-095", Over = Carriers.Ring)]
    public static async Task FloodForOneWatchLeavesOthersTheirEvents(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        var gate = c.CreateGate();
        var flooded = c.CreateProbe("flooded", _ => gate.Opened);
        var other = c.CreateProbe("other");
        var (_, token) = await c.WatchAsync(client, store, flooded);
        var (_, otherToken) = await c.WatchAsync(client, store, other);
        await store.EventAsync("flooded", token);
        await c.NextCallAsync(flooded, "before the flood");
        for (int i = 0; i < 3000; i++)
        {
            await store.EventAsync($"flooded/{i}", token);
        }

        await store.EventAsync("other/here", otherToken);
        for (int i = 0; i < 3000; i++)
        {
            await store.EventAsync($"flooded/again/{i}", token);
        }

        await c.RoundTripAsync(client, store, "behind two floods");
        gate.Open();
        string came = await c.NextCallAsync(other, "between two floods of another watch");
        c.Expect(came == "other/here", "other/here", came);
    }
}
