using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Permissions;

/// <summary>Who owns a node, and who may change that.</summary>
public static class OwnerCases
{
    /// <summary>A guest cannot give its node to another domain, the privileged one included.</summary>
    [Case("XS-057", Needs = Needs.Guests, Guards = "XSA-352, Z-050")]
    public static async Task GuestCannotGiveItsNodeAway(StoreContext c)
    {
        var (owner, other) = (await c.CreateGuestAsync(), await c.CreateGuestAsync());
        await c.ExpectOkAsync(owner.Session.WriteAsync("node", "v"), "WRITE by the owner");
        var before = await c.ExpectOkAsync(owner.Session.GetPermsAsync("node"), "GET_PERMS by the owner");
        string[][] lists =
        [
            [$"n{other.Id}"], ["n0"], [$"b{other.Id}", $"b{owner.Id}"], ["r0", $"b{owner.Id}", $"b{other.Id}"],
        ];
        foreach (string[] list in lists)
        {
            await RefusedAsync(c, owner, "node", before.Text, list);
        }
    }

    /// <summary>A guest that may write a node of another cannot take it, nor change its list while it keeps the owner.</summary>
    [Case("XS-057", Needs = Needs.Guests, Guards = "XSA-352")]
    public static async Task GuestCannotTakeANode(StoreContext c)
    {
        var (owner, other) = (await c.CreateGuestAsync(), await c.CreateGuestAsync());
        await c.ExpectOkAsync(owner.Session.WriteAsync("node", "v"), "WRITE by the owner");
        await c.ExpectOkAsync(owner.Session.SetPermsAsync("node", $"b{owner.Id}", $"b{other.Id}"), "SET_PERMS by the owner");
        var before = await c.ExpectOkAsync(owner.Session.GetPermsAsync("node"), "GET_PERMS by the owner");
        await RefusedAsync(c, other, $"{owner.Home}/node", before.Text, $"b{other.Id}");
        await RefusedAsync(c, other, $"{owner.Home}/node", before.Text, $"b{other.Id}", $"b{owner.Id}");
        await RefusedAsync(c, other, $"{owner.Home}/node", before.Text, $"n{owner.Id}", $"b{other.Id}");
    }

    /// <summary>A guest cannot take nodes of domain 0: its own home's parent, the root, another's home.</summary>
    [Case("XS-057", Needs = Needs.Guests | Needs.OwnDaemon)]
    public static async Task GuestCannotTakeNodesOfTheToolStack(StoreContext c)
    {
        var (guest, other) = (await c.CreateGuestAsync(), await c.CreateGuestAsync());
        var tools = await c.ToolStackAsync();
        foreach (string path in new[] { "/local/domain", "/local", "/", other.Home })
        {
            var before = await c.ExpectOkAsync(tools.GetPermsAsync(path), $"GET_PERMS of {path} by domain 0");
            await RefusedAsync(c, guest, path, before.Text, $"b{guest.Id}");
        }
    }

    /// <summary>Taking and giving are refused inside a transaction and by its commit.</summary>
    [Case("XS-057", Needs = Needs.Guests, Guards = "XSA-352")]
    public static async Task GuestCannotGiveItsNodeAwayInATransaction(StoreContext c)
    {
        var (owner, other) = (await c.CreateGuestAsync(), await c.CreateGuestAsync());
        await c.ExpectOkAsync(owner.Session.WriteAsync("node", "v"), "WRITE by the owner");
        var before = await c.ExpectOkAsync(owner.Session.GetPermsAsync("node"), "GET_PERMS by the owner");
        uint transaction = await c.StartTransactionAsync(owner.Session);
        var reply = await owner.Session.RequestAsync(XsMessageType.SetPerms, StorePayload.Strings("node", $"b{other.Id}"), transaction);
        c.Expect(reply.Error is XsError.EPERM or XsError.EACCES, "EPERM for a change of owner in a transaction", reply.Summary);
        _ = await owner.Session.CommitAsync(transaction);
        var tools = await c.ToolStackAsync();
        await c.ExpectTextAsync(before.Text, tools.GetPermsAsync($"{owner.Home}/node"), "GET_PERMS by domain 0 after the commit");
    }

    /// <summary>The owner may set the rest of the list as it likes.</summary>
    [Case("XS-057", Needs = Needs.Guests)]
    public static async Task OwnerMaySetEntries(StoreContext c)
    {
        var (owner, other) = (await c.CreateGuestAsync(), await c.CreateGuestAsync());
        await c.ExpectOkAsync(owner.Session.WriteAsync("node", "v"), "WRITE by the owner");
        await c.ExpectErrorAsync(XsError.EACCES, other.Session.ReadAsync($"{owner.Home}/node"), "READ by another before SET_PERMS");
        await c.ExpectOkAsync(owner.Session.SetPermsAsync("node", $"n{owner.Id}", $"r{other.Id}"), "SET_PERMS by the owner");
        await c.ExpectTextAsync("v", other.Session.ReadAsync($"{owner.Home}/node"), "READ by a domain that was let in");
        await c.ExpectOkAsync(owner.Session.SetPermsAsync("node", $"n{owner.Id}"), "SET_PERMS by the owner");
        await c.ExpectErrorAsync(XsError.EACCES, other.Session.ReadAsync($"{owner.Home}/node"), "READ by a domain that was shut out again");
    }

    /// <summary>The privileged domain may change the owner, and the new one has its rights, the old one no longer.</summary>
    [Case("XS-057", "XS-055", Needs = Needs.Guests)]
    public static async Task PrivilegedDomainMayChangeTheOwner(StoreContext c)
    {
        var (first, second) = (await c.CreateGuestAsync(), await c.CreateGuestAsync());
        var tools = await c.ToolStackAsync();
        string node = $"{first.Home}/node";
        await c.ExpectOkAsync(first.Session.WriteAsync("node", "v"), "WRITE by the first owner");
        await c.ExpectOkAsync(tools.SetPermsAsync(node, $"n{second.Id}"), "SET_PERMS by domain 0");
        await c.ExpectTextAsync("v", second.Session.ReadAsync(node), "READ by the new owner");
        await c.ExpectOkAsync(second.Session.SetPermsAsync(node, $"r{second.Id}"), "SET_PERMS by the new owner");
        await c.ExpectTextAsync("v", first.Session.ReadAsync(node), "READ by the old owner, by default");
        await c.ExpectErrorAsync(XsError.EACCES, first.Session.WriteAsync(node, "w"), "WRITE by the old owner");
        await RefusedAsync(c, first, node, $"r{second.Id}\0", $"r{first.Id}");
    }

    private static async Task RefusedAsync(StoreContext c, StoreGuest guest, string path, string before, params string[] list)
    {
        var tools = await c.ToolStackAsync();
        string absolute = path.StartsWith('/') ? path : $"{guest.Home}/{path}";
        var reply = await guest.Session.SetPermsAsync(path, list);
        c.Expect(
            reply.Error is XsError.EPERM or XsError.EACCES,
            $"EPERM or EACCES for SET_PERMS of {path} to {string.Join(' ', list)} by domain {guest.Id}",
            reply.Summary);
        await c.ExpectTextAsync(before, tools.GetPermsAsync(absolute), $"GET_PERMS of {absolute} after the refused SET_PERMS");
    }
}
