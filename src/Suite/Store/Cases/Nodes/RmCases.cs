using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Nodes;

/// <summary>What RM removes and what it refuses.</summary>
public static class RmCases
{
    /// <summary>RM takes the whole subtree and nothing beside it.</summary>
    [Case("XS-051", Over = Carriers.Both)]
    public static async Task RmRemovesTheSubtreeAndNothingElse(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        string[] below = ["a", "a/b", "a/b/c", "a/b/d", "a/e", "a/e/f"];
        string[] beside = ["ab", "a-", "A", "b/a"];
        foreach (string path in below.Concat(beside))
        {
            await c.ExpectOkAsync(session.WriteAsync($"{area}/{path}", path), $"WRITE of {path}");
        }

        await c.ExpectTextAsync("OK\0", session.RmAsync($"{area}/a"), "RM of a");
        foreach (string path in below)
        {
            await c.ExpectErrorAsync(XsError.ENOENT, session.ReadAsync($"{area}/{path}"), $"READ of {path} after RM of a");
        }

        foreach (string path in beside)
        {
            await c.ExpectTextAsync(path, session.ReadAsync($"{area}/{path}"), $"READ of {path} after RM of a");
        }

        var left = await c.ExpectOkAsync(session.DirectoryAsync(area), "DIRECTORY after RM");
        c.Expect(left.Strings.Order(StringComparer.Ordinal).SequenceEqual(["A", "a-", "ab", "b"]), "the names A, a-, ab and b", left.Summary);
    }

    /// <summary>RM of a missing node succeeds when its parent is there, with a value, with other children, or without.</summary>
    [Case("XS-051", Over = Carriers.Both)]
    public static async Task RmOfAMissingNodeBelowAnExistingOneSucceeds(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area + "/a", "v"), "WRITE");
        await c.ExpectTextAsync("OK\0", session.RmAsync(area + "/missing"), "RM of a missing sibling");
        await c.ExpectTextAsync("OK\0", session.RmAsync(area + "/a/missing"), "RM of a missing child");
        await c.ExpectTextAsync("OK\0", session.RmAsync(area + "/a"), "RM of the node");
        await c.ExpectTextAsync("OK\0", session.RmAsync(area + "/a"), "RM of the node once more");
        await c.ExpectTextAsync("", session.DirectoryAsync(area), "DIRECTORY of the parent");
    }

    /// <summary>RM of a missing node is ENOENT when its parent is missing too, however far up the first existing one is.</summary>
    [Case("XS-051", Over = Carriers.Both)]
    public static async Task RmBelowAMissingParentIsEnoent(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync(area), "MKDIR");
        await c.ExpectErrorAsync(XsError.ENOENT, session.RmAsync(area + "/missing/node"), "RM below a missing parent");
        await c.ExpectErrorAsync(XsError.ENOENT, session.RmAsync(area + "/missing/deep/node"), "RM below a missing grandparent");
        await c.ExpectErrorAsync(XsError.ENOENT, session.ReadAsync(area + "/missing"), "READ of the parent after the refused RM");
    }

    /// <summary>RM answers by what the transaction it is in has made and removed.</summary>
    [Case("XS-051", "XS-113", Over = Carriers.Both)]
    public static async Task RmInsideATransactionFollowsThatTransaction(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area + "/a/b", "v"), "WRITE");
        uint transaction = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.RmAsync(area + "/a", transaction), "RM in a transaction");
        await c.ExpectErrorAsync(XsError.ENOENT, session.ReadAsync(area + "/a/b", transaction), "READ of a removed child in the transaction");
        await c.ExpectErrorAsync(XsError.ENOENT, session.RmAsync(area + "/a/b", transaction), "RM below a removed parent in the transaction");
        await c.ExpectOkAsync(session.RmAsync(area + "/a", transaction), "RM of the removed node in the transaction");
        await c.ExpectTextAsync("v", session.ReadAsync(area + "/a/b"), "READ outside before the commit");
        await c.ExpectOkAsync(session.CommitAsync(transaction), "the commit");
        await c.ExpectErrorAsync(XsError.ENOENT, session.ReadAsync(area + "/a/b"), "READ of a removed child after the commit");
        await c.ExpectTextAsync("", session.DirectoryAsync(area), "DIRECTORY after the commit");
    }

    /// <summary>A deep and a wide subtree are removed whole.</summary>
    [Case("XS-051", "XS-129", Guards = "XSA-418, Z-055")]
    public static async Task RmRemovesDeepAndWideSubtrees(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        string deep = area + "/tree/" + string.Join('/', Enumerable.Repeat("d", 400));
        await c.ExpectOkAsync(session.WriteAsync(deep, "bottom"), "WRITE 400 levels down");
        for (int i = 0; i < 300; i++)
        {
            await c.ExpectOkAsync(session.WriteAsync($"{area}/tree/wide/{i}/x", "v"), "WRITE of a wide tree");
        }

        await c.ExpectOkAsync(session.RmAsync(area + "/tree"), "RM of the tree");
        await c.ExpectErrorAsync(XsError.ENOENT, session.ReadAsync(deep), "READ of the bottom");
        await c.ExpectErrorAsync(XsError.ENOENT, session.ReadAsync($"{area}/tree/wide/299/x"), "READ of the last of the wide ones");
        await c.ExpectTextAsync("", session.DirectoryAsync(area), "DIRECTORY above");
    }

    /// <summary>RM of the root is EINVAL, and everything is still there.</summary>
    [Case("XS-052", Needs = Needs.OwnDaemon)]
    public static async Task RmOfTheRootIsRefused(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area, "kept"), "WRITE");
        await c.ExpectErrorAsync(XsError.EINVAL, session.RmAsync("/"), "RM of the root");
        await c.ExpectTextAsync("kept", session.ReadAsync(area), "READ after RM of the root");
    }

    /// <summary>Inside a transaction it is refused as well.</summary>
    [Case("XS-052", Needs = Needs.OwnDaemon)]
    public static async Task RmOfTheRootIsRefusedInATransaction(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area, "kept"), "WRITE");
        uint transaction = await c.StartTransactionAsync(session);
        await c.ExpectErrorAsync(XsError.EINVAL, session.RmAsync("/", transaction), "RM of the root in a transaction");
        _ = await session.CommitAsync(transaction);
        await c.ExpectTextAsync("kept", session.ReadAsync(area), "READ after the commit");
    }

    /// <summary>A guest cannot remove the root, whatever the root's permissions let it do.</summary>
    [Case("XS-052", "XS-059", Over = Carriers.Ring, Needs = Needs.OwnDaemon)]
    public static async Task RmOfTheRootIsRefusedToGuests(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var tools = await c.ToolStackAsync();
        await c.ExpectOkAsync(session.WriteAsync(area, "kept"), "WRITE by a guest");
        foreach (string permissions in new[] { "n0", "r0", "b0" })
        {
            await c.ExpectOkAsync(tools.SetPermsAsync("/", permissions), $"SET_PERMS of the root to {permissions}");
            var reply = await session.RmAsync("/");
            c.Expect(reply.IsError, $"an error for RM of the root by a guest with root permissions {permissions}", reply.Summary);
            await c.ExpectTextAsync("kept", session.ReadAsync(area), "READ after RM of the root");
        }
    }
}
