using Conformance.Suite.Cases;
using Conformance.Suite.Store.Cases.Trees;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Transactions;

/// <summary>A transaction that is given up leaves no trace. Quotas are asked about beside the other quota cases.</summary>
public static class AbortCases
{
    /// <summary>After F the store is as before, and nobody was told anything.</summary>
    [Case("XS-115", "XS-119", Over = Carriers.Both)]
    public static async Task AbortLeavesNoTrace(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var watcher = await c.ToolStackAsync();
        var before = await PrepareAsync(c, session, watcher, area);
        uint t = await c.StartTransactionAsync(session);
        await ChangeEverythingAsync(c, session, area, t);
        await c.ExpectOkAsync(session.AbortAsync(t), "TRANSACTION_END F");
        await ExpectNoTraceAsync(c, watcher, area, before, "after an abort");
        c.Expect(
            (await session.SettledEventsAsync()).Count == 0,
            "no event at the one who aborted");
    }

    /// <summary>A connection that ends takes its transactions with it.</summary>
    [Case("XS-115")]
    public static async Task EndOfTheConnectionAborts(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var watcher = await c.ToolStackAsync();
        var before = await PrepareAsync(c, session, watcher, area);
        uint t = await c.StartTransactionAsync(session);
        await ChangeEverythingAsync(c, session, area, t);
        c.Log.Note(session.Name, "closes its connection inside a transaction");
        await session.DisposeAsync();
        await ExpectNoTraceAsync(c, watcher, area, before, "after the connection ended");
    }

    /// <summary>RESET_WATCHES gives up the caller's transactions.</summary>
    [Case("XS-115", "XS-091", Over = Carriers.Both)]
    public static async Task ResetWatchesAborts(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var watcher = await c.ToolStackAsync();
        var before = await PrepareAsync(c, session, watcher, area);
        uint t = await c.StartTransactionAsync(session);
        await ChangeEverythingAsync(c, session, area, t);
        await c.ExpectOkAsync(session.ResetWatchesAsync(), "RESET_WATCHES");
        var end = await session.CommitAsync(t);
        c.Expect("XS-091", end.IsError, "an error for TRANSACTION_END T after RESET_WATCHES", end.Summary);
        await ExpectNoTraceAsync(c, watcher, area, before, "after RESET_WATCHES");
    }

    /// <summary>Aborting one transaction leaves another of the same connection alone.</summary>
    [Case("XS-115", Over = Carriers.Both)]
    public static async Task AbortLeavesOtherTransactionsAlone(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area, "old"), "WRITE");
        uint kept = await c.StartTransactionAsync(session);
        uint dropped = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.WriteAsync(area + "/kept", "1", kept), "WRITE in the transaction that stays");
        await c.ExpectOkAsync(session.WriteAsync(area + "/dropped", "1", dropped), "WRITE in the transaction that goes");
        await c.ExpectOkAsync(session.AbortAsync(dropped), "TRANSACTION_END F");
        await c.ExpectTextAsync("1", session.ReadAsync(area + "/kept", kept), "READ in the transaction that stays");
        await c.ExpectOkAsync(session.CommitAsync(kept), "TRANSACTION_END T", "XS-117");
        await c.ExpectTextAsync("kept\0", session.DirectoryAsync(area), "DIRECTORY after the commit");
    }

    /// <summary>A transaction without any request in it commits and aborts, and does nothing.</summary>
    [Case("XS-115", "XS-117", Over = Carriers.Both)]
    public static async Task EmptyTransactionDoesNothing(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var watcher = await c.ToolStackAsync();
        var before = await PrepareAsync(c, session, watcher, area);
        await c.ExpectOkAsync(session.CommitAsync(await c.StartTransactionAsync(session)), "TRANSACTION_END T at once", "XS-117");
        await c.ExpectOkAsync(session.AbortAsync(await c.StartTransactionAsync(session)), "TRANSACTION_END F at once");
        await ExpectNoTraceAsync(c, watcher, area, before, "after an empty transaction");
    }

    private static async Task<StoreTree> PrepareAsync(StoreContext c, StoreSession session, StoreSession watcher, string area)
    {
        await c.ExpectOkAsync(session.WriteAsync(area + "/value", "old"), "WRITE");
        await c.ExpectOkAsync(session.WriteAsync(area + "/gone/below", "old"), "WRITE");
        await c.ExpectOkAsync(watcher.WatchAsync(area, "trace"), "WATCH");
        await c.ExpectOkAsync(watcher.WatchAsync(area + "/gone/below", "below"), "WATCH");
        await watcher.SettledEventsAsync();
        return await StoreTree.ReadAsync(c, watcher, area);
    }

    private static async Task ChangeEverythingAsync(StoreContext c, StoreSession session, string area, uint transaction)
    {
        string permission = await c.OtherPermissionAsync(session, area + "/value");
        await c.ExpectOkAsync(session.WriteAsync(area + "/value", "new", transaction), "WRITE in a transaction");
        await c.ExpectOkAsync(session.WriteAsync(area + "/made/deep", "new", transaction), "WRITE of new nodes in a transaction");
        await c.ExpectOkAsync(session.MkdirAsync(area + "/directory", transaction), "MKDIR in a transaction");
        await c.ExpectOkAsync(session.RmAsync(area + "/gone", transaction), "RM in a transaction");
        await c.ExpectOkAsync(session.SetPermsAsync(transaction, area + "/value", permission), "SET_PERMS in a transaction");
    }

    private static async Task ExpectNoTraceAsync(StoreContext c, StoreSession watcher, string area, StoreTree before, string situation)
    {
        var events = await watcher.SettledEventsAsync();
        c.Expect("XS-119", events.Count == 0, $"no event {situation}", string.Join(", ", events));
        string difference = before.Difference(await StoreTree.ReadAsync(c, watcher, area));
        c.Expect(difference.Length == 0, $"the store as it was {situation}", difference);
    }
}
