using System.Runtime.InteropServices;
using Conformance.Model.Checking;
using Conformance.Model.Connection;

namespace Conformance.Model.Judging.Tracking;

/// <summary>
/// The states of the connection model in which a connection may be if its ends speak one pair of dialects, and what becomes of sets of
/// them. One thread at a time.
/// </summary>
/// <remarks>
/// A trace shows the state nodes and not what led to them, so a state is not told apart from one that differs in what no
/// trace shows: what the environment has done so far, which events are queued (any event may be there, as spurious ones
/// are allowed), and the one request that the model follows.
/// </remarks>
internal sealed class StateSpace
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

    public StateSpace(Dialect front, Dialect back, bool backSaysInitialised)
    {
        main = Way(front, back, FrontStart.Negotiates, false);
        others =
        [
            (ConnectionParticipant.Front, Way(front, back, FrontStart.SkipsInitWait, false)),
            (ConnectionParticipant.Front, Way(front, back, FrontStart.SaysConnected, false)),
            .. backSaysInitialised ? [(ConnectionParticipant.Back, Way(front, back, FrontStart.Negotiates, true))] : (ReadOnlySpan<(ConnectionParticipant, ConnectionSystem)>)[],
        ];
    }

    /// <summary>The states of a device that has just been made; the medium may be there already or come later.</summary>
    public HashSet<ConnectionState> Beginning()
    {
        var states = new HashSet<ConnectionState>(ByBytes);
        ExpandInto(default, (step, next) => states.Add(next));
        return states;
    }

    /// <summary>Some states, with everything that can be reached from them without anybody seeing it.</summary>
    public HashSet<ConnectionState> Closed(HashSet<ConnectionState> states)
    {
        var closed = new HashSet<ConnectionState>(states, ByBytes);
        var open = new Stack<ConnectionState>(states);
        while (open.TryPop(out var state))
        {
            ExpandInto(state, (step, next) =>
            {
                if (IsHidden(step) && Of(in next) == Of(in state) && closed.Add(next))
                {
                    open.Push(next);
                }
            });
        }

        return closed;
    }

    /// <summary>The states in which a passage finds the connection.</summary>
    public HashSet<ConnectionState> Before(HashSet<ConnectionState> states, Passage passage)
    {
        var closed = Closed(states);
        return passage.IsFrontClosing ? Closed(With(closed, Changed(closed, CloseFront))) : closed;
    }

    /// <summary>The states after a passage.</summary>
    /// <param name="states">Those before it (<see cref="Before"/>).</param>
    /// <param name="passage">What the trace shows.</param>
    /// <returns>None if it is not possible.</returns>
    public HashSet<ConnectionState> After(HashSet<ConnectionState> states, Passage passage) => passage.Kind switch
    {
        // What a trace shows of the tool stack and the hypervisor needs no reason.
        PassageKind.Online => Changed(states, static (ref ConnectionState state) => state.Store |= StoreFacts.Online),
        PassageKind.Offline => Changed(states, static (ref ConnectionState state) => state.Store &= ~StoreFacts.Online),
        PassageKind.FrontRemoved => Changed(states, StateChanges.RemoveFrontDirectory),
        PassageKind.BackRemoved => Changed(states, StateChanges.RemoveBackDirectory),
        PassageKind.BackMayClose => With(states, Changed(states, CloseBack)),
        PassageKind.MayTake => MayTake(states, passage),
        _ => Written(states, passage),
    };

    private static void CloseFront(ref ConnectionState state) =>
        state.FrontPc = state.FrontPc is FrontPc.Unseen or FrontPc.Gone ? state.FrontPc : FrontPc.BeginClose;

    private static void CloseBack(ref ConnectionState state) =>
        state.BackPc = state.BackPc is BackPc.Unseen or BackPc.Gone ? state.BackPc : BackPc.BeginClose;

    private static HashSet<ConnectionState> With(HashSet<ConnectionState> states, HashSet<ConnectionState> others)
    {
        others.UnionWith(states);
        return others;
    }

    /// <summary>The states after steps that may have been taken or not, such as the take-over by another kernel.</summary>
    private HashSet<ConnectionState> MayTake(HashSet<ConnectionState> states, Passage passage)
    {
        var after = With(states, Through(states, passage.Step));
        return passage.Then is { } then ? With(after, Through(after, then)) : after;
    }

    /// <summary>The states after a write that somebody saw; none if no step makes it.</summary>
    private HashSet<ConnectionState> Written(HashSet<ConnectionState> states, Passage passage)
    {
        var after = new HashSet<ConnectionState>(ByBytes);
        foreach (var state in states)
        {
            ExpandInto(state, (step, next) =>
            {
                if (Of(in next) == passage.Shown && IsHidden(step) && passage.By.IsPossible(step))
                {
                    after.Add(next);
                }
            });
        }

        return passage.BeginsAnew ? With(after, BegunAnew(states, passage.By.Owner == ConnectionParticipant.Front)) : after;
    }

    /// <summary>The states after another driver has come in an end's place and has said Initialising (XB-014, XB-054, RS-015).</summary>
    private HashSet<ConnectionState> BegunAnew(HashSet<ConnectionState> states, bool isFront)
    {
        var begun = new HashSet<ConnectionState>(states.Where(state => (isFront ? state.FrontPc == FrontPc.Unseen : state.BackPc == BackPc.Unseen) && IsLive(in state, isFront)), ByBytes);
        begun.UnionWith(isFront ? Through(states, ConnectionStep.Crash) : Through(Through(states, ConnectionStep.BackDies), ConnectionStep.BackRestarts));
        return Changed(begun, isFront
            ? static (ref ConnectionState state) => StateChanges.SetFrontNode(ref state, StateChanges.Initialising)
            : static (ref ConnectionState state) => StateChanges.SetBackNode(ref state, StateChanges.Initialising));
    }

    /// <summary>A number for a set of states: the same for equal sets, in every run of the program.</summary>
    public static ulong FingerprintOf(HashSet<ConnectionState> states)
    {
        ulong sum = 0;
        foreach (var state in states)
        {
            var copy = state;
            ulong number = 14695981039346656037;
            foreach (byte part in Comparer.BytesOf(ref copy))
            {
                number = (number ^ part) * 1099511628211;
            }

            // Mixed once more, as the order of the states must not matter and sums of what resembles each other are not told apart.
            number = (number ^ (number >> 32)) * 0xD6E8_FEB8_6659_FD93;
            sum += number ^ (number >> 32);
        }

        return sum;
    }

    /// <summary>The pictures that one more step would show, each with who would take it.</summary>
    public void AddAllowed(HashSet<ConnectionState> states, HashSet<(ConnectionParticipant Who, Picture Shown)> into)
    {
        foreach (var state in states)
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
    private delegate void Changer(ref ConnectionState state);

    private sealed class Comparer : IEqualityComparer<ConnectionState>
    {
        public bool Equals(ConnectionState left, ConnectionState right) => BytesOf(ref left).SequenceEqual(BytesOf(ref right));

        public int GetHashCode(ConnectionState state)
        {
            var hash = default(HashCode);
            hash.AddBytes(BytesOf(ref state));
            return hash.ToHashCode();
        }

        internal static ReadOnlySpan<byte> BytesOf(ref ConnectionState state) => MemoryMarshal.AsBytes(new ReadOnlySpan<ConnectionState>(ref state));
    }
}
