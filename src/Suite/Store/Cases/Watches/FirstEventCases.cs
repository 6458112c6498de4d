using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Watches;

/// <summary>The event that every watch begins with.</summary>
public static class FirstEventCases
{
    /// <summary>It comes once, for a node that is there and for one that is not, with the watched path.</summary>
    [Case("XS-070", Over = Carriers.Both, Guards = "Z-173")]
    public static async Task WatchFiresOnceAtOnce(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area + "/there", "v"), "WRITE");
        foreach (string path in new[] { area, $"{area}/there", $"{area}/missing", $"{area}/missing/below", "/" })
        {
            await c.ExpectOkAsync(session.WatchAsync(path, "token"), $"WATCH of {path}");
            var came = await session.NextEventAsync();
            c.Expect(came == new StoreEvent(path, "token"), $"the first event {path} (token)", $"{came}");
            if (path != "/")
            {
                c.ExpectEvents(await session.SettledEventsAsync(), $"after the first one of a watch of {path}");
            }

            await c.ExpectOkAsync(session.UnwatchAsync(path, "token"), $"UNWATCH of {path}");
        }
    }

    /// <summary>The acknowledgement comes before the event.</summary>
    [Case("XS-070", Over = Carriers.Both)]
    public static async Task AcknowledgementComesBeforeTheFirstEvent(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        _ = await session.SendAsync(XsMessageType.Watch, StorePayload.Strings(area, "token"));
        var first = await session.ReceiveAsync(c.Patience);
        c.Expect(first is { IsEvent: false, IsError: false }, "the acknowledgement of WATCH as the first message", first?.Summary ?? "the end of the connection");
        var second = await session.ReceiveAsync(c.Patience);
        c.Expect(second is { IsEvent: true }, "the first event as the second message", second?.Summary ?? "the end of the connection");
    }

    /// <summary>A relative watch begins with its relative path.</summary>
    [Case("XS-070", "XS-074", Over = Carriers.Ring)]
    public static async Task RelativeWatchFiresAtOnceWithItsRelativePath(StoreContext c)
    {
        var (session, _) = await c.OpenAsync();
        foreach (string path in new[] { "missing", "missing/below" })
        {
            await c.ExpectOkAsync(session.WatchAsync(path, "token"), $"WATCH of {path}");
            var came = await session.NextEventAsync();
            c.Expect(came == new StoreEvent(path, "token"), $"the first event {path} (token)", $"{came}");
        }
    }

    /// <summary>So does a special watch of the privileged domain.</summary>
    [Case("XS-070")]
    public static async Task SpecialWatchFiresAtOnce(StoreContext c)
    {
        var session = await c.ConnectAsync();
        foreach (string path in new[] { "@releaseDomain", "@introduceDomain" })
        {
            await c.ExpectOkAsync(session.WatchAsync(path, "token"), $"WATCH of {path}");
            var came = await session.NextEventAsync();
            c.Expect(came == new StoreEvent(path, "token"), $"the first event {path} (token)", $"{came}");
        }
    }

    /// <summary>A state that was there before the watch is not missed: it is read after the first event.</summary>
    [Case("XS-070", "XS-081", Over = Carriers.Both, Guards = "Z-173, Z-231")]
    public static async Task ChangeJustBeforeTheWatchIsSeen(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var writer = await c.ToolStackAsync();
        for (int round = 0; round < 10; round++)
        {
            string path = $"{area}/{round}";
            _ = await writer.SendAsync(XsMessageType.Write, StorePayload.PathAndBytes(path, "new"u8));
            await c.ExpectOkAsync(session.WatchAsync(path, $"{round}"), "WATCH");
            var value = "";
            while (value != "new")
            {
                c.Expect(await session.NextEventAsync() == new StoreEvent(path, $"{round}"), "an event that tells to read again", "another");
                value = (await session.ReadAsync(path)).Text;
            }

            _ = await writer.ReceiveReplyAsync("WRITE");
            _ = await session.SettledEventsAsync();
        }
    }
}
