using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Watches;

/// <summary>Which paths a watch is about, and how its events name them.</summary>
public static class MatchCases
{
    /// <summary>A watch of a/b matches a/b and a/b/c, and neither a, a/bc, a/b-, a/B nor a2/b.</summary>
    [Case("XS-072", Over = Carriers.Both)]
    public static async Task WatchMatchesWholeComponents(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync(area + "/a"), "MKDIR");
        await c.WatchedAsync(session, area + "/a/b", "t");
        foreach (string path in new[] { "a/bc", "a/b-", "a/b_c", "a/B", "a/bc/d", "a2/b", "ab", "a" })
        {
            await c.ExpectOkAsync(session.WriteAsync($"{area}/{path}", "v"), $"WRITE of {path}");
            c.ExpectEvents(await session.SettledEventsAsync(), $"for a watch of a/b after WRITE of {path}");
        }

        foreach (string path in new[] { "a/b", "a/b/c", "a/b/c/d", "a/b/b" })
        {
            await c.ExpectOkAsync(session.WriteAsync($"{area}/{path}", "v"), $"WRITE of {path}");
            c.ExpectEvent(await session.SettledEventsAsync(), new StoreEvent($"{area}/{path}", "t"), $"for a watch of a/b after WRITE of {path}");
        }
    }

    /// <summary>Removing and changing permissions match by whole components as well.</summary>
    [Case("XS-072", Over = Carriers.Both, Guards = "Z-168")]
    public static async Task RmAndSetPermsMatchWholeComponents(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        foreach (string path in new[] { "vbd/1/x", "vbd/10/x", "vbd/1-/x" })
        {
            await c.ExpectOkAsync(session.WriteAsync($"{area}/{path}", "v"), $"WRITE of {path}");
        }

        string owner = (await c.ExpectOkAsync(session.GetPermsAsync(area), "GET_PERMS")).Strings[0][1..];
        await c.WatchedAsync(session, area + "/vbd/1", "self");
        await c.WatchedAsync(session, area + "/vbd/1/x", "below");
        await c.ExpectOkAsync(session.SetPermsAsync(area + "/vbd/10", $"r{owner}"), "SET_PERMS of vbd/10");
        await c.ExpectOkAsync(session.RmAsync(area + "/vbd/10"), "RM of vbd/10");
        await c.ExpectOkAsync(session.RmAsync(area + "/vbd/1-/x"), "RM of vbd/1-/x");
        c.ExpectEvents(await session.SettledEventsAsync(), "for watches of vbd/1 and vbd/1/x after changes of vbd/10 and vbd/1-");
        await c.ExpectTextAsync("v", session.ReadAsync(area + "/vbd/1/x"), "READ of vbd/1/x");
    }

    /// <summary>A watch of the root is about everything.</summary>
    [Case("XS-072")]
    public static async Task WatchOfTheRootMatchesEverything(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.WatchedAsync(session, "/", "t");
        await c.ExpectOkAsync(session.WriteAsync(area + "/deep/er", "v"), "WRITE");
        c.ExpectEvent(await session.SettledEventsAsync(), new StoreEvent(area + "/deep/er", "t"), "for a watch of the root");
    }

    /// <summary>The body is path, NUL, token, NUL and nothing more; ids are zero though the request's are not.</summary>
    [Case("XS-073", Over = Carriers.Both)]
    public static async Task EventIsPathAndTokenWithZeroIds(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        foreach (string token in new[]
        {
            "token", "", "0", "with space/and:others", "\x01\x7f\xff", area, new string('t', 1000),
        })
        {
            await c.ExpectOkAsync(session.WatchAsync(area, token), $"WATCH with the token {WireText.Quote(StorePayload.Raw(token))}");
            await ExpectNextAsync(c, session, area, token);
            uint transaction = await c.StartTransactionAsync(session);
            await c.ExpectOkAsync(session.WriteAsync(area, "v", transaction), "WRITE in a transaction");
            await c.ExpectOkAsync(session.CommitAsync(transaction), "its commit");
            await ExpectNextAsync(c, session, area, token);
            await c.ExpectOkAsync(session.UnwatchAsync(area, token), "UNWATCH");
            _ = await session.SettledEventsAsync();
        }
    }

    /// <summary>A relative watch reports relative paths, an absolute one absolute ones, for the same change.</summary>
    [Case("XS-074", Over = Carriers.Ring)]
    public static async Task EventPathHasTheFormOfTheWatch(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var tools = await c.ToolStackAsync();
        await c.WatchedAsync(guest.Session, "dir", "relative");
        await c.WatchedAsync(guest.Session, $"{guest.Home}/dir", "absolute");
        foreach (string below in new[] { "", "/x", "/x/y" })
        {
            await c.ExpectOkAsync(tools.WriteAsync($"{guest.Home}/dir{below}", "v"), "WRITE by domain 0");
            var came = await guest.Session.SettledEventsAsync();
            c.ExpectEvent(came, new StoreEvent($"dir{below}", "relative"), "for a relative watch after a change by another");
            c.ExpectEvent(came, new StoreEvent($"{guest.Home}/dir{below}", "absolute"), "for an absolute watch");
            await c.ExpectOkAsync(guest.Session.WriteAsync($"dir{below}", "w"), "WRITE by the guest, relative");
            came = await guest.Session.SettledEventsAsync();
            c.ExpectEvent(came, new StoreEvent($"dir{below}", "relative"), "for a relative watch after an own change");
            c.ExpectEvent(came, new StoreEvent($"{guest.Home}/dir{below}", "absolute"), "for an absolute watch after a relative change");
            c.Expect(came.All(e => e.Path.StartsWith('/') == (e.Token == "absolute")), "each event in the form of its watch", WatchHelp.Describe(came));
        }
    }

    /// <summary>A watch can be removed by either form of its path.</summary>
    [Case("XS-074", "XS-077", Over = Carriers.Ring)]
    public static async Task RelativeAndAbsoluteFormNameOneWatch(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        await c.WatchedAsync(guest.Session, "dir", "t");
        await c.ExpectErrorAsync(
            XsError.EEXIST, guest.Session.WatchAsync($"{guest.Home}/dir", "t"), "WATCH of the same node by its absolute path");
        await c.ExpectOkAsync(guest.Session.UnwatchAsync($"{guest.Home}/dir", "t"), "UNWATCH by the absolute path");
        await c.ExpectOkAsync(guest.Session.WriteAsync("dir", "v"), "WRITE");
        c.ExpectEvents(await guest.Session.SettledEventsAsync(), "after UNWATCH");
    }

    private static async Task ExpectNextAsync(StoreContext c, StoreSession session, string path, string token)
    {
        // The session itself checks that the body is two whole strings and that both ids are zero.
        var next = await session.NextEventAsync();
        c.Expect(next == new StoreEvent(path, token), $"the event {path} with the token as given", $"{next}");
    }
}
