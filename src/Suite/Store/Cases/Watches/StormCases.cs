using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Watches;

/// <summary>Many watches and many events.</summary>
public static class StormCases
{
    private const int Many = 1000;

    /// <summary>One write fires each of a thousand watches of one node.</summary>
    [Case("XS-071", "XS-078")]
    public static async Task OneWriteFiresAThousandWatches(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var writer = await c.ConnectAsync();
        for (int i = 0; i < Many; i++)
        {
            await c.ExpectOkAsync(session.WatchAsync(area, $"{i}"), "WATCH");
        }

        _ = await session.SettledEventsAsync();
        await c.ExpectOkAsync(writer.WriteAsync(area, "v"), "WRITE");
        var came = (await session.SettledEventsAsync()).ToHashSet();
        c.Expect(came.Count == Many, $"{Many} different events for {Many} watches", $"{came.Count}");
    }

    /// <summary>A thousand watches of a thousand nodes: each write fires its own.</summary>
    [Case("XS-071", "XS-072")]
    public static async Task EachOfAThousandWatchesFiresForItsNode(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var writer = await c.ConnectAsync();
        for (int i = 0; i < Many; i++)
        {
            await c.ExpectOkAsync(session.WatchAsync($"{area}/{i}", $"{i}"), "WATCH");
        }

        _ = await session.SettledEventsAsync();
        for (int i = 0; i < Many; i += 7)
        {
            await c.ExpectOkAsync(writer.WriteAsync($"{area}/{i}", "v"), "WRITE");
        }

        var came = await session.SettledEventsAsync();
        var expected = Enumerable.Range(0, Many).Where(i => i % 7 == 0).Select(i => new StoreEvent($"{area}/{i}", $"{i}"));
        c.Expect(came.Distinct().SequenceEqual(expected), "an event for each write, of the watch of that node", $"{came.Count} events");
    }

    /// <summary>A reader that sleeps through a thousand changes misses none of the nodes, and others are served meanwhile.</summary>
    [Case("XS-071", "XS-080", "XS-125", Over = Carriers.Both)]
    public static async Task SlowReaderMissesNoNode(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var (writer, other) = (await c.ConnectAsync(), await c.ConnectAsync());
        await c.WatchedAsync(session, area, "t");
        for (int i = 0; i < Many; i++)
        {
            await c.ExpectOkAsync(writer.WriteAsync($"{area}/{i % 100}", $"{i}"), $"WRITE number {i} while a watcher does not read");
        }

        await other.RoundTripAsync();
        var came = await session.SettledEventsAsync();
        for (int i = 0; i < 100; i++)
        {
            c.ExpectEvent(came, new StoreEvent($"{area}/{i}", "t"), $"for each of the 100 nodes, among {came.Count}");
        }
    }

    /// <summary>A connection that ends with its watches set and its events unread disturbs nobody.</summary>
    [Case("XS-071", "XS-125")]
    public static async Task ClosingWithUnreadEventsDisturbsNobody(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.WatchedAsync(session, area, "t");
        for (int i = 0; i < 20; i++)
        {
            var leaving = await c.ConnectAsync();
            for (int k = 0; k < 20; k++)
            {
                await c.ExpectOkAsync(leaving.WatchAsync(area, $"{k}"), "WATCH");
            }

            await c.ExpectOkAsync(session.WriteAsync(area, $"{i}"), "WRITE");
            await leaving.DisposeAsync();
            c.Log.Note(leaving.Name, "closed with unread events");
            c.ExpectEvent(await session.SettledEventsAsync(), new StoreEvent(area, "t"), "for the connection that stays");
        }
    }
}
