using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Ring;

/// <summary>A tool stack that watches for the death of domains.</summary>
internal sealed class DeathWatch(StoreContext context, StoreSession session)
{
    private const string Special = "@releaseDomain";

    /// <summary>Opens a session and sets the watch.</summary>
    public static async Task<DeathWatch> StartAsync(StoreContext c)
    {
        var session = await c.ConnectAsync();
        await c.ExpectOkAsync(session.WatchAsync(Special, "death"), $"WATCH of {Special}");
        await session.SettledEventsAsync();
        return new DeathWatch(c, session);
    }

    /// <summary>Fails when a death was told since the last look, or when the store no longer knows the domain.</summary>
    public async Task ExpectAliveAsync(StoreGuest guest, string after)
    {
        var events = await session.SettledEventsAsync();
        context.Expect("XS-090", events.Count == 0, $"no {Special} for a domain that lives after {after}", string.Join(", ", events));
        await context.ExpectTextAsync(
            "T\0", session.AboutDomainAsync(XsMessageType.IsDomainIntroduced, guest.Id), $"IS_DOMAIN_INTRODUCED after {after}", "XS-013");
    }

    /// <summary>Fails unless the domain counts as alive now, and as dead once it is destroyed.</summary>
    public async Task ExpectAliveThenDeadAsync(StoreGuest guest)
    {
        await ExpectAliveAsync(guest, "its ring was broken");
        await ExpectDeathAsync(guest);
    }

    /// <summary>Destroys the domain; fails unless its death is told and the store forgets it.</summary>
    public async Task ExpectDeathAsync(StoreGuest guest)
    {
        context.Log.Note(session.Name, $"domain {guest.Id} is destroyed");
        await guest.Domain.DestroyAsync();
        StoreEvent told;
        do
        {
            told = await session.NextEventAsync();
            context.Expect("XS-090", told == new StoreEvent(Special, "death"), $"a {Special} event once the domain is gone", told.ToString());
        }
        while ((await session.AboutDomainAsync(XsMessageType.IsDomainIntroduced, guest.Id)).Text == "T\0");
    }
}
