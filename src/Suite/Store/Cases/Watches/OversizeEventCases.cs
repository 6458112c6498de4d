using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Cases.Paths;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Watches;

/// <summary>Events that do not fit into a message.</summary>
public static class OversizeEventCases
{
    /// <summary>An event of exactly 4,096 bytes is sent, one byte more is not, and the store goes on.</summary>
    [Case("XS-087", "XS-012", Over = Carriers.Both, Needs = Needs.OwnDaemon, Guards = "XSA-324, Z-046")]
    public static async Task EventAboveOneMessageIsNotSent(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var tools = await c.ToolStackAsync();
        string token = Token(area + "/x");
        await c.WatchedAsync(session, area, token);
        await c.WatchedAsync(session, area, "short");
        await c.ExpectOkAsync(tools.WriteAsync(area + "/x", "v"), "WRITE by domain 0");
        var came = await session.SettledEventsAsync();
        c.ExpectEvent(came, new StoreEvent(area + "/x", token), $"of {XsLimits.PayloadMax} bytes");
        foreach (string path in new[] { area + "/xx", area + "/x/y", area + "/" + new string('x', 200) })
        {
            await c.ExpectOkAsync(tools.WriteAsync(path, "v"), "WRITE by domain 0");
            c.ExpectEvents(
                await session.SettledEventsAsync(), "where the other would have more than one message", new StoreEvent(path, "short"));
        }

        await c.ExpectOkAsync(session.UnwatchAsync(area, token), "UNWATCH of the long token");
        await c.ExpectOkAsync(session.WriteAsync(area, "v"), "WRITE after all this");
    }

    /// <summary>A watch whose request fills a message has a first event that fills one, and no event for what is below.</summary>
    [Case("XS-087", "XS-070", Over = Carriers.Both, Needs = Needs.OwnDaemon, Guards = "XSA-324, Z-046")]
    public static async Task LongestWatchFiresForItsOwnPathOnly(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        string token = Token(area);
        await c.ExpectOkAsync(session.WatchAsync(area, token), $"WATCH of {XsLimits.PayloadMax} bytes");
        c.ExpectEvents(await session.SettledEventsAsync(), "at once", new StoreEvent(area, token));
        await c.ExpectOkAsync(session.WriteAsync(area + "/below", "v"), "WRITE below");
        c.ExpectEvents(await session.SettledEventsAsync(), "of more than one message");
        await c.ExpectOkAsync(session.RmAsync(area), "RM of the watched node");
        c.ExpectEvents(await session.SettledEventsAsync(), "for the watched path itself", new StoreEvent(area, token));
    }

    /// <summary>The longest path that the store accepts, with a token that fills the message.</summary>
    [Case("XS-087", Over = Carriers.Both, Needs = Needs.OwnDaemon, Guards = "XSA-324, Z-046")]
    public static async Task LongestPathWithALongTokenIsNotSentOrWhole(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var tools = await c.ToolStackAsync();
        string longest = "";
        foreach (int length in new[] { XsLimits.AbsolutePathMax, XsLimits.RelativePathMax, XsLimits.PayloadMax / 4, 512 })
        {
            longest = PathRequests.OfLength(area, length);
            if (!(await tools.WriteAsync(longest, "v")).IsError)
            {
                break;
            }
        }

        string whole = Token(longest);
        await c.WatchedAsync(session, longest, whole);
        await c.WatchedAsync(session, area, whole);
        await c.WatchedAsync(session, area, whole + "+");
        await c.ExpectOkAsync(tools.WriteAsync(longest, "w"), $"WRITE of a path of {longest.Length} bytes by domain 0");
        var came = await session.SettledEventsAsync();
        c.ExpectEvent(came, new StoreEvent(longest, whole), $"of {XsLimits.PayloadMax} bytes with a path of {longest.Length} bytes");
        c.Expect(came.All(e => e.Token == whole), "no event of more than one message", $"{came.Count} events");
        await c.ExpectOkAsync(tools.RmAsync(area), "RM of everything by domain 0");
        await session.RoundTripAsync();
    }

    private static string Token(string path) => new('t', XsLimits.PayloadMax - path.Length - 2);
}
