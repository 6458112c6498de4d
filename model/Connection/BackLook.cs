using static Conformance.Model.Connection.StateChanges;

namespace Conformance.Model.Connection;

/// <summary>What a back makes of events while it does nothing else.</summary>
internal sealed class BackLook(Dialect dialect)
{
    public void Add(in ConnectionState state, StepSink sink)
    {
        if (state.Back.Is(BackFacts.OwnEvent))
        {
            var next = state;
            next.Back &= ~BackFacts.OwnEvent;
            LookAtOwn(ref next);
            sink.Add(ConnectionParticipant.Back, ConnectionStep.BackLooksAtOwn, state.BackNode, in next);
        }

        if (state.Back.Is(BackFacts.PeerEvent))
        {
            var next = state;
            next.Back &= ~BackFacts.PeerEvent;
            Look(ref next, state.FrontNode);
            sink.Add(ConnectionParticipant.Back, ConnectionStep.BackLooks, state.FrontNode, in next);
        }

        if (state.Back.Is(BackFacts.MediumEvent))
        {
            var next = state;
            next.Back &= ~BackFacts.MediumEvent;
            if (state.Store.Is(StoreFacts.Medium) && !state.Back.Is(BackFacts.MediumOpen) && state.BackOwn < Closing)
            {
                next.BackPc = BackPc.OpenMedium;
            }

            sink.Add(ConnectionParticipant.Back, ConnectionStep.BackLooksAtMedium, state.Store.Is(StoreFacts.Medium) ? 1 : 0, in next);
        }
    }

    private void LookAtOwn(ref ConnectionState state)
    {
        if (!state.Store.Is(StoreFacts.BackDirectory))
        {
            BackSteps.Detach(ref state);
        }
        else if (state.BackNode == Closing && state.BackOwn is not (Closing or Closed))
        {
            // The tool stack asked: the front closes first, unless it does not live (XB-024, XB-029).
            state.BackOwn = Closing;
            state.Back |= BackFacts.PeerEvent;
            if (dialect.TearsDownAtOwnClosing)
            {
                state.BackPc = BackPc.ClosePort;
            }
        }
        else if (state.BackOwn == Closed && dialect.WatchesOnline)
        {
            BackSteps.DecideOnline(ref state);
        }
    }

    /// <summary>Acts on the latest state of the front (XB-014), whatever came before it.</summary>
    private void Look(ref ConnectionState state, byte front)
    {
        switch (front)
        {
            case Unknown when dialect.FrontMissing == PeerStateMissing.Ignore:
                break;
            case Unknown or Closed when state.BackOwn != Closed:
                state.BackPc = BackPc.BeginClose;
                break;
            case Initialising:
                LookAtInitialising(ref state);
                break;
            case InitWait when dialect.FrontInitWait == OddPeerState.Fail && state.BackOwn < Closing:
            case Reconfiguring when dialect.Reconfiguring == OddPeerState.Fail && state.BackOwn < Closing:
                state.Store |= state.Store.Is(StoreFacts.BackDirectory) ? StoreFacts.BackError : StoreFacts.None;
                state.Back |= BackFacts.Fails;
                state.BackPc = BackPc.BeginClose;
                break;
            case Initialised or Connected:
                LookAtPublished(ref state);
                break;
            case Closing when state.BackOwn is not (Closing or Closed):
                // The front says Closed when its queues rest; the tear-down waits for that (XB-019).
                state.BackPc = BackPc.AnswerClosing;
                break;
        }
    }

    private void LookAtInitialising(ref ConnectionState state)
    {
        bool isHeld = BackHolds(in state);
        if (state.BackOwn == Closed && state.Store.Is(StoreFacts.Online))
        {
            state.BackPc = BackPc.SayReadyAgain;
        }
        else if (state.BackOwn is Connected || (state.BackOwn == Closing && isHeld))
        {
            state.BackPc = dialect.MissedClose == MissedClose.Complete ? BackPc.BeginClose : state.BackPc;
        }
        else if (state.BackOwn == Closing)
        {
            state.BackPc = BackPc.ClosePort;
        }
    }

    private void LookAtPublished(ref ConnectionState state)
    {
        if (state.BackOwn is InitWait or Initialised && state.Back.Is(BackFacts.MediumOpen))
        {
            state.BackPc = BackPc.ReadFront;
        }
        else if (state.BackOwn == Connected && dialect.SecondPublication == SecondPublication.ReconnectIfNew
            && state.Published != 0 && state.Published != state.BackGeneration)
        {
            state.Back |= BackFacts.Reconnects;
            state.BackPc = BackPc.ClosePort;
        }
    }
}
