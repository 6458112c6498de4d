using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Permissions;

/// <summary>What permissions a new node begins with.</summary>
public static class InheritanceCases
{
    /// <summary>A guest owns what it creates; all else comes from the nearest ancestor, letter of the first entry included.</summary>
    [Case("XS-047", Needs = Needs.Guests)]
    public static async Task GuestOwnsWhatItCreates(StoreContext c)
    {
        var (first, second) = (await c.CreateGuestAsync(), await c.CreateGuestAsync());
        var (tools, area) = await c.OpenAsync();
        await c.ExpectOkAsync(tools.MkdirAsync(area), "MKDIR by domain 0");
        await c.ExpectOkAsync(tools.SetPermsAsync(area, "w0", $"b{first.Id}", $"r{second.Id}"), "SET_PERMS by domain 0");
        await c.ExpectOkAsync(first.Session.WriteAsync($"{area}/x/y", "v"), "WRITE by a guest that may write");
        string expected = $"w{first.Id}\0b{first.Id}\0r{second.Id}\0";
        await c.ExpectTextAsync(expected, first.Session.GetPermsAsync($"{area}/x/y"), "GET_PERMS of what the guest wrote");
        await c.ExpectTextAsync(expected, first.Session.GetPermsAsync($"{area}/x"), "GET_PERMS of the ancestor made for it");
        await c.ExpectOkAsync(first.Session.MkdirAsync($"{area}/m/n"), "MKDIR by a guest that may write");
        await c.ExpectTextAsync(expected, first.Session.GetPermsAsync($"{area}/m/n"), "GET_PERMS of what the guest made");
    }

    /// <summary>What the privileged domain creates keeps the owner of the ancestor.</summary>
    [Case("XS-047", Needs = Needs.Guests)]
    public static async Task PrivilegedDomainLeavesTheOwner(StoreContext c)
    {
        var (first, second) = (await c.CreateGuestAsync(), await c.CreateGuestAsync());
        var tools = await c.ToolStackAsync();
        await c.ExpectOkAsync(first.Session.MkdirAsync("dir"), "MKDIR by a guest");
        await c.ExpectOkAsync(first.Session.SetPermsAsync("dir", $"r{first.Id}", $"w{second.Id}"), "SET_PERMS by the guest");
        await c.ExpectOkAsync(tools.WriteAsync($"{first.Home}/dir/x/y", "v"), "WRITE by domain 0 below it");
        string expected = $"r{first.Id}\0w{second.Id}\0";
        await c.ExpectTextAsync(expected, tools.GetPermsAsync($"{first.Home}/dir/x"), "GET_PERMS of the ancestor made for it");
        await c.ExpectTextAsync(expected, tools.GetPermsAsync($"{first.Home}/dir/x/y"), "GET_PERMS of what domain 0 wrote");
        await c.ExpectOkAsync(first.Session.WriteAsync("dir/x/y", "mine"), "WRITE by the guest, which owns it");
    }

    /// <summary>The nearest existing ancestor counts, not one further up.</summary>
    [Case("XS-047", Over = Carriers.Both)]
    public static async Task NearestAncestorCounts(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync($"{area}/upper/lower"), "MKDIR");
        string owner = (await c.ExpectOkAsync(session.GetPermsAsync(area), "GET_PERMS")).Strings[0][1..];
        await c.ExpectOkAsync(session.SetPermsAsync($"{area}/upper", $"b{owner}"), "SET_PERMS of the upper node");
        await c.ExpectOkAsync(session.SetPermsAsync($"{area}/upper/lower", $"r{owner}", "w0"), "SET_PERMS of the lower node");
        await c.ExpectOkAsync(session.WriteAsync($"{area}/upper/lower/x/y", "v"), "WRITE below both");
        await c.ExpectOkAsync(session.WriteAsync($"{area}/upper/other/y", "v"), "WRITE below the upper one");
        await c.ExpectTextAsync($"r{owner}\0w0\0", session.GetPermsAsync($"{area}/upper/lower/x/y"), "GET_PERMS below both");
        await c.ExpectTextAsync($"b{owner}\0", session.GetPermsAsync($"{area}/upper/other/y"), "GET_PERMS below the upper one");
    }

    /// <summary>Creation copies: a later change of the ancestor does not reach its children, nor a WRITE a node's own list.</summary>
    [Case("XS-047", Over = Carriers.Both)]
    public static async Task PermissionsAreCopiedOnceAtCreation(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync($"{area}/dir"), "MKDIR");
        string owner = (await c.ExpectOkAsync(session.GetPermsAsync(area), "GET_PERMS")).Strings[0][1..];
        await c.ExpectOkAsync(session.SetPermsAsync($"{area}/dir", $"r{owner}"), "SET_PERMS");
        await c.ExpectOkAsync(session.MkdirAsync($"{area}/dir/child"), "MKDIR of a child");
        await c.ExpectOkAsync(session.SetPermsAsync($"{area}/dir", $"w{owner}"), "SET_PERMS of the parent");
        await c.ExpectOkAsync(session.WriteAsync($"{area}/dir/child", "v"), "WRITE of the child");
        await c.ExpectOkAsync(session.MkdirAsync($"{area}/dir/child"), "MKDIR of the child again");
        await c.ExpectTextAsync($"r{owner}\0", session.GetPermsAsync($"{area}/dir/child"), "GET_PERMS of the child");
    }

    /// <summary>A node removed and made again inherits anew instead of keeping its old list.</summary>
    [Case("XS-047", Over = Carriers.Both)]
    public static async Task NodeMadeAnewInheritsAnew(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync($"{area}/node"), "MKDIR");
        var inherited = await c.ExpectOkAsync(session.GetPermsAsync(area), "GET_PERMS");
        string owner = inherited.Strings[0][1..];
        await c.ExpectOkAsync(session.SetPermsAsync($"{area}/node", $"b{owner}", "r0"), "SET_PERMS");
        await c.ExpectOkAsync(session.RmAsync($"{area}/node"), "RM");
        await c.ExpectOkAsync(session.WriteAsync($"{area}/node", "v"), "WRITE");
        await c.ExpectTextAsync(inherited.Text, session.GetPermsAsync($"{area}/node"), "GET_PERMS of the node made anew");
    }

    /// <summary>A guest owns what it creates inside a transaction, before and after the commit.</summary>
    [Case("XS-047", Needs = Needs.Guests)]
    public static async Task GuestOwnsWhatItCreatesInATransaction(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var (tools, area) = await c.OpenAsync();
        await c.ExpectOkAsync(tools.MkdirAsync(area), "MKDIR by domain 0");
        await c.ExpectOkAsync(tools.SetPermsAsync(area, "n0", $"b{guest.Id}"), "SET_PERMS by domain 0");
        uint transaction = await c.StartTransactionAsync(guest.Session);
        await c.ExpectOkAsync(guest.Session.WriteAsync($"{area}/x/y", "v", transaction), "WRITE by a guest in a transaction");
        string expected = $"n{guest.Id}\0b{guest.Id}\0";
        await c.ExpectTextAsync(expected, guest.Session.GetPermsAsync($"{area}/x", transaction), "GET_PERMS in the transaction");
        await c.ExpectOkAsync(guest.Session.CommitAsync(transaction), "the commit");
        await c.ExpectTextAsync(expected, tools.GetPermsAsync($"{area}/x/y"), "GET_PERMS after the commit");
    }
}
