using System.Runtime.InteropServices;
using Conformance.Model.Checking;
using Conformance.Model.Connection;

namespace Conformance.Model.Judging.Tracking;

/// <summary>
/// One pair of dialects, with every state of the connection model in which the connection may be if the two ends speak them.
/// </summary>
/// <remarks>
/// A trace shows the state nodes and not what led to them, so a state is not told apart from one that differs in what no
/// trace shows: what the environment has done so far, which events are queued (any event may be there, as spurious ones
/// are allowed), and the one request that the model follows.
/// </remarks>
internal sealed class Hypothesis
{
    private static readonly ConnectionBounds Everything = new()
    {
        MediumAtOnce = false, Failures = 1, ManyMishaps = true, Removal = true, Reconnects = 1,
        FrontDeath = true, BackDeath = true, BackRestart = true, Crash = true, Use = true,
    };

    private static readonly Comparer ByBytes = new();

    private readonly ConnectionSystem main;

    /// <summary>Other ways to begin, and whose steps they change.</summary>
    private readonly List<(ConnectionParticipant Whose, ConnectionSystem System)> others;
    private readonly TransitionBuffer<ConnectionState> buffer = new();
    private bool isClosed;

    public Hypothesis(Dialect front, Dialect back, bool backSaysInitialised)
    {
        Front = front;
        Back = back;
        main = Way(front, back, FrontStart.Negotiates, false);
        others =
        [
            (ConnectionParticipant.Front, Way(front, back, FrontStart.SkipsInitWait, false)),
            (ConnectionParticipant.Front, Way(front, back, FrontStart.SaysConnected, false)),
            .. backSaysInitialised ? [(ConnectionParticipant.Back, Way(front, back, FrontStart.Negotiates, true))] : (ReadOnlySpan<(ConnectionParticipant, ConnectionSystem)>)[],
        ];

        // The device has just been made; the medium may be there already or come later.
        ExpandInto(default, (step, next) => States.Add(next));
    }

    public Dialect Front { get; }

    public Dialect Back { get; }

    /// <summary>The states in which the connection may be.</summary>
    public HashSet<ConnectionState> States { get; private set; } = new(ByBytes);

    /// <summary>Adds everything that can be reached without anybody seeing it.</summary>
    public void Close()
    {
        if (isClosed)
        {
            return;
        }

        isClosed = true;
        var open = new Stack<ConnectionState>(States);
        while (open.TryPop(out var state))
        {
            ExpandInto(state, (step, next) =>
            {
                if (IsHidden(step) && Of(in next) == Of(in state) && States.Add(next))
                {
                    open.Push(next);
                }
            });
        }
    }

    /// <summary>The states after a step that somebody saw; none if the step is not possible.</summary>
    /// <param name="seen">What the state nodes hold after it.</param>
    /// <param name="isPossible">Whether a step may be the one that was seen, by who takes it and what it is.</param>
    public HashSet<ConnectionState> After(Picture seen, Func<StepId, bool> isPossible)
    {
        var after = new HashSet<ConnectionState>(ByBytes);
        foreach (var state in States)
        {
            ExpandInto(state, (step, next) =>
            {
                if (Of(in next) == seen && IsHidden(step) && isPossible(step))
                {
                    after.Add(next);
                }
            });
        }

        return after;
    }

    /// <summary>Goes on in other states.</summary>
    public void GoTo(HashSet<ConnectionState> states)
    {
        States = states;
        isClosed = false;
    }

    /// <summary>Adds what a step leads to that may have been taken or not, such as the take-over by another kernel.</summary>
    public void MayTake(params ReadOnlySpan<ConnectionStep> codes)
    {
        foreach (var code in codes)
        {
            Add(Through(States, code));
        }
    }

    /// <summary>The states after another driver has come in an end's place and has said Initialising (XB-014, XB-054, RS-015).</summary>
    public HashSet<ConnectionState> BegunAnew(bool isFront)
    {
        var begun = new HashSet<ConnectionState>(States.Where(state => (isFront ? state.FrontPc == FrontPc.Unseen : state.BackPc == BackPc.Unseen) && IsLive(in state, isFront)), ByBytes);
        begun.UnionWith(isFront ? Through(States, ConnectionStep.Crash) : Through(Through(States, ConnectionStep.BackDies), ConnectionStep.BackRestarts));
        return Changed(begun, isFront
            ? static (ref ConnectionState state) => StateChanges.SetFrontNode(ref state, StateChanges.Initialising)
            : static (ref ConnectionState state) => StateChanges.SetBackNode(ref state, StateChanges.Initialising));
    }

    /// <summary>Adds what every state becomes that is changed in some way.</summary>
    public void MayChange(Changer change) => Add(Changed(States, change));

    /// <summary>Changes every state in the same way: what a trace shows of the tool stack and the hypervisor needs no reason.</summary>
    public void Change(Changer change) => GoTo(Changed(States, change));

    /// <summary>The pictures that one more step would show, each with who would take it.</summary>
    public void AddAllowed(HashSet<(ConnectionParticipant Who, Picture Shown)> into)
    {
        foreach (var state in States)
        {
            ExpandInto(state, (step, next) =>
            {
                if (IsHidden(step) && Of(in next) != Of(in state))
                {
                    into.Add(((ConnectionParticipant)step.Participant, Of(in next)));
                }
            });
        }
    }

    /// <summary>What can be seen of a state.</summary>
    public static Picture Of(in ConnectionState state) => new(state.FrontNode, state.BackNode);

    private void Add(HashSet<ConnectionState> states)
    {
        int before = States.Count;
        States.UnionWith(states);
        isClosed &= States.Count == before;
    }

    private static bool IsLive(in ConnectionState state, bool isFront) =>
        isFront ? !state.Front.HasFlag(FrontFacts.Dead) : !state.Back.HasFlag(BackFacts.Dead);

    private static HashSet<ConnectionState> Changed(HashSet<ConnectionState> states, Changer change)
    {
        var after = new HashSet<ConnectionState>(ByBytes);
        foreach (var state in states)
        {
            var next = state;
            change(ref next);
            Normalize(ref next);
            after.Add(next);
        }

        return after;
    }

    private static ConnectionSystem Way(Dialect front, Dialect back, FrontStart start, bool backSaysInitialised) =>
        new("judge", Everything with { Start = start, BackSaysInitialised = backSaysInitialised }, front, back);

    /// <summary>Whether a step may be taken without a word in the trace: not deaths and take-overs, which a trace shows.</summary>
    private static bool IsHidden(StepId step) => (ConnectionStep)step.Code is not
        (ConnectionStep.FrontDies or ConnectionStep.BackDies or ConnectionStep.BackRestarts or ConnectionStep.Crash
        or ConnectionStep.Vanish or ConnectionStep.Remove or ConnectionStep.ForceFront or ConnectionStep.ForceBack or ConnectionStep.Reap);

    private static void Normalize(ref ConnectionState state)
    {
        state.Spent = Spent.None;
        state.Request = RequestFacts.None;
        state.Tool = ToolPc.Present;
        state.Front &= ~(FrontFacts.PeerEvent | FrontFacts.OwnEvent | FrontFacts.BusEvent);
        state.Back &= ~(BackFacts.PeerEvent | BackFacts.OwnEvent | BackFacts.BusEvent | BackFacts.MediumEvent);
        if (state.Front.HasFlag(FrontFacts.Watches))
        {
            state.Front |= FrontFacts.PeerEvent;
        }

        if (state.FrontPc == FrontPc.Unseen)
        {
            state.Front |= FrontFacts.BusEvent;
        }
        else if (state.FrontPc != FrontPc.Gone)
        {
            state.Front |= FrontFacts.OwnEvent;
        }

        if (state.Back.HasFlag(BackFacts.Watches))
        {
            state.Back |= BackFacts.PeerEvent;
        }

        if (state.Back.HasFlag(BackFacts.WatchesMedium))
        {
            state.Back |= BackFacts.MediumEvent;
        }

        if (state.BackPc == BackPc.Unseen)
        {
            state.Back |= BackFacts.BusEvent;
        }
        else if (state.BackPc != BackPc.Gone)
        {
            state.Back |= BackFacts.OwnEvent;
        }

        // The dead hear nothing.
        if (state.Front.HasFlag(FrontFacts.Dead))
        {
            state.Front = FrontFacts.Dead;
        }

        if (state.Back.HasFlag(BackFacts.Dead))
        {
            state.Back = BackFacts.Dead;
        }
    }

    /// <summary>What one step leads to from any of some states.</summary>
    private HashSet<ConnectionState> Through(HashSet<ConnectionState> states, ConnectionStep code)
    {
        var after = new HashSet<ConnectionState>(ByBytes);
        foreach (var state in states)
        {
            ExpandInto(state, (step, next) =>
            {
                if (step.Code == (byte)code)
                {
                    after.Add(next);
                }
            });
        }

        return after;
    }

    private void ExpandInto(ConnectionState state, Action<StepId, ConnectionState> add)
    {
        ExpandInto(main, null, state, add);
        foreach (var (whose, system) in others)
        {
            ExpandInto(system, whose, state, add);
        }
    }

    private void ExpandInto(ConnectionSystem system, ConnectionParticipant? whose, ConnectionState state, Action<StepId, ConnectionState> add)
    {
        buffer.Clear();
        if (whose is { } end)
        {
            system.AddStepsOf(end, in state, buffer);
        }
        else
        {
            system.AddSteps(in state, buffer);
        }

        foreach (var transition in buffer.Transitions)
        {
            var next = transition.Next;

            // The model has steps with faults to show what they break; nobody may take them.
            if (next.Faults == Faults.None)
            {
                Normalize(ref next);
                add(transition.Step, next);
            }
        }
    }

    /// <summary>Changes a state in place.</summary>
    internal delegate void Changer(ref ConnectionState state);

    private sealed class Comparer : IEqualityComparer<ConnectionState>
    {
        public bool Equals(ConnectionState left, ConnectionState right) => BytesOf(ref left).SequenceEqual(BytesOf(ref right));

        public int GetHashCode(ConnectionState state)
        {
            var hash = default(HashCode);
            hash.AddBytes(BytesOf(ref state));
            return hash.ToHashCode();
        }

        private static ReadOnlySpan<byte> BytesOf(ref ConnectionState state) => MemoryMarshal.AsBytes(new ReadOnlySpan<ConnectionState>(ref state));
    }
}
