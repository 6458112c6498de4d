using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;

namespace Conformance.Suite.StoreClient.Cases.Watches;

/// <summary>Events that are malformed, unknown or groundless.</summary>
public static class EventBodyCases
{
    /// <summary>An event that has not exactly two strings calls nobody, and the next good one is delivered.</summary>
    [Case("XS-096", Over = Carriers.Both, Guards = "Z-030")]
    public static async Task EventWithoutExactlyTwoStringsIsDropped(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        var probe = c.CreateProbe("watched");
        var (_, token) = await c.WatchAsync(client, store, probe);
        string[] bodies =
        [
            "", "\0", "watched\0", $"{token}\0", "watched", token,
            $"watched\0{token}\0extra\0", $"watched\0{token}\0\0", $"\0watched\0{token}\0", $"watched/\0a\0{token}\0",
            new string('\0', XsLimits.PayloadMax), new string('w', XsLimits.PayloadMax),
        ];
        foreach (string body in bodies)
        {
            await store.EventBodyAsync(body);
        }

        await c.RoundTripAsync(client, store, "after malformed events");
        await store.EventAsync("watched/good", token);
        string came = await c.NextCallAsync(probe, "after malformed events");
        c.Expect(came == "watched/good", "the event watched/good and none of the malformed ones", came);
    }

    /// <summary>An event whose token belongs to no watch calls nobody, whatever its path is.</summary>
    [Case("XS-083", Over = Carriers.Both)]
    public static async Task EventWithUnknownTokenIsDropped(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        await store.EventAsync("before/any/watch", "0");
        var probe = c.CreateProbe("watched");
        var (_, token) = await c.WatchAsync(client, store, probe);
        foreach (string unknown in new[] { "", "unknown", token + "0", "0" + token, token[..^1], token.ToUpperInvariant() + "X", new string('f', 3000) }.Where(text => text != token))
        {
            await store.EventAsync("watched", unknown);
        }

        await c.RoundTripAsync(client, store, "after events with unknown tokens");
        await store.EventAsync("watched/good", token);
        string came = await c.NextCallAsync(probe, "after events with unknown tokens");
        c.Expect(came == "watched/good", "the event watched/good and none with an unknown token", came);
    }

    /// <summary>An event that was under way when its watch was removed calls nobody, also when the path is watched again.</summary>
    [Case("XS-083", "XS-094", Over = Carriers.Both)]
    public static async Task EventForARemovedWatchIsDropped(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        var first = c.CreateProbe("watched");
        var (watch, oldToken) = await c.WatchAsync(client, store, first);
        var removing = watch.RemoveAsync(c.Cancellation);
        var request = await store.NextAsync(XsMessageType.Unwatch);
        await store.ReplyAsync(request, "OK\0");
        await c.DoneAsync(removing, "removing the watch");
        await store.EventAsync("watched/late", oldToken);
        await c.RoundTripAsync(client, store, "after an event for a removed watch");

        var second = c.CreateProbe("watched");
        var (_, newToken) = await c.WatchAsync(client, store, second);
        if (newToken != oldToken)
        {
            await store.EventAsync("watched/late", oldToken);
        }

        await store.EventAsync("watched/good", newToken);
        string came = await c.NextCallAsync(second, "after the path is watched again");
        c.Expect(came == "watched/good", "the event watched/good for the new watch and no late one", came);
        c.Expect(first.Count == 0, "no call of the removed watch", $"{first.Count}");
    }

    /// <summary>A watch is removed with the path and the token that it was registered with.</summary>
    [Case("XS-083", "XS-077", Guards = "Z-201")]
    public static async Task WatchIsRemovedWithTheTokenItWasRegisteredWith(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        var (other, otherToken) = await c.WatchAsync(client, store, c.CreateProbe("watched"));
        var (watch, token) = await c.WatchAsync(client, store, c.CreateProbe("watched"));
        c.Expect(token != otherToken, "different tokens for two watches of one path", token);
        foreach (var (removed, expected) in new[] { (watch, token), (other, otherToken) })
        {
            var removing = removed.RemoveAsync(c.Cancellation);
            var request = await store.NextAsync(XsMessageType.Unwatch);
            c.Expect(c.TokenOf(request, "watched") == expected, $"UNWATCH of watched with the token {expected}", request.ToString());
            await store.ReplyAsync(request, "OK\0");
            await c.DoneAsync(removing, "removing a watch");
        }
    }

    /// <summary>Events without a cause disturb nothing: before the reply to WATCH, twice, in a transaction, while a request waits.</summary>
    [Case("XS-082", Over = Carriers.Both)]
    public static async Task SpuriousEventsDisturbNothing(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        var probe = c.CreateProbe("watched");
        var registering = client.WatchAsync(probe.Path, probe.RunAsync, c.Cancellation);
        var request = await store.NextAsync(XsMessageType.Watch);
        string token = c.TokenOf(request, probe.Path);
        await store.EventAsync("watched", token);
        await store.ReplyAsync(request, "OK\0");
        await c.DoneAsync(registering, "a watch whose first event comes before the reply");

        var transaction = client.TransactAsync(
            async open => await c.ExpectValueAsync("value", open.ReadAsync("node"), "a read in a transaction among spurious events"), c.Cancellation);
        await store.EventAsync("watched", token);
        await store.AnswerAsync(XsMessageType.TransactionStart, "9\0");
        await store.EventAsync("watched", token);
        await store.EventAsync("watched", token);
        await store.AnswerAsync(XsMessageType.Read, "value");
        await store.EventAsync("watched", token);
        await store.AnswerAsync(XsMessageType.TransactionEnd, "OK\0");
        await c.DoneAsync(transaction, "a transaction among spurious events");

        await store.EventAsync("watched/last", token);
        string came;
        do
        {
            came = await c.NextCallAsync(probe, "with watched/last, after spurious events");
            c.Expect(came is "watched" or "watched/last", "the paths of the events as they were sent", came);
        }
        while (came != "watched/last");
    }
}
