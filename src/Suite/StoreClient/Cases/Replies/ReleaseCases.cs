using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;

namespace Conformance.Suite.StoreClient.Cases.Replies;

/// <summary>How those who wait for a reply are released when it will not come.</summary>
public static class ReleaseCases
{
    /// <summary>Closing the client ends every call that waits for a reply.</summary>
    [Case("XS-146", Over = Carriers.Both)]
    public static async Task ClosingTheClientReleasesEveryWaiter(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        Task[] waiting =
        [
            client.ReadAsync("first", c.Cancellation),
            client.WriteAsync("second", "value"u8.ToArray(), c.Cancellation),
            client.TransactAsync(_ => Task.CompletedTask, c.Cancellation),
            client.WatchAsync("third", _ => Task.CompletedTask, c.Cancellation),
        ];
        await store.NextAsync("a request");
        await c.DoneAsync(client.DisposeAsync().AsTask(), "closing the client");
        foreach (var call in waiting)
        {
            var failure = await c.EndAsync(call, "a call that waits for its reply when the client closes");
            c.Expect(failure is not null, "an error from a call that got no reply", "success");
        }
    }

    /// <summary>The end of the stream ends every call, those that wait and those that come later.</summary>
    [Case("XS-146")]
    public static async Task EndOfTheStreamReleasesEveryWaiter(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        var first = client.ReadAsync("first", c.Cancellation);
        var second = client.ReadAsync("second", c.Cancellation);
        var request = await store.NextAsync(XsMessageType.Read);
        await store.SendBytesAsync([.. Script.ScriptedStore.ToBytes(request.Header with { Length = 5 }, "val"u8)], "the first part of a reply");
        await store.CloseAsync();
        await c.ExpectBrokenAsync(first, "a read whose reply is cut off by the end of the stream");
        await c.ExpectBrokenAsync(second, "a read that waits when the stream ends");
        await c.ExpectBrokenAsync(client.ReadAsync("third", c.Cancellation), "a read after the end of the stream");
    }

    /// <summary>The late reply to a request that was given up answers nobody else.</summary>
    [Case("XS-146", "XS-021", Over = Carriers.Both, Guards = "Z-138")]
    public static async Task LateReplyToARequestGivenUpAnswersNobodyElse(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        for (int round = 0; round < 10; round++)
        {
            using var patience = new CancellationTokenSource();
            var givenUp = client.ReadAsync("given/up", patience.Token);
            var late = await store.NextAsync(XsMessageType.Read);
            await patience.CancelAsync();
            c.Expect(await c.EndAsync(givenUp, "a read that is given up") is not null, "no value from a read that is given up", "a value");
            var reading = client.ReadAsync("node", c.Cancellation);
            var request = await store.NextAsync(XsMessageType.Read);
            await store.ReplyAsync(late, "late");
            await store.ReplyAsync(request, "in time");
            await c.ExpectValueAsync("in time", reading, "a read after one that was given up");
        }
    }

    /// <summary>Requests held back by a suspend are released as well when the client closes.</summary>
    [Case("XS-146")]
    public static async Task ClosingASuspendedClientReleasesEveryWaiter(StoreClientContext c)
    {
        var (client, _) = await c.OpenAsync();
        await c.DoneAsync(client.SuspendAsync(c.Cancellation), "the suspend");
        var held = client.ReadAsync("node", c.Cancellation);
        await c.DoneAsync(client.DisposeAsync().AsTask(), "closing a suspended client");
        c.Expect(await c.EndAsync(held, "a read that is held back when the client closes") is not null, "an error from a read that got no reply", "success");
    }
}
