using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Permissions;

/// <summary>How a permission list is written and read back.</summary>
public static class PermissionListCases
{
    /// <summary>GET_PERMS returns each letter as it was set, owner first.</summary>
    [Case("XS-056", Over = Carriers.Both)]
    public static async Task EachLetterIsReturnedAsSet(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync(area), "MKDIR");
        string owner = (await c.ExpectOkAsync(session.GetPermsAsync(area), "GET_PERMS")).Strings[0][1..];
        foreach (char letter in "nrwb")
        {
            await c.ExpectTextAsync("OK\0", session.SetPermsAsync(area, $"{letter}{owner}"), $"SET_PERMS to {letter}{owner}");
            await c.ExpectTextAsync($"{letter}{owner}\0", session.GetPermsAsync(area), $"GET_PERMS after {letter}{owner}");
        }
    }

    /// <summary>A list of several entries is returned in its order, not sorted and not merged.</summary>
    [Case("XS-056", Needs = Needs.Guests)]
    public static async Task EntriesAreReturnedInStoredOrder(StoreContext c)
    {
        var domains = new List<string>();
        for (int i = 0; i < 4; i++)
        {
            domains.Add($"{(await c.CreateDomainAsync()).Id}");
        }

        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync(area), "MKDIR");
        string[][] lists =
        [
            ["n0", $"r{domains[0]}", $"w{domains[1]}", $"b{domains[2]}", $"n{domains[3]}"],
            ["n0", $"n{domains[3]}", $"b{domains[2]}", $"w{domains[1]}", $"r{domains[0]}"],
            ["b0", $"r{domains[2]}"],
            [$"r{domains[1]}", "n0"],
        ];
        foreach (string[] list in lists)
        {
            await c.ExpectOkAsync(session.SetPermsAsync(area, list), $"SET_PERMS to {string.Join(' ', list)}");
            await c.ExpectTextAsync(
                string.Concat(list.Select(entry => entry + '\0')), session.GetPermsAsync(area), $"GET_PERMS after {string.Join(' ', list)}");
        }
    }

    /// <summary>An entry that does not begin with one of the four letters is refused, and the list stays.</summary>
    [Case("XS-056", Over = Carriers.Both, Needs = Needs.OwnDaemon)]
    public static async Task UnknownLetterIsRefused(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync(area), "MKDIR");
        var before = await c.ExpectOkAsync(session.GetPermsAsync(area), "GET_PERMS");
        string owner = before.Strings[0];
        await RefuseAllAsync(c, session, area, before.Text,
            [$"x{owner[1..]}"], [owner, "x0"], [$"R{owner[1..]}"], ["0"], [owner, "rw0"], [owner, " r0"], [""], [owner, ""], [owner, "\x01"]);
    }

    /// <summary>An entry without a whole number is refused, and the list stays; numbers out of range are a matter of XS-130.</summary>
    [Case("XS-056", Over = Carriers.Both, Needs = Needs.OwnDaemon)]
    public static async Task EntryWithoutANumberIsRefused(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync(area), "MKDIR");
        var before = await c.ExpectOkAsync(session.GetPermsAsync(area), "GET_PERMS");
        string owner = before.Strings[0];
        await RefuseAllAsync(c, session, area, before.Text, [owner, "r"], [owner, "rx"], [owner, "r0x"]);
    }

    /// <summary>SET_PERMS needs at least one whole entry.</summary>
    [Case("XS-056", Over = Carriers.Both, Needs = Needs.OwnDaemon)]
    public static async Task ListWithoutAnEntryIsRefused(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync(area), "MKDIR");
        var before = await c.ExpectOkAsync(session.GetPermsAsync(area), "GET_PERMS");
        foreach (byte[] payload in new[]
        {
            StorePayload.Strings(area), StorePayload.Raw(area), StorePayload.PathAndBytes(area, StorePayload.Raw(before.Strings[0])),
        })
        {
            var reply = await session.RequestAsync(XsMessageType.SetPerms, payload);
            c.Expect(reply.IsError, $"an error for SET_PERMS with {WireText.Quote(payload)}", reply.Summary);
            await c.ExpectTextAsync(before.Text, session.GetPermsAsync(area), "GET_PERMS after the refused SET_PERMS");
        }
    }

    /// <summary>SET_PERMS and GET_PERMS of a missing node are ENOENT and make none.</summary>
    [Case("XS-056", Over = Carriers.Both)]
    public static async Task PermissionsOfAMissingNodeAreEnoent(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync(area), "MKDIR");
        string owner = (await c.ExpectOkAsync(session.GetPermsAsync(area), "GET_PERMS")).Strings[0];
        await c.ExpectErrorAsync(XsError.ENOENT, session.GetPermsAsync(area + "/missing"), "GET_PERMS of a missing node");
        await c.ExpectErrorAsync(XsError.ENOENT, session.SetPermsAsync(area + "/missing", owner), "SET_PERMS of a missing node");
        await c.ExpectTextAsync("", session.DirectoryAsync(area), "DIRECTORY above the missing node");
    }

    /// <summary>SET_PERMS leaves the value and the children alone.</summary>
    [Case("XS-056", Over = Carriers.Both)]
    public static async Task SetPermsChangesNothingButTheList(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area + "/node/child", "child"), "WRITE of a child");
        await c.ExpectOkAsync(session.WriteAsync(area + "/node", "value\0more"), "WRITE of a node");
        var child = await c.ExpectOkAsync(session.GetPermsAsync(area + "/node/child"), "GET_PERMS of the child");
        await c.ExpectOkAsync(session.SetPermsAsync(area + "/node", "b" + child.Strings[0][1..], "n0"), "SET_PERMS of the node");
        await c.ExpectTextAsync("value\0more", session.ReadAsync(area + "/node"), "READ after SET_PERMS");
        await c.ExpectTextAsync("child\0", session.DirectoryAsync(area + "/node"), "DIRECTORY after SET_PERMS");
        await c.ExpectTextAsync(child.Text, session.GetPermsAsync(area + "/node/child"), "GET_PERMS of the child after SET_PERMS");
    }

    private static async Task RefuseAllAsync(
        StoreContext c, StoreSession session, string path, string before, params IReadOnlyList<string[]> lists)
    {
        var findings = new Findings(c);
        foreach (string[] list in lists)
        {
            string shown = WireText.Quote(StorePayload.Strings(list));
            var reply = await session.SetPermsAsync(path, list);
            var now = await session.GetPermsAsync(path);
            findings.Check(reply.IsError && now.Text == before, $"SET_PERMS to {shown} {reply.Summary}, then {now.Summary}");
            if (now.Text != before)
            {
                _ = await session.SetPermsAsync(path, before.TrimEnd('\0').Split('\0'));
            }
        }

        findings.Conclude("an error for a malformed list, and the old list still");
    }
}
