using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Nodes;

/// <summary>MKDIR of what is there already.</summary>
public static class MkdirCases
{
    /// <summary>It succeeds and leaves value, children and permissions alone.</summary>
    [Case("XS-050", Over = Carriers.Both)]
    public static async Task MkdirOfAnExistingNodeChangesNothing(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area, "kept"), "WRITE");
        await c.ExpectOkAsync(session.WriteAsync(area + "/child", "kept too"), "WRITE of a child");
        var permissions = await c.ExpectOkAsync(session.GetPermsAsync(area), "GET_PERMS");
        await c.ExpectTextAsync("OK\0", session.MkdirAsync(area), "MKDIR of an existing node");
        await c.ExpectTextAsync("kept", session.ReadAsync(area), "READ after MKDIR");
        await c.ExpectTextAsync("kept too", session.ReadAsync(area + "/child"), "READ of the child after MKDIR");
        await c.ExpectTextAsync(permissions.Text, session.GetPermsAsync(area), "GET_PERMS after MKDIR");
    }

    /// <summary>It generates no event, for the caller or another.</summary>
    [Case("XS-050", Over = Carriers.Both)]
    public static async Task MkdirOfAnExistingNodeFiresNothing(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var other = await c.ConnectAsync();
        await c.ExpectOkAsync(session.WriteAsync(area + "/node", "v"), "WRITE");
        foreach (var watcher in new[] { session, other })
        {
            await c.ExpectOkAsync(watcher.WatchAsync(area, "above"), "WATCH of the parent");
            await c.ExpectOkAsync(watcher.WatchAsync(area + "/node", "self"), "WATCH of the node");
            _ = await watcher.SettledEventsAsync();
        }

        await c.ExpectOkAsync(session.MkdirAsync(area + "/node"), "MKDIR of an existing node");
        c.ExpectEvents(await other.SettledEventsAsync(), "for another connection after MKDIR of an existing node");
        c.ExpectEvents(await session.SettledEventsAsync(), "for the caller after MKDIR of an existing node");
    }

    /// <summary>Inside a transaction it changes nothing either, and its commit fires nothing.</summary>
    [Case("XS-050", Over = Carriers.Both)]
    public static async Task MkdirOfAnExistingNodeFiresNothingInATransaction(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area, "kept"), "WRITE");
        await c.ExpectOkAsync(session.WatchAsync(area, "self"), "WATCH");
        _ = await session.SettledEventsAsync();
        uint transaction = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.MkdirAsync(area, transaction), "MKDIR of an existing node in a transaction");
        await c.ExpectTextAsync("kept", session.ReadAsync(area, transaction), "READ in the transaction");
        await c.ExpectOkAsync(session.CommitAsync(transaction), "the commit");
        c.ExpectEvents(await session.SettledEventsAsync(), "after the commit of MKDIR of an existing node");
        await c.ExpectTextAsync("kept", session.ReadAsync(area), "READ after the commit");
    }

    /// <summary>MKDIR of a missing node answers and does the same, whether its parent is there or not.</summary>
    [Case("XS-050", "XS-019", Over = Carriers.Both)]
    public static async Task MkdirTwiceMakesOneNode(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectTextAsync("OK\0", session.MkdirAsync(area + "/one"), "the first MKDIR");
        await c.ExpectTextAsync("OK\0", session.MkdirAsync(area + "/one"), "the second MKDIR");
        await c.ExpectTextAsync("one\0", session.DirectoryAsync(area), "DIRECTORY above, with the name once");
    }

    /// <summary>The root exists, so MKDIR of it changes nothing.</summary>
    [Case("XS-050")]
    public static async Task MkdirOfTheRootSucceeds(StoreContext c)
    {
        var session = await c.ConnectAsync();
        await c.ExpectTextAsync("OK\0", session.MkdirAsync("/"), "MKDIR of the root");
    }
}
