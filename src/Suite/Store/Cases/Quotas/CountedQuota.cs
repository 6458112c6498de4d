using System.Globalization;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Quotas;

/// <summary>A quota on things that a client can hold one more of until the store refuses.</summary>
/// <param name="Name">How reports call the things.</param>
/// <param name="Limit">How many an unprivileged domain may hold (XS-123).</param>
/// <param name="TakeAsync">Takes one more; the number is how many this case took before.</param>
internal sealed record CountedQuota(string Name, int Limit, Func<StoreSession, int, Task<StoreMessage>> TakeAsync)
{
    /// <summary>Watches, each on a path of its own.</summary>
    public static readonly CountedQuota Watches = new("watches", 128, (session, number) =>
        session.WatchAsync("watched", number.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Open transactions.</summary>
    public static readonly CountedQuota Transactions = new("transactions", 10, (session, _) => session.StartTransactionAsync());

    /// <summary>Takes until the store refuses, well beyond the limit if need be.</summary>
    /// <returns>The replies to what it granted, and the refusal.</returns>
    public async Task<(IReadOnlyList<StoreMessage> Granted, StoreMessage Refusal)> FillAsync(StoreContext c, StoreSession session)
    {
        var granted = new List<StoreMessage>();
        while (granted.Count < 3 * Limit)
        {
            var reply = await TakeAsync(session, granted.Count);
            if (reply.IsError)
            {
                return (granted, reply);
            }

            granted.Add(reply);
        }

        throw c.Failure(new("XS", 123), $"a refusal of the {Name} beyond {Limit}", $"{granted.Count} granted");
    }

    /// <summary>How many the store grants from now on.</summary>
    public async Task<int> CountAsync(StoreContext c, StoreSession session) => (await FillAsync(c, session)).Granted.Count;

    /// <summary>The case that the limit is the documented one.</summary>
    public async Task ExpectLimitAsync(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        int granted = await CountAsync(c, guest.Session);
        c.Expect(granted == Limit, $"{Limit} {Name}", $"{granted}");
    }

    /// <summary>The case that the refusal is ENOSPC, once and again.</summary>
    public async Task ExpectENOSPCAsync(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var (granted, refusal) = await FillAsync(c, guest.Session);
        c.Expect(refusal.Error == XsError.ENOSPC, $"ENOSPC for {Name} beyond the limit", refusal.Summary);
        await c.ExpectErrorAsync(XsError.ENOSPC, TakeAsync(guest.Session, granted.Count), $"{Name} beyond the limit");
    }

    /// <summary>The case that after <paramref name="free"/> gave all back, exactly as many are granted again.</summary>
    /// <param name="c">The case.</param>
    /// <param name="free">Gets the guest and the replies to what was granted; returns the guest to ask again.</param>
    public async Task ExpectRefillAsync(StoreContext c, Func<StoreGuest, IReadOnlyList<StoreMessage>, Task<StoreGuest>> free)
    {
        var guest = await c.CreateGuestAsync();
        var (granted, _) = await FillAsync(c, guest.Session);
        var again = await free(guest, granted);
        int second = await CountAsync(c, again.Session);
        c.Expect(second == granted.Count, $"{granted.Count} {Name} again after all were given back", $"{second}");
    }
}
