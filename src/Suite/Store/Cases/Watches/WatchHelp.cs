using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Watches;

/// <summary>What most cases about watches do.</summary>
internal static class WatchHelp
{
    /// <summary>Sets a watch and takes its first event, so that only later events are left to see.</summary>
    public static async Task WatchedAsync(this StoreContext c, StoreSession session, string path, string token)
    {
        await c.ExpectOkAsync(session.WatchAsync(path, token), $"WATCH of {path}");
        _ = await session.SettledEventsAsync();
    }

    /// <summary>Fails unless at least this event came; spurious ones beside it are legal (XS-082).</summary>
    public static void ExpectEvent(this StoreContext c, IReadOnlyList<StoreEvent> came, StoreEvent expected, string situation) =>
        c.Expect(came.Contains(expected), $"an event {expected} {situation}", Describe(came));

    /// <summary>The events in words.</summary>
    public static string Describe(IReadOnlyList<StoreEvent> events) =>
        events.Count == 0 ? "no event" : $"{events.Count} events: {string.Join(", ", events.Take(8))}";
}
