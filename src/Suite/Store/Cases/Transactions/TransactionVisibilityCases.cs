using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Transactions;

/// <summary>What a transaction sees: its own writes, and otherwise what was there at first access.</summary>
public static class TransactionVisibilityCases
{
    /// <summary>Reads in the transaction show its own writes.</summary>
    [Case("XS-113", Over = Carriers.Both)]
    public static async Task OwnWritesAreSeenInside(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area + "/value", "old"), "WRITE");
        await c.ExpectOkAsync(session.WriteAsync(area + "/gone/below", "old"), "WRITE");
        string permission = await c.OtherPermissionAsync(session, area + "/value");
        uint t = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.WriteAsync(area + "/value", "new", t), "WRITE in a transaction");
        await c.ExpectOkAsync(session.MkdirAsync(area + "/made/deep", t), "MKDIR in a transaction");
        await c.ExpectOkAsync(session.RmAsync(area + "/gone", t), "RM in a transaction");
        await c.ExpectOkAsync(session.SetPermsAsync(t, area + "/value", permission), "SET_PERMS in a transaction");

        await c.ExpectTextAsync("new", session.ReadAsync(area + "/value", t), "READ of the own write");
        await c.ExpectTextAsync(permission + "\0", session.GetPermsAsync(area + "/value", t), "GET_PERMS after the own SET_PERMS");
        await c.ExpectTextAsync("deep\0", session.DirectoryAsync(area + "/made", t), "DIRECTORY of the own MKDIR");
        await c.ExpectErrorAsync(XsError.ENOENT, session.ReadAsync(area + "/gone", t), "READ after the own RM");
        await c.ExpectErrorAsync(XsError.ENOENT, session.ReadAsync(area + "/gone/below", t), "READ below the own RM");
        var children = await c.ExpectOkAsync(session.DirectoryAsync(area, t), "DIRECTORY in a transaction");
        c.Expect(
            children.Strings.Order(StringComparer.Ordinal).SequenceEqual(["made", "value"]),
            "the children made and value",
            children.Summary);
    }

    /// <summary>A node removed and written again in the transaction starts anew: its children stay gone.</summary>
    [Case("XS-113", Over = Carriers.Both)]
    public static async Task NodeWrittenAgainAfterOwnRemovalIsNew(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area + "/node/child", "old"), "WRITE");
        uint t = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.RmAsync(area + "/node", t), "RM in a transaction");
        await c.ExpectOkAsync(session.WriteAsync(area + "/node", "again", t), "WRITE of the removed node");
        await c.ExpectTextAsync("", session.DirectoryAsync(area + "/node", t), "DIRECTORY of the node written again");
        await c.ExpectErrorAsync(XsError.ENOENT, session.ReadAsync(area + "/node/child", t), "READ of its former child");
        await c.ExpectOkAsync(session.CommitAsync(t), "TRANSACTION_END T");
        await c.ExpectTextAsync("again", session.ReadAsync(area + "/node"), "READ after the commit");
        await c.ExpectErrorAsync(XsError.ENOENT, session.ReadAsync(area + "/node/child"), "READ of the former child after the commit");
    }

    /// <summary>What a transaction has read stays as it was, whatever others do.</summary>
    [Case("XS-113", Over = Carriers.Both)]
    public static async Task WhatWasReadOnceStays(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var other = await c.ToolStackAsync();
        await c.ExpectOkAsync(session.WriteAsync(area + "/node/child", "1"), "WRITE");
        await c.ExpectOkAsync(session.WriteAsync(area + "/node", "old"), "WRITE");
        await c.ExpectOkAsync(session.WriteAsync(area + "/removed", "old"), "WRITE");
        uint t = await c.StartTransactionAsync(session);
        var requests = NodeRequest.Reading(area + "/node")
            .Concat(NodeRequest.Reading(area + "/removed"))
            .Concat(NodeRequest.Reading(area + "/missing")).ToList();
        var first = await AnswersAsync(session, requests, t);

        string permission = await c.OtherPermissionAsync(other, area + "/node");
        await c.ExpectOkAsync(other.WriteAsync(area + "/node", "new"), "another's WRITE");
        await c.ExpectOkAsync(other.WriteAsync(area + "/node/added", "new"), "another's WRITE of a child");
        await c.ExpectOkAsync(other.SetPermsAsync(area + "/node", permission), "another's SET_PERMS");
        await c.ExpectOkAsync(other.RmAsync(area + "/removed"), "another's RM");
        await c.ExpectOkAsync(other.WriteAsync(area + "/missing", "new"), "another's WRITE of a node that was missing");
        var second = await AnswersAsync(session, requests, t);
        for (int i = 0; i < requests.Count; i++)
        {
            c.Expect(
                first[i] == second[i],
                $"{requests[i].Type} {WireText.Quote(requests[i].Payload)} in the transaction to answer {first[i]} again",
                second[i]);
        }
    }

    /// <summary>A list that was read stays as it was, too, when a child that another removed since is asked for.</summary>
    [Case("XS-113", Over = Carriers.Both)]
    public static async Task ListStaysWhenARemovedChildIsAskedFor(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var other = await c.ToolStackAsync();
        await c.ExpectOkAsync(session.WriteAsync(area + "/kept", "1"), "WRITE");
        await c.ExpectOkAsync(session.WriteAsync(area + "/removed", "1"), "WRITE");
        uint t = await c.StartTransactionAsync(session);
        var first = await c.ExpectOkAsync(session.DirectoryAsync(area, t), "DIRECTORY in a transaction");
        await c.ExpectOkAsync(other.RmAsync(area + "/removed"), "another's RM of a child");
        await session.ReadAsync(area + "/removed", t);
        await c.ExpectTextAsync(first.Text, session.DirectoryAsync(area, t), "DIRECTORY after a READ of the child");
    }

    /// <summary>The first read shows the node as it was at some time from the start of the transaction to the read, nothing else.</summary>
    [Case("XS-113", Over = Carriers.Both)]
    public static async Task FirstReadShowsAStateSinceTheStart(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var other = await c.ToolStackAsync();
        await c.ExpectOkAsync(session.WriteAsync(area, "before"), "WRITE");
        await c.ExpectOkAsync(session.WriteAsync(area, "at start"), "WRITE");
        uint t = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(other.WriteAsync(area, "now"), "another's WRITE after the start");
        var value = await c.ExpectOkAsync(session.ReadAsync(area, t), "the first READ in a transaction");
        c.Expect(value.Text is "at start" or "now", "\"at start\" or \"now\"", value.Summary);
        await c.ExpectOkAsync(other.WriteAsync(area, "later"), "another's WRITE after the first READ");
        await c.ExpectTextAsync(value.Text, session.ReadAsync(area, t), "the second READ");
    }

    /// <summary>A transaction's own write hides what another writes to the same node.</summary>
    [Case("XS-113", Over = Carriers.Both)]
    public static async Task OwnWriteHidesAnothers(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var other = await c.ToolStackAsync();
        await c.ExpectOkAsync(session.WriteAsync(area, "old"), "WRITE");
        uint t = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.WriteAsync(area, "mine", t), "WRITE in a transaction");
        await c.ExpectOkAsync(other.WriteAsync(area, "theirs"), "another's WRITE");
        await c.ExpectTextAsync("mine", session.ReadAsync(area, t), "READ in the transaction");
        await c.ExpectTextAsync("theirs", session.ReadAsync(area), "READ outside the transaction");
    }

    /// <summary>Two transactions of one connection do not see each other's writes.</summary>
    [Case("XS-113", "XS-114", Over = Carriers.Both)]
    public static async Task TwoTransactionsOfOneConnectionAreSeparate(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area, "old"), "WRITE");
        uint one = await c.StartTransactionAsync(session);
        uint two = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.WriteAsync(area, "one", one), "WRITE in the first transaction");
        await c.ExpectTextAsync("old", session.ReadAsync(area, two), "READ in the second transaction");
        await c.ExpectTextAsync("old", session.ReadAsync(area), "READ outside both");
        await c.ExpectTextAsync("one", session.ReadAsync(area, one), "READ in the first transaction");
    }

    private static async Task<IReadOnlyList<string>> AnswersAsync(StoreSession session, IEnumerable<NodeRequest> requests, uint transaction)
    {
        var answers = new List<string>();
        foreach (var request in requests)
        {
            answers.Add((await request.SendAsync(session, transaction)).Summary);
        }

        return answers;
    }
}
