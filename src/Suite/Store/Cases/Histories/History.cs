using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Store.Cases.Trees;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Histories;

/// <summary>
/// Plays a random history of several connections, one request at a time, beside an oracle. A direct request must get the
/// oracle's answer. A transaction that commits must be explained by running all of it at its commit; one that wrote
/// nothing also by running it at any time since its start. One that conflicts must have had another's write to blame.
/// </summary>
internal sealed class History(StoreContext c, string area, IReadOnlyList<StoreSession> sessions, HistoryMix mix)
{
    private readonly OpenTransaction?[] open = new OpenTransaction?[sessions.Count];
    private readonly List<OracleTree> states = [OracleTree.Empty];
    private int values;

    /// <summary>Transactions that committed.</summary>
    public int Committed { get; private set; }

    private OracleTree Now => states[^1];

    /// <summary>Creates the nodes that the history starts with.</summary>
    public async Task PrepareAsync()
    {
        await c.ExpectOkAsync(sessions[0].MkdirAsync(area), "MKDIR of the area");
        foreach (string path in mix.Paths)
        {
            await DirectAsync(sessions[0], new TreeStep(XsMessageType.Write, path, "v0"));
        }
    }

    /// <summary>Plays that many random steps, then ends what is open and compares the whole store.</summary>
    public async Task PlayAsync(int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            await StepAsync(c.Random.Next(sessions.Count));
        }

        for (int who = 0; who < sessions.Count; who++)
        {
            if (open[who] is not null)
            {
                await EndAsync(who, commit: true);
            }
        }

        foreach (string path in mix.Paths)
        {
            await DirectAsync(sessions[0], new TreeStep(XsMessageType.Read, path, ""));
            await DirectAsync(sessions[0], new TreeStep(XsMessageType.Directory, path, ""));
        }
    }

    private async Task StepAsync(int who)
    {
        var step = mix.Draw(c.Random, ++values);
        if (open[who] is not { } transaction)
        {
            if (c.Random.Next(3) == 0)
            {
                await DirectAsync(sessions[who], step);
            }
            else
            {
                open[who] = new OpenTransaction(await c.StartTransactionAsync(sessions[who]), states.Count - 1);
            }
        }
        else if (c.Random.Next(5) == 0)
        {
            await EndAsync(who, commit: c.Random.Next(6) != 0);
        }
        else
        {
            transaction.Steps.Add((step, await step.SendAsync(sessions[who], area, transaction.Id)));
        }
    }

    private async Task DirectAsync(StoreSession session, TreeStep step)
    {
        string came = await step.SendAsync(session, area, 0);
        var (expected, after) = Now.Perform(step);
        c.Expect(came == expected, $"{expected} for {step}, by all that was committed before", came);
        if (step.Writes)
        {
            states.Add(after);
        }
    }

    private async Task EndAsync(int who, bool commit)
    {
        var transaction = open[who] ?? throw new InvalidOperationException("expected an open transaction; there is none");
        open[who] = null;
        if (!commit)
        {
            await c.ExpectOkAsync(sessions[who].AbortAsync(transaction.Id), "TRANSACTION_END F");
            return;
        }

        var end = await sessions[who].CommitAsync(transaction.Id);
        if (end.IsError)
        {
            c.Expect("XS-116", end.Error == XsError.EAGAIN, "OK or EAGAIN for TRANSACTION_END T", end.Summary);
            c.Expect("XS-117", states.Count - 1 > transaction.StartedAt, "OK for TRANSACTION_END T when nobody wrote since its start", end.Summary);
            return;
        }

        Committed++;
        var (wrong, after) = transaction.Run(Now);
        bool isExplained = wrong is null
            || (!transaction.Steps.Exists(s => s.Step.Writes) && states.Skip(transaction.StartedAt).Any(state => transaction.Run(state).Wrong is null));
        c.Expect(isExplained, $"EAGAIN for a transaction that the state at its commit does not explain ({wrong})", end.Summary);
        if (transaction.Steps.Exists(s => s.Step.Writes))
        {
            states.Add(after);
        }
    }

    private sealed record OpenTransaction(uint Id, int StartedAt)
    {
        public List<(TreeStep Step, string Answer)> Steps { get; } = [];

        /// <summary>Runs it alone on a state: the first answer that differs from what came, or null, and the state after it.</summary>
        public (string? Wrong, OracleTree After) Run(OracleTree state)
        {
            string? wrong = null;
            foreach (var (step, came) in Steps)
            {
                (string expected, state) = state.Perform(step);
                if (came != expected)
                {
                    wrong ??= $"{step} gave {came}, and would give {expected}";
                }
            }

            return (wrong, state);
        }
    }
}
