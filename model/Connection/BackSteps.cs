using Conformance.Model.Checking;
using static Conformance.Model.Connection.StateChanges;

namespace Conformance.Model.Connection;

/// <summary>The back: its way through attach and close, one step at a time, and its work on requests.</summary>
internal sealed partial class BackSteps(ConnectionBounds bounds, Dialect dialect)
{
    private readonly BackLook _look = new(dialect);

    /// <summary>Adds what the back can do.</summary>
    public void Add(in ConnectionState state, TransitionBuffer<ConnectionState> into)
    {
        if (state.Back.Is(BackFacts.Dead))
        {
            return;
        }

        var sink = new StepSink(into);
        AddRequests(in state, sink);
        switch (state.BackPc)
        {
            case BackPc.Gone:
                break;
            case BackPc.Unseen:
                AddSee(in state, sink);
                break;
            case BackPc.Idle:
                _look.Add(in state, sink);
                break;
            case BackPc.Drain when state.Request.Is(RequestFacts.InFlight):
                AddBusy(in state, sink);
                break;
            case BackPc.OpenMedium when !state.Store.Is(StoreFacts.Medium) && state.Store.Is(StoreFacts.BackDirectory) && state.BackNode != Closing:
                break;
            default:
                AddStep(in state, sink);
                break;
        }
    }

    private static void AddSee(in ConnectionState state, StepSink sink)
    {
        if (!state.Back.Is(BackFacts.BusEvent))
        {
            return;
        }

        var next = state;
        next.Back &= ~BackFacts.BusEvent;
        if (state.Store.Is(StoreFacts.BackDirectory))
        {
            next.BackPc = BackPc.Resolve;
            next.BackOwn = state.BackNode;
        }

        sink.Back(StepOutcome.Done, BackPc.Unseen, in next);
    }

    private void AddStep(in ConnectionState state, StepSink sink)
    {
        var next = state;
        Take(ref next);
        sink.Back(StepOutcome.Done, state.BackPc, in next);
        if (bounds.Failures > 0 && bounds.AllowsMishap(state.Spent) && CanFail(state.BackPc))
        {
            var failed = state;
            failed.Spent |= Spent.Failure;
            Fail(ref failed);
            sink.Back(StepOutcome.Failed, state.BackPc, in failed);
        }
    }

    private void AddBusy(in ConnectionState state, StepSink sink)
    {
        if (dialect.CloseInFlight == CloseInFlight.FailWhenReconnecting && state.Back.Is(BackFacts.Reconnects))
        {
            var next = state;
            Fail(ref next);
            sink.Back(StepOutcome.Done, BackPc.Drain, in next);
        }
    }

    private static bool CanFail(BackPc place) => place is >= BackPc.Resolve and <= BackPc.SayConnected and not BackPc.Idle;

    private void Take(ref ConnectionState state)
    {
        switch (state.BackPc)
        {
            case BackPc.Resolve:
                state.BackPc = BackPc.WriteLimits;
                if (!state.Store.Is(StoreFacts.BackDirectory))
                {
                    Detach(ref state);
                }
                else if (state.BackNode is Closing or Closed)
                {
                    // It was asked to go before it came.
                    state.BackPc = BackPc.WatchFront;
                }

                break;
            case BackPc.WriteLimits:
                state.BackPc = BackPc.WatchMedium;
                WriteNodes(ref state, StoreFacts.Limits | (dialect.LateFeatures == LateFeatures.BeforeInitWait ? StoreFacts.Late : StoreFacts.None));
                break;
            case BackPc.WatchMedium:
                state.Back |= BackFacts.WatchesMedium | BackFacts.MediumEvent;
                state.BackPc = dialect.OpensMediumFirst ? BackPc.OpenMedium : BackPc.SayReady;
                break;
            case BackPc.OpenMedium:
                OpenMedium(ref state);
                break;
            case BackPc.SayReady:
                state.BackPc = BackPc.WatchFront;
                WriteState(ref state, bounds.BackSaysInitialised ? Initialised : InitWait);
                break;
            case BackPc.WatchFront:
                state.Back |= BackFacts.Watches | BackFacts.PeerEvent | BackFacts.OwnEvent;
                state.BackPc = BackPc.Idle;
                break;
            case BackPc.SayReadyAgain:
                state.Back &= ~(BackFacts.Reconnects | BackFacts.Fails);
                state.BackPc = BackPc.Idle;
                WriteState(ref state, InitWait);
                state.Back |= BackFacts.PeerEvent | (state.Back.Is(BackFacts.MediumOpen) ? BackFacts.None : BackFacts.MediumEvent);
                break;
            case >= BackPc.AnswerClosing and <= BackPc.DecideOnline:
                Close(ref state);
                break;
            default:
                Connect(ref state);
                break;
        }
    }

    private void Close(ref ConnectionState state)
    {
        switch (state.BackPc)
        {
            case BackPc.AnswerClosing:
                state.BackPc = BackPc.Idle;
                WriteState(ref state, Closing);
                state.Back |= BackFacts.PeerEvent;
                break;
            case BackPc.BeginClose:
                state.BackPc = BackPc.ClosePort;
                if (state.BackOwn is not (Closing or Closed))
                {
                    WriteState(ref state, Closing);
                }

                break;
            case BackPc.ClosePort:
                CloseBackPort(ref state);
                state.BackPc = BackPc.Drain;
                break;
            case BackPc.Drain:
                state.BackPc = BackPc.Unmap;
                break;
            case BackPc.Unmap:
                UnmapAll(ref state);
                state.BackPc = state.Back.Is(BackFacts.Detached) ? BackPc.Gone
                    : state.Back.Is(BackFacts.Reconnects) ? BackPc.ReadFront : BackPc.SayClosed;
                break;
            case BackPc.SayClosed:
                state.BackPc = BackPc.DecideOnline;
                WriteState(ref state, Closed);
                break;
            case BackPc.DecideOnline:
                state.BackPc = BackPc.Idle;
                DecideOnline(ref state);
                // The front may have begun anew in the meantime (XB-014).
                state.Back |= BackFacts.PeerEvent;
                break;
        }
    }

    internal static void DecideOnline(ref ConnectionState state)
    {
        if (!state.Store.Is(StoreFacts.Online) && state.Store.Is(StoreFacts.BackDirectory))
        {
            state.Store &= ~StoreFacts.Hotplug;
            state.Back |= BackFacts.Destroyed;
        }
    }

    /// <summary>What the front published cannot be used. If it has taken it back meanwhile, that says nothing about this end (I-09).</summary>
    private void Refuse(ref ConnectionState state)
    {
        if (!dialect.LooksAgainWhenFrontMovedOn || (state.FrontNode is Initialised or Connected && state.Published == state.BackGeneration))
        {
            Fail(ref state);
            return;
        }

        CloseBackPort(ref state);
        UnmapAll(ref state);
        state.BackPc = BackPc.Idle;
        state.Back |= BackFacts.PeerEvent;
    }

    /// <summary>An attach step failed: an error node, then a close; or nothing at all (D-17).</summary>
    private void Fail(ref ConnectionState state)
    {
        if (dialect.BackAttachFailure == BackAttachFailure.StayInInitWait)
        {
            CloseBackPort(ref state);
            UnmapAll(ref state);
            state.BackPc = BackPc.Idle;
            return;
        }

        state.Back |= BackFacts.Fails;
        state.Back &= ~BackFacts.Reconnects;
        if (state.Store.Is(StoreFacts.BackDirectory))
        {
            state.Store |= StoreFacts.BackError;
            // A device that never came into being does not come back (XB-041).
            state.Store &= state.BackPc < BackPc.Idle ? ~StoreFacts.Online : ~StoreFacts.None;
        }

        state.BackPc = BackPc.BeginClose;
    }

    /// <summary>The own directory is gone: everything is given back, and nothing is written.</summary>
    internal static void Detach(ref ConnectionState state)
    {
        state.Back = (state.Back | BackFacts.Detached) & ~BackFacts.Reconnects;
        state.BackPc = BackPc.ClosePort;
    }

    private void WriteNodes(ref ConnectionState state, StoreFacts nodes)
    {
        if (state.Store.Is(StoreFacts.BackDirectory))
        {
            state.Store |= nodes;
        }
        else if (dialect.OwnNodeMissing == OwnNodeMissing.MakeAgain)
        {
            state.Store |= nodes | StoreFacts.BackDirectory;
            state.Faults |= Faults.Resurrected;
        }
    }

    private void WriteState(ref ConnectionState state, byte value)
    {
        if (dialect.KeepsWishToClose && state.BackNode == Closing && value < Closing)
        {
            // The tool stack asked meanwhile: its wish is taken on instead.
            state.BackOwn = Closing;
            state.Back |= BackFacts.PeerEvent;
            return;
        }

        if (state.Store.Is(StoreFacts.BackDirectory))
        {
            state.BackOwn = value;
            SetBackNode(ref state, value);
            return;
        }

        switch (dialect.OwnNodeMissing)
        {
            case OwnNodeMissing.SkipAndDetach:
                Detach(ref state);
                break;
            case OwnNodeMissing.SkipButRemember:
                state.BackOwn = value;
                break;
            case OwnNodeMissing.MakeAgain:
                state.BackOwn = value;
                state.Store |= StoreFacts.BackDirectory;
                state.Faults |= Faults.Resurrected;
                SetBackNode(ref state, value);
                break;
        }
    }

    private static void AddRequests(in ConnectionState state, StepSink sink)
    {
        if (state.Held.Is(BackResources.Worker) && state.Request.Is(RequestFacts.OnRing) && !state.Request.Is(RequestFacts.InFlight) && !state.Held.Is(BackResources.Stale))
        {
            var next = state;
            next.Request = (state.Request | RequestFacts.InFlight) & ~RequestFacts.OnRing;
            next.Faults |= state.Held.Is(BackResources.Page0) ? Faults.None : Faults.ForeignAccess;
            sink.Add(ConnectionParticipant.Back, ConnectionStep.Consume, 0, in next);
        }

        if (state.Request.Is(RequestFacts.InFlight))
        {
            var next = state;
            next.Request &= ~RequestFacts.InFlight;
            next.Faults |= state.Held.Is(BackResources.Page0) ? Faults.None : Faults.ForeignAccess;
            if (state.Request.Is(RequestFacts.Outstanding) && !state.Held.Is(BackResources.Stale))
            {
                next.Request |= RequestFacts.Answered | RequestFacts.RingUsed;
            }

            sink.Add(ConnectionParticipant.Back, ConnectionStep.Answer, 0, in next);
        }
    }
}
