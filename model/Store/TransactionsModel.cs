using Conformance.Model.Checking;
using Conformance.Model.Protocol.XenStore;

namespace Conformance.Model.Store;

/// <summary>When a transaction looks at a node.</summary>
public enum TransactionView
{
    /// <summary>At the first access of each node.</summary>
    FirstAccess,

    /// <summary>At the start, at all nodes.</summary>
    Snapshot,
}

/// <summary>What a mutant of the transaction model does wrong.</summary>
internal enum TransactionFault
{
    None,

    /// <summary>A commit succeeds over what others changed (XS-116).</summary>
    CommitsOverChange,

    /// <summary>Each write is live at once (XS-114).</summary>
    WritesThrough,

    /// <summary>A given-up transaction leaves its first write behind (XS-115).</summary>
    AbortLeavesTrace,

    /// <summary>Events are sent at the write, and not again at the commit (XS-119).</summary>
    TellsAtWrite,

    /// <summary>A commit fails though nothing changed (XS-116).</summary>
    FailsForNothing,

    /// <summary>A commit that fails keeps its client's view, so that it fails for ever (XS-118).</summary>
    KeepsStaleView,

    /// <summary>A client does not end a transaction that was overtaken.</summary>
    StopsHalfway,
}

/// <summary>The steps of the transaction model.</summary>
internal enum TransactionCode : byte
{
    Start,
    Read,
    Write,
    Commit,
    Conflict,
    Abort,
    Receive,
    Look,
}

/// <summary>
/// Two clients that add one to two nodes in transactions, and a watcher of both nodes: isolation, conflicts, and events after the
/// commit (clauses XS-113 to XS-119).
/// </summary>
internal sealed class TransactionsModel(string name, TransactionView view, int attempts, TransactionFault fault = TransactionFault.None)
    : TransitionSystem<TransactionsState>
{
    private const byte Watcher = 2;

    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Participants { get; } = ["first client", "second client", "watcher"];

    /// <inheritdoc/>
    public override PropertySet<TransactionsState> Properties { get; } = TransactionsProperties.Of(view);

    /// <inheritdoc/>
    public override void AddInitial(ICollection<TransactionsState> into) => into.Add(default);

    /// <inheritdoc/>
    public override void AddSteps(in TransactionsState state, TransitionBuffer<TransactionsState> into)
    {
        for (byte client = 0; client < Watcher; client++)
        {
            AddClient(in state, client, into);
        }

        for (int node = 0; node < 2; node++)
        {
            byte bit = (byte)(1 << node);
            if ((state.Events & bit) != 0)
            {
                var next = state;
                next.Events &= (byte)~bit;
                next.Told |= bit;
                into.Add(Step(Watcher, TransactionCode.Receive, node), in next);
            }

            if ((state.Told & bit) != 0)
            {
                var next = state;
                next.Told &= (byte)~bit;
                next.Seen[node] = state.Values[node];
                into.Add(Step(Watcher, TransactionCode.Look, node), in next);
            }
        }
    }

    /// <inheritdoc/>
    public override bool IsEnd(in TransactionsState state) => TransactionsProperties.IsOver(in state);

    /// <inheritdoc/>
    public override bool Canonicalize(ref TransactionsState state)
    {
        if (Key(in state.First) > Key(in state.Second))
        {
            (state.First, state.Second) = (state.Second, state.First);
        }

        return true;
    }

    /// <inheritdoc/>
    public override StepText Describe(in TransactionsState before, StepId step, in TransactionsState after)
    {
        string text = (TransactionCode)step.Code switch
        {
            TransactionCode.Start => "starts a transaction",
            TransactionCode.Read => $"reads node {step.Argument}",
            TransactionCode.Write => $"writes node {step.Argument}",
            TransactionCode.Commit => "commits",
            TransactionCode.Conflict => $"commits: {XsError.EAGAIN}",
            TransactionCode.Abort => "gives up",
            TransactionCode.Receive => $"receives an event of node {step.Argument}",
            _ => $"looks at node {step.Argument}",
        };
        return new StepText(Participants[step.Participant], "", text);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, string>> Describe(in TransactionsState state) =>
    [
        new("nodes", $"{state.Values[0]} {state.Values[1]}"),
        new("first client", $"{state.First.Place} {state.First.Values[0]} {state.First.Values[1]}"),
        new("second client", $"{state.Second.Place} {state.Second.Values[0]} {state.Second.Values[1]}"),
        new("events", state.Events.ToString("b2", System.Globalization.CultureInfo.InvariantCulture)),
        new("watcher saw", $"{state.Seen[0]} {state.Seen[1]}"),
    ];

    private static StepId Step(byte participant, TransactionCode code, int argument = 0) => new(participant, (byte)code, (ushort)argument);

    private static ulong Key(in TransactionClient client) =>
        ((ulong)client.Place << 56) | ((ulong)client.Found << 48) | ((ulong)client.Values[0] << 40) | ((ulong)client.Values[1] << 32)
        | ((ulong)client.Outdated << 24) | ((client.IsOvertaken ? 1UL : 0) << 16) | ((ulong)client.Attempts << 8) | (client.HasTornRead ? 1UL : 0);

    private static ref TransactionClient Client(ref TransactionsState state, byte client)
    {
        if (client == 0)
        {
            return ref state.First;
        }

        return ref state.Second;
    }

    private void AddClient(in TransactionsState state, byte client, TransitionBuffer<TransactionsState> into)
    {
        var next = state;
        ref var own = ref Client(ref next, client);
        switch (own.Place)
        {
            case TransactionPlace.Idle:
                own.Place = TransactionPlace.Started;
                own.Attempts++;
                for (int node = 0; node < 2 && view == TransactionView.Snapshot; node++)
                {
                    Find(ref next, client, node);
                }

                into.Add(Step(client, TransactionCode.Start), in next);
                break;
            case TransactionPlace.Started or TransactionPlace.ReadFirst:
                int read = own.Place == TransactionPlace.Started ? 0 : 1;
                Find(ref next, client, read);
                own.Place++;
                into.Add(Step(client, TransactionCode.Read, read), in next);
                break;
            case TransactionPlace.ReadSecond or TransactionPlace.WroteFirst:
                int written = own.Place == TransactionPlace.ReadSecond ? 0 : 1;
                Write(ref next, client, written);
                own.Place++;
                into.Add(Step(client, TransactionCode.Write, written), in next);
                break;
            case TransactionPlace.WroteSecond when fault != TransactionFault.StopsHalfway || !own.IsOvertaken:
                AddEnds(in state, client, into);
                break;
        }
    }

    private static void Find(ref TransactionsState state, byte client, int node)
    {
        ref var own = ref Client(ref state, client);
        if ((own.Found & (1 << node)) == 0)
        {
            own.Found |= (byte)(1 << node);
            own.Values[node] = state.Values[node];
        }
    }

    private void Write(ref TransactionsState state, byte client, int node)
    {
        if (fault == TransactionFault.WritesThrough)
        {
            state.Values[node] = (byte)(Client(ref state, client).Values[node] + 1);
        }

        if (fault == TransactionFault.TellsAtWrite)
        {
            state.Events |= (byte)(1 << node);
        }
    }

    private void AddEnds(in TransactionsState state, byte client, TransitionBuffer<TransactionsState> into)
    {
        var own = client == 0 ? state.First : state.Second;
        bool mustConflict = own.Outdated != 0 && fault is not (TransactionFault.CommitsOverChange or TransactionFault.WritesThrough);
        bool failsForNothing = fault == TransactionFault.FailsForNothing && !own.IsOvertaken;
        if (!mustConflict && !failsForNothing)
        {
            var committed = state;
            Commit(ref committed, client);
            into.Add(Step(client, TransactionCode.Commit), in committed);
        }

        if (mustConflict || failsForNothing || own.IsOvertaken)
        {
            var failed = state;
            ref var after = ref Client(ref failed, client);
            failed.Groundless += (byte)(own.IsOvertaken ? 0 : 1);
            bool mayRetry = own.Attempts < attempts;
            after = fault == TransactionFault.KeepsStaleView
                ? own with { Place = TransactionPlace.Started }
                : mayRetry ? new TransactionClient { Attempts = own.Attempts } : new TransactionClient { Place = TransactionPlace.GaveUp };
            into.Add(Step(client, TransactionCode.Conflict), in failed);
        }

        var aborted = state;
        Client(ref aborted, client) = new TransactionClient { Place = TransactionPlace.GaveUp };
        if (fault == TransactionFault.AbortLeavesTrace)
        {
            aborted.Values[0] = (byte)(own.Values[0] + 1);
        }

        into.Add(Step(client, TransactionCode.Abort), in aborted);
    }

    private void Commit(ref TransactionsState state, byte client)
    {
        ref var own = ref Client(ref state, client);
        ref var other = ref Client(ref state, (byte)(1 - client));
        for (int node = 0; node < 2; node++)
        {
            state.Values[node] = (byte)(own.Values[node] + 1);
            state.Events |= (byte)(fault == TransactionFault.TellsAtWrite ? 0 : 1 << node);
        }

        if (other.Place is not (TransactionPlace.Idle or TransactionPlace.Committed or TransactionPlace.GaveUp))
        {
            other.Outdated |= other.Found;
            other.IsOvertaken = true;
        }

        state.Commits++;
        own = new TransactionClient { Place = TransactionPlace.Committed, HasTornRead = own.Values[0] != own.Values[1] };
    }
}
