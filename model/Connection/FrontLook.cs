using static Conformance.Model.Connection.StateChanges;

namespace Conformance.Model.Connection;

/// <summary>What a front makes of events, and of what its users want, while it does nothing else.</summary>
internal sealed class FrontLook(ConnectionBounds bounds, Dialect dialect)
{
    public void Add(in ConnectionState state, StepSink sink)
    {
        if (state.Front.Is(FrontFacts.OwnEvent))
        {
            var next = state;
            next.Front &= ~FrontFacts.OwnEvent;
            if (!state.Store.Is(StoreFacts.FrontDirectory))
            {
                FrontSteps.Detach(ref next);
            }

            sink.Add(ConnectionParticipant.Front, ConnectionStep.FrontLooksAtOwn, state.FrontNode, in next);
        }

        if (state.Front.Is(FrontFacts.PeerEvent))
        {
            var next = state;
            next.Front &= ~FrontFacts.PeerEvent;
            Look(ref next, state.BackNode);
            sink.Add(ConnectionParticipant.Front, ConnectionStep.FrontLooks, state.BackNode, in next);
        }

        AddUse(in state, sink);
        AddWishes(in state, sink);
    }

    /// <summary>Acts on the latest state of the back (XB-014), whatever came before it.</summary>
    private void Look(ref ConnectionState state, byte back)
    {
        switch (back)
        {
            case Unknown:
                LookAtNothing(ref state);
                break;
            case Initialising or InitWait when state.FrontOwn == Connected && state.Front.Is(FrontFacts.Runs):
                if (dialect.BackReturned == BackReturned.Recover)
                {
                    state.FrontPc = FrontPc.Recover;
                }

                break;
            case InitWait or Initialised when state.FrontOwn == Initialising && state.FrontGeneration == 0:
                state.FrontPc = FrontPc.ReadLimits;
                break;
            case Connected:
                LookAtConnected(ref state);
                break;
            case Closing or Closed:
                LookAtClosing(ref state, back);
                break;
        }
    }

    private void LookAtNothing(ref ConnectionState state)
    {
        if (dialect.BackMissing == PeerStateMissing.Ignore || state.FrontOwn == Closed)
        {
            return;
        }

        state.Front &= ~FrontFacts.Renews;
        state.FrontPc = state.FrontOwn == Closing ? FrontPc.StopQueues : FrontPc.BeginClose;
    }

    private void LookAtConnected(ref ConnectionState state)
    {
        if (state.FrontGeneration != 0 && state.FrontOwn is Initialised or Connected && !state.Front.Is(FrontFacts.Runs))
        {
            state.FrontPc = FrontPc.ReadMedium;
        }
        else if (state.FrontOwn == Initialising && state.FrontGeneration == 0)
        {
            bool resets = dialect.EarlyConnectedBack == EarlyConnectedBack.ResetFirst;
            state.Front |= resets ? FrontFacts.Renews : FrontFacts.None;
            state.FrontPc = resets ? FrontPc.BeginClose : FrontPc.ReadLimits;
        }
    }

    private void LookAtClosing(ref ConnectionState state, byte back)
    {
        if (state.FrontOwn == Closed)
        {
            if (state.Front.Is(FrontFacts.Renews) && back == Closed)
            {
                state.FrontPc = FrontPc.Renew;
            }
        }
        else if (state.FrontOwn == Initialising && state.FrontGeneration == 0 && back == Closed)
        {
            // Either the back will go on to InitWait, or the device will be removed; nobody has to wait for that.
            state.Front &= ~FrontFacts.BootHold;
        }
        else if (state.Front.Is(FrontFacts.Users | FrontFacts.Runs) && back == Closing && dialect.ClosingInUse == ClosingInUse.Veto)
        {
            state.Front |= FrontFacts.Vetoes;
            state.Store |= StoreFacts.FrontError;
        }
        else
        {
            state.FrontPc = FrontPc.BeginClose;
        }
    }

    private void AddUse(in ConnectionState state, StepSink sink)
    {
        if (!bounds.Use)
        {
            return;
        }

        if (state.Front.Is(FrontFacts.Announced) && !state.Spent.Is(Spent.Open))
        {
            var next = state;
            next.Spent |= Spent.Open;
            next.Front |= FrontFacts.Users;
            sink.Add(ConnectionParticipant.Front, ConnectionStep.Open, 0, in next);
        }

        if (state.Front.Is(FrontFacts.Users) && !state.Request.Is(RequestFacts.Outstanding))
        {
            var next = state;
            next.Front &= ~(FrontFacts.Users | FrontFacts.Vetoes);
            // The last close looks at the back again, as an event it refused will not come twice (XB-023).
            next.Front |= state.Front.Is(FrontFacts.Vetoes) ? FrontFacts.PeerEvent : FrontFacts.None;
            sink.Add(ConnectionParticipant.Front, ConnectionStep.LastClose, 0, in next);
        }

        if (state.Front.Is(FrontFacts.Users | FrontFacts.Runs) && !state.Spent.Is(Spent.Request))
        {
            var next = state;
            next.Spent |= Spent.Request;
            next.Request |= RequestFacts.Outstanding | RequestFacts.OnRing;
            sink.Add(ConnectionParticipant.Front, ConnectionStep.Push, 0, in next);
        }

        if (state.Request.Is(RequestFacts.Answered | RequestFacts.Outstanding))
        {
            var next = state;
            next.Request &= ~(RequestFacts.Answered | RequestFacts.Outstanding);
            sink.Add(ConnectionParticipant.Front, ConnectionStep.Done, 0, in next);
        }
    }

    private void AddWishes(in ConnectionState state, StepSink sink)
    {
        bool isConnected = state.FrontOwn == Connected && state.Front.Is(FrontFacts.Announced) && !state.Front.Is(FrontFacts.Users);
        var mark = state.Spent.Is(Spent.Reconnect) ? Spent.SecondReconnect : Spent.Reconnect;
        if (isConnected && !state.Spent.Is(mark) && bounds.Reconnects > (mark == Spent.Reconnect ? 0 : 1))
        {
            var next = state;
            next.Spent |= mark;
            next.Front |= FrontFacts.Renews;
            next.FrontPc = FrontPc.BeginClose;
            sink.Add(ConnectionParticipant.Front, ConnectionStep.Reconnect, 0, in next);
        }

        if (bounds.Oddities && !state.Spent.Is(Spent.Oddity) && state.FrontOwn == Initialising && state.Store.Is(StoreFacts.FrontDirectory))
        {
            foreach (byte odd in (ReadOnlySpan<byte>)[InitWait, Reconfiguring])
            {
                var next = state;
                next.Spent |= Spent.Oddity;
                SetFrontNode(ref next, odd);
                sink.Add(ConnectionParticipant.Front, ConnectionStep.OddState, odd, in next);
            }
        }
    }
}
