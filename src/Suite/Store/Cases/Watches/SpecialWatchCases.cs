using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Cases.Domains;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Watches;

/// <summary>Events about domains that come and go.</summary>
public static class SpecialWatchCases
{
    /// <summary>Each introduction is told once, when the domain is known already.</summary>
    [Case("XS-088", Needs = Needs.Guests | Needs.OwnDaemon)]
    public static async Task IntroductionIsTold(StoreContext c)
    {
        var watcher = await c.ConnectAsync();
        await c.WatchedAsync(watcher, DeathWatch.Introduce, "t");
        for (int i = 0; i < 3; i++)
        {
            var domain = await c.CreateDomainAsync();
            await c.CreateHomeAsync(domain.Id);
            c.ExpectEvents(await watcher.SettledEventsAsync(), "before the introduction");
            _ = await c.IntroduceAsync(domain);
            c.ExpectEvents(await watcher.SettledEventsAsync(), "after one introduction", new StoreEvent(DeathWatch.Introduce, "t"));
        }
    }

    /// <summary>A shutdown of any reason is told once, and the destruction after it once more.</summary>
    [Case("XS-088", Needs = Needs.Guests | Needs.OwnDaemon)]
    public static async Task ShutdownAndDestructionAreToldOnceEach(StoreContext c)
    {
        var witness = await DeathWatch.StartAsync(c);
        foreach (var reason in Enum.GetValues<ShutdownReason>())
        {
            var guest = await c.CreateGuestAsync();
            c.ExpectEvents(await witness.Session.SettledEventsAsync(), "while the domain runs");
            await guest.Domain.ShutdownAsync(reason);
            c.Log.Note($"dom{guest.Id}", $"domain shut down: {reason}");
            await ExpectOneAsync(c, witness, $"a shutdown ({reason})");
            await guest.Domain.DestroyAsync();
            c.Log.Note($"dom{guest.Id}", "domain destroyed");
            await ExpectOneAsync(c, witness, $"the destruction after a shutdown ({reason})");
        }
    }

    /// <summary>A destruction without a shutdown before it is told once.</summary>
    [Case("XS-088", Needs = Needs.Guests | Needs.OwnDaemon)]
    public static async Task DestructionIsTold(StoreContext c)
    {
        var witness = await DeathWatch.StartAsync(c);
        for (int i = 0; i < 3; i++)
        {
            var guest = await c.CreateGuestAsync();
            await guest.Domain.DestroyAsync();
            c.Log.Note($"dom{guest.Id}", "domain destroyed");
            await ExpectOneAsync(c, witness, "a destruction");
        }
    }

    /// <summary>RELEASE of a running domain is told once; its later destruction is no business of the store any more.</summary>
    [Case("XS-088", Needs = Needs.Guests | Needs.OwnDaemon)]
    public static async Task ReleaseIsTold(StoreContext c)
    {
        var witness = await DeathWatch.StartAsync(c);
        var guest = await c.CreateGuestAsync();
        var tools = await c.ToolStackAsync();
        await c.ExpectOkAsync(tools.AboutDomainAsync(XsMessageType.Release, guest.Id), "RELEASE");
        await ExpectOneAsync(c, witness, "RELEASE");
    }

    /// <summary>RELEASE after a shutdown is told besides the shutdown.</summary>
    [Case("XS-088", Needs = Needs.Guests | Needs.OwnDaemon)]
    public static async Task ReleaseAfterAShutdownIsTold(StoreContext c)
    {
        var witness = await DeathWatch.StartAsync(c);
        var guest = await c.CreateGuestAsync();
        var tools = await c.ToolStackAsync();
        await guest.Domain.ShutdownAsync(ShutdownReason.PowerOff);
        c.Log.Note($"dom{guest.Id}", "domain shut down");
        await ExpectOneAsync(c, witness, "a shutdown");
        await c.ExpectOkAsync(tools.AboutDomainAsync(XsMessageType.Release, guest.Id), "RELEASE");
        await ExpectOneAsync(c, witness, "RELEASE after the shutdown");
    }

    /// <summary>A guest without permission hears nothing of others, whatever its WATCH was answered.</summary>
    [Case("XS-088", Needs = Needs.Guests | Needs.OwnDaemon, Guards = "XSA-115, Z-041")]
    public static async Task UnpermittedGuestHearsNothing(StoreContext c)
    {
        var witness = await DeathWatch.StartAsync(c);
        var spy = await c.CreateGuestAsync();
        foreach (string special in new[] { DeathWatch.Introduce, DeathWatch.Release })
        {
            _ = await spy.Session.WatchAsync(special, "spy");
        }

        _ = await spy.Session.SettledEventsAsync();
        await PassAsync(c, witness);
        c.ExpectEvents(await spy.Session.SettledEventsAsync(), "for a guest without permission when another domain came and went");
    }

    /// <summary>A guest that SET_PERMS lets in, by entry or by default, hears of both; shut out again, of nothing.</summary>
    [Case("XS-088", Needs = Needs.Guests | Needs.OwnDaemon)]
    public static async Task PermittedGuestHearsOfBoth(StoreContext c)
    {
        var witness = await DeathWatch.StartAsync(c);
        var (guest, tools) = (await c.CreateGuestAsync(), await c.ToolStackAsync());
        foreach (string[] list in new[] { ["n0", $"r{guest.Id}"], new[] { "r0" } })
        {
            await PermitAsync(c, tools, list);
            foreach (string special in new[] { DeathWatch.Introduce, DeathWatch.Release })
            {
                await c.WatchedAsync(guest.Session, special, "t");
            }

            await PassAsync(c, witness);
            c.ExpectEvents(
                await guest.Session.SettledEventsAsync(), $"for a guest let in by {string.Join(' ', list)} when another domain came and went",
                new StoreEvent(DeathWatch.Introduce, "t"), new StoreEvent(DeathWatch.Release, "t"));
            await PermitAsync(c, tools, "n0");
            await PassAsync(c, witness);
            c.ExpectEvents(await guest.Session.SettledEventsAsync(), "for a guest that was shut out again");
            _ = await guest.Session.UnwatchAsync(DeathWatch.Introduce, "t");
            _ = await guest.Session.UnwatchAsync(DeathWatch.Release, "t");
        }
    }

    /// <summary>Permission for one of the special watches is none for the other.</summary>
    [Case("XS-088", Needs = Needs.Guests | Needs.OwnDaemon)]
    public static async Task PermissionIsForOneSpecialWatch(StoreContext c)
    {
        var witness = await DeathWatch.StartAsync(c);
        var (guest, tools) = (await c.CreateGuestAsync(), await c.ToolStackAsync());
        await c.ExpectOkAsync(tools.SetPermsAsync(DeathWatch.Release, "n0", $"r{guest.Id}"), $"SET_PERMS of {DeathWatch.Release}");
        await c.WatchedAsync(guest.Session, DeathWatch.Release, "t");
        _ = await guest.Session.WatchAsync(DeathWatch.Introduce, "t");
        _ = await guest.Session.SettledEventsAsync();
        await PassAsync(c, witness);
        c.ExpectEvents(
            await guest.Session.SettledEventsAsync(), "for a guest let into one of the two", new StoreEvent(DeathWatch.Release, "t"));
    }

    /// <summary>Nobody but the privileged domain gives that permission.</summary>
    [Case("XS-088", "XS-057", Needs = Needs.Guests | Needs.OwnDaemon)]
    public static async Task GuestCannotPermitItself(StoreContext c)
    {
        var witness = await DeathWatch.StartAsync(c);
        var guest = await c.CreateGuestAsync();
        foreach (string special in new[] { DeathWatch.Introduce, DeathWatch.Release })
        {
            var reply = await guest.Session.SetPermsAsync(special, "n0", $"r{guest.Id}");
            c.Expect("XS-057", reply.IsError, $"an error for SET_PERMS of {special} by a guest", reply.Summary);
            _ = await guest.Session.SetPermsAsync(special, $"r{guest.Id}");
            _ = await guest.Session.WatchAsync(special, "t");
        }

        _ = await guest.Session.SettledEventsAsync();
        await PassAsync(c, witness);
        c.ExpectEvents(await guest.Session.SettledEventsAsync(), "for a guest that tried to permit itself");
    }

    private static async Task PermitAsync(StoreContext c, StoreSession tools, params string[] list)
    {
        foreach (string special in new[] { DeathWatch.Introduce, DeathWatch.Release })
        {
            await c.ExpectOkAsync(tools.SetPermsAsync(special, list), $"SET_PERMS of {special}");
        }
    }

    private static async Task PassAsync(StoreContext c, DeathWatch witness)
    {
        var passing = await c.CreateGuestAsync();
        await witness.DestroyAsync(passing);
    }

    private static async Task ExpectOneAsync(StoreContext c, DeathWatch witness, string situation)
    {
        var first = await witness.Session.NextEventAsync();
        c.Expect(first == DeathWatch.Told, $"an event {DeathWatch.Release} after {situation}", $"{first}");
        c.ExpectEvents(await witness.Session.SettledEventsAsync(), $"besides the one after {situation}");
    }
}
