using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Cases.Domains;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Quotas;

/// <summary>How many transactions a guest may have open, how they are given back, and how much one may touch.</summary>
public static class TransactionQuotaCases
{
    /// <summary>A guest may have 10 transactions open and no more.</summary>
    [Case("XS-123", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static Task GuestMayHaveTenTransactions(StoreContext c) => CountedQuota.Transactions.ExpectLimitAsync(c);

    /// <summary>A transaction beyond the limit is ENOSPC.</summary>
    [Case("XS-123", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static Task TransactionBeyondTheLimitIsENOSPC(StoreContext c) => CountedQuota.Transactions.ExpectENOSPCAsync(c);

    /// <summary>A refused start leaves the open transactions as they are.</summary>
    [Case("XS-123", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task RefusedStartLeavesTheOthersOpen(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var (granted, _) = await CountedQuota.Transactions.FillAsync(c, guest.Session);
        for (int i = 0; i < granted.Count; i++)
        {
            await c.ExpectOkAsync(guest.Session.WriteAsync($"node{i}", "x", Id(granted[i])), "WRITE in an open transaction");
        }

        await c.ExpectOkAsync(guest.Session.CommitAsync(Id(granted[0])), "TRANSACTION_END T of the first");
        await c.ExpectTextAsync("x", guest.Session.ReadAsync("node0"), "READ after the commit");
    }

    /// <summary>A commit, an abort and a conflict each give one back.</summary>
    [Case("XS-127", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static Task EachEndGivesBack(StoreContext c) => CountedQuota.Transactions.ExpectRefillAsync(c, async (guest, granted) =>
    {
        var tools = await c.ToolStackAsync();
        await c.ExpectOkAsync(tools.WriteAsync(guest.Home + "/read", "old"), "WRITE");
        for (int i = 0; i < granted.Count; i++)
        {
            uint t = Id(granted[i]);
            if (i % 3 == 0)
            {
                await c.ExpectOkAsync(guest.Session.AbortAsync(t), "TRANSACTION_END F");
                continue;
            }

            await guest.Session.ReadAsync(guest.Home + "/read", t);
            await guest.Session.WriteAsync($"{guest.Home}/write{i}", "x", t);
            if (i % 3 == 1)
            {
                await c.ExpectOkAsync(tools.WriteAsync(guest.Home + "/read", $"{i}"), "another's WRITE");
            }

            // Whether it commits or conflicts does not matter here: either ends the transaction.
            await guest.Session.CommitAsync(t);
        }

        return guest;
    });

    /// <summary>RESET_WATCHES gives all back.</summary>
    [Case("XS-127", "XS-091", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static Task ResetWatchesGivesBackTransactions(StoreContext c) => CountedQuota.Transactions.ExpectRefillAsync(c, async (guest, _) =>
    {
        await c.ExpectOkAsync(guest.Session.ResetWatchesAsync(), "RESET_WATCHES");
        return guest;
    });

    /// <summary>RESET_WATCHES sent inside a transaction gives all back, that one too.</summary>
    [Case("XS-127", "XS-091", Over = Carriers.Ring, Needs = Needs.Guests, Guards = "Z-060")]
    public static Task ResetWatchesInsideATransactionGivesBack(StoreContext c) =>
        CountedQuota.Transactions.ExpectRefillAsync(c, async (guest, granted) =>
        {
            await c.ExpectOkAsync(guest.Session.ResetWatchesAsync(Id(granted[0])), "RESET_WATCHES inside a transaction");
            return guest;
        });

    /// <summary>A release gives all back.</summary>
    [Case("XS-127", "XS-061", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static Task ReleaseGivesBackTransactions(StoreContext c) => CountedQuota.Transactions.ExpectRefillAsync(c, async (guest, _) =>
    {
        await DomainLives.ReleaseAsync(c, guest.Id);
        return await DomainLives.IntroduceAgainAsync(c, guest.Domain);
    });

    /// <summary>The next domain with the number has all its transactions.</summary>
    [Case("XS-127", "XS-061", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static Task DeathGivesBackTransactions(StoreContext c) => CountedQuota.Transactions.ExpectRefillAsync(c, async (guest, _) =>
    {
        await DomainLives.DestroyAsync(c, guest);
        return await c.CreateGuestAsync(guest.Id);
    });

    /// <summary>Refused starts charge nothing: after one end exactly one more can start.</summary>
    [Case("XS-127", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task RefusedStartsChargeNothing(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var (granted, _) = await CountedQuota.Transactions.FillAsync(c, guest.Session);
        for (int i = 0; i < 50; i++)
        {
            var refused = await guest.Session.StartTransactionAsync();
            c.Expect("XS-123", refused.IsError, "a refusal at the limit", refused.Summary);
            await guest.Session.RequestAsync(XsMessageType.TransactionStart, StorePayload.Strings(""), Id(granted[1]));
        }

        await c.ExpectOkAsync(guest.Session.AbortAsync(Id(granted[0])), "TRANSACTION_END F");
        await c.ExpectOkAsync(guest.Session.StartTransactionAsync(), "the TRANSACTION_START that now has a place");
        var beyond = await guest.Session.StartTransactionAsync();
        c.Expect("XS-123", beyond.IsError, "a refusal at the limit", beyond.Summary);
    }

    /// <summary>A guest's transaction may touch about a thousand nodes, not more than 1024.</summary>
    [Case("XS-123", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task TransactionMayTouch1024Nodes(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        uint t = await c.StartTransactionAsync(guest.Session);
        int touched = 0;
        StoreMessage reply;
        do
        {
            reply = await guest.Session.ReadAsync($"{guest.Home}/missing{touched}", t);
        }
        while (reply.Error == XsError.ENOENT && ++touched < 2000);

        // The ancestors that the look-ups pass may count as touched, too.
        c.Expect(touched is >= 1016 and <= 1024, "a refusal of the node behind the 1024th", $"{touched} look-ups, then {reply.Summary}");
        c.Expect(reply.Error == XsError.ENOSPC, "ENOSPC for a node behind the 1024th", reply.Summary);
        uint other = await c.StartTransactionAsync(guest.Session);
        await c.ExpectErrorAsync(XsError.ENOENT, guest.Session.ReadAsync($"{guest.Home}/missing", other), "READ in another transaction");
    }

    /// <summary>Touching the same nodes again and again uses nothing up.</summary>
    [Case("XS-123", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task TouchingTheSameNodeAgainCountsOnce(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        uint t = await c.StartTransactionAsync(guest.Session);
        for (int i = 0; i < 600; i++)
        {
            await c.ExpectOkAsync(guest.Session.WriteAsync("node", $"{i}", t), "WRITE of the same node in a transaction");
            await c.ExpectTextAsync($"{i}", guest.Session.ReadAsync("node", t), "READ of the same node in a transaction");
        }

        await c.ExpectOkAsync(guest.Session.CommitAsync(t), "TRANSACTION_END T");
    }

    private static uint Id(StoreMessage reply) =>
        uint.Parse(reply.Text.TrimEnd('\0'), System.Globalization.CultureInfo.InvariantCulture);
}
