using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Paths;

/// <summary>Paths below the caller's own home.</summary>
public static class RelativePathCases
{
    /// <summary>What a guest writes to x/y stands at /local/domain/N/x/y.</summary>
    [Case("XS-043", Over = Carriers.Ring)]
    public static async Task RelativePathIsBelowTheCallersHome(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var tools = await c.ToolStackAsync();
        await c.ExpectOkAsync(guest.Session.WriteAsync("x/y", "mine"), "WRITE of x/y by a guest");
        await c.ExpectTextAsync("mine", tools.ReadAsync($"{guest.Home}/x/y"), $"READ of {guest.Home}/x/y by domain 0");
        await c.ExpectTextAsync("mine", guest.Session.ReadAsync($"{guest.Home}/x/y"), $"READ of {guest.Home}/x/y by the guest");
    }

    /// <summary>Every request about a node means the same node by either form.</summary>
    [Case("XS-043", Over = Carriers.Ring)]
    public static async Task EveryRequestTakesRelativePaths(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var session = guest.Session;
        string absolute = $"{guest.Home}/dir/node";
        await c.ExpectOkAsync(session.MkdirAsync("dir/node"), "MKDIR of dir/node");
        await c.ExpectOkAsync(session.WriteAsync(absolute, "value"), $"WRITE of {absolute}");
        await c.ExpectTextAsync("value", session.ReadAsync("dir/node"), "READ of dir/node");
        await c.ExpectTextAsync("node\0", session.DirectoryAsync("dir"), "DIRECTORY of dir");
        await c.ExpectOkAsync(session.SetPermsAsync("dir/node", $"r{guest.Id}"), "SET_PERMS of dir/node");
        await c.ExpectTextAsync($"r{guest.Id}\0", session.GetPermsAsync(absolute), $"GET_PERMS of {absolute}");
        await c.ExpectTextAsync($"r{guest.Id}\0", session.GetPermsAsync("dir/node"), "GET_PERMS of dir/node");
        await c.ExpectOkAsync(session.RmAsync("dir/node"), "RM of dir/node");
        await c.ExpectErrorAsync(XsError.ENOENT, session.ReadAsync(absolute), $"READ of {absolute} after RM of dir/node");
    }

    /// <summary>A relative path that looks like an absolute one without its slash is still relative.</summary>
    [Case("XS-043", Over = Carriers.Ring)]
    public static async Task RelativePathThatRepeatsTheHomeStaysRelative(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        string inner = guest.Home[1..] + "/x";
        await c.ExpectOkAsync(guest.Session.WriteAsync(inner, "inner"), $"WRITE of {inner}");
        await c.ExpectTextAsync("inner", guest.Session.ReadAsync($"{guest.Home}/{inner}"), $"READ of {guest.Home}/{inner}");
        await c.ExpectErrorAsync(XsError.ENOENT, guest.Session.ReadAsync("x"), "READ of x, which nobody wrote");
    }

    /// <summary>The same relative path of two guests names two nodes.</summary>
    [Case("XS-043", Over = Carriers.Ring)]
    public static async Task RelativePathsOfTwoGuestsAreTwoNodes(StoreContext c)
    {
        var first = await c.CreateGuestAsync();
        var second = await c.CreateGuestAsync();
        await c.ExpectOkAsync(first.Session.WriteAsync("name", "first"), "WRITE by the first guest");
        await c.ExpectErrorAsync(XsError.ENOENT, second.Session.ReadAsync("name"), "READ by the second guest before it wrote");
        await c.ExpectOkAsync(second.Session.WriteAsync("name", "second"), "WRITE by the second guest");
        await c.ExpectTextAsync("first", first.Session.ReadAsync("name"), "READ by the first guest");
        await c.ExpectTextAsync("second", second.Session.ReadAsync("name"), "READ by the second guest");
    }

    /// <summary>A relative path means the same inside a transaction.</summary>
    [Case("XS-043", Over = Carriers.Ring)]
    public static async Task RelativePathIsBelowTheHomeInsideATransaction(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        uint transaction = await c.StartTransactionAsync(guest.Session);
        await c.ExpectOkAsync(guest.Session.WriteAsync("inside", "v", transaction), "WRITE inside a transaction");
        await c.ExpectOkAsync(guest.Session.CommitAsync(transaction), "its commit");
        var tools = await c.ToolStackAsync();
        await c.ExpectTextAsync("v", tools.ReadAsync($"{guest.Home}/inside"), "READ by domain 0 after the commit");
    }
}
