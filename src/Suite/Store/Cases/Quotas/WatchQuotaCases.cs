using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Cases.Domains;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Quotas;

/// <summary>How many watches a guest may have, and how they are given back.</summary>
public static class WatchQuotaCases
{
    /// <summary>A guest may have 128 watches and no more.</summary>
    [Case("XS-123", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static Task GuestMayHave128Watches(StoreContext c) => CountedQuota.Watches.ExpectLimitAsync(c);

    /// <summary>A watch beyond the limit is ENOSPC.</summary>
    [Case("XS-123", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static Task WatchBeyondTheLimitIsENOSPC(StoreContext c) => CountedQuota.Watches.ExpectENOSPCAsync(c);

    /// <summary>A refused watch is not set, and those before it still are.</summary>
    [Case("XS-123", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task RefusedWatchIsNotSet(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var (granted, _) = await CountedQuota.Watches.FillAsync(c, guest.Session);
        await guest.Session.SettledEventsAsync();
        await c.ExpectOkAsync((await c.ToolStackAsync()).WriteAsync(guest.Home + "/watched", "x"), "WRITE of the watched path");
        var tokens = (await guest.Session.SettledEventsAsync()).Select(e => e.Token).ToHashSet();
        c.Expect(tokens.Count == granted.Count, $"events for the {granted.Count} watches that were granted", $"{tokens.Count} tokens");
        c.Expect(!tokens.Contains($"{granted.Count}"), "no event for the watch that was refused");
    }

    /// <summary>UNWATCH gives watches back.</summary>
    [Case("XS-127", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static Task UnwatchGivesBack(StoreContext c) => CountedQuota.Watches.ExpectRefillAsync(c, async (guest, granted) =>
    {
        for (int i = 0; i < granted.Count; i++)
        {
            await c.ExpectOkAsync(guest.Session.UnwatchAsync("watched", $"{i}"), "UNWATCH");
        }

        return guest;
    });

    /// <summary>RESET_WATCHES gives all back.</summary>
    [Case("XS-127", "XS-091", Over = Carriers.Ring, Needs = Needs.Guests, Guards = "Z-049")]
    public static Task ResetWatchesGivesBack(StoreContext c) => CountedQuota.Watches.ExpectRefillAsync(c, async (guest, _) =>
    {
        await c.ExpectOkAsync(guest.Session.ResetWatchesAsync(), "RESET_WATCHES");
        return guest;
    });

    /// <summary>A release gives all back.</summary>
    [Case("XS-127", "XS-061", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static Task ReleaseGivesBack(StoreContext c) => CountedQuota.Watches.ExpectRefillAsync(c, async (guest, _) =>
    {
        await DomainLives.ReleaseAsync(c, guest.Id);
        return await DomainLives.IntroduceAgainAsync(c, guest.Domain);
    });

    /// <summary>The next domain with the number has all its watches.</summary>
    [Case("XS-127", "XS-061", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static Task DeathGivesBack(StoreContext c) => CountedQuota.Watches.ExpectRefillAsync(c, async (guest, _) =>
    {
        await DomainLives.DestroyAsync(c, guest);
        return await c.CreateGuestAsync(guest.Id);
    });

    /// <summary>Refused watches, duplicates and unknown ones charge and return nothing.</summary>
    [Case("XS-127", "XS-077", Over = Carriers.Ring, Needs = Needs.Guests)]
    public static async Task RefusalsChargeAndReturnNothing(StoreContext c)
    {
        var fresh = await c.CreateGuestAsync();
        int limit = await CountedQuota.Watches.CountAsync(c, fresh.Session);
        var guest = await c.CreateGuestAsync();
        await c.ExpectOkAsync(guest.Session.WatchAsync("watched", "own"), "WATCH");
        for (int i = 0; i < 200; i++)
        {
            await c.ExpectErrorAsync(XsError.EEXIST, guest.Session.WatchAsync("watched", "own"), "a duplicate WATCH", "XS-077");
            await c.ExpectErrorAsync(XsError.ENOENT, guest.Session.UnwatchAsync("watched", "unknown"), "UNWATCH of an unknown pair", "XS-077");
            var malformed = await guest.Session.WatchAsync("watched//x", "own");
            c.Expect("XS-041", malformed.IsError, "a refusal of a malformed path", malformed.Summary);
        }

        int left = await CountedQuota.Watches.CountAsync(c, guest.Session);
        c.Expect(left == limit - 1, $"{limit - 1} watches to be left beside one", $"{left}");
        var refused = await guest.Session.WatchAsync("watched", "one more");
        c.Expect("XS-123", refused.IsError, "a refusal at the limit", refused.Summary);
        await c.ExpectOkAsync(guest.Session.UnwatchAsync("watched", "own"), "UNWATCH");
        await c.ExpectOkAsync(guest.Session.WatchAsync("watched", "one more"), "the WATCH that now has a place");
        refused = await guest.Session.WatchAsync("watched", "two more");
        c.Expect("XS-123", refused.IsError, "a refusal at the limit", refused.Summary);
    }
}
