using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Nodes;

/// <summary>A node never stands without the nodes above it.</summary>
public static class AncestorCases
{
    /// <summary>WRITE of a deep path makes every missing ancestor, with an empty value and one child.</summary>
    [Case("XS-046", "XS-045", Over = Carriers.Both)]
    public static async Task WriteCreatesMissingAncestorsWithEmptyValues(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync($"{area}/a/b/c/d", "leaf"), "WRITE of a deep path");
        await c.ExpectTextAsync("leaf", session.ReadAsync($"{area}/a/b/c/d"), "READ of the leaf");
        await ExpectChainAsync(c, session, area);
    }

    /// <summary>MKDIR of a deep path makes them as well.</summary>
    [Case("XS-045", "XS-046", Over = Carriers.Both)]
    public static async Task MkdirCreatesMissingAncestorsWithEmptyValues(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync($"{area}/a/b/c/d"), "MKDIR of a deep path");
        await c.ExpectTextAsync("", session.ReadAsync($"{area}/a/b/c/d"), "READ of the leaf");
        await ExpectChainAsync(c, session, area);
    }

    /// <summary>WRITE below nodes that are there leaves their values and other children alone.</summary>
    [Case("XS-046", Over = Carriers.Both)]
    public static async Task WriteLeavesExistingAncestorsAlone(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync($"{area}/a", "kept"), "WRITE of an ancestor");
        await c.ExpectOkAsync(session.WriteAsync($"{area}/a/sibling", "kept too"), "WRITE of a sibling");
        await c.ExpectOkAsync(session.WriteAsync($"{area}/a/b/c", "leaf"), "WRITE of a deep path");
        await c.ExpectTextAsync("kept", session.ReadAsync($"{area}/a"), "READ of the ancestor");
        await c.ExpectTextAsync("kept too", session.ReadAsync($"{area}/a/sibling"), "READ of the sibling");
    }

    /// <summary>Ancestors made inside a transaction are there with the leaf after the commit, and none is after an abort.</summary>
    [Case("XS-045", "XS-046", Over = Carriers.Both)]
    public static async Task TransactionCreatesAllAncestorsOrNone(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        uint aborted = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.WriteAsync($"{area}/a/b/c/d", "leaf", aborted), "WRITE of a deep path in a transaction");
        await c.ExpectOkAsync(session.AbortAsync(aborted), "its abort");
        await c.ExpectErrorAsync(XsError.ENOENT, session.ReadAsync(area), "READ of the topmost ancestor after the abort");
        uint committed = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.WriteAsync($"{area}/a/b/c/d", "leaf", committed), "WRITE of a deep path in a transaction");
        await c.ExpectOkAsync(session.CommitAsync(committed), "its commit");
        await c.ExpectTextAsync("leaf", session.ReadAsync($"{area}/a/b/c/d"), "READ of the leaf");
        await ExpectChainAsync(c, session, area);
    }

    /// <summary>Removing a node in the middle leaves what is above it and nothing of what is below it.</summary>
    [Case("XS-045", "XS-051", Over = Carriers.Both)]
    public static async Task RmInTheMiddleKeepsAncestorsAndNoDescendant(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync($"{area}/a/b/c/d", "leaf"), "WRITE of a deep path");
        await c.ExpectOkAsync(session.RmAsync($"{area}/a/b"), "RM in the middle");
        await c.ExpectTextAsync("", session.DirectoryAsync($"{area}/a"), "DIRECTORY of the node above");
        foreach (string gone in new[] { "a/b", "a/b/c", "a/b/c/d" })
        {
            await c.ExpectErrorAsync(XsError.ENOENT, session.ReadAsync($"{area}/{gone}"), $"READ of {gone} after RM of a/b");
        }

        await c.ExpectOkAsync(session.MkdirAsync($"{area}/a/b"), "MKDIR of what was removed");
        await c.ExpectTextAsync("", session.DirectoryAsync($"{area}/a/b"), "DIRECTORY of the new node, which must not have the old children");
        await c.ExpectErrorAsync(XsError.ENOENT, session.ReadAsync($"{area}/a/b/c"), "READ of an old child below the new node");
    }

    private static async Task ExpectChainAsync(StoreContext c, StoreSession session, string area)
    {
        foreach (var (path, child) in new[] { ("", "a"), ("/a", "b"), ("/a/b", "c"), ("/a/b/c", "d") })
        {
            await c.ExpectTextAsync("", session.ReadAsync(area + path), $"READ of the ancestor {area}{path}");
            await c.ExpectTextAsync(child + "\0", session.DirectoryAsync(area + path), $"DIRECTORY of the ancestor {area}{path}");
        }
    }
}
