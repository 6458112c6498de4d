using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Watches;

/// <summary>Setting and removing watches.</summary>
public static class RegistrationCases
{
    /// <summary>The same path and token twice is EEXIST, and the one watch still fires once.</summary>
    [Case("XS-077", Over = Carriers.Both)]
    public static async Task DuplicateWatchIsEexist(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.WatchedAsync(session, area, "t");
        await c.ExpectErrorAsync(XsError.EEXIST, session.WatchAsync(area, "t"), "the same WATCH again");
        c.ExpectEvents(await session.SettledEventsAsync(), "after a refused WATCH");
        await c.ExpectOkAsync(session.WriteAsync(area, "v"), "WRITE");
        c.ExpectEvents(await session.SettledEventsAsync(), "for the one watch", new StoreEvent(area, "t"));
        await c.ExpectOkAsync(session.UnwatchAsync(area, "t"), "UNWATCH");
        await c.ExpectErrorAsync(XsError.ENOENT, session.UnwatchAsync(area, "t"), "UNWATCH again");
    }

    /// <summary>Another connection may have the same path and token.</summary>
    [Case("XS-077", Over = Carriers.Both)]
    public static async Task TwoConnectionsMayHaveTheSameWatch(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var other = await c.ConnectAsync();
        await c.WatchedAsync(session, area, "t");
        await c.WatchedAsync(other, area, "t");
        await c.ExpectOkAsync(session.UnwatchAsync(area, "t"), "UNWATCH by one connection");
        await c.ExpectOkAsync(other.WriteAsync(area, "v"), "WRITE");
        c.ExpectEvents(await session.SettledEventsAsync(), "for the connection that no longer watches");
        c.ExpectEvent(await other.SettledEventsAsync(), new StoreEvent(area, "t"), "for the connection that still watches");
        await c.ExpectErrorAsync(XsError.ENOENT, session.UnwatchAsync(area, "t"), "UNWATCH of another connection's watch");
    }

    /// <summary>UNWATCH of a pair that is not watched is ENOENT and removes nothing like it.</summary>
    [Case("XS-077", Over = Carriers.Both, Guards = "Z-201")]
    public static async Task UnknownUnwatchIsEnoent(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.WatchedAsync(session, area, "t");
        foreach (var (path, token) in new[]
        {
            (area, "u"), (area, ""), (area, "tt"), (area, "T"), (area + "/x", "t"), (area[..^1], "t"), ("/", "t"), ("@releaseDomain", "t"),
        })
        {
            await c.ExpectErrorAsync(XsError.ENOENT, session.UnwatchAsync(path, token), $"UNWATCH of {path} \"{token}\"");
        }

        await c.ExpectOkAsync(session.WriteAsync(area, "v"), "WRITE");
        c.ExpectEvent(await session.SettledEventsAsync(), new StoreEvent(area, "t"), "for the watch that is left");
    }

    /// <summary>After UNWATCH nothing fires; a new WATCH begins anew.</summary>
    [Case("XS-077", "XS-070", Over = Carriers.Both)]
    public static async Task UnwatchEndsTheEvents(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        for (int round = 0; round < 3; round++)
        {
            await c.ExpectOkAsync(session.WatchAsync(area, "t"), "WATCH");
            c.ExpectEvent(await session.SettledEventsAsync(), new StoreEvent(area, "t"), "at once");
            await c.ExpectOkAsync(session.UnwatchAsync(area, "t"), "UNWATCH");
            _ = await session.SettledEventsAsync();
            await c.ExpectOkAsync(session.WriteAsync(area, "v"), "WRITE");
            c.ExpectEvents(await session.SettledEventsAsync(), "after UNWATCH");
        }
    }

    /// <summary>WATCH and UNWATCH need both strings, whole.</summary>
    [Case("XS-077", Over = Carriers.Both, Needs = Needs.OwnDaemon)]
    public static async Task WatchWithoutATokenIsEinval(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        foreach (var type in new[] { XsMessageType.Watch, XsMessageType.Unwatch })
        {
            await c.ExpectErrorAsync(XsError.EINVAL, session.RequestAsync(type, StorePayload.Strings(area)), $"{type} of a path alone");
            await c.ExpectErrorAsync(XsError.EINVAL, session.RequestAsync(type, StorePayload.Raw(area)), $"{type} of a path without NUL");
            await c.ExpectErrorAsync(XsError.EINVAL, session.RequestAsync(type, StorePayload.Strings("")), $"{type} of one empty string");
        }

        c.ExpectEvents(await session.SettledEventsAsync(), "after refused requests");
    }

    /// <summary>Each token of one path has its own event.</summary>
    [Case("XS-078", Over = Carriers.Both)]
    public static async Task EachTokenGetsItsOwnEvent(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        string[] tokens = ["a", "b", "ab", "", "A"];
        foreach (string token in tokens)
        {
            await c.WatchedAsync(session, area, token);
        }

        await c.ExpectOkAsync(session.WriteAsync(area + "/x", "v"), "WRITE");
        var came = await session.SettledEventsAsync();
        foreach (string token in tokens)
        {
            c.ExpectEvent(came, new StoreEvent(area + "/x", token), "for each token");
        }

        await c.ExpectOkAsync(session.UnwatchAsync(area, "a"), "UNWATCH of one token");
        await c.ExpectOkAsync(session.WriteAsync(area + "/x", "w"), "WRITE");
        came = await session.SettledEventsAsync();
        c.Expect(came.All(e => e.Token != "a"), "no event for the token that is gone", WatchHelp.Describe(came));
        foreach (string token in tokens[1..])
        {
            c.ExpectEvent(came, new StoreEvent(area + "/x", token), "for each token that is left");
        }
    }

    /// <summary>One token may stand for several paths.</summary>
    [Case("XS-078", Over = Carriers.Both)]
    public static async Task OneTokenMayStandForSeveralPaths(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.WatchedAsync(session, area + "/a", "t");
        await c.WatchedAsync(session, area + "/b", "t");
        await c.ExpectOkAsync(session.UnwatchAsync(area + "/a", "t"), "UNWATCH of one path");
        await c.ExpectOkAsync(session.WriteAsync(area + "/a", "v"), "WRITE of the path without watch");
        await c.ExpectOkAsync(session.WriteAsync(area + "/b", "v"), "WRITE of the path with a watch");
        var came = await session.SettledEventsAsync();
        c.ExpectEvent(came, new StoreEvent(area + "/b", "t"), "for the path that is left");
        c.Expect(came.All(e => e.Path != area + "/a"), "no event for the path that is gone", WatchHelp.Describe(came));
    }

    /// <summary>A WATCH that names an open transaction works at once and outlives its abort.</summary>
    [Case("XS-079", Over = Carriers.Both)]
    public static async Task WatchInATransactionWorksAtOnceAndStays(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var tools = await c.ToolStackAsync();
        uint transaction = await c.StartTransactionAsync(session);
        await ExpectOkAsync(c, session, XsMessageType.Watch, area, transaction);
        var first = await session.NextEventAsync();
        c.Expect(first == new StoreEvent(area, "t"), "the first event at once", $"{first}");
        await c.ExpectOkAsync(tools.WriteAsync(area, "v"), "WRITE by domain 0, outside of the transaction");
        c.ExpectEvent(await session.SettledEventsAsync(), new StoreEvent(area, "t"), "while the transaction is open");
        await c.ExpectOkAsync(session.AbortAsync(transaction), "the abort");
        await c.ExpectOkAsync(tools.WriteAsync(area, "w"), "WRITE by domain 0");
        c.ExpectEvent(await session.SettledEventsAsync(), new StoreEvent(area, "t"), "after the abort");
    }

    /// <summary>So does an UNWATCH, which the abort does not undo.</summary>
    [Case("XS-079", Over = Carriers.Both)]
    public static async Task UnwatchInATransactionWorksAtOnceAndStays(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var tools = await c.ToolStackAsync();
        await c.WatchedAsync(session, area, "t");
        uint transaction = await c.StartTransactionAsync(session);
        await ExpectOkAsync(c, session, XsMessageType.Unwatch, area, transaction);
        await c.ExpectOkAsync(tools.WriteAsync(area, "v"), "WRITE by domain 0");
        c.ExpectEvents(await session.SettledEventsAsync(), "after UNWATCH while the transaction is open");
        await c.ExpectOkAsync(session.AbortAsync(transaction), "the abort");
        await c.ExpectOkAsync(tools.WriteAsync(area, "w"), "WRITE by domain 0");
        c.ExpectEvents(await session.SettledEventsAsync(), "after UNWATCH and the abort");
    }

    /// <summary>A tx_id that names nothing is ignored by both.</summary>
    [Case("XS-079", Over = Carriers.Both, Guards = "XSA-115")]
    public static async Task UnknownTransactionIsIgnored(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await ExpectOkAsync(c, session, XsMessageType.Watch, area, 0x7654_3210);
        await c.ExpectOkAsync(session.WriteAsync(area, "v"), "WRITE");
        c.ExpectEvent(await session.SettledEventsAsync(), new StoreEvent(area, "t"), "for that watch");
        await ExpectOkAsync(c, session, XsMessageType.Unwatch, area, 0x7654_3210);
        await c.ExpectErrorAsync(XsError.ENOENT, session.UnwatchAsync(area, "t"), "UNWATCH again");
    }

    /// <summary>The ignored tx_id still comes back in the reply.</summary>
    [Case("XS-016", "XS-079", Over = Carriers.Both)]
    public static async Task WatchRepeatsTheTransactionItIgnores(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        uint transaction = await c.StartTransactionAsync(session);
        foreach (var type in new[] { XsMessageType.Watch, XsMessageType.Unwatch })
        {
            uint id = await session.SendAsync(type, StorePayload.Strings(area, "t"), transaction);
            var reply = await session.ReceiveReplyAsync($"{type}");
            c.Expect(
                reply.Header == new XsHeader(type, id, transaction, 3), $"a reply to {type} with req_id {id} and tx_id {transaction}", $"{reply.Header}");
        }
    }

    // Whether the reply repeats the tx_id is a question of its own (XS-016).
    private static async Task ExpectOkAsync(StoreContext c, StoreSession session, XsMessageType type, string path, uint transaction)
    {
        _ = await session.SendAsync(type, StorePayload.Strings(path, "t"), transaction);
        var reply = await session.ReceiveReplyAsync($"{type}");
        c.Expect(reply.Text == "OK\0", $"success of {type} with tx_id {transaction}", reply.Summary);
    }
}
