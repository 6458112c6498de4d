using System.Globalization;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Cases.Trees;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Transactions;

/// <summary>What a transaction's id is, and whose it is.</summary>
public static class TransactionIdCases
{
    private const uint NeverGiven = 0x7FFF_FFF1;

    /// <summary>Ten open transactions have ten ids, each a plain decimal number other than 0.</summary>
    [Case("XS-110", Over = Carriers.Both)]
    public static async Task IdsOfOpenTransactionsAreDistinctNonZeroDecimals(StoreContext c)
    {
        var (session, _) = await c.OpenAsync();
        var ids = new HashSet<uint>();
        for (int i = 0; i < 10; i++)
        {
            var reply = await c.ExpectOkAsync(session.StartTransactionAsync(), "TRANSACTION_START");
            bool isNumber = uint.TryParse(reply.Text.TrimEnd('\0'), NumberStyles.None, CultureInfo.InvariantCulture, out uint id);
            c.Expect(
                isNumber && id != 0 && reply.Text == id.ToString(CultureInfo.InvariantCulture) + "\0",
                "an unsigned decimal id other than 0, with its NUL",
                reply.Summary);
            c.Expect(ids.Add(id), $"an id other than those of the open transactions {string.Join(", ", ids)}", reply.Summary);
        }
    }

    /// <summary>However many transactions come and go, none gets the id of one that is still open, and none gets 0.</summary>
    [Case("XS-110", Guards = "Z-065")]
    public static async Task IdOfAnOpenTransactionIsNotGivenAgain(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        uint kept = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.WriteAsync(area, "kept", kept), "WRITE in the transaction that stays open");
        for (int i = 0; i < 2000; i++)
        {
            uint other = await c.StartTransactionAsync(session);
            c.Expect(other != kept, $"an id other than {kept}, which is open", other.ToString(CultureInfo.InvariantCulture));
            await c.ExpectOkAsync(session.AbortAsync(other), "TRANSACTION_END F");
        }

        await c.ExpectTextAsync("kept", session.ReadAsync(area, kept), "READ in the transaction that stayed open");
    }

    /// <summary>TRANSACTION_START inside a transaction is refused, and the outer one lives on.</summary>
    [Case("XS-111", Over = Carriers.Both)]
    public static async Task StartInsideATransactionIsEBUSY(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        uint outer = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.WriteAsync(area, "outer", outer), "WRITE in the outer transaction");
        await c.ExpectErrorAsync(
            XsError.EBUSY,
            session.RequestAsync(XsMessageType.TransactionStart, StorePayload.Strings(""), outer),
            "TRANSACTION_START inside a transaction");
        await c.ExpectOkAsync(session.CommitAsync(outer), "TRANSACTION_END T of the outer transaction");
        await c.ExpectTextAsync("outer", session.ReadAsync(area), "READ after the outer transaction's commit");
    }

    /// <summary>TRANSACTION_START with an id that was never given is refused as well.</summary>
    [Case("XS-111", Over = Carriers.Both)]
    public static async Task StartWithAnUnknownIdIsRefused(StoreContext c)
    {
        var (session, _) = await c.OpenAsync();
        var reply = await session.RequestAsync(XsMessageType.TransactionStart, StorePayload.Strings(""), NeverGiven);
        c.Expect(reply.IsError, $"an error for TRANSACTION_START with tx_id {NeverGiven}", reply.Summary);
    }

    /// <summary>Every request about a node with an id that was never given is ENOENT and does nothing.</summary>
    [Case("XS-112", Over = Carriers.Both)]
    public static async Task RequestWithAnUnknownIdIsENOENT(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area, "old"), "WRITE");
        await ExpectDeadAsync(c, session, area, NeverGiven);
        await ExpectDeadAsync(c, session, area, uint.MaxValue);
    }

    /// <summary>After a commit the id is dead.</summary>
    [Case("XS-112", Over = Carriers.Both)]
    public static async Task IdIsDeadAfterCommit(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        uint transaction = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.WriteAsync(area, "old", transaction), "WRITE in a transaction");
        await c.ExpectOkAsync(session.CommitAsync(transaction), "TRANSACTION_END T");
        await ExpectDeadAsync(c, session, area, transaction);
    }

    /// <summary>After an abort the id is dead.</summary>
    [Case("XS-112", Over = Carriers.Both)]
    public static async Task IdIsDeadAfterAbort(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        await c.ExpectOkAsync(session.WriteAsync(area, "old"), "WRITE");
        uint transaction = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.AbortAsync(transaction), "TRANSACTION_END F");
        await ExpectDeadAsync(c, session, area, transaction);
    }

    /// <summary>After a commit that conflicted the id is dead.</summary>
    [Case("XS-112", Over = Carriers.Both)]
    public static async Task IdIsDeadAfterAConflict(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var other = await c.ToolStackAsync();
        await c.ExpectOkAsync(session.WriteAsync(area, "before"), "WRITE");
        uint transaction = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.ReadAsync(area, transaction), "READ in a transaction");
        await c.ExpectOkAsync(session.WriteAsync(area + "/mine", "1", transaction), "WRITE in a transaction");
        await c.ExpectOkAsync(other.WriteAsync(area, "old"), "another's WRITE of the node that was read");
        await c.ExpectErrorAsync(XsError.EAGAIN, session.CommitAsync(transaction), "TRANSACTION_END T", "XS-116");
        await ExpectDeadAsync(c, session, area, transaction);
    }

    /// <summary>An id means nothing on another connection, and using it there does nothing to its transaction.</summary>
    [Case("XS-112", "XS-110")]
    public static async Task IdMeansNothingOnAnotherConnection(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var other = await c.ConnectAsync();
        await c.ExpectOkAsync(session.WriteAsync(area, "old"), "WRITE");
        uint transaction = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.WriteAsync(area + "/mine", "1", transaction), "WRITE in a transaction");
        await ExpectDeadAsync(c, other, area, transaction);
        await c.ExpectTextAsync("1", session.ReadAsync(area + "/mine", transaction), "READ in the transaction after another used its id");
        await c.ExpectOkAsync(session.CommitAsync(transaction), "TRANSACTION_END T");
    }

    /// <summary>Two connections' transactions are two, whether or not their ids are equal.</summary>
    [Case("XS-110", "XS-113")]
    public static async Task TransactionsOfTwoConnectionsAreSeparate(StoreContext c)
    {
        var (first, area) = await c.OpenAsync();
        var second = await c.ConnectAsync();
        uint one = await c.StartTransactionAsync(first);
        uint two = await c.StartTransactionAsync(second);
        await c.ExpectOkAsync(first.WriteAsync(area + "/first", "1", one), "WRITE in the first connection's transaction");
        await c.ExpectErrorAsync(XsError.ENOENT, second.ReadAsync(area + "/first", two), "READ of it in the second connection's transaction", "XS-113");
        await c.ExpectOkAsync(second.AbortAsync(two), "TRANSACTION_END F on the second connection");
        await c.ExpectOkAsync(first.CommitAsync(one), "TRANSACTION_END T on the first connection");
        await c.ExpectTextAsync("1", first.ReadAsync(area + "/first"), "READ after the commit");
    }

    private static async Task ExpectDeadAsync(StoreContext c, StoreSession session, string path, uint transaction)
    {
        var tools = await c.ToolStackAsync();
        string permission = await c.OtherPermissionAsync(tools, path);
        var before = await StoreTree.ReadAsync(c, tools, path);
        var replies = new List<(string Request, StoreMessage Reply)>();
        foreach (var request in NodeRequest.Reading(path).Concat(NodeRequest.Writing(path, permission)))
        {
            replies.Add(($"{request.Type}", await request.SendAsync(session, transaction)));
        }

        replies.Add(("TRANSACTION_END T", await session.CommitAsync(transaction)));
        replies.Add(("TRANSACTION_END F", await session.AbortAsync(transaction)));
        foreach (var (request, reply) in replies)
        {
            c.Expect(reply.IsError, $"an error for {request} with the dead tx_id {transaction}", reply.Summary);
        }

        string difference = before.Difference(await StoreTree.ReadAsync(c, tools, path));
        c.Expect(difference.Length == 0, $"requests with the dead tx_id {transaction} to change nothing", difference);
        foreach (var (request, reply) in replies)
        {
            c.Expect(reply.Error == XsError.ENOENT, $"ENOENT for {request} with the dead tx_id {transaction}", reply.Summary);
        }
    }
}
