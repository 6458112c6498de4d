using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Cases.Paths;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Permissions;

/// <summary>Who may do what to a node: every default, every entry, every party, every request.</summary>
public static class AccessCases
{
    private const string Letters = "nrwb";

    private static readonly string[] Levels = ["/child", "/child/grandchild"];

    /// <summary>READ, DIRECTORY, DIRECTORY_PART and GET_PERMS need the letter r or b, by entry or by default.</summary>
    [Case("XS-055", "XS-056", Needs = Needs.Guests)]
    public static async Task ReadingNeedsReadAccess(StoreContext c)
    {
        XsMessageType[] requests = [XsMessageType.Read, XsMessageType.Directory, XsMessageType.DirectoryPart, XsMessageType.GetPerms];
        await ForEachAccessAsync(c, async (findings, party) =>
        {
            foreach (var type in requests)
            {
                var reply = await party.Session.AskAsync(type, party.Node);
                bool allowed = party.Letter is 'r' or 'b';
                findings.Check(
                    PathRequests.IsMissing(type, reply) || (allowed ? !reply.IsError : reply.Error == XsError.EACCES),
                    $"{type} {party.Situation} {reply.Summary}");
            }
        });
    }

    /// <summary>WRITE of a value needs the letter w or b.</summary>
    [Case("XS-055", "XS-056", Needs = Needs.Guests)]
    public static async Task WritingNeedsWriteAccess(StoreContext c) =>
        await ForEachAccessAsync(c, async (findings, party) =>
        {
            var tools = await c.ToolStackAsync();
            await c.ExpectOkAsync(tools.WriteAsync(party.Node, "before"), "WRITE by domain 0");
            var reply = await party.Session.WriteAsync(party.Node, "after");
            bool allowed = party.Letter is 'w' or 'b';
            var now = await c.ExpectOkAsync(tools.ReadAsync(party.Node), "READ by domain 0");
            findings.Check(
                allowed ? !reply.IsError && now.Text == "after" : reply.Error == XsError.EACCES && now.Text == "before",
                $"WRITE {party.Situation} {reply.Summary}, then the value {now.Summary}");
        });

    /// <summary>Creating below a node needs the letter w or b on it, by WRITE and by MKDIR, one level down or two.</summary>
    [Case("XS-055", "XS-056", Needs = Needs.Guests)]
    public static async Task CreatingBelowNeedsWriteAccess(StoreContext c) =>
        await ForEachAccessAsync(c, async (findings, party) =>
        {
            var tools = await c.ToolStackAsync();
            foreach (var type in new[] { XsMessageType.Write, XsMessageType.Mkdir })
            {
                foreach (string below in Levels)
                {
                    var reply = await party.Session.AskAsync(type, party.Node + below);
                    bool allowed = party.Letter is 'w' or 'b';
                    var children = await c.ExpectOkAsync(tools.DirectoryAsync(party.Node), "DIRECTORY by domain 0");
                    findings.Check(
                        allowed ? !reply.IsError && children.Text == "child\0" : reply.Error == XsError.EACCES && children.Text.Length == 0,
                        $"{type} of {below} {party.Situation} {reply.Summary}, then the children {children.Summary}");
                    await c.ExpectOkAsync(tools.RmAsync(party.Node + "/child"), "RM by domain 0");
                }
            }
        });

    /// <summary>SET_PERMS is for the owner and the privileged domain, whatever access others have.</summary>
    [Case("XS-057", "XS-055", Needs = Needs.Guests)]
    public static async Task SettingPermissionsNeedsOwnership(StoreContext c) =>
        await ForEachAccessAsync(c, async (findings, party) =>
        {
            var tools = await c.ToolStackAsync();
            var before = await c.ExpectOkAsync(tools.GetPermsAsync(party.Node), "GET_PERMS by domain 0");
            var reply = await party.Session.SetPermsAsync(party.Node, [.. before.Strings]);
            findings.Check(party.IsOwner ? !reply.IsError : reply.Error is XsError.EACCES or XsError.EPERM, $"SET_PERMS {party.Situation} {reply.Summary}");
            await c.ExpectTextAsync(before.Text, tools.GetPermsAsync(party.Node), $"GET_PERMS after SET_PERMS {party.Situation}");
        });

    /// <summary>Access is checked the same inside a transaction, and what was refused there is not committed.</summary>
    [Case("XS-055", Needs = Needs.Guests)]
    public static async Task AccessIsCheckedInsideTransactions(StoreContext c)
    {
        var (owner, other) = (await c.CreateGuestAsync(), await c.CreateGuestAsync());
        string node = $"{owner.Home}/node";
        await c.ExpectOkAsync(owner.Session.WriteAsync("node", "kept"), "WRITE by the owner");
        await c.ExpectOkAsync(owner.Session.WriteAsync("open", "seen"), "WRITE by the owner");
        await c.ExpectOkAsync(owner.Session.SetPermsAsync("open", $"r{owner.Id}"), "SET_PERMS by the owner");
        uint transaction = await c.StartTransactionAsync(other.Session);
        await c.ExpectTextAsync("seen", other.Session.ReadAsync($"{owner.Home}/open", transaction), "READ of a readable node in a transaction");
        await c.ExpectErrorAsync(XsError.EACCES, other.Session.ReadAsync(node, transaction), "READ of a closed node in a transaction");
        await c.ExpectErrorAsync(XsError.EACCES, other.Session.DirectoryAsync(node, transaction), "DIRECTORY of a closed node in a transaction");
        await c.ExpectErrorAsync(XsError.EACCES, other.Session.WriteAsync(node, "x", transaction), "WRITE of a closed node in a transaction");
        await c.ExpectErrorAsync(XsError.EACCES, other.Session.MkdirAsync(node + "/x", transaction), "MKDIR below a closed node in a transaction");
        await c.ExpectErrorAsync(XsError.EACCES, other.Session.RmAsync(node, transaction), "RM of a closed node in a transaction");
        _ = await other.Session.CommitAsync(transaction);
        await c.ExpectTextAsync("kept", owner.Session.ReadAsync("node"), "READ by the owner after the commit");
        await c.ExpectTextAsync("", owner.Session.DirectoryAsync("node"), "DIRECTORY by the owner after the commit");
    }

    /// <summary>The owner has full access even when a later entry of its own says otherwise.</summary>
    [Case("XS-055", Over = Carriers.Ring)]
    public static async Task LaterEntryDoesNotBindTheOwner(StoreContext c)
    {
        var guest = await c.CreateGuestAsync();
        await c.ExpectOkAsync(guest.Session.WriteAsync("node", "v"), "WRITE");
        await c.ExpectOkAsync(guest.Session.SetPermsAsync("node", $"n{guest.Id}", $"n{guest.Id}"), "SET_PERMS with a second entry for the owner");
        await c.ExpectTextAsync("v", guest.Session.ReadAsync("node"), "READ by the owner");
        await c.ExpectOkAsync(guest.Session.WriteAsync("node", "w"), "WRITE by the owner");
        await c.ExpectOkAsync(guest.Session.SetPermsAsync("node", $"n{guest.Id}"), "SET_PERMS by the owner");
    }

    /// <summary>A node can be open below a closed one, and closed below an open one.</summary>
    [Case("XS-055", Needs = Needs.Guests)]
    public static async Task AncestorsDoNotMatterForAnExistingNode(StoreContext c)
    {
        var (owner, other) = (await c.CreateGuestAsync(), await c.CreateGuestAsync());
        await c.ExpectOkAsync(owner.Session.WriteAsync("closed/open", "seen"), "WRITE by the owner");
        await c.ExpectOkAsync(owner.Session.SetPermsAsync("closed/open", $"b{owner.Id}"), "SET_PERMS of the open node");
        await c.ExpectOkAsync(owner.Session.WriteAsync("open/closed", "hidden"), "WRITE by the owner");
        await c.ExpectOkAsync(owner.Session.SetPermsAsync("open", $"b{owner.Id}"), "SET_PERMS of the open parent");
        await c.ExpectTextAsync("seen", other.Session.ReadAsync($"{owner.Home}/closed/open"), "READ of an open node below a closed one");
        await c.ExpectOkAsync(other.Session.WriteAsync($"{owner.Home}/closed/open", "changed"), "WRITE of an open node below a closed one");
        await c.ExpectErrorAsync(XsError.EACCES, other.Session.ReadAsync($"{owner.Home}/open/closed"), "READ of a closed node below an open one");
        await c.ExpectErrorAsync(XsError.EACCES, other.Session.WriteAsync($"{owner.Home}/open/closed", "x"), "WRITE of a closed node below an open one");
    }

    /// <summary>RM is refused to one who may write neither the node nor its parent.</summary>
    [Case("XS-055", Needs = Needs.Guests)]
    public static async Task RemovingNeedsWriteAccess(StoreContext c)
    {
        var (owner, other) = (await c.CreateGuestAsync(), await c.CreateGuestAsync());
        foreach (char letter in "nr")
        {
            await c.ExpectOkAsync(owner.Session.WriteAsync("dir/node/below", "kept"), "WRITE by the owner");
            foreach (string path in new[] { "dir", "dir/node", "dir/node/below" })
            {
                await c.ExpectOkAsync(owner.Session.SetPermsAsync(path, $"{letter}{owner.Id}"), $"SET_PERMS to {letter}");
            }

            await c.ExpectErrorAsync(XsError.EACCES, other.Session.RmAsync($"{owner.Home}/dir/node"), $"RM of a node with {letter}");
            await c.ExpectErrorAsync(XsError.EACCES, other.Session.RmAsync($"{owner.Home}/dir/node/below"), $"RM of a leaf with {letter}");
            await c.ExpectTextAsync("kept", owner.Session.ReadAsync("dir/node/below"), "READ by the owner");
        }
    }

    private static async Task ForEachAccessAsync(
        StoreContext c, Func<Findings, Party, Task> ask)
    {
        var (owner, listed, unlisted) = (await c.CreateGuestAsync(), await c.CreateGuestAsync(), await c.CreateGuestAsync());
        var tools = await c.ToolStackAsync();
        var findings = new Findings(c);
        foreach (char byDefault in Letters)
        {
            foreach (char byEntry in Letters)
            {
                string node = $"{owner.Home}/{byDefault}-{byEntry}";
                await c.ExpectOkAsync(owner.Session.WriteAsync(node, "v"), "WRITE by the owner");
                await c.ExpectOkAsync(owner.Session.SetPermsAsync(node, $"{byDefault}{owner.Id}", $"{byEntry}{listed.Id}"), "SET_PERMS by the owner");
                string where = $"with default {byDefault} and entry {byEntry}";
                await ask(findings, new Party(owner.Session, node, 'b', true, $"by the owner {where}"));
                await ask(findings, new Party(listed.Session, node, byEntry, false, $"by a listed domain {where}"));
                await ask(findings, new Party(unlisted.Session, node, byDefault, false, $"by an unlisted domain {where}"));
                var privileged = await tools.ReadAsync(node);
                findings.Check(!privileged.IsError, $"READ by domain 0 {where} {privileged.Summary}");
            }
        }

        findings.Conclude("access by the entry of a domain, by the first letter without one, in full for owner and domain 0, EACCES otherwise");
    }

    /// <summary>One that asks, the node it asks about, and the letter that holds for it there.</summary>
    private sealed record Party(StoreSession Session, string Node, char Letter, bool IsOwner, string Situation);
}
