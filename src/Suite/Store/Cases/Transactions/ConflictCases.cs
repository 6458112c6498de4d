using Conformance.Suite.Cases;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Transactions;

/// <summary>Which changes by others a commit must notice.</summary>
public static class ConflictCases
{
    private const string Conflict = "EAGAIN when a node that was read first has changed";

    /// <summary>What was read of a node - its value, children or permissions - has changed: EAGAIN, and the next attempt succeeds.</summary>
    [Case("XS-116", Over = Carriers.Both)]
    public static Task ChangeOfWhatWasReadConflicts(StoreContext c) => ExistingAsync(c, byCommit: false, sameAspect: true);

    /// <summary>The same when the change was another's transaction.</summary>
    [Case("XS-116", Over = Carriers.Both)]
    public static Task CommittedChangeOfWhatWasReadConflicts(StoreContext c) => ExistingAsync(c, byCommit: true, sameAspect: true);

    /// <summary>The node that was read has changed, though not in what was read of it: it is the node that counts.</summary>
    [Case("XS-116", Over = Carriers.Both)]
    public static Task OtherChangeOfANodeThatWasReadConflicts(StoreContext c) => ExistingAsync(c, byCommit: false, sameAspect: false);

    /// <summary>The same when the change was another's transaction.</summary>
    [Case("XS-116", Over = Carriers.Both)]
    public static Task CommittedOtherChangeOfANodeThatWasReadConflicts(StoreContext c) => ExistingAsync(c, byCommit: true, sameAspect: false);

    /// <summary>A node that was looked for and not found has come.</summary>
    [Case("XS-116", Over = Carriers.Both)]
    public static Task CreationOfANodeThatWasNotFoundConflicts(StoreContext c) => MissingAsync(c, byCommit: false);

    /// <summary>The same when another's transaction created it.</summary>
    [Case("XS-116", Over = Carriers.Both)]
    public static Task CommittedCreationOfANodeThatWasNotFoundConflicts(StoreContext c) => MissingAsync(c, byCommit: true);

    /// <summary>A transaction that only read conflicts as well.</summary>
    [Case("XS-116", Over = Carriers.Both)]
    public static async Task TransactionThatOnlyReadConflictsToo(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var trial = new ConflictTrial(c, session, area) { Writes = false };
        foreach (var change in ConflictAct.ChangesOfExisting.Where(change => !change.OnChildren))
        {
            await trial.MustConflictAsync(ConflictAct.Reads[0], change, nodeExists: true);
        }

        c.Expect(trial.Wrong.Length == 0, Conflict, trial.Wrong);
    }

    /// <summary>The transaction's own write of a node that it had read before does not make the commit blind.</summary>
    [Case("XS-116", Over = Carriers.Both)]
    public static async Task OwnWriteAfterTheReadDoesNotHideTheConflict(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var trial = new ConflictTrial(c, session, area);
        foreach (var read in ConflictAct.Reads)
        {
            var access = new ConflictAct(read.Name + ", own WRITE", read.About, async (plot, reader, transaction) =>
            {
                await read.Act(plot, reader, transaction);
                return await reader.WriteAsync(plot.Node, ConflictPlot.Mine, transaction);
            });
            await trial.MustConflictAsync(access, ConflictAct.ChangesOfExisting.First(change => change.About == read.About), nodeExists: true);
            await trial.MustConflictAsync(access, ConflictAct.ChangesOfMissing[0], nodeExists: false);
        }

        c.Expect(trial.Wrong.Length == 0, Conflict, trial.Wrong);
    }

    /// <summary>A transaction that removes a node it had listed, after another changed what is below, conflicts as well.</summary>
    [Case("XS-116", Over = Carriers.Both)]
    public static async Task OwnRemovalAfterTheListDoesNotHideTheConflict(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var trial = new ConflictTrial(c, session, area);
        var list = ConflictAct.Reads.Single(read => read.About == NodeAspects.Children);
        foreach (var change in ConflictAct.ChangesOfExisting.Where(change => change.About.HasFlag(NodeAspects.Children)))
        {
            // The removal comes after the change, so that what the list had said of the children is no longer so.
            var combined = change with
            {
                Act = async (plot, other, transaction) =>
                {
                    var reply = await change.Act(plot, other, transaction);
                    await session.RmAsync(plot.Node, trial.Transaction);
                    return reply;
                },
            };
            await trial.MustConflictAsync(list, combined, nodeExists: true);
        }

        c.Expect(trial.Wrong.Length == 0, Conflict, trial.Wrong);
    }

    /// <summary>Where the first access was a write, or another wrote only beside what was read, the commit gives OK or EAGAIN and is whole or nothing.</summary>
    [Case("XS-117", "XS-114", Over = Carriers.Both)]
    public static async Task OtherOverlapsGiveOKOrEAGAIN(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var trial = new ConflictTrial(c, session, area);
        foreach (var write in ConflictAct.Writes)
        {
            foreach (var change in ConflictAct.ChangesOfExisting)
            {
                await trial.MayConflictAsync(write, change, nodeExists: true);
            }

            foreach (var change in ConflictAct.ChangesOfMissing)
            {
                await trial.MayConflictAsync(write, change, nodeExists: false);
            }
        }

        foreach (var read in ConflictAct.Reads)
        {
            foreach (var change in ConflictAct.ChangesOfExisting.Where(change => !MustConflict(read, change)))
            {
                await trial.MayConflictAsync(read, change, nodeExists: true);
            }
        }

        c.Expect(trial.Wrong.Length == 0, "OK or EAGAIN", trial.Wrong);
    }

    /// <summary>With nobody else writing, no transaction conflicts.</summary>
    [Case("XS-117", Over = Carriers.Both)]
    public static async Task NothingConflictsWhenNobodyElseWrites(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var trial = new ConflictTrial(c, session, area);
        foreach (var access in ConflictAct.Reads.Concat(ConflictAct.Writes))
        {
            await trial.MustCommitAsync(access, nodeExists: true);
            await trial.MustCommitAsync(access, nodeExists: false);
        }

        c.Expect(trial.Wrong.Length == 0, "OK when nobody else wrote", trial.Wrong);
    }

    /// <summary>Another's reads, refused writes and aborted transactions are no writes, and do not make a commit fail.</summary>
    [Case("XS-117", Over = Carriers.Both)]
    public static async Task NothingConflictsWithReadsRefusalsAndAborts(StoreContext c)
    {
        var (session, area) = await c.OpenAsync();
        var other = await c.ToolStackAsync();
        await c.ExpectOkAsync(session.WriteAsync(area, ConflictPlot.Old), "WRITE");
        uint transaction = await c.StartTransactionAsync(session);
        await c.ExpectTextAsync(ConflictPlot.Old, session.ReadAsync(area, transaction), "READ in a transaction");

        await c.ExpectOkAsync(other.ReadAsync(area), "another's READ");
        await c.ExpectOkAsync(other.DirectoryAsync(area), "another's DIRECTORY");
        var refused = await other.WriteAsync(area + "//x", "bad path");
        c.Expect("XS-041", refused.IsError, "an error for a path with an empty component", refused.Summary);
        uint aborted = await c.StartTransactionAsync(other);
        await c.ExpectOkAsync(other.WriteAsync(area, "aborted", aborted), "WRITE in another's transaction");
        await c.ExpectOkAsync(other.AbortAsync(aborted), "TRANSACTION_END F of another");

        await c.ExpectOkAsync(session.WriteAsync(area, ConflictPlot.Mine, transaction), "WRITE in a transaction");
        await c.ExpectOkAsync(session.CommitAsync(transaction), "TRANSACTION_END T when nobody wrote");
    }

    private static async Task ExistingAsync(StoreContext c, bool byCommit, bool sameAspect)
    {
        var (session, area) = await c.OpenAsync();
        var trial = new ConflictTrial(c, session, area) { ByCommit = byCommit };
        foreach (var read in ConflictAct.Reads)
        {
            foreach (var change in ConflictAct.ChangesOfExisting.Where(change => MustConflict(read, change)))
            {
                if (((read.About & change.About) != 0) == sameAspect)
                {
                    await trial.MustConflictAsync(read, change, nodeExists: true);
                }
            }
        }

        c.Expect(trial.Wrong.Length == 0, Conflict, trial.Wrong);
    }

    // A change of a child is a change of its parent for who listed the parent, and for nobody else.
    private static bool MustConflict(ConflictAct read, ConflictAct change) =>
        !change.OnChildren || read.About.HasFlag(NodeAspects.Children);

    private static async Task MissingAsync(StoreContext c, bool byCommit)
    {
        var (session, area) = await c.OpenAsync();
        var trial = new ConflictTrial(c, session, area) { ByCommit = byCommit };
        foreach (var read in ConflictAct.Reads)
        {
            foreach (var change in ConflictAct.ChangesOfMissing)
            {
                await trial.MustConflictAsync(read, change, nodeExists: false);
            }
        }

        c.Expect(trial.Wrong.Length == 0, "EAGAIN when a node that was looked for and not found has come", trial.Wrong);
    }
}
