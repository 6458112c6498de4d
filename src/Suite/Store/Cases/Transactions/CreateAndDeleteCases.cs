using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Cases.Trees;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Transactions;

/// <summary>Nodes that come and go inside one transaction (XSA-421).</summary>
public static class CreateAndDeleteCases
{
    /// <summary>A node created and deleted in one transaction is not there afterwards, and the rest of the transaction is.</summary>
    [Case("XS-120", Over = Carriers.Both, Guards = "XSA-421")]
    public static async Task NodeCreatedAndDeletedIsANoOp(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area + "/kept", "old"), "WRITE");
        uint t = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.WriteAsync(area + "/kept", "new", t), "WRITE in a transaction");
        await c.ExpectOkAsync(session.WriteAsync(area + "/passing", "x", t), "WRITE of a new node in a transaction");
        await c.ExpectOkAsync(session.RmAsync(area + "/passing", t), "RM of it in the same transaction");
        await c.ExpectOkAsync(session.WriteAsync(area + "/other", "new", t), "WRITE of another new node in a transaction");
        await c.ExpectOkAsync(session.CommitAsync(t), "TRANSACTION_END T");
        await ExpectChildrenAsync(c, session, area, "kept", "other");
        await c.ExpectTextAsync("new", session.ReadAsync(area + "/kept"), "READ after the commit");
        await c.ExpectErrorAsync(XsError.ENOENT, session.ReadAsync(area + "/passing"), "READ of the node created and deleted");
    }

    /// <summary>The same for a whole subtree, made with its missing ancestors and removed at its top.</summary>
    [Case("XS-120", "XS-045", Over = Carriers.Both, Guards = "XSA-421")]
    public static async Task SubtreeCreatedAndDeletedIsANoOp(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync(area), "MKDIR");
        uint t = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.WriteAsync(area + "/a/b/c/d", "x", t), "WRITE of a deep new node in a transaction");
        await c.ExpectOkAsync(session.MkdirAsync(area + "/a/b/e", t), "MKDIR beside it");
        await c.ExpectOkAsync(session.RmAsync(area + "/a", t), "RM of the new subtree");
        await c.ExpectOkAsync(session.CommitAsync(t), "TRANSACTION_END T");
        await ExpectChildrenAsync(c, session, area);
        await c.ExpectErrorAsync(XsError.ENOENT, session.ReadAsync(area + "/a/b/c/d"), "READ of the deep node");
    }

    /// <summary>A node created, deleted and created again is there with its last value.</summary>
    [Case("XS-120", "XS-113", Over = Carriers.Both)]
    public static async Task NodeCreatedDeletedAndCreatedExists(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync(area), "MKDIR");
        uint t = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.WriteAsync(area + "/node/child", "first", t), "WRITE of a new node in a transaction");
        await c.ExpectOkAsync(session.RmAsync(area + "/node", t), "RM of it");
        await c.ExpectOkAsync(session.WriteAsync(area + "/node", "last", t), "WRITE of it again");
        await c.ExpectOkAsync(session.CommitAsync(t), "TRANSACTION_END T");
        await c.ExpectTextAsync("last", session.ReadAsync(area + "/node"), "READ after the commit");
        await ExpectChildrenAsync(c, session, area + "/node");
    }

    /// <summary>An existing node deleted, created and deleted again is gone.</summary>
    [Case("XS-120", "XS-113", Over = Carriers.Both)]
    public static async Task NodeDeletedCreatedAndDeletedIsGone(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area + "/node/child", "old"), "WRITE");
        uint t = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.RmAsync(area + "/node", t), "RM in a transaction");
        await c.ExpectOkAsync(session.WriteAsync(area + "/node", "again", t), "WRITE of it in the same transaction");
        await c.ExpectOkAsync(session.RmAsync(area + "/node", t), "RM of it again");
        await c.ExpectOkAsync(session.CommitAsync(t), "TRANSACTION_END T");
        await ExpectChildrenAsync(c, session, area);
        await c.ExpectErrorAsync(XsError.ENOENT, session.ReadAsync(area + "/node/child"), "READ of its former child");
    }

    /// <summary>A transaction that does nothing but create and delete commits.</summary>
    [Case("XS-120", "XS-117", Over = Carriers.Both)]
    public static async Task TransactionOfNothingButPassingNodesCommits(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.MkdirAsync(area), "MKDIR");
        var before = await StoreTree.ReadAsync(c, session, area);
        uint t = await c.StartTransactionAsync(session);
        for (int i = 0; i < 20; i++)
        {
            await c.ExpectOkAsync(session.WriteAsync($"{area}/passing{i}", "x", t), "WRITE in a transaction");
            await c.ExpectOkAsync(session.RmAsync($"{area}/passing{i}", t), "RM in the same transaction");
        }

        await c.ExpectOkAsync(session.CommitAsync(t), "TRANSACTION_END T");
        string difference = before.Difference(await StoreTree.ReadAsync(c, session, area));
        c.Expect(difference.Length == 0, "the store as it was", difference);
    }

    private static async Task ExpectChildrenAsync(StoreContext c, StoreSession session, string path, params string[] names)
    {
        var reply = await c.ExpectOkAsync(session.DirectoryAsync(path), $"DIRECTORY of {path}");
        c.Expect(
            reply.Strings.Order(StringComparer.Ordinal).SequenceEqual(names),
            names.Length == 0 ? $"no children of {path}" : $"the children {string.Join(", ", names)} of {path}",
            reply.Summary);
    }
}
