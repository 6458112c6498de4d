using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;
using Conformance.Suite.Verdicts;

namespace Conformance.Suite.Store.Cases.Domains;

/// <summary>A session of domain 0 that watches for ends of domains, brings them about and knows when the store has noticed.</summary>
internal sealed class DeathWatch
{
    /// <summary>The special watch for domains that come.</summary>
    public const string Introduce = "@introduceDomain";

    /// <summary>The special watch for domains that go.</summary>
    public const string Release = "@releaseDomain";

    /// <summary>What the session gets when a domain goes.</summary>
    public static readonly StoreEvent Told = new(Release, "witness");

    private readonly StoreContext c;

    private DeathWatch(StoreContext c, StoreSession session)
    {
        this.c = c;
        Session = session;
    }

    /// <summary>The session; it has no other watch.</summary>
    public StoreSession Session { get; }

    /// <summary>Opens a session and sets the watch; its first event is taken already.</summary>
    public static async Task<DeathWatch> StartAsync(StoreContext c)
    {
        var session = await c.ConnectAsync();
        await c.ExpectOkAsync(session.WatchAsync(Release, Told.Token), $"WATCH of {Release} by domain 0");
        _ = await session.SettledEventsAsync();
        return new DeathWatch(c, session);
    }

    /// <summary>Takes one event; fails when none comes.</summary>
    /// <param name="after">What it should tell of, for the report.</param>
    public async Task NextAsync(string after)
    {
        StoreEvent told;
        try
        {
            told = await Session.NextEventAsync();
        }
        catch (CaseOutcome missing) when (missing.Verdict == Verdict.Fail && missing.Clause is null)
        {
            throw c.Failure(new("XS", 88), $"an event {Release} after {after}", $"none: {missing.Message}");
        }

        c.Expect("XS-088", told == Told, $"an event {Told} after {after}", $"{told}");
    }

    /// <summary>Destroys a domain and waits until the store has told so and knows the domain no more. What else it told is discarded.</summary>
    public async Task DestroyAsync(StoreGuest guest)
    {
        c.Log.Note($"dom{guest.Id}", "domain destroyed");
        await guest.Domain.DestroyAsync();
        do
        {
            await NextAsync($"domain {guest.Id} was destroyed");
        }
        while (await DomainLives.IsIntroducedAsync(c, Session, guest.Id));

        _ = await Session.SettledEventsAsync();
    }

    /// <summary>Fails when an end was told since the last look, or when the store no longer knows the domain.</summary>
    public async Task ExpectAliveAsync(StoreGuest guest, string after)
    {
        var events = await Session.SettledEventsAsync();
        c.Expect("XS-090", events.Count == 0, $"no {Release} for a domain that lives after {after}", string.Join(", ", events));
        await c.ExpectTextAsync(
            "T\0", Session.AboutDomainAsync(XsMessageType.IsDomainIntroduced, guest.Id), $"IS_DOMAIN_INTRODUCED after {after}", "XS-013");
    }

    /// <summary>Fails unless the domain counts as alive now, and as dead once it is destroyed.</summary>
    public async Task ExpectAliveThenDeadAsync(StoreGuest guest)
    {
        await ExpectAliveAsync(guest, "its ring was broken");
        await DestroyAsync(guest);
    }
}
