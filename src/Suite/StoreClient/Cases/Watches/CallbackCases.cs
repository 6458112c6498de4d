using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.StoreClient.Script;
using Conformance.Suite.Targets;

namespace Conformance.Suite.StoreClient.Cases.Watches;

/// <summary>When the callbacks of watches run, and when they do not any more.</summary>
public static class CallbackCases
{
    /// <summary>Callbacks of one connection run one after the other, over all of its watches, in the order of the events.</summary>
    [Case("XS-093", Over = Carriers.Both)]
    public static async Task CallbacksRunOneAtATimeInTheOrderOfTheEvents(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        var slow = c.CreateGate();
        var first = c.CreateProbe("first", _ => slow.Opened);
        // Whoever does not wait for a callback overtakes one that gives way in the middle.
        var second = c.CreateProbe("second", async _ => await Task.Yield());
        var (_, firstToken) = await c.WatchAsync(client, store, first);
        var (_, secondToken) = await c.WatchAsync(client, store, second);
        var expected = new List<string>();
        for (int i = 0; i < 20; i++)
        {
            bool isFirst = i == 0 || c.Random.Next(2) == 0;
            string path = $"{(isFirst ? "first" : "second")}/{i}";
            await store.EventAsync(path, isFirst ? firstToken : secondToken);
            expected.AddRange([$"begin {path}", $"end {path}"]);
        }

        await store.EventAsync("second/last", secondToken);
        await c.NextCallAsync(first, "while it is held up");
        await c.RoundTripAsync(client, store, "while a callback is held up");
        await c.RoundTripAsync(client, store, "while a callback is still held up");
        slow.Open();
        while (await c.NextCallAsync(second, "with the last event") != "second/last")
        {
        }

        string[] came = [.. c.Journal.Entries.TakeWhile(entry => entry != "begin second/last")];
        c.Expect(came.SequenceEqual(expected), string.Join(", ", expected), string.Join(", ", came));
    }

    /// <summary>Unregistering ends only when the running callback has, and what is queued behind it does not run.</summary>
    [Case("XS-094", Over = Carriers.Both)]
    public static async Task RemovingWaitsForTheRunningCallbackAndPurgesTheRest(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        var gate = c.CreateGate();
        var probe = c.CreateProbe("watched", _ => gate.Opened);
        var other = c.CreateProbe("other");
        var (watch, token) = await c.WatchAsync(client, store, probe);
        var (_, otherToken) = await c.WatchAsync(client, store, other);
        await store.EventAsync("watched/running", token);
        await store.EventAsync("watched/queued", token);
        await c.NextCallAsync(probe, "with watched/running");

        var removing = RemoveAsync(c, watch);
        await AnswerUnwatchAsync(c, client, store);
        await store.EventAsync("watched/late", token);

        // Whoever does not wait for the callback has had more than one chance by then.
        for (int i = 0; i < 50; i++)
        {
            await c.RoundTripAsync(client, store, "while the removed watch's callback runs");
        }

        c.Expect(!removing.IsCompleted, "unregistering waits for the running callback", "it ended before the callback did");
        gate.Open();
        await c.DoneAsync(removing, "unregistering after the callback has ended");
        await store.EventAsync("other", otherToken);
        await c.NextCallAsync(other, "after unregistering another watch");
        string[] journal = [.. c.Journal.Entries.Where(entry => !entry.Contains("other", StringComparison.Ordinal))];
        c.Expect(journal.SequenceEqual(["begin watched/running", "end watched/running", "removed"]),
            "begin watched/running, end watched/running, removed, and no call for the queued or the late event", string.Join(", ", journal));
    }

    /// <summary>Unregistering from the watch's own callback does not wait for that callback.</summary>
    [Case("XS-094")]
    public static async Task RemovingFromTheOwnCallbackDoesNotWait(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        var registered = new TaskCompletionSource<IClientWatch>();
        var removed = new TaskCompletionSource();
        var probe = c.CreateProbe("watched", async _ =>
        {
            await RemoveAsync(c, await registered.Task);
            removed.TrySetResult();
        });
        var (watch, token) = await c.WatchAsync(client, store, probe);
        registered.SetResult(watch);
        await store.EventAsync("watched/running", token);
        await store.EventAsync("watched/queued", token);
        await store.AnswerAsync(XsMessageType.Unwatch, "OK\0");
        await c.DoneAsync(removed.Task, "unregistering from the callback of the watch itself");
        await store.EventAsync("watched/late", token);
        var other = c.CreateProbe("other");
        var (_, otherToken) = await c.WatchAsync(client, store, other);
        await store.EventAsync("other", otherToken);
        await c.NextCallAsync(other, "after a watch unregistered itself");
        c.Expect(probe.Count == 1, "one call of the watch that unregisters itself", $"{probe.Count}");
    }

    /// <summary>A callback may read from the store, as drivers do.</summary>
    [Case("XS-093", "XS-081", Over = Carriers.Both)]
    public static async Task CallbackMayAskTheStore(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        var read = new TaskCompletionSource<byte[]>();
        var probe = c.CreateProbe("watched", async path => read.TrySetResult(await client.ReadAsync(path, c.Cancellation)));
        var (_, token) = await c.WatchAsync(client, store, probe);
        await store.EventAsync("watched", token);
        await store.EventAsync("watched/again", token);
        await store.AnswerAsync(XsMessageType.Read, "latest");
        await c.ExpectValueAsync("latest", read.Task, "a read inside a callback");
    }

    /// <summary>Answers the UNWATCH and a read that goes beside it, in whichever order they come.</summary>
    private static async Task AnswerUnwatchAsync(StoreClientContext c, IClientUnderTest client, ScriptedStore store)
    {
        var marker = client.ReadAsync("marker", c.Cancellation);
        bool answered = false, seen = false;
        while (!answered || !seen)
        {
            var request = await store.NextAsync("UNWATCH");
            seen |= request.Type == XsMessageType.Read;
            answered |= request.Type == XsMessageType.Unwatch;
            await store.ReplyAsync(request, request.Type == XsMessageType.Unwatch ? "OK\0" : "marked");
        }

        await c.ExpectValueAsync("marked", marker, "a read while a watch is removed");
    }

    private static async Task RemoveAsync(StoreClientContext c, IClientWatch watch)
    {
        await watch.RemoveAsync(c.Cancellation);
        c.Journal.Add("removed");
    }
}
