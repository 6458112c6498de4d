using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Watches;

/// <summary>What makes a watch fire.</summary>
public static class ChangeCases
{
    /// <summary>Creating, writing, changing permissions and removing at the watched path each bring an event, with the new state there to read.</summary>
    [Case("XS-071", Over = Carriers.Both)]
    public static async Task EachKindOfChangeAtTheWatchedPathFires(StoreContext c)
    {
        var (watcher, area) = await c.OpenAsync();
        var writer = await c.ToolStackAsync();
        string node = area + "/node";
        await c.ExpectOkAsync(writer.MkdirAsync(area), "MKDIR by domain 0");
        await c.WatchedAsync(watcher, node, "t");
        var expected = new StoreEvent(node, "t");
        await ChangeAsync(c, watcher, expected, writer.WriteAsync(node, "1"), "after WRITE of a missing node");
        await c.ExpectTextAsync("1", watcher.ReadAsync(node), "READ after the event");
        await ChangeAsync(c, watcher, expected, writer.WriteAsync(node, "2"), "after WRITE of an existing node");
        await c.ExpectTextAsync("2", watcher.ReadAsync(node), "READ after the event");
        await ChangeAsync(c, watcher, expected, writer.WriteAsync(node, "2"), "after WRITE of the value that is there");
        string owner = (await c.ExpectOkAsync(writer.GetPermsAsync(node), "GET_PERMS")).Strings[0][1..];
        await ChangeAsync(c, watcher, expected, writer.SetPermsAsync(node, $"b{owner}"), "after SET_PERMS");
        await c.ExpectTextAsync($"b{owner}\0", watcher.GetPermsAsync(node), "GET_PERMS after the event");
        await ChangeAsync(c, watcher, expected, writer.RmAsync(node), "after RM");
        await c.ExpectErrorAsync(XsError.ENOENT, watcher.ReadAsync(node), "READ after the event");
        await ChangeAsync(c, watcher, expected, writer.MkdirAsync(node), "after MKDIR of a missing node");
        await c.ExpectTextAsync("", watcher.ReadAsync(node), "READ after the event");
    }

    /// <summary>The same changes below the watched path bring an event with the path that changed.</summary>
    [Case("XS-071", Over = Carriers.Both)]
    public static async Task EachKindOfChangeBelowTheWatchedPathFires(StoreContext c)
    {
        var (watcher, area) = await c.OpenAsync();
        var writer = await c.ToolStackAsync();
        await c.ExpectOkAsync(writer.MkdirAsync(area), "MKDIR by domain 0");
        await c.WatchedAsync(watcher, area, "t");
        string owner = (await c.ExpectOkAsync(writer.GetPermsAsync(area), "GET_PERMS")).Strings[0][1..];
        foreach (string path in new[] { $"{area}/child", $"{area}/deep/er/still" })
        {
            var expected = new StoreEvent(path, "t");
            await ChangeAsync(c, watcher, expected, writer.WriteAsync(path, "1"), "after WRITE of a missing node below");
            await ChangeAsync(c, watcher, expected, writer.WriteAsync(path, "2"), "after WRITE of a node below");
            await ChangeAsync(c, watcher, expected, writer.SetPermsAsync(path, $"b{owner}"), "after SET_PERMS of a node below");
            await ChangeAsync(c, watcher, expected, writer.RmAsync(path), "after RM of a node below");
            await ChangeAsync(c, watcher, expected, writer.MkdirAsync(path), "after MKDIR of a missing node below");
        }
    }

    /// <summary>A connection's own changes fire its own watches.</summary>
    [Case("XS-071", "XS-084", Over = Carriers.Both)]
    public static async Task OwnChangesFireOwnWatches(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync(area), "MKDIR");
        string owner = (await c.ExpectOkAsync(session.GetPermsAsync(area), "GET_PERMS")).Strings[0][1..];
        await c.WatchedAsync(session, area, "t");
        var expected = new StoreEvent(area, "t");
        await ChangeAsync(c, session, expected, session.WriteAsync(area, "1"), "after an own WRITE");
        await ChangeAsync(c, session, expected, session.SetPermsAsync(area, $"r{owner}"), "after an own SET_PERMS");
        await ChangeAsync(c, session, expected, session.RmAsync(area), "after an own RM");
        await ChangeAsync(c, session, expected, session.MkdirAsync(area), "after an own MKDIR");
    }

    /// <summary>The root's own value and permissions are no exception.</summary>
    [Case("XS-071", Needs = Needs.OwnDaemon)]
    public static async Task ChangesOfTheRootFire(StoreContext c)
    {
        var (session, _) = await c.OpenAsync();
        await c.WatchedAsync(session, "/", "t");
        var expected = new StoreEvent("/", "t");
        await ChangeAsync(c, session, expected, session.WriteAsync("/", "v"), "after WRITE of the root");
        await ChangeAsync(c, session, expected, session.SetPermsAsync("/", "r0"), "after SET_PERMS of the root");
    }

    /// <summary>Every connection that watches gets its event, whatever the others do with theirs.</summary>
    [Case("XS-071", Over = Carriers.Both)]
    public static async Task EveryWatchingConnectionGetsTheEvent(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var others = new List<StoreSession>();
        for (int i = 0; i < 5; i++)
        {
            others.Add(await c.ConnectAsync());
            await c.WatchedAsync(others[i], area, $"other {i}");
        }

        await c.WatchedAsync(session, area, "self");
        await c.ExpectOkAsync(others[0].UnwatchAsync(area, "other 0"), "UNWATCH by one of them");
        await c.ExpectOkAsync(session.WriteAsync(area + "/x", "v"), "WRITE");
        c.ExpectEvent(await session.SettledEventsAsync(), new StoreEvent(area + "/x", "self"), "for the writer");
        c.ExpectEvents(await others[0].SettledEventsAsync(), "for a connection that no longer watches");
        for (int i = 1; i < 5; i++)
        {
            c.ExpectEvent(await others[i].SettledEventsAsync(), new StoreEvent(area + "/x", $"other {i}"), $"for connection {i}");
        }
    }

    /// <summary>A watch goes on after its node was removed, and fires when the node comes back.</summary>
    [Case("XS-071", Over = Carriers.Both)]
    public static async Task WatchOutlivesItsNode(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.WatchedAsync(session, area + "/node", "t");
        for (int round = 0; round < 3; round++)
        {
            await ChangeAsync(c, session, new StoreEvent(area + "/node", "t"), session.WriteAsync(area + "/node", "v"), "when the node came");
            await ChangeAsync(c, session, new StoreEvent(area + "/node", "t"), session.RmAsync(area), "when the node went with its parent");
        }
    }

    private static async Task ChangeAsync(StoreContext c, StoreSession watcher, StoreEvent expected, Task<StoreMessage> change, string situation)
    {
        await c.ExpectOkAsync(change, $"a change ({situation})");
        c.ExpectEvent(await watcher.SettledEventsAsync(), expected, situation);
    }
}
