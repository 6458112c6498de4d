using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Suite.Store.Cases.Transactions;

/// <summary>
/// Tries combinations of a transaction's first access and another's change, and collects those that went wrong, so that
/// one failing combination does not hide the others.
/// </summary>
internal sealed class ConflictTrial(StoreContext c, StoreSession session, string area)
{
    private readonly List<string> wrong = [];
    private int plots;

    /// <summary>Whether the change is itself made in a transaction.</summary>
    public bool ByCommit { get; init; }

    /// <summary>Whether the transaction writes anything but its first access.</summary>
    public bool Writes { get; init; } = true;

    /// <summary>The transaction that is being tried; 0 before the first.</summary>
    public uint Transaction { get; private set; }

    /// <summary>The combinations that went wrong; empty for none.</summary>
    public string Wrong => string.Join("; ", wrong);

    /// <summary>Tries a combination that must conflict: EAGAIN, nothing written, and the next attempt succeeds.</summary>
    public async Task MustConflictAsync(ConflictAct access, ConflictAct change, bool nodeExists)
    {
        var (plot, reply) = await RunAsync(access, change, nodeExists);
        if (reply.Error != XsError.EAGAIN)
        {
            wrong.Add($"{access.Name} then {change.Name}: {reply.Summary}");
            return;
        }

        await c.ExpectTextAsync(ConflictPlot.Old, session.ReadAsync(plot.Result), $"READ after {access.Name} then {change.Name} conflicted", "XS-114");
        await AgainAsync(plot, access, change);
    }

    /// <summary>Tries a combination that may conflict or not: OK with everything written, or EAGAIN with nothing.</summary>
    public async Task MayConflictAsync(ConflictAct access, ConflictAct change, bool nodeExists)
    {
        var (plot, reply) = await RunAsync(access, change, nodeExists);
        if (reply.IsError && reply.Error != XsError.EAGAIN)
        {
            wrong.Add($"{access.Name} then {change.Name}: {reply.Summary}");
            return;
        }

        string expected = reply.IsError ? ConflictPlot.Old : ConflictPlot.Mine;
        await c.ExpectTextAsync(expected, session.ReadAsync(plot.Result), $"READ after {access.Name} then {change.Name}: {reply.Summary}", "XS-114");
        if (reply.IsError)
        {
            await AgainAsync(plot, access, change);
        }
    }

    /// <summary>Tries an access with nothing changed by anyone: it must commit.</summary>
    public async Task MustCommitAsync(ConflictAct access, bool nodeExists)
    {
        var plot = await PlotAsync(nodeExists);
        var reply = await AttemptAsync(plot, access, null);
        if (reply.IsError)
        {
            wrong.Add($"{access.Name} and nobody else: {reply.Summary}");
        }
    }

    private async Task AgainAsync(ConflictPlot plot, ConflictAct access, ConflictAct change)
    {
        var reply = await AttemptAsync(plot, access, null);
        if (reply.IsError)
        {
            wrong.Add($"{access.Name} then {change.Name}, second attempt: {reply.Summary}");
        }
    }

    private async Task<(ConflictPlot Plot, StoreMessage Reply)> RunAsync(ConflictAct access, ConflictAct change, bool nodeExists)
    {
        var plot = await PlotAsync(nodeExists);
        return (plot, await AttemptAsync(plot, access, change));
    }

    private async Task<ConflictPlot> PlotAsync(bool nodeExists)
    {
        var plot = new ConflictPlot($"{area}/plot{++plots}");
        await plot.PrepareAsync(c, session, nodeExists);
        return plot;
    }

    private async Task<StoreMessage> AttemptAsync(ConflictPlot plot, ConflictAct access, ConflictAct? change)
    {
        uint transaction = await c.StartTransactionAsync(session);
        Transaction = transaction;
        await access.Act(plot, session, transaction);
        if (change is not null)
        {
            await ChangeAsync(plot, change);
        }

        if (Writes)
        {
            await c.ExpectOkAsync(session.WriteAsync(plot.Result, ConflictPlot.Mine, transaction), "WRITE in a transaction");
        }

        return await session.CommitAsync(transaction);
    }

    private async Task ChangeAsync(ConflictPlot plot, ConflictAct change)
    {
        var other = await c.ToolStackAsync();
        uint transaction = ByCommit ? await c.StartTransactionAsync(other) : 0;
        await c.ExpectOkAsync(change.Act(plot, other, transaction), $"another's {change.Name}");
        if (ByCommit)
        {
            await c.ExpectOkAsync(other.CommitAsync(transaction), $"the commit of another's {change.Name}");
        }
    }
}
