using Conformance.Model.Checking;
using static Conformance.Model.Connection.StateChanges;

namespace Conformance.Model.Connection;

/// <summary>The front: its way through attach and close, one step at a time.</summary>
internal sealed class FrontSteps(ConnectionBounds bounds, Dialect dialect, Dialect backDialect)
{
    private readonly FrontLook _look = new(bounds, dialect);

    /// <summary>Adds what the front can do.</summary>
    public void Add(in ConnectionState state, TransitionBuffer<ConnectionState> into)
    {
        if (state.Front.Is(FrontFacts.Dead) || state.Suspend != SuspendPc.Runs)
        {
            return;
        }

        var sink = new StepSink(into);
        switch (state.FrontPc)
        {
            case FrontPc.Gone:
                break;
            case FrontPc.Unseen:
                AddSee(in state, sink);
                break;
            case FrontPc.Idle:
                _look.Add(in state, sink);
                break;
            default:
                AddStep(in state, sink);
                break;
        }
    }

    private void AddSee(in ConnectionState state, StepSink sink)
    {
        if (!state.Front.Is(FrontFacts.BusEvent))
        {
            return;
        }

        var next = state;
        next.Front &= ~FrontFacts.BusEvent;
        if (state.Store.Is(StoreFacts.FrontDirectory))
        {
            next.FrontPc = FrontPc.Resolve;
            next.FrontOwn = state.FrontNode;
            next.Front |= bounds.BootHold && state.FrontNode == Initialising ? FrontFacts.BootHold : FrontFacts.None;
        }

        sink.Front(StepOutcome.Done, FrontPc.Unseen, in next);
    }

    private void AddStep(in ConnectionState state, StepSink sink)
    {
        var next = state;
        Take(ref next);
        sink.Front(StepOutcome.Done, state.FrontPc, in next);
        if (bounds.Failures > 0 && bounds.AllowsMishap(state.Spent) && CanFail(state.FrontPc))
        {
            var failed = state;
            failed.Spent |= Spent.Failure;
            Fail(ref failed);
            sink.Front(StepOutcome.Failed, state.FrontPc, in failed);
        }

        if (bounds.Oddities && !state.Spent.Is(Spent.Oddity) && state.FrontPc == FrontPc.Publish && next.Published != 0)
        {
            next.Spent |= Spent.Oddity;
            next.Store |= StoreFacts.Incomplete;
            sink.Front(StepOutcome.Incomplete, state.FrontPc, in next);
            next.Store = (next.Store & ~StoreFacts.Incomplete) | StoreFacts.AboveLimit;
            sink.Front(StepOutcome.AboveLimit, state.FrontPc, in next);
        }
    }

    private static bool CanFail(FrontPc place) => place is >= FrontPc.Resolve and <= FrontPc.Announce and not FrontPc.Idle;

    private void Take(ref ConnectionState state)
    {
        switch (state.FrontPc)
        {
            case FrontPc.Resolve:
                Resolve(ref state);
                break;
            case FrontPc.Watch:
                state.Front |= FrontFacts.Watches | FrontFacts.PeerEvent;
                state.FrontPc = AfterWatch(in state);
                break;
            case FrontPc.ReadLimits:
                state.Front = UsesTwoPages(in state) ? state.Front | FrontFacts.TwoPages : state.Front & ~FrontFacts.TwoPages;
                state.FrontPc = FrontPc.GrantPage0;
                break;
            case FrontPc.GrantPage0:
                state.FrontGeneration = NewGeneration(in state);
                state.Resources |= FrontResources.Page0;
                state.FrontPc = state.Front.Is(FrontFacts.TwoPages) ? FrontPc.GrantPage1 : FrontPc.AllocatePort;
                break;
            case FrontPc.GrantPage1:
                state.Resources |= FrontResources.Page1;
                state.FrontPc = FrontPc.AllocatePort;
                break;
            case FrontPc.AllocatePort:
                state.Resources |= FrontResources.Port;
                state.FrontPc = FrontPc.Publish;
                break;
            case FrontPc.Publish:
                Publish(ref state);
                break;
            case FrontPc.Commit:
                state.FrontPc = FrontPc.Idle;
                WriteState(ref state, Initialised);
                // What came while it was busy is looked at now.
                state.Front |= FrontFacts.PeerEvent;
                break;
            case FrontPc.ReadMedium:
                state.FrontPc = FrontPc.Connect;
                if (!state.Store.Is(StoreFacts.BackDirectory))
                {
                    Fail(ref state);
                }

                break;
            case FrontPc.Connect:
                state.FrontPc = FrontPc.Announce;
                if (state.FrontOwn != Connected)
                {
                    WriteState(ref state, Connected);
                }

                break;
            case FrontPc.Announce:
                state.Front = (state.Front | FrontFacts.Announced) & ~FrontFacts.BootHold;
                state.FrontPc = FrontPc.StartIo;
                break;
            case FrontPc.StartIo:
                StartIo(ref state);
                break;
            default:
                Close(ref state);
                break;
        }
    }

    private void Resolve(ref ConnectionState state)
    {
        if (!state.Store.Is(StoreFacts.FrontDirectory))
        {
            Detach(ref state);
        }
        else if (state.FrontOwn == Initialising)
        {
            state.FrontPc = FrontPc.Watch;
        }
        else if (dialect.ResetsStaleState && state.FrontOwn != Unknown)
        {
            // A state that an earlier kernel left: the back is walked through a close before anything is published.
            state.Front |= FrontFacts.Renews;
            state.FrontPc = FrontPc.Watch;
        }
        else
        {
            // Directories in other states are going away (XB-035).
            state.FrontPc = FrontPc.Unseen;
        }
    }

    private FrontPc AfterWatch(in ConnectionState state) =>
        state.FrontOwn != Initialising ? (state.FrontOwn >= Closing ? FrontPc.Idle : FrontPc.BeginClose)
        : bounds.Start == FrontStart.Negotiates ? FrontPc.Idle : FrontPc.GrantPage0;

    /// <summary>More than one page is used only under a naming that the back has offered.</summary>
    private bool UsesTwoPages(in ConnectionState state) =>
        (dialect.RingNames & backDialect.RingNames) != 0 && state.Store.Is(StoreFacts.Limits);

    private void Publish(ref ConnectionState state)
    {
        if (!state.Store.Is(StoreFacts.FrontDirectory))
        {
            Detach(ref state);
            return;
        }

        state.Store &= ~StoreFacts.Publication;
        state.Store |= (state.Front.Is(FrontFacts.TwoPages) ? StoreFacts.TwoPages : StoreFacts.None) | (dialect.WritesProtocol ? StoreFacts.Protocol : StoreFacts.None);
        state.Published = state.FrontGeneration;
        state.Request &= ~RequestFacts.RingUsed;
        state.FrontPc = FrontPc.Commit;
        if (bounds.Start == FrontStart.SaysConnected)
        {
            state.FrontPc = FrontPc.Idle;
            WriteState(ref state, Connected);
            state.Front |= FrontFacts.PeerEvent;
        }
    }

    private static void StartIo(ref ConnectionState state)
    {
        state.Front |= FrontFacts.Runs | FrontFacts.PeerEvent;
        state.FrontPc = FrontPc.Idle;
        if (state.Request.Is(RequestFacts.Outstanding))
        {
            // What was under way before a move or a lost back is issued again (RS-005).
            state.Request = (state.Request | RequestFacts.OnRing) & ~RequestFacts.Answered;
        }
    }

    private void Close(ref ConnectionState state)
    {
        switch (state.FrontPc)
        {
            case FrontPc.BeginClose:
                state.FrontPc = FrontPc.StopQueues;
                if (dialect.SaysClosing && state.FrontOwn is not (Closing or Closed))
                {
                    WriteState(ref state, Closing);
                }

                break;
            case FrontPc.StopQueues:
                state.Front &= ~(FrontFacts.Announced | FrontFacts.Runs | FrontFacts.Vetoes | FrontFacts.Users);
                state.Request &= ~(RequestFacts.Outstanding | RequestFacts.OnRing);
                state.FrontPc = FrontPc.SayClosed;
                break;
            case FrontPc.SayClosed:
                state.FrontPc = FrontPc.Release;
                state.Front &= ~FrontFacts.BootHold;
                WriteState(ref state, Closed);
                break;
            case FrontPc.Release:
                ReleaseFront(ref state);
                AfterRelease(ref state);
                break;
            case FrontPc.Recover:
                state.Front &= ~(FrontFacts.Announced | FrontFacts.Runs);
                bool isOutstanding = state.Request.Is(RequestFacts.Outstanding);
                ReleaseFront(ref state);
                state.Request |= isOutstanding ? RequestFacts.Outstanding : RequestFacts.None;
                state.FrontPc = FrontPc.Renew;
                break;
            case FrontPc.Renew:
                state.Front &= ~FrontFacts.Renews;
                state.FrontPc = bounds.Start == FrontStart.Negotiates ? FrontPc.Idle : FrontPc.GrantPage0;
                WriteState(ref state, Initialising);
                state.Front |= FrontFacts.PeerEvent;
                break;
        }
    }

    private void AfterRelease(ref ConnectionState state)
    {
        if (state.Front.Is(FrontFacts.Detached))
        {
            state.FrontPc = FrontPc.Gone;
            state.Front &= FrontFacts.Detached;
            return;
        }

        state.FrontPc = state.Front.Is(FrontFacts.Renews) && !dialect.WaitsForClosedBack ? FrontPc.Renew : FrontPc.Idle;
        state.Front |= FrontFacts.PeerEvent;
    }

    /// <summary>An attach step failed: an error node, Closed, and everything is given back.</summary>
    private static void Fail(ref ConnectionState state)
    {
        state.Front |= FrontFacts.Fails;
        state.Front &= ~FrontFacts.Renews;
        if (state.Store.Is(StoreFacts.FrontDirectory))
        {
            state.Store |= StoreFacts.FrontError;
        }

        state.FrontPc = FrontPc.BeginClose;
    }

    /// <summary>The own directory is gone: everything is given back, and nothing is written.</summary>
    internal static void Detach(ref ConnectionState state)
    {
        state.Front &= ~(FrontFacts.Announced | FrontFacts.Runs | FrontFacts.Vetoes | FrontFacts.Users | FrontFacts.BootHold);
        state.Front |= FrontFacts.Detached;
        state.Request &= ~(RequestFacts.Outstanding | RequestFacts.OnRing);
        state.FrontPc = FrontPc.Release;
    }

    private void WriteState(ref ConnectionState state, byte value)
    {
        if (state.Store.Is(StoreFacts.FrontDirectory))
        {
            state.FrontOwn = value;
            SetFrontNode(ref state, value);
            return;
        }

        switch (dialect.OwnNodeMissing)
        {
            case OwnNodeMissing.SkipAndDetach:
                Detach(ref state);
                break;
            case OwnNodeMissing.SkipButRemember:
                state.FrontOwn = value;
                break;
            case OwnNodeMissing.MakeAgain:
                state.FrontOwn = value;
                state.Store |= StoreFacts.FrontDirectory;
                state.Faults |= Faults.Resurrected;
                SetFrontNode(ref state, value);
                break;
        }
    }
}
