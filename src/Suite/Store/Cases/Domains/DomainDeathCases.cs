using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Hypervisor;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Domains;

/// <summary>What goes with a domain when it dies.</summary>
public static class DomainDeathCases
{
    /// <summary>Every node that the domain owned goes, wherever it stands, with all below it, whoever owns that.</summary>
    [Case("XS-060", Needs = Needs.Guests | Needs.OwnDaemon, Guards = "XSA-322, Z-044")]
    public static async Task NodesOfADeadDomainAreRemovedWithTheirSubtrees(StoreContext c)
    {
        var witness = await DeathWatch.StartAsync(c);
        var (guest, other) = (await c.CreateGuestAsync(), await c.CreateGuestAsync());
        var (tools, area) = await c.OpenAsync();
        await c.ExpectOkAsync(tools.MkdirAsync($"{area}/shared"), "MKDIR by domain 0");
        await c.ExpectOkAsync(tools.SetPermsAsync($"{area}/shared", "b0"), "SET_PERMS by domain 0");
        await c.ExpectOkAsync(guest.Session.WriteAsync($"{area}/shared/own/x", "v"), "WRITE by the guest outside of its home");
        await c.ExpectOkAsync(tools.SetPermsAsync($"{area}/shared/own", $"b{guest.Id}"), "SET_PERMS that makes the guest the owner");
        await c.ExpectOkAsync(other.Session.WriteAsync($"{area}/shared/own/x/others", "v"), "WRITE by another guest below it");
        await c.ExpectOkAsync(other.Session.WriteAsync($"{area}/shared/kept", "v"), "WRITE by another guest beside it");
        await c.ExpectOkAsync(tools.SetPermsAsync($"{area}/shared/kept", $"n{other.Id}"), "SET_PERMS that makes the other the owner");
        await c.ExpectOkAsync(guest.Session.WriteAsync("data/x", "v"), "WRITE by the guest in its home");
        await witness.DestroyAsync(guest);
        foreach (string gone in new[] { guest.Home, $"{guest.Home}/data/x", $"{area}/shared/own", $"{area}/shared/own/x", $"{area}/shared/own/x/others" })
        {
            await c.ExpectErrorAsync(XsError.ENOENT, tools.ReadAsync(gone), $"READ of {gone} after the death of domain {guest.Id}");
        }

        await c.ExpectTextAsync("kept\0", tools.DirectoryAsync($"{area}/shared"), "DIRECTORY after the death");
        await c.ExpectTextAsync("v", other.Session.ReadAsync($"{area}/shared/kept"), "READ of what another guest owns");
    }

    /// <summary>Every entry that names the domain goes from lists of nodes that stay; order and other entries are kept.</summary>
    [Case("XS-060", Needs = Needs.Guests | Needs.OwnDaemon, Guards = "XSA-322, XSA-417, Z-044, Z-054")]
    public static async Task EntriesOfADeadDomainAreDropped(StoreContext c)
    {
        var witness = await DeathWatch.StartAsync(c);
        var (guest, other) = (await c.CreateGuestAsync(), await c.CreateGuestAsync());
        var (tools, area) = await c.OpenAsync();
        string[][] lists =
        [
            ["n0", $"b{guest.Id}"], ["r0", $"n{guest.Id}", $"w{other.Id}"], ["n0", $"r{other.Id}", $"w{guest.Id}"], [$"n{other.Id}", $"b{guest.Id}"],
        ];
        for (int i = 0; i < lists.Length; i++)
        {
            await c.ExpectOkAsync(tools.MkdirAsync($"{area}/{i}"), "MKDIR by domain 0");
            await c.ExpectOkAsync(tools.SetPermsAsync($"{area}/{i}", lists[i]), "SET_PERMS by domain 0");
        }

        await witness.DestroyAsync(guest);
        for (int i = 0; i < lists.Length; i++)
        {
            string kept = string.Concat(lists[i].Where(entry => entry[1..] != $"{guest.Id}").Select(entry => entry + '\0'));
            await c.ExpectTextAsync(kept, tools.GetPermsAsync($"{area}/{i}"), $"GET_PERMS of {string.Join(' ', lists[i])} after the death of domain {guest.Id}");
        }
    }

    /// <summary>Its entries go from the special watch nodes as well.</summary>
    [Case("XS-060", Needs = Needs.Guests | Needs.OwnDaemon, Guards = "XSA-322, XSA-417")]
    public static async Task EntriesOfADeadDomainAreDroppedFromSpecialNodes(StoreContext c)
    {
        var witness = await DeathWatch.StartAsync(c);
        var (guest, other) = (await c.CreateGuestAsync(), await c.CreateGuestAsync());
        var tools = await c.ToolStackAsync();
        foreach (string special in new[] { DeathWatch.Introduce, DeathWatch.Release })
        {
            await c.ExpectOkAsync(tools.SetPermsAsync(special, "n0", $"r{guest.Id}", $"r{other.Id}"), $"SET_PERMS of {special}");
        }

        await witness.DestroyAsync(guest);
        var again = await c.CreateGuestAsync(guest.Id);
        foreach (string special in new[] { DeathWatch.Introduce, DeathWatch.Release })
        {
            _ = await again.Session.WatchAsync(special, "spy");
        }

        _ = await again.Session.SettledEventsAsync();
        var passing = await c.CreateGuestAsync();
        await witness.DestroyAsync(passing);
        c.ExpectEvents(
            await again.Session.SettledEventsAsync(),
            $"for a new domain {guest.Id}, which nobody permitted anything, when another domain came and went");
    }

    /// <summary>A number used again at once finds none of the old permissions, though nobody waited for an event between.</summary>
    [Case("XS-060", "XS-061", Needs = Needs.Guests | Needs.OwnDaemon, Guards = "XSA-322, XSA-417")]
    public static async Task EntriesAreDroppedBeforeTheNumberIsUsedAgain(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var (tools, area) = await c.OpenAsync();
        await c.ExpectOkAsync(tools.WriteAsync(area, "secret"), "WRITE by domain 0");
        await c.ExpectOkAsync(tools.SetPermsAsync(area, "n0", $"b{guest.Id}"), "SET_PERMS by domain 0");
        await c.ExpectOkAsync(guest.Session.WriteAsync("old", "v"), "WRITE by the first domain");
        await guest.Domain.DestroyAsync();
        c.Log.Note($"dom{guest.Id}", "domain destroyed");
        var again = await c.CreateGuestAsync(guest.Id);
        await c.ExpectErrorAsync(XsError.EACCES, again.Session.ReadAsync(area), "READ by a new domain of what the old one was let into");
        await c.ExpectErrorAsync(XsError.EACCES, again.Session.WriteAsync(area, "x"), "WRITE by a new domain of what the old one was let into");
        await c.ExpectErrorAsync(XsError.ENOENT, again.Session.ReadAsync("old"), "READ by a new domain of what the old one wrote");
    }

    /// <summary>Watchers learn that the nodes of a dead domain went.</summary>
    [Case("XS-071", "XS-060", Needs = Needs.Guests | Needs.OwnDaemon)]
    public static async Task DeathFiresWatchesOfTheNodesThatWent(StoreContext c)
    {
        var witness = await DeathWatch.StartAsync(c);
        var guest = await c.CreateGuestAsync();
        var watcher = await c.ConnectAsync();
        await c.ExpectOkAsync(guest.Session.WriteAsync("data/x", "v"), "WRITE by the guest");
        await c.ExpectOkAsync(watcher.WatchAsync($"{guest.Home}/data/x", "leaf"), "WATCH of a leaf");
        await c.ExpectOkAsync(watcher.WatchAsync(guest.Home, "home"), "WATCH of the home");
        _ = await watcher.SettledEventsAsync();
        await witness.DestroyAsync(guest);
        var came = await watcher.SettledEventsAsync();
        foreach (var expected in new[] { new StoreEvent($"{guest.Home}/data/x", "leaf"), new StoreEvent(guest.Home, "home") })
        {
            c.Expect(came.Contains(expected), $"an event {expected} when the domain died", came.Count == 0 ? "no event" : string.Join(", ", came));
        }
    }

    /// <summary>A domain that only shuts down keeps its nodes.</summary>
    [Case("XS-060", Needs = Needs.Guests | Needs.OwnDaemon)]
    public static async Task ShutdownKeepsTheNodes(StoreContext c)
    {
        var witness = await DeathWatch.StartAsync(c);
        var guest = await c.CreateGuestAsync();
        var tools = await c.ToolStackAsync();
        await c.ExpectOkAsync(guest.Session.WriteAsync("data", "kept"), "WRITE by the guest");
        await guest.Domain.ShutdownAsync(ShutdownReason.PowerOff);
        c.Log.Note($"dom{guest.Id}", "domain shut down");
        _ = await witness.Session.NextEventAsync();
        await c.ExpectTextAsync("kept", tools.ReadAsync($"{guest.Home}/data"), "READ after the shutdown");
        await witness.DestroyAsync(guest);
        await c.ExpectErrorAsync(XsError.ENOENT, tools.ReadAsync($"{guest.Home}/data"), "READ after the destruction");
    }
}
