using System.Text;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.StoreClient.Script;
using Conformance.Suite.Targets;

namespace Conformance.Suite.StoreClient.Cases.Transactions;

/// <summary>What a client does when the store tells it of a conflict.</summary>
public static class ConflictRetryCases
{
    /// <summary>After EAGAIN everything is done again from TRANSACTION_START, in the new transaction and with what is read there.</summary>
    [Case("XS-118", "XS-117", "XS-112", Over = Carriers.Both, Guards = "Z-164, Z-199")]
    public static async Task ConflictRedoesEverythingWithFreshInputs(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        var transaction = client.TransactAsync(IncrementAsync, c.Cancellation);
        string[] inputs = ["1", "20", "20", "400"];
        for (int round = 0; round < inputs.Length; round++)
        {
            uint id = 100 - (uint)round;
            await ExpectRoundAsync(c, store, id, inputs[round]);
            var end = await NextInAsync(c, store, XsMessageType.TransactionEnd, id, "T");
            await (round < inputs.Length - 1 ? store.FailAsync(end, "EAGAIN\0") : store.ReplyAsync(end, "OK\0"));
        }

        await c.DoneAsync(transaction, "a transaction that conflicted three times and then did not");
        await c.RoundTripAsync(client, store, "after the transaction");
    }

    /// <summary>A conflict may be told at a commit that wrote nothing as well.</summary>
    [Case("XS-117")]
    public static async Task ConflictOfAReadingTransactionIsRedoneToo(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        string value = "";
        var transaction = client.TransactAsync(async open => value = Encoding.Latin1.GetString(await open.ReadAsync("counter")), c.Cancellation);
        foreach (var (id, input) in new (uint, string)[] { (3, "old"), (4, "new") })
        {
            await store.ReplyAsync(await store.NextAsync(XsMessageType.TransactionStart), $"{id}\0");
            await store.ReplyAsync(await NextInAsync(c, store, XsMessageType.Read, id, "counter"), input);
            var end = await NextInAsync(c, store, XsMessageType.TransactionEnd, id, "T");
            await (id == 3 ? store.FailAsync(end, "EAGAIN\0") : store.ReplyAsync(end, "OK\0"));
        }

        await c.DoneAsync(transaction, "a reading transaction that conflicted once");
        c.Expect("XS-118", value == "new", "the value read in the second transaction", value);
    }

    /// <summary>A commit that failed for another reason is told and not taken for a success.</summary>
    [Case("XS-117", Guards = "Z-164")]
    public static async Task FailedCommitIsNoSuccess(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        foreach (var error in new[] { XsError.ENOSPC, XsError.ENOENT, XsError.EIO })
        {
            var transaction = client.TransactAsync(_ => Task.CompletedTask, c.Cancellation);
            await store.AnswerAsync(XsMessageType.TransactionStart, "5\0");
            await store.RefuseAsync(XsMessageType.TransactionEnd, error);
            await c.ExpectErrorAsync(error, transaction, $"a transaction whose commit failed with {error}");
        }
    }

    /// <summary>After a conflict, and after a failure inside the transaction, nothing is left open: suspending does not wait.</summary>
    [Case("XS-140", "XS-112", Guards = "Z-165")]
    public static async Task NoTransactionStaysOpenBehindAFailure(StoreClientContext c)
    {
        var (client, store) = await c.OpenAsync();
        var transaction = client.TransactAsync(async open => await open.ReadAsync("counter"), c.Cancellation);
        await store.AnswerAsync(XsMessageType.TransactionStart, "5\0");
        await store.AnswerAsync(XsMessageType.Read, "1");
        await store.RefuseAsync(XsMessageType.TransactionEnd, XsError.EAGAIN);
        await store.AnswerAsync(XsMessageType.TransactionStart, "6\0");
        await store.RefuseAsync(XsMessageType.Read, XsError.EACCES);
        var end = await NextInAsync(c, store, XsMessageType.TransactionEnd, 6, "F");
        await store.ReplyAsync(end, "OK\0");
        await c.ExpectErrorAsync(XsError.EACCES, transaction, "a transaction in which a read was refused");

        var refused = client.TransactAsync(_ => Task.CompletedTask, c.Cancellation);
        await store.RefuseAsync(XsMessageType.TransactionStart, XsError.ENOSPC);
        await c.ExpectErrorAsync(XsError.ENOSPC, refused, "a transaction that could not start");
        await c.DoneAsync(client.SuspendAsync(c.Cancellation), "a suspend after failed transactions");
        client.CancelSuspend();
        await c.RoundTripAsync(client, store, "after the cancelled suspend");
    }

    private static async Task IncrementAsync(IClientTransaction open)
    {
        int counter = int.Parse(await open.ReadAsync("counter"), System.Globalization.CultureInfo.InvariantCulture);
        await open.WriteAsync("counter", Encoding.ASCII.GetBytes($"{counter + 1}"));
    }

    private static async Task ExpectRoundAsync(StoreClientContext c, ScriptedStore store, uint id, string input)
    {
        var start = await store.NextAsync("TRANSACTION_START");
        c.Expect("XS-117", start.Type == XsMessageType.TransactionStart && start.Header.TransactionId == 0,
            "a new TRANSACTION_START with tx_id 0", start.ToString());
        await store.ReplyAsync(start, $"{id}\0");
        await store.ReplyAsync(await NextInAsync(c, store, XsMessageType.Read, id, "counter"), input);
        var write = await NextInAsync(c, store, XsMessageType.Write, id, "counter");
        string expected = $"{int.Parse(input, System.Globalization.CultureInfo.InvariantCulture) + 1}";
        c.Expect(write.Strings is [_, var written] && written == expected,
            $"{expected} written, one more than the {input} read in transaction {id}", write.ToString());
        await store.ReplyAsync(write, "OK\0");
    }

    /// <summary>The next request, which must be of that type in that transaction.</summary>
    private static async Task<StoreRequest> NextInAsync(StoreClientContext c, ScriptedStore store, XsMessageType type, uint id, string first)
    {
        var request = await store.NextAsync($"{type} in transaction {id}");
        c.Expect("XS-117", request.Type == type && request.Strings.Count > 0 && request.Strings[0] == first,
            $"{type} of {first} in transaction {id}", request.ToString());
        c.Expect("XS-112", request.Header.TransactionId == id, $"{type} in transaction {id}, as others are dead", request.ToString());
        return request;
    }
}
