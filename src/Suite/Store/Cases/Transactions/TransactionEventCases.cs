using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Transactions;

/// <summary>When watchers learn of a transaction.</summary>
public static class TransactionEventCases
{
    /// <summary>Nothing before the commit, at least one event for each modified node after it, and none for a node that was only read.</summary>
    [Case("XS-119", Over = Carriers.Both)]
    public static async Task EventsComeAfterTheCommitOnePerModifiedNode(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var watcher = await c.ToolStackAsync();
        await PrepareAsync(c, session, watcher, area);
        string permission = await c.OtherPermissionAsync(session, area + "/permissions");
        uint t = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.ReadAsync(area + "/read", t), "READ in a transaction");
        await c.ExpectOkAsync(session.WriteAsync(area + "/value", "new", t), "WRITE in a transaction");
        await c.ExpectOkAsync(session.WriteAsync(area + "/created", "new", t), "WRITE of a new node in a transaction");
        await c.ExpectOkAsync(session.MkdirAsync(area + "/made", t), "MKDIR in a transaction");
        await c.ExpectOkAsync(session.RmAsync(area + "/gone", t), "RM in a transaction");
        await c.ExpectOkAsync(session.SetPermsAsync(t, area + "/permissions", permission), "SET_PERMS in a transaction");
        var early = await watcher.SettledEventsAsync();
        c.Expect(early.Count == 0, "no event before the commit", string.Join(", ", early));

        await c.ExpectOkAsync(session.CommitAsync(t), "TRANSACTION_END T", "XS-117");
        var events = await watcher.SettledEventsAsync();
        foreach (string node in new[] { "value", "created", "made", "gone", "permissions" })
        {
            ExpectEvent(c, events, $"{area}/{node}", "all");
        }

        c.Expect(
            !events.Any(e => e.Path == area + "/read"),
            "no event for a node that was only read",
            string.Join(", ", events));
    }

    /// <summary>The one who commits gets its events as well.</summary>
    [Case("XS-119", Over = Carriers.Both)]
    public static async Task OwnWatchesFireAtTheCommit(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area + "/value", "old"), "WRITE");
        await c.ExpectOkAsync(session.WatchAsync(area, "own"), "WATCH");
        await session.SettledEventsAsync();
        uint t = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.WriteAsync(area + "/value", "new", t), "WRITE in a transaction");
        var early = await session.SettledEventsAsync();
        c.Expect(early.Count == 0, "no event before the commit", string.Join(", ", early));
        await c.ExpectOkAsync(session.CommitAsync(t), "TRANSACTION_END T", "XS-117");
        ExpectEvent(c, await session.SettledEventsAsync(), area + "/value", "own");
    }

    /// <summary>A commit that conflicts causes no event of its own.</summary>
    [Case("XS-119", Over = Carriers.Both)]
    public static async Task ConflictingCommitCausesNoEvent(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var watcher = await c.ToolStackAsync();
        await PrepareAsync(c, session, watcher, area);
        uint t = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.ReadAsync(area + "/read", t), "READ in a transaction");
        await c.ExpectOkAsync(session.WriteAsync(area + "/value", "new", t), "WRITE in a transaction");
        await c.ExpectOkAsync(watcher.WriteAsync(area + "/read", "theirs"), "another's WRITE");
        await watcher.SettledEventsAsync();
        await c.ExpectErrorAsync(XsError.EAGAIN, session.CommitAsync(t), "TRANSACTION_END T", "XS-116");
        var events = await watcher.SettledEventsAsync();
        c.Expect(events.Count == 0, "no event after a conflicting commit", string.Join(", ", events));
    }

    /// <summary>A removal in a transaction reaches the watch of a descendant, even when the removed node was written before in it.</summary>
    [Case("XS-119", "XS-075", "XS-076", Over = Carriers.Both, Guards = "Z-064")]
    public static async Task RemovalInATransactionReachesWatchedDescendants(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var watcher = await c.ToolStackAsync();
        foreach (bool writtenBefore in new[] { false, true })
        {
            string node = $"{area}/{(writtenBefore ? "written" : "plain")}";
            await c.ExpectOkAsync(session.WriteAsync(node + "/a/b", "old"), "WRITE");
            await c.ExpectOkAsync(watcher.WatchAsync(node + "/a/b", "deep"), "WATCH");
            await watcher.SettledEventsAsync();
            uint t = await c.StartTransactionAsync(session);
            if (writtenBefore)
            {
                await c.ExpectOkAsync(session.WriteAsync(node, "new", t), "WRITE in a transaction");
            }

            await c.ExpectOkAsync(session.RmAsync(node, t), "RM in a transaction");
            await c.ExpectOkAsync(session.CommitAsync(t), "TRANSACTION_END T", "XS-117");
            ExpectEvent(c, await watcher.SettledEventsAsync(), node + "/a/b", "deep");
        }
    }

    /// <summary>The state that an event of a commit speaks of can be read when it arrives.</summary>
    [Case("XS-119", "XS-071", Over = Carriers.Both)]
    public static async Task EachEventComesWhenItsChangeIsVisible(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var watcher = await c.ToolStackAsync();
        await PrepareAsync(c, session, watcher, area);
        uint t = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.WriteAsync(area + "/created", "new", t), "WRITE in a transaction");
        await c.ExpectOkAsync(session.RmAsync(area + "/gone", t), "RM in a transaction");
        await session.SendAsync(XsMessageType.TransactionEnd, StorePayload.Strings("T"), t);
        var pending = new HashSet<string> { area + "/created", area + "/gone" };
        while (pending.Count > 0)
        {
            string path = (await watcher.NextEventAsync()).Path;
            pending.Remove(path);
            if (path == area + "/created")
            {
                await c.ExpectTextAsync("new", watcher.ReadAsync(path), "READ after the event");
            }
            else if (path == area + "/gone")
            {
                await c.ExpectErrorAsync(XsError.ENOENT, watcher.ReadAsync(path), "READ after the event of the removal");
            }
        }
    }

    private static async Task PrepareAsync(StoreContext c, StoreSession session, StoreSession watcher, string area)
    {
        foreach (string node in new[] { "value", "gone", "permissions", "read" })
        {
            await c.ExpectOkAsync(session.WriteAsync($"{area}/{node}", "old"), "WRITE");
        }

        await c.ExpectOkAsync(watcher.WatchAsync(area, "all"), "WATCH");
        await watcher.SettledEventsAsync();
    }

    private static void ExpectEvent(StoreContext c, IReadOnlyList<StoreEvent> events, string path, string token) =>
        c.Expect(
            events.Contains(new StoreEvent(path, token)),
            $"an event {path} ({token}) after the commit",
            events.Count == 0 ? "no event" : string.Join(", ", events));
}
