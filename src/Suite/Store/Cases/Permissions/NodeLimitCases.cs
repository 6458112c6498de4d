using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Permissions;

/// <summary>How large a node of an unprivileged domain may become, and that a refusal leaves nothing behind.</summary>
public static class NodeLimitCases
{
    private const int MostEntries = 5;
    private const int LargestNode = 2048;

    /// <summary>A list of five entries is taken; one of six is refused and the old list stays.</summary>
    [Case("XS-062", Over = Carriers.Ring)]
    public static async Task SixthPermissionEntryIsRefused(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var list = new List<string> { $"n{guest.Id}", "r0" };
        while (list.Count < MostEntries)
        {
            list.Add($"r{(await c.CreateDomainAsync()).Id}");
        }

        await c.ExpectOkAsync(guest.Session.WriteAsync("node", "v"), "WRITE");
        await c.ExpectOkAsync(guest.Session.SetPermsAsync("node", [.. list]), $"SET_PERMS to {MostEntries} entries");
        string longest = string.Concat(list.Select(entry => entry + '\0'));
        await c.ExpectTextAsync(longest, guest.Session.GetPermsAsync("node"), $"GET_PERMS of {MostEntries} entries");
        list.Add($"r{(await c.CreateDomainAsync()).Id}");
        var reply = await guest.Session.SetPermsAsync("node", [.. list]);
        c.Expect(reply.IsError, $"an error for SET_PERMS to {list.Count} entries by a guest", reply.Summary);
        await c.ExpectTextAsync(longest, guest.Session.GetPermsAsync("node"), "GET_PERMS after the refused SET_PERMS");
        await c.ExpectTextAsync("v", guest.Session.ReadAsync("node"), "READ after the refused SET_PERMS");
    }

    /// <summary>The privileged domain may set a longer list on a guest's node.</summary>
    [Case("XS-062", Needs = Needs.Guests)]
    public static async Task LimitOfEntriesIsForUnprivilegedDomains(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var tools = await c.ToolStackAsync();
        await c.ExpectOkAsync(guest.Session.WriteAsync("node", "v"), "WRITE");
        var list = new List<string> { $"n{guest.Id}" };
        while (list.Count <= MostEntries)
        {
            list.Add($"r{(await c.CreateDomainAsync()).Id}");
        }

        await c.ExpectOkAsync(tools.SetPermsAsync($"{guest.Home}/node", [.. list]), $"SET_PERMS to {list.Count} entries by domain 0");
        await c.ExpectTextAsync(
            string.Concat(list.Select(entry => entry + '\0')), tools.GetPermsAsync($"{guest.Home}/node"), $"GET_PERMS of {list.Count} entries");
    }

    /// <summary>A value above the limit is refused: the old one stays, and no event tells of it.</summary>
    [Case("XS-062", Over = Carriers.Ring)]
    public static async Task ValueAboveTheLimitLeavesTheOldOne(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        await c.ExpectOkAsync(guest.Session.WriteAsync("node", "kept"), "WRITE");
        await c.ExpectOkAsync(guest.Session.WatchAsync("node", "watch"), "WATCH");
        _ = await guest.Session.SettledEventsAsync();
        foreach (int length in new[] { LargestNode + 1, 3000, XsLimits.PayloadMax - "node".Length - 1 })
        {
            var reply = await guest.Session.WriteAsync("node", new byte[length]);
            c.Expect(reply.IsError, $"an error for a value of {length} bytes from a guest", reply.Summary);
            await c.ExpectTextAsync("kept", guest.Session.ReadAsync("node"), $"READ after a refused WRITE of {length} bytes");
        }

        c.ExpectEvents(await guest.Session.SettledEventsAsync(), "after refused writes");
    }

    /// <summary>A refused WRITE to a missing path makes neither the node nor any of its ancestors.</summary>
    [Case("XS-062", "XS-045", Over = Carriers.Ring, Guards = "XSA-415")]
    public static async Task RefusedCreationLeavesNoAncestor(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        await c.ExpectOkAsync(guest.Session.MkdirAsync("top"), "MKDIR");
        await c.ExpectOkAsync(guest.Session.WatchAsync("top", "watch"), "WATCH");
        _ = await guest.Session.SettledEventsAsync();
        var reply = await guest.Session.WriteAsync("top/a/b/c", new byte[LargestNode + 1]);
        c.Expect(reply.IsError, $"an error for a value of {LargestNode + 1} bytes from a guest", reply.Summary);
        await c.ExpectTextAsync("", guest.Session.DirectoryAsync("top"), "DIRECTORY above after the refused WRITE");
        foreach (string path in new[] { "top/a", "top/a/b", "top/a/b/c" })
        {
            await c.ExpectErrorAsync(XsError.ENOENT, guest.Session.ReadAsync(path), $"READ of {path} after the refused WRITE");
        }

        c.ExpectEvents(await guest.Session.SettledEventsAsync(), "after a refused creation");
    }

    /// <summary>Children whose names no longer fit, or which are too many, are refused without a trace.</summary>
    [Case("XS-062", "XS-123", "XS-045", Over = Carriers.Ring)]
    public static async Task RefusedChildLeavesNothing(StoreContext c)
    {
        const int more = 1100;
        var guest = await c.CreateGuestAsync();
        await c.ExpectOkAsync(guest.Session.MkdirAsync("top"), "MKDIR");
        string prefix = new('n', 60);
        for (int i = 0; i < more; i++)
        {
            string child = $"top/{prefix}{i}";
            if (!(await guest.Session.WriteAsync(child + "/x/y", "v")).IsError)
            {
                continue;
            }

            var names = await guest.Session.DirectoryAsync("top");
            c.Expect(
                names.Error == XsError.E2BIG || names.Strings.Count == i, $"the {i} children that were made", $"{names.Strings.Count} children");
            await c.ExpectErrorAsync(XsError.ENOENT, guest.Session.ReadAsync(child), "READ of the refused child");
            await c.ExpectErrorAsync(XsError.ENOENT, guest.Session.ReadAsync(child + "/x"), "READ below the refused child");
            return;
        }

        throw c.Failure("an error before a guest has made 3,300 nodes", "none");
    }

    /// <summary>A refused change inside a transaction leaves nothing after it either.</summary>
    [Case("XS-062", "XS-121", Over = Carriers.Ring, Guards = "XSA-415, Z-052")]
    public static async Task RefusedCreationInATransactionLeavesNothing(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        await c.ExpectOkAsync(guest.Session.MkdirAsync("top"), "MKDIR");
        uint transaction = await c.StartTransactionAsync(guest.Session);
        var reply = await guest.Session.WriteAsync("top/a/b", new byte[LargestNode + 1], transaction);
        c.Expect(reply.IsError, $"an error for a value of {LargestNode + 1} bytes from a guest in a transaction", reply.Summary);
        _ = await guest.Session.CommitAsync(transaction);
        await c.ExpectTextAsync("", guest.Session.DirectoryAsync("top"), "DIRECTORY above after the transaction");
        await c.ExpectErrorAsync(XsError.ENOENT, guest.Session.ReadAsync("top/a"), "READ after the transaction");
    }

    /// <summary>A node that exists does not grow beyond the limit in a transaction either.</summary>
    [Case("XS-062", "XS-121", Over = Carriers.Ring)]
    public static async Task LargeValueForAnExistingNodeIsRefusedInATransaction(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        await c.ExpectOkAsync(guest.Session.WriteAsync("node", "small"), "WRITE");
        uint transaction = await c.StartTransactionAsync(guest.Session);
        var reply = await guest.Session.WriteAsync("node", new byte[LargestNode + 1], transaction);
        c.Expect(reply.IsError, $"an error for a value of {LargestNode + 1} bytes from a guest in a transaction", reply.Summary);
        var end = await guest.Session.CommitAsync(transaction);
        c.Expect("XS-121", end.IsError, "an error for the commit after a refused WRITE", end.Summary);
        await c.ExpectTextAsync("small", guest.Session.ReadAsync("node"), "READ after the transaction");
    }

    /// <summary>A value that leaves room for the rest of a node is taken.</summary>
    [Case("XS-062", Over = Carriers.Ring)]
    public static async Task ValueBelowTheLimitIsTaken(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        var value = new byte[LargestNode - 128];
        c.Random.NextBytes(value);
        await c.ExpectOkAsync(guest.Session.WriteAsync("node", value), $"WRITE of {value.Length} bytes by a guest");
        var reply = await c.ExpectOkAsync(guest.Session.ReadAsync("node"), "READ");
        c.Expect(reply.Payload.AsSpan().SequenceEqual(value), $"the {value.Length} bytes that were written", reply.Summary);
    }
}
