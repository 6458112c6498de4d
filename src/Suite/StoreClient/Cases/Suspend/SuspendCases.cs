using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;

namespace Conformance.Suite.StoreClient.Cases.Suspend;

/// <summary>What a client does before a suspend, and when the suspend does not happen.</summary>
public static class SuspendCases
{
    /// <summary>Suspending ends only when the open transaction has, whose own requests still go through.</summary>
    [Case("XS-140", Over = Carriers.Both)]
    public static async Task SuspendWaitsForTheOpenTransaction(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        var inside = c.CreateGate();
        var transaction = client.TransactAsync(
            async open =>
            {
                await inside.Opened;
                await open.ReadAsync("node");
            },
            c.Cancellation);
        await store.AnswerAsync(XsMessageType.TransactionStart, "5\0");
        var suspending = client.SuspendAsync(c.Cancellation);
        inside.Open();
        await store.AnswerAsync(XsMessageType.Read, "value");
        var end = await store.NextAsync(XsMessageType.TransactionEnd);
        c.Expect(!suspending.IsCompleted, "a suspend that waits for the open transaction", "it ended before TRANSACTION_END was answered");
        await store.ReplyAsync(end, "OK\0");
        await c.DoneAsync(transaction, "the transaction that was open");
        await c.DoneAsync(suspending, "the suspend after the transaction");
    }

    /// <summary>Suspending ends only when the outstanding request has its reply.</summary>
    [Case("XS-140")]
    public static async Task SuspendWaitsForTheOutstandingRequest(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        var reading = client.ReadAsync("node", c.Cancellation);
        var request = await store.NextAsync(XsMessageType.Read);
        var suspending = client.SuspendAsync(c.Cancellation);
        c.Expect(!suspending.IsCompleted, "a suspend that waits for the outstanding request", "it ended before the reply");
        await store.ReplyAsync(request, "value");
        await c.ExpectValueAsync("value", reading, "the read that was outstanding");
        await c.DoneAsync(suspending, "the suspend after the reply");
    }

    /// <summary>While suspended, nothing is sent: requests, transactions and watches wait until the client runs again.</summary>
    [Case("XS-140")]
    public static async Task NothingIsSentWhileSuspended(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        await c.RoundTripAsync(client, store, "before the suspend");
        await c.DoneAsync(client.SuspendAsync(c.Cancellation), "the suspend");
        Task[] held =
        [
            client.ReadAsync("node", c.Cancellation),
            client.TransactAsync(_ => Task.CompletedTask, c.Cancellation),
            client.WatchAsync("watched", _ => Task.CompletedTask, c.Cancellation),
        ];
        var next = await c.CreateStoreAsync();
        await c.DoneAsync(client.ResumeAsync(next.Wire, c.Cancellation), "resuming");
        var leaked = await store.TakeAllAsync();
        c.Expect(leaked.Count == 0, "no request to the former store while suspended", string.Join("; ", leaked));
        for (int i = 0; i < 4; i++)
        {
            var request = await next.NextAsync("a request that was held back");
            await next.ReplyAsync(request, request.Type switch
            {
                XsMessageType.TransactionStart => "5\0",
                XsMessageType.Read => "value",
                _ => "OK\0",
            });
        }

        foreach (var call in held)
        {
            await c.DoneAsync(call, "a call that was held back");
        }
    }

    /// <summary>After a cancelled suspend no watch is registered again, the old tokens hold, and what was held back goes on.</summary>
    [Case("XS-142", Over = Carriers.Both)]
    public static async Task CancelledSuspendRegistersNothingAgain(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        var probe = c.CreateProbe("watched");
        var (_, token) = await c.WatchAsync(client, store, probe);
        await c.DoneAsync(client.SuspendAsync(c.Cancellation), "the suspend");
        var held = client.ReadAsync("held", c.Cancellation);
        client.CancelSuspend();
        var request = await store.NextAsync("READ, and no WATCH before it");
        c.Expect(request.Type == XsMessageType.Read, "the READ that was held back, and no WATCH before it", request.ToString());
        await store.ReplyAsync(request, "value");
        await c.ExpectValueAsync("value", held, "the read that was held back");
        await store.EventAsync("watched/good", token);
        string came = await c.NextCallAsync(probe, "after the cancelled suspend");
        c.Expect(came == "watched/good", "watched/good", came);

        await c.DoneAsync(client.SuspendAsync(c.Cancellation), "a second suspend");
        client.CancelSuspend();
        var reading = client.ReadAsync("node", c.Cancellation);
        request = await store.NextAsync("READ, and no WATCH before it");
        c.Expect(request.Type == XsMessageType.Read, "READ, and no WATCH before it", request.ToString());
        await store.ReplyAsync(request, "value");
        await c.ExpectValueAsync("value", reading, "a read after the cancelled suspend");
    }
}
