using System.Globalization;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Store.Cases.Trees;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Transactions;

/// <summary>Others see all of a transaction's writes or none of them.</summary>
public static class TransactionAtomicityCases
{
    private const int Nodes = 8;

    /// <summary>Until the commit others see nothing, afterwards everything: values, new nodes, removals, permissions.</summary>
    [Case("XS-114", Over = Carriers.Both)]
    public static async Task OthersSeeNothingBeforeTheCommitAndEverythingAfter(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var other = await c.ToolStackAsync();
        await c.ExpectOkAsync(session.WriteAsync(area + "/value", "old"), "WRITE");
        await c.ExpectOkAsync(session.WriteAsync(area + "/gone/below", "old"), "WRITE");
        string permission = await c.OtherPermissionAsync(other, area + "/value");
        var before = await StoreTree.ReadAsync(c, other, area);
        uint t = await c.StartTransactionAsync(session);
        Func<Task<StoreMessage>>[] writes =
        [
            () => session.WriteAsync(area + "/value", "new", t),
            () => session.MkdirAsync(area + "/made/deep", t),
            () => session.RmAsync(area + "/gone", t),
            () => session.SetPermsAsync(t, area + "/value", permission),
        ];
        foreach (var write in writes)
        {
            await c.ExpectOkAsync(write(), "a write in a transaction");
            string seen = before.Difference(await StoreTree.ReadAsync(c, other, area));
            c.Expect(seen.Length == 0, "nothing to be seen from outside before the commit", seen);
        }

        await c.ExpectOkAsync(session.CommitAsync(t), "TRANSACTION_END T");
        await c.ExpectTextAsync("new", other.ReadAsync(area + "/value"), "READ after the commit");
        await c.ExpectTextAsync(permission + "\0", other.GetPermsAsync(area + "/value"), "GET_PERMS after the commit");
        await c.ExpectTextAsync("deep\0", other.DirectoryAsync(area + "/made"), "DIRECTORY after the commit");
        await c.ExpectErrorAsync(XsError.ENOENT, other.ReadAsync(area + "/gone"), "READ of the removed node after the commit");
        await c.ExpectErrorAsync(XsError.ENOENT, other.ReadAsync(area + "/gone/below"), "READ below the removed node after the commit");
    }

    /// <summary>Reads in flight around a commit give old values up to some point and new ones after it, never a mixture.</summary>
    [Case("XS-114", Over = Carriers.Both)]
    public static async Task ReadsAroundACommitNeverMixOldAndNew(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var reader = await c.ToolStackAsync();
        await WriteAllAsync(c, session, area, 0, 0);
        for (int round = 1; round <= 25; round++)
        {
            uint t = await c.StartTransactionAsync(session);
            await WriteAllAsync(c, session, area, round, t);
            int expected = await SendReadsAsync(c, reader, area, c.Random.Next(0, 3));
            await session.SendAsync(XsMessageType.TransactionEnd, StorePayload.Strings("T"), t);
            expected += await SendReadsAsync(c, reader, area, 2);
            await ExpectMonotoneAsync(c, reader, expected, round);
            var end = await session.ReceiveReplyAsync("TRANSACTION_END");
            c.Expect("XS-117", !end.IsError, "OK for TRANSACTION_END T when nobody else wrote", end.Summary);
        }
    }

    /// <summary>When the first event of a commit arrives, everything it wrote can be read.</summary>
    [Case("XS-114", "XS-071", Over = Carriers.Both)]
    public static async Task WatcherFindsEverythingAtTheFirstEvent(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var watcher = await c.ToolStackAsync();
        await WriteAllAsync(c, session, area, 0, 0);
        await c.ExpectOkAsync(watcher.WatchAsync(area, "atomic"), "WATCH");
        await watcher.SettledEventsAsync();
        for (int round = 1; round <= 5; round++)
        {
            uint t = await c.StartTransactionAsync(session);
            await WriteAllAsync(c, session, area, round, t);
            await session.SendAsync(XsMessageType.TransactionEnd, StorePayload.Strings("T"), t);
            await watcher.NextEventAsync();
            for (int node = Nodes - 1; node >= 0; node--)
            {
                await c.ExpectTextAsync(Value(round), watcher.ReadAsync($"{area}/{node}"), "READ after a commit's first event");
            }

            await session.ReceiveReplyAsync("TRANSACTION_END");
            await watcher.SettledEventsAsync();
        }
    }

    /// <summary>A transaction that reads while another commits either sees one state or does not commit.</summary>
    [Case("XS-114", "XS-116", Over = Carriers.Both)]
    public static async Task ReadingTransactionThatCommitsHasSeenOneState(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var writer = await c.ToolStackAsync();
        await WriteAllAsync(c, session, area, 0, 0);
        for (int round = 1; round <= 12; round++)
        {
            int readBefore = c.Random.Next(1, Nodes);
            uint reading = await c.StartTransactionAsync(session);
            var seen = new List<string>();
            for (int node = 0; node < Nodes; node++)
            {
                if (node == readBefore)
                {
                    uint writing = await c.StartTransactionAsync(writer);
                    await WriteAllAsync(c, writer, area, round, writing);
                    await c.ExpectOkAsync(writer.CommitAsync(writing), "TRANSACTION_END T of the writer");
                }

                seen.Add((await c.ExpectOkAsync(session.ReadAsync($"{area}/{node}", reading), "READ in a transaction")).Text);
            }

            if (round % 2 == 0)
            {
                await c.ExpectOkAsync(session.WriteAsync($"{area}/seen", string.Join(',', seen), reading), "WRITE in a transaction");
            }

            var end = await session.CommitAsync(reading);
            c.Expect(
                end.IsError || seen.Distinct().Count() == 1,
                $"EAGAIN for a transaction that read {string.Join(",", seen)}",
                end.Summary);
            if (end.IsError)
            {
                uint again = await c.StartTransactionAsync(session);
                await c.ExpectTextAsync(Value(round), session.ReadAsync($"{area}/0", again), "READ in the second attempt");
                await c.ExpectOkAsync(session.CommitAsync(again), "TRANSACTION_END T of the second attempt", "XS-117");
            }
        }
    }

    /// <summary>A commit that conflicts changes nothing at all.</summary>
    [Case("XS-114", "XS-116", Over = Carriers.Both)]
    public static async Task ConflictingCommitChangesNothing(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var other = await c.ToolStackAsync();
        await WriteAllAsync(c, session, area, 0, 0);
        uint t = await c.StartTransactionAsync(session);
        await c.ExpectOkAsync(session.ReadAsync(area + "/0", t), "READ in a transaction");
        await WriteAllAsync(c, session, area, 1, t);
        await c.ExpectOkAsync(session.MkdirAsync(area + "/made/deep", t), "MKDIR in a transaction");
        await c.ExpectOkAsync(session.RmAsync(area + "/5", t), "RM in a transaction");
        await c.ExpectOkAsync(other.WriteAsync(area + "/0", "theirs"), "another's WRITE");
        var before = await StoreTree.ReadAsync(c, other, area);
        await c.ExpectErrorAsync(XsError.EAGAIN, session.CommitAsync(t), "TRANSACTION_END T", "XS-116");
        string difference = before.Difference(await StoreTree.ReadAsync(c, other, area));
        c.Expect(difference.Length == 0, "a conflicting commit to change nothing", difference);
    }

    private static string Value(int round) => round.ToString(CultureInfo.InvariantCulture);

    private static async Task WriteAllAsync(StoreContext c, StoreSession session, string area, int round, uint transaction)
    {
        for (int node = 0; node < Nodes; node++)
        {
            await c.ExpectOkAsync(session.WriteAsync($"{area}/{node}", Value(round), transaction), "WRITE");
        }
    }

    private static async Task<int> SendReadsAsync(StoreContext c, StoreSession reader, string area, int times)
    {
        for (int i = 0; i < times; i++)
        {
            int[] order = [.. Enumerable.Range(0, Nodes)];
            c.Random.Shuffle(order);
            foreach (int node in order)
            {
                await reader.SendAsync(XsMessageType.Read, StorePayload.Strings($"{area}/{node}"));
            }
        }

        return times * Nodes;
    }

    private static async Task ExpectMonotoneAsync(StoreContext c, StoreSession reader, int count, int round)
    {
        bool isNew = false;
        for (int i = 0; i < count; i++)
        {
            var reply = await reader.ReceiveReplyAsync("READ");
            c.Expect(
                reply.Text == Value(round) || (!isNew && reply.Text == Value(round - 1)),
                isNew ? $"\"{round}\" after another node of the commit was seen" : $"\"{round - 1}\" or \"{round}\"",
                reply.Summary);
            isNew = reply.Text == Value(round);
        }
    }
}
