using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Domains;

/// <summary>Brings domains to their end and knows when the store has taken notice. For daemons of a case's own.</summary>
internal static class DeathWitness
{
    /// <summary>The special watch for domains that come.</summary>
    public const string Introduce = "@introduceDomain";

    /// <summary>The special watch for domains that go.</summary>
    public const string Release = "@releaseDomain";

    /// <summary>Opens a session of domain 0 that watches <see cref="Release"/>; its first event is taken already.</summary>
    public static async Task<StoreSession> OpenAsync(StoreContext c)
    {
        var witness = await c.ConnectAsync();
        await c.ExpectOkAsync(witness.WatchAsync(Release, "witness"), $"WATCH of {Release} by domain 0");
        _ = await witness.SettledEventsAsync();
        return witness;
    }

    /// <summary>Destroys a domain and waits until the store has told the witness.</summary>
    public static async Task DestroyAsync(StoreContext c, StoreSession witness, StoreGuest guest)
    {
        await guest.Domain.DestroyAsync();
        c.Log.Note($"dom{guest.Id}", "domain destroyed");
        var told = await witness.NextEventAsync();
        c.Expect("XS-088", told.Path == Release, $"an event {Release} after the destruction of domain {guest.Id}", $"{told}");
        _ = await witness.SettledEventsAsync();
    }
}
