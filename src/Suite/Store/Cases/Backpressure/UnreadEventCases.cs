using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Backpressure;

/// <summary>Clients that watch and do not listen.</summary>
public static class UnreadEventCases
{
    private const int Nodes = 400;
    private const int Writes = 4000;

    /// <summary>Thousands of events for a guest that takes none block neither their writer nor others.</summary>
    [Case("XS-125", Over = Carriers.Ring, Needs = Needs.Guests | Needs.OwnDaemon, Guards = "XSA-326")]
    public static async Task GuestThatTakesNoEventsBlocksNobody(StoreContext c)
    {
        var (deaf, path) = await WatcherAsync(c);
        var other = await c.CreateGuestAsync();
        await FloodAsync(c, path);
        for (int i = 0; i < 20; i++)
        {
            await other.Session.RoundTripAsync();
        }

        // What the deaf guest finds afterwards is the level: the last state of each node, read after an event.
        var seen = new HashSet<string>();
        while (seen.Count < Nodes)
        {
            seen.Add((await deaf.Session.NextEventAsync()).Path);
        }

        await deaf.Session.RoundTripAsync();
        await c.ExpectTextAsync($"{Writes - 1}", deaf.Session.ReadAsync(Node(path, Writes - 1)), "READ after the flood of events");
    }

    /// <summary>The same for a socket client that takes no events.</summary>
    [Case("XS-125", Needs = Needs.OwnDaemon)]
    public static async Task SocketClientThatTakesNoEventsBlocksNobody(StoreContext c)
    {
        var (deaf, area) = await c.OpenAsync();
        await c.ExpectOkAsync(deaf.MkdirAsync(area), "MKDIR");
        await c.ExpectOkAsync(deaf.WatchAsync(area, "deaf"), "WATCH");
        await FloodAsync(c, area);
        var seen = new HashSet<string>();
        while (seen.Count < Nodes)
        {
            seen.Add((await deaf.NextEventAsync()).Path);
            seen.Remove(area);
        }
    }

    /// <summary>A guest with many watches on one path, and deaf to all of them, blocks nobody.</summary>
    [Case("XS-125", Over = Carriers.Ring, Needs = Needs.Guests | Needs.OwnDaemon)]
    public static async Task GuestWithManyWatchesThatTakesNoEventsBlocksNobody(StoreContext c)
    {
        var (deaf, path) = await WatcherAsync(c);
        var tools = await c.ToolStackAsync();
        for (int i = 0; i < 90; i++)
        {
            await c.ExpectOkAsync(deaf.Session.WatchAsync(path, $"token{i}"), "WATCH");
        }

        await deaf.Session.SettledEventsAsync();
        for (int i = 0; i < 200; i++)
        {
            await c.ExpectOkAsync(tools.WriteAsync(Node(path, i), $"{i}"), "WRITE of a path with many watches of a deaf guest");
        }
    }

    private static string Node(string path, int number) => $"{path}/{number % Nodes}";

    private static async Task<(StoreGuest Deaf, string Path)> WatcherAsync(StoreContext c)
    {
        var tools = await c.ToolStackAsync();
        var deaf = await c.CreateGuestAsync();
        string path = $"/conformance/flood{deaf.Id}";
        await c.ExpectOkAsync(tools.WriteAsync(path, ""), "WRITE");
        await c.ExpectOkAsync(tools.SetPermsAsync(path, "n0", $"r{deaf.Id}"), "SET_PERMS");
        await c.ExpectOkAsync(deaf.Session.WatchAsync(path, "deaf"), "WATCH");
        return (deaf, path);
    }

    private static async Task FloodAsync(StoreContext c, string path)
    {
        var writer = await c.ToolStackAsync();
        for (int i = 0; i < Writes; i++)
        {
            await c.ExpectOkAsync(writer.WriteAsync(Node(path, i), $"{i}"), "WRITE of what a deaf client watches");
        }
    }
}
