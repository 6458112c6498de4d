using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Quotas;

/// <summary>The limits are for unprivileged domains.</summary>
public static class PrivilegedQuotaCases
{
    /// <summary>A privileged connection may create more than 1000 nodes.</summary>
    [Case("XS-123")]
    public static async Task PrivilegedMayCreateMoreThanAThousandNodes(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var (created, refusal) = await NodeFill.CreateAsync(session, area, NodeFill.Limit + 200);
        c.Expect(refusal is null, $"{NodeFill.Limit + 200} nodes", $"{refusal?.Summary} after {created}");
        await c.ExpectOkAsync(session.RmAsync(area), "RM of all of them");
    }

    /// <summary>A privileged connection may set more than 128 watches.</summary>
    [Case("XS-123")]
    public static async Task PrivilegedMaySetMoreThan128Watches(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        for (int i = 0; i < 2 * CountedQuota.Watches.Limit; i++)
        {
            await c.ExpectOkAsync(session.WatchAsync(area, $"{i}"), $"WATCH number {i + 1}");
        }
    }

    /// <summary>A privileged connection may open more than 10 transactions.</summary>
    [Case("XS-123")]
    public static async Task PrivilegedMayOpenMoreThanTenTransactions(StoreContext c)
    {
        var (session, _) = await c.OpenAsync();
        for (int i = 0; i < 3 * CountedQuota.Transactions.Limit; i++)
        {
            await c.ExpectOkAsync(session.StartTransactionAsync(), $"TRANSACTION_START number {i + 1}");
        }
    }

    /// <summary>A privileged connection's transaction may touch more than 1024 nodes, and commits.</summary>
    [Case("XS-123")]
    public static async Task PrivilegedTransactionMayTouchMoreThan1024Nodes(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync(area), "MKDIR");
        uint t = await c.StartTransactionAsync(session);
        for (int i = 0; i < 1100; i++)
        {
            await session.ReadAsync($"{area}/missing{i}", t);
        }

        await c.ExpectOkAsync(session.WriteAsync(area + "/last", "x", t), "WRITE in a transaction");
        await c.ExpectOkAsync(session.CommitAsync(t), "TRANSACTION_END T");
        await c.ExpectTextAsync("x", session.ReadAsync(area + "/last"), "READ after the commit");
    }
}
