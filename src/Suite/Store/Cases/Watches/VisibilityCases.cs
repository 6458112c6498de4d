using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Watches;

/// <summary>Events do not tell a domain of what it may not read.</summary>
public static class VisibilityCases
{
    /// <summary>No change of an unreadable node below an unreadable one is told, by any watch above, at or below it.</summary>
    [Case("XS-086", Needs = Needs.Guests, Guards = "XSA-115, Z-040")]
    public static async Task UnreadableNodeFiresNothing(StoreContext c)
    {
        var (owner, spy) = (await c.CreateGuestAsync(), await c.CreateGuestAsync());
        var tools = await c.ToolStackAsync();
        await c.ExpectOkAsync(owner.Session.WriteAsync("dir/node", "v"), "WRITE by the owner");
        foreach (string path in new[] { "/", "/local/domain", owner.Home, $"{owner.Home}/dir", $"{owner.Home}/dir/node", $"{owner.Home}/dir/new" })
        {
            await c.WatchedAsync(spy.Session, path, path);
        }

        await c.ExpectOkAsync(owner.Session.WriteAsync("dir/node", "w"), "WRITE by the owner");
        await c.ExpectOkAsync(owner.Session.WriteAsync("dir/new", "v"), "WRITE of a new node by the owner");
        await c.ExpectOkAsync(owner.Session.SetPermsAsync("dir/node", $"w{owner.Id}"), "SET_PERMS by the owner");
        await c.ExpectOkAsync(owner.Session.RmAsync("dir/new"), "RM by the owner");
        await c.ExpectOkAsync(tools.WriteAsync($"{owner.Home}/dir/node", "x"), "WRITE by domain 0");
        await c.ExpectOkAsync(owner.Session.RmAsync("dir"), "RM of the subtree by the owner");
        Hidden(c, await spy.Session.SettledEventsAsync(), owner, "after changes that the watcher may not see");
    }

    /// <summary>A transaction's commit tells it no more.</summary>
    [Case("XS-086", "XS-119", Needs = Needs.Guests, Guards = "XSA-115, Z-040")]
    public static async Task UnreadableNodeFiresNothingAtACommit(StoreContext c)
    {
        var (owner, spy) = (await c.CreateGuestAsync(), await c.CreateGuestAsync());
        await c.ExpectOkAsync(owner.Session.WriteAsync("dir/node", "v"), "WRITE by the owner");
        await c.WatchedAsync(spy.Session, owner.Home, "spy");
        uint transaction = await c.StartTransactionAsync(owner.Session);
        await c.ExpectOkAsync(owner.Session.WriteAsync("dir/node", "w", transaction), "WRITE in a transaction");
        await c.ExpectOkAsync(owner.Session.WriteAsync("dir/new", "w", transaction), "WRITE of a new node in a transaction");
        await c.ExpectOkAsync(owner.Session.CommitAsync(transaction), "the commit");
        transaction = await c.StartTransactionAsync(owner.Session);
        await c.ExpectOkAsync(owner.Session.RmAsync("dir", transaction), "RM in a transaction");
        await c.ExpectOkAsync(owner.Session.CommitAsync(transaction), "the commit");
        Hidden(c, await spy.Session.SettledEventsAsync(), owner, "after commits that the watcher may not see");
    }

    /// <summary>A readable node fires for one that may read it, by entry or by default, though all above it is closed.</summary>
    [Case("XS-086", "XS-071", Needs = Needs.Guests)]
    public static async Task ReadableNodeFires(StoreContext c)
    {
        var (owner, listed, unlisted) = (await c.CreateGuestAsync(), await c.CreateGuestAsync(), await c.CreateGuestAsync());
        await c.ExpectOkAsync(owner.Session.WriteAsync("listed", "v"), "WRITE by the owner");
        await c.ExpectOkAsync(owner.Session.SetPermsAsync("listed", $"n{owner.Id}", $"r{listed.Id}"), "SET_PERMS by the owner");
        await c.ExpectOkAsync(owner.Session.WriteAsync("open", "v"), "WRITE by the owner");
        await c.ExpectOkAsync(owner.Session.SetPermsAsync("open", $"r{owner.Id}", $"n{listed.Id}"), "SET_PERMS by the owner");
        await c.WatchedAsync(listed.Session, owner.Home, "t");
        await c.WatchedAsync(unlisted.Session, owner.Home, "t");
        await c.ExpectOkAsync(owner.Session.WriteAsync("listed", "w"), "WRITE by the owner");
        await c.ExpectOkAsync(owner.Session.WriteAsync("open", "w"), "WRITE by the owner");
        c.ExpectEvents(await listed.Session.SettledEventsAsync(), "for the domain let into one node", new StoreEvent($"{owner.Home}/listed", "t"));
        c.ExpectEvents(await unlisted.Session.SettledEventsAsync(), "for a domain without an entry", new StoreEvent($"{owner.Home}/open", "t"));
    }

    /// <summary>Of a subtree that is removed, a watcher hears of the parts it could read.</summary>
    [Case("XS-086", "XS-076", Needs = Needs.Guests)]
    public static async Task RemovalTellsOnlyOfReadableParts(StoreContext c)
    {
        var (owner, spy) = (await c.CreateGuestAsync(), await c.CreateGuestAsync());
        string dir = $"{owner.Home}/dir";
        await c.ExpectOkAsync(owner.Session.WriteAsync("dir/closed/below", "v"), "WRITE by the owner");
        await c.ExpectOkAsync(owner.Session.WriteAsync("dir/open", "v"), "WRITE by the owner");
        await c.ExpectOkAsync(owner.Session.SetPermsAsync("dir/open", $"r{owner.Id}"), "SET_PERMS by the owner");
        foreach (string path in new[] { dir, $"{dir}/open", $"{dir}/closed", $"{dir}/closed/below" })
        {
            await c.WatchedAsync(spy.Session, path, path);
        }

        await c.ExpectOkAsync(owner.Session.RmAsync("dir"), "RM by the owner");
        var came = await spy.Session.SettledEventsAsync();
        c.ExpectEvent(came, new StoreEvent($"{dir}/open", $"{dir}/open"), "for the readable node, though only an unreadable parent is left");
        c.Expect(
            came.All(e => !e.Token.Contains("closed", StringComparison.Ordinal)), "no event for what the watcher could not read", WatchHelp.Describe(came));
    }

    /// <summary>A node that becomes readable tells so; one that becomes unreadable is silent from then on.</summary>
    [Case("XS-086", Needs = Needs.Guests)]
    public static async Task VisibilityFollowsThePermissions(StoreContext c)
    {
        var (owner, spy) = (await c.CreateGuestAsync(), await c.CreateGuestAsync());
        string node = $"{owner.Home}/node";
        var told = new StoreEvent(node, "t");
        await c.ExpectOkAsync(owner.Session.WriteAsync("node", "v"), "WRITE by the owner");
        await c.WatchedAsync(spy.Session, node, "t");
        for (int round = 0; round < 2; round++)
        {
            await c.ExpectOkAsync(owner.Session.WriteAsync("node", "hidden"), "WRITE by the owner");
            c.ExpectEvents(await spy.Session.SettledEventsAsync(), "while the node is unreadable");
            await c.ExpectOkAsync(owner.Session.SetPermsAsync("node", $"n{owner.Id}", $"r{spy.Id}"), "SET_PERMS that lets the watcher in");
            c.ExpectEvent(await spy.Session.SettledEventsAsync(), told, "when the node became readable");
            await c.ExpectOkAsync(owner.Session.WriteAsync("node", "seen"), "WRITE by the owner");
            c.ExpectEvent(await spy.Session.SettledEventsAsync(), told, "while the node is readable");
            await c.ExpectOkAsync(owner.Session.SetPermsAsync("node", $"n{owner.Id}"), "SET_PERMS that shuts the watcher out");

            // Whether this change is told is the store's choice: the watcher could read the node before it.
            var last = await spy.Session.SettledEventsAsync();
            c.Expect(last.All(e => e == told), "at most the event of the change that shut the watcher out", WatchHelp.Describe(last));
        }
    }

    /// <summary>An event for a node that one may read only through write access is not sent.</summary>
    [Case("XS-086", Needs = Needs.Guests)]
    public static async Task WriteAccessAloneShowsNothing(StoreContext c)
    {
        var (owner, writer) = (await c.CreateGuestAsync(), await c.CreateGuestAsync());
        await c.ExpectOkAsync(owner.Session.WriteAsync("node", "v"), "WRITE by the owner");
        await c.ExpectOkAsync(owner.Session.SetPermsAsync("node", $"w{owner.Id}", $"w{writer.Id}"), "SET_PERMS by the owner");
        await c.WatchedAsync(writer.Session, $"{owner.Home}/node", "t");
        await c.ExpectOkAsync(owner.Session.WriteAsync("node", "w"), "WRITE by the owner");
        c.ExpectEvents(await writer.Session.SettledEventsAsync(), "for a watcher that may only write");
    }

    /// <summary>The owner and the privileged domain hear of everything.</summary>
    [Case("XS-086", "XS-071", Needs = Needs.Guests)]
    public static async Task OwnerAndPrivilegedDomainSeeEverything(StoreContext c)
    {
        var owner = await c.CreateGuestAsync();
        var (tools, second) = (await c.ToolStackAsync(), await c.ConnectAsync());
        await c.ExpectOkAsync(owner.Session.WriteAsync("dir/node", "v"), "WRITE by the owner");
        var told = new StoreEvent($"{owner.Home}/dir/node", "t");
        await c.WatchedAsync(owner.Session, owner.Home, "t");
        await c.WatchedAsync(second, owner.Home, "t");
        await c.ExpectOkAsync(tools.WriteAsync(told.Path, "w"), "WRITE by domain 0");
        c.ExpectEvent(await owner.Session.SettledEventsAsync(), told, "for the owner");
        c.ExpectEvent(await second.SettledEventsAsync(), told, "for domain 0");
        await c.ExpectOkAsync(owner.Session.RmAsync("dir/node"), "RM by the owner");
        c.ExpectEvent(await second.SettledEventsAsync(), told, "for domain 0 after RM by the owner");
    }

    private static void Hidden(StoreContext c, IReadOnlyList<StoreEvent> came, StoreGuest owner, string situation)
    {
        var seen = came.Where(e => e.Path.StartsWith(owner.Home + "/", StringComparison.Ordinal)).ToList();
        c.Expect(seen.Count == 0, $"no event below {owner.Home} {situation}", WatchHelp.Describe(seen));
    }
}
