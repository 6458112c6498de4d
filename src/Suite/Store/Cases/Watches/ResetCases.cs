using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Watches;

/// <summary>RESET_WATCHES.</summary>
public static class ResetCases
{
    /// <summary>It removes all watches of the caller and none of others.</summary>
    [Case("XS-091", Over = Carriers.Both, Guards = "XSA-330, Z-049")]
    public static async Task ResetRemovesTheWatchesOfTheCaller(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var other = await c.ConnectAsync();
        foreach (string path in new[] { area, area + "/a", area + "/a/b", "/", "@releaseDomain" })
        {
            await c.WatchedAsync(session, path, "t");
        }

        await c.WatchedAsync(other, area, "t");
        await c.ExpectTextAsync("OK\0", session.ResetWatchesAsync(), "RESET_WATCHES");
        _ = await session.SettledEventsAsync();
        await c.ExpectOkAsync(session.WriteAsync(area + "/a/b", "v"), "WRITE");
        await c.ExpectOkAsync(session.RmAsync(area + "/a"), "RM");
        c.ExpectEvents(await session.SettledEventsAsync(), "after RESET_WATCHES");
        c.ExpectEvent(await other.SettledEventsAsync(), new StoreEvent(area + "/a/b", "t"), "for another connection");
        await c.ExpectErrorAsync(XsError.ENOENT, session.UnwatchAsync(area, "t"), "UNWATCH after RESET_WATCHES");
        await c.ExpectOkAsync(session.WatchAsync(area, "t"), "WATCH after RESET_WATCHES");
        c.ExpectEvent(await session.SettledEventsAsync(), new StoreEvent(area, "t"), "for the new watch");
    }

    /// <summary>It ends all transactions of the caller, uncommitted.</summary>
    [Case("XS-091", Over = Carriers.Both)]
    public static async Task ResetEndsTheTransactionsOfTheCaller(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        uint first = await c.StartTransactionAsync(session);
        uint second = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.WriteAsync(area, "v", first), "WRITE in a transaction");
        await c.ExpectOkAsync(session.ResetWatchesAsync(), "RESET_WATCHES");
        foreach (uint transaction in new[] { first, second })
        {
            var read = await session.ReadAsync("/", transaction);
            c.Expect(read.IsError, "an error for READ in a transaction that was reset", read.Summary);
            var commit = await session.CommitAsync(transaction);
            c.Expect(commit.IsError, "an error for the commit of a transaction that was reset", commit.Summary);
        }

        await c.ExpectErrorAsync(XsError.ENOENT, session.ReadAsync(area), "READ of what was not committed");
        uint third = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.WriteAsync(area, "v", third), "WRITE in a new transaction");
        await c.ExpectOkAsync(session.CommitAsync(third), "its commit");
    }

    /// <summary>Sent inside one of the caller's transactions it does the same, and the store lives.</summary>
    [Case("XS-091", Over = Carriers.Both, Needs = Needs.OwnDaemon, Guards = "XSA-484, Z-060")]
    public static async Task ResetInsideATransactionEndsAll(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.WatchedAsync(session, area, "t");
        uint first = await c.StartTransactionAsync(session);
        uint second = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.WriteAsync(area, "v", first), "WRITE in a transaction");
        await c.ExpectOkAsync(session.ResetWatchesAsync(first), "RESET_WATCHES inside a transaction");
        foreach (uint transaction in new[] { first, second })
        {
            var commit = await session.CommitAsync(transaction);
            c.Expect(commit.IsError, "an error for the commit of a transaction that was reset", commit.Summary);
        }

        _ = await session.SettledEventsAsync();
        await c.ExpectOkAsync(session.WriteAsync(area, "w"), "WRITE");
        c.ExpectEvents(await session.SettledEventsAsync(), "after RESET_WATCHES inside a transaction");
        await c.ExpectTextAsync("w", session.ReadAsync(area), "READ");
    }

    /// <summary>The quota of watches and of transactions is free again.</summary>
    [Case("XS-091", "XS-127", Over = Carriers.Ring, Guards = "XSA-330, XSA-484, Z-049")]
    public static async Task ResetReturnsTheQuota(StoreContext c)
    {
        var (session, _) = await c.OpenAsync();
        for (int round = 0; round < 5; round++)
        {
            for (int i = 0; i < 90; i++)
            {
                await c.ExpectOkAsync(session.WatchAsync($"w{i}", $"{round}"), $"WATCH number {i} in round {round}");
            }

            uint transaction = 0;
            for (int i = 0; i < 10; i++)
            {
                transaction = await c.StartTransactionAsync(session);
            }

            await c.ExpectOkAsync(session.ResetWatchesAsync(round % 2 == 0 ? 0 : transaction), "RESET_WATCHES");
            _ = await session.SettledEventsAsync();
        }
    }
}
