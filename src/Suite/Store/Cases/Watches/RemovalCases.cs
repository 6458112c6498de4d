using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Watches;

/// <summary>What watches hear of a removal above them or of a whole subtree.</summary>
public static class RemovalCases
{
    /// <summary>Removing an ancestor, near or far, fires a watch with the watched path itself.</summary>
    [Case("XS-075", "XS-076", Over = Carriers.Both)]
    public static async Task RemovalOfAnAncestorReportsTheWatchedPath(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        string node = area + "/a/b/c/node";
        await c.WatchedAsync(session, node, "t");
        foreach (string removed in new[] { "/a/b/c/node", "/a/b/c", "/a/b", "/a" })
        {
            await c.ExpectOkAsync(session.WriteAsync(node, "v"), "WRITE");
            _ = await session.SettledEventsAsync();
            await c.ExpectOkAsync(session.RmAsync(area + removed), $"RM of {removed}");
            var came = await session.SettledEventsAsync();
            c.ExpectEvent(came, new StoreEvent(node, "t"), $"after RM of {removed}");
            c.Expect(came.All(e => e.Path == node), $"no path but the watched one after RM of {removed}", WatchHelp.Describe(came));
        }
    }

    /// <summary>A relative watch hears of it by its relative path.</summary>
    [Case("XS-075", "XS-074", Over = Carriers.Ring)]
    public static async Task RemovalOfAnAncestorReportsTheRelativePath(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var tools = await c.ToolStackAsync();
        await c.ExpectOkAsync(guest.Session.WriteAsync("a/b/node", "v"), "WRITE");
        await c.WatchedAsync(guest.Session, "a/b/node", "t");
        await c.ExpectOkAsync(tools.RmAsync($"{guest.Home}/a"), "RM of an ancestor by domain 0");
        c.ExpectEvent(await guest.Session.SettledEventsAsync(), new StoreEvent("a/b/node", "t"), "after RM of an ancestor");
    }

    /// <summary>Watches of the removed node and above hear of that node; watches of what was below hear of their own.</summary>
    [Case("XS-076", "XS-075", Over = Carriers.Both)]
    public static async Task RemovalOfASubtreeTellsEachWatchInIt(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await FillAsync(c, session, area);
        await c.ExpectOkAsync(session.RmAsync(area + "/top"), "RM of the subtree");
        ExpectAll(c, await session.SettledEventsAsync(), area, "after RM of the subtree");
    }

    /// <summary>The same events come when the removal is committed with a transaction.</summary>
    [Case("XS-076", "XS-075", "XS-119", Over = Carriers.Both)]
    public static async Task RemovalInATransactionTellsEachWatchInIt(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await FillAsync(c, session, area);
        uint transaction = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.RmAsync(area + "/top", transaction), "RM in a transaction");
        c.ExpectEvents(await session.SettledEventsAsync(), "before the commit");
        await c.ExpectOkAsync(session.CommitAsync(transaction), "the commit");
        ExpectAll(c, await session.SettledEventsAsync(), area, "after the commit of RM");
    }

    /// <summary>A node written in a transaction before it is removed there does not lose the events of its children.</summary>
    [Case("XS-075", "XS-076", "XS-119", Over = Carriers.Both, Guards = "Z-064")]
    public static async Task RemovalOfANodeWrittenInTheSameTransactionTellsWatchesBelow(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await FillAsync(c, session, area);
        uint transaction = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.WriteAsync(area + "/top", "changed", transaction), "WRITE in a transaction");
        await c.ExpectOkAsync(session.RmAsync(area + "/top", transaction), "RM of that node in the transaction");
        await c.ExpectOkAsync(session.CommitAsync(transaction), "the commit");
        ExpectAll(c, await session.SettledEventsAsync(), area, "after the commit of WRITE and RM");
    }

    /// <summary>Another connection's watches hear the same.</summary>
    [Case("XS-076", Over = Carriers.Both)]
    public static async Task RemovalByAnotherTellsEachWatch(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var tools = await c.ToolStackAsync();
        await FillAsync(c, session, area);
        await c.ExpectOkAsync(tools.RmAsync(area + "/top"), "RM by domain 0");
        ExpectAll(c, await session.SettledEventsAsync(), area, "after RM by another");
    }

    private static async Task FillAsync(StoreContext c, StoreSession session, string area)
    {
        foreach (string path in new[] { "/top/a/leaf", "/top/b", "/topper" })
        {
            await c.ExpectOkAsync(session.WriteAsync(area + path, "v"), $"WRITE of {path}");
        }

        foreach (string path in new[] { "", "/top", "/top/a", "/top/a/leaf", "/top/b", "/topper" })
        {
            await c.WatchedAsync(session, area + path, $"watch of {path}");
        }
    }

    private static void ExpectAll(StoreContext c, IReadOnlyList<StoreEvent> came, string area, string situation)
    {
        foreach (var (watched, told) in new[]
        {
            ("", "/top"), ("/top", "/top"), ("/top/a", "/top/a"), ("/top/a/leaf", "/top/a/leaf"), ("/top/b", "/top/b"),
        })
        {
            c.ExpectEvent(came, new StoreEvent(area + told, $"watch of {watched}"), situation);
        }

        c.Expect("XS-072", came.All(e => e.Token != "watch of /topper"), $"no event for a watch of /topper {situation}", WatchHelp.Describe(came));
    }
}
