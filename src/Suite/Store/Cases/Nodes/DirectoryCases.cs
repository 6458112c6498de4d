using System.Globalization;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Nodes;

/// <summary>The names of a node's children.</summary>
public static class DirectoryCases
{
    /// <summary>Each child once, by its leaf name with a NUL; no grandchild, no sibling with the same beginning.</summary>
    [Case("XS-053", Over = Carriers.Both)]
    public static async Task DirectoryListsTheImmediateChildrenByLeafName(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        foreach (string path in new[] { "d/a", "d/ab", "d/b/deep/er", "d/B", "d/0", "d/-_@", "d2/x", "dd/a" })
        {
            await c.ExpectOkAsync(session.WriteAsync($"{area}/{path}", "v"), $"WRITE of {path}");
        }

        await ExpectNamesAsync(c, session, $"{area}/d", "a", "ab", "b", "B", "0", "-_@");
        await c.ExpectOkAsync(session.RmAsync($"{area}/d/a"), "RM of a child");
        await ExpectNamesAsync(c, session, $"{area}/d", "ab", "b", "B", "0", "-_@");
        await c.ExpectOkAsync(session.MkdirAsync($"{area}/d/a"), "MKDIR of the child again");
        await ExpectNamesAsync(c, session, $"{area}/d", "ab", "b", "B", "0", "-_@", "a");
    }

    /// <summary>A node without children gives an empty payload, with a value, without one, and after its last child went.</summary>
    [Case("XS-053", Over = Carriers.Both)]
    public static async Task DirectoryOfALeafIsEmpty(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync(area), "MKDIR");
        await c.ExpectTextAsync("", session.DirectoryAsync(area), "DIRECTORY of a new node");
        await c.ExpectOkAsync(session.WriteAsync(area, "value"), "WRITE");
        await c.ExpectTextAsync("", session.DirectoryAsync(area), "DIRECTORY of a node with a value");
        await c.ExpectOkAsync(session.MkdirAsync(area + "/only"), "MKDIR of a child");
        await c.ExpectOkAsync(session.RmAsync(area + "/only"), "RM of the child");
        await c.ExpectTextAsync("", session.DirectoryAsync(area), "DIRECTORY after the last child went");
    }

    /// <summary>There is nothing to list of a node that is not there.</summary>
    [Case("XS-053", Over = Carriers.Both)]
    public static async Task DirectoryOfAMissingNodeIsEnoent(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync(area), "MKDIR");
        await c.ExpectErrorAsync(XsError.ENOENT, session.DirectoryAsync(area + "/missing"), "DIRECTORY of a missing node");
        await c.ExpectErrorAsync(XsError.ENOENT, session.DirectoryAsync(area + "/missing/deeper"), "DIRECTORY below a missing node");
    }

    /// <summary>The root lists what stands right below it, as every node does.</summary>
    [Case("XS-053")]
    public static async Task DirectoryOfTheRootListsOnlyNodesThatCanBeRead(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync(area), "MKDIR");
        var root = await c.ExpectOkAsync(session.DirectoryAsync("/"), "DIRECTORY of the root");
        c.Expect(root.Strings.Contains("conformance"), "the name conformance among the root's children", root.Summary);
        foreach (string name in root.Strings)
        {
            await c.ExpectOkAsync(session.ReadAsync("/" + name), $"READ of /{name}, which the root lists");
        }
    }

    /// <summary>Inside a transaction the list follows the transaction.</summary>
    [Case("XS-053", "XS-113", Over = Carriers.Both)]
    public static async Task DirectoryInsideATransactionFollowsThatTransaction(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync(area + "/old"), "MKDIR");
        await c.ExpectOkAsync(session.MkdirAsync(area + "/going"), "MKDIR");
        uint transaction = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.MkdirAsync(area + "/new", transaction), "MKDIR in a transaction");
        await c.ExpectOkAsync(session.RmAsync(area + "/going", transaction), "RM in a transaction");
        await ExpectNamesAsync(c, session, area, transaction, "old", "new");
        await ExpectNamesAsync(c, session, area, "old", "going");
        await c.ExpectOkAsync(session.CommitAsync(transaction), "the commit");
        await ExpectNamesAsync(c, session, area, "old", "new");
    }

    /// <summary>A list of exactly 4,096 bytes is sent; one more byte makes it E2BIG, and one less brings it back.</summary>
    [Case("XS-054", "XS-012", Guards = "XSA-72, Z-077")]
    public static async Task DirectoryAboveOneMessageIsE2Big(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        for (int i = 0; i < XsLimits.PayloadMax / 64; i++)
        {
            await c.ExpectOkAsync(session.MkdirAsync($"{area}/{LongName(i)}"), "MKDIR of a child");
        }

        var full = await c.ExpectOkAsync(session.DirectoryAsync(area), $"DIRECTORY of {XsLimits.PayloadMax} bytes");
        c.Expect(full.Payload.Length == XsLimits.PayloadMax, $"{XsLimits.PayloadMax} bytes of names", $"{full.Payload.Length} bytes");
        await c.ExpectOkAsync(session.MkdirAsync($"{area}/x"), "MKDIR of one child more");
        await c.ExpectErrorAsync(XsError.E2BIG, session.DirectoryAsync(area), $"DIRECTORY of {XsLimits.PayloadMax + 2} bytes");
        await c.ExpectOkAsync(session.RmAsync($"{area}/x"), "RM of that child");
        await c.ExpectOkAsync(session.DirectoryAsync(area), $"DIRECTORY of {XsLimits.PayloadMax} bytes again");
    }

    private static string LongName(int i) => i.ToString("d63", CultureInfo.InvariantCulture);

    private static Task ExpectNamesAsync(StoreContext c, StoreSession session, string path, params IReadOnlyList<string> names) =>
        ExpectNamesAsync(c, session, path, 0, names);

    private static async Task ExpectNamesAsync(
        StoreContext c, StoreSession session, string path, uint transaction, params IReadOnlyList<string> names)
    {
        var reply = await c.ExpectOkAsync(session.DirectoryAsync(path, transaction), $"DIRECTORY of {path}");
        string expected = string.Concat(names.Order(StringComparer.Ordinal).Select(name => name + '\0'));
        string came = string.Concat(reply.Text.Split('\0')[..^1].Order(StringComparer.Ordinal).Select(name => name + '\0'));
        c.Expect(
            came == expected && (reply.Payload.Length == 0 || reply.Payload[^1] == 0),
            $"the names {string.Join(' ', names)}, each with its NUL",
            reply.Summary);
    }
}
