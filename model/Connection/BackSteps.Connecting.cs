using static Conformance.Model.Connection.StateChanges;

namespace Conformance.Model.Connection;

/// <content>How a back comes from its medium to Connected.</content>
internal sealed partial class BackSteps
{
    private void OpenMedium(ref ConnectionState state)
    {
        state.BackPc = dialect.OpensMediumFirst && state.BackOwn is not (InitWait or Initialised) ? BackPc.SayReady : BackPc.Idle;
        if (!state.Store.Is(StoreFacts.BackDirectory))
        {
            Detach(ref state);
            return;
        }

        if (!state.Store.Is(StoreFacts.Medium))
        {
            // It was asked to go while it waited for its medium.
            state.BackPc = BackPc.WatchFront;
            return;
        }

        state.Back |= BackFacts.MediumOpen;
        if (state.BackPc == BackPc.Idle && dialect.LooksAgainWithMedium)
        {
            state.Back |= BackFacts.PeerEvent;
        }
    }

    private void Connect(ref ConnectionState state)
    {
        switch (state.BackPc)
        {
            case BackPc.ReadFront:
                ReadFront(ref state);
                break;
            case BackPc.MapPage0:
                Map(ref state, FrontResources.Page0, BackResources.Page0, state.Back.Is(BackFacts.TwoPages) ? BackPc.MapPage1 : BackPc.BindPort);
                break;
            case BackPc.MapPage1:
                Map(ref state, FrontResources.Page1, BackResources.Page1, BackPc.BindPort);
                break;
            case BackPc.BindPort:
                Bind(ref state);
                break;
            case BackPc.StartWorker:
                StartWorker(ref state);
                break;
            case BackPc.WriteMedium:
                state.BackPc = BackPc.SayConnected;
                if (dialect.LateFeatures != LateFeatures.AtConnected)
                {
                    WriteNodes(ref state, StoreFacts.Late);
                }

                break;
            case BackPc.SayConnected:
                state.BackPc = BackPc.Idle;
                WriteNodes(ref state, StoreFacts.Late);
                WriteState(ref state, Connected);
                // What came while it was busy is looked at now.
                state.Back |= BackFacts.PeerEvent | BackFacts.OwnEvent;
                break;
        }
    }

    private void ReadFront(ref ConnectionState state)
    {
        state.BackPc = BackPc.MapPage0;
        state.BackGeneration = state.Published;
        state.Back &= ~BackFacts.Reconnects;
        if (state.Published == 0 || state.Store.Is(StoreFacts.Incomplete) || (state.Store.Is(StoreFacts.AboveLimit) && dialect.LimitAbove == LimitAbove.Reject))
        {
            Refuse(ref state);
            return;
        }

        bool isWrongAbi = dialect.DefaultAbi != DefaultAbi.Native && !state.Store.Is(StoreFacts.Protocol);
        state.Back &= ~(BackFacts.TwoPages | BackFacts.WrongAbi);
        state.Back |= (state.Store.Is(StoreFacts.TwoPages) ? BackFacts.TwoPages : BackFacts.None) | (isWrongAbi ? BackFacts.WrongAbi : BackFacts.None);
    }

    private void Map(ref ConnectionState state, FrontResources page, BackResources mapping, BackPc after)
    {
        state.Faults |= state.Held.Is(mapping) ? Faults.MappedTwice : Faults.None;
        bool isGranted = state.Resources.Is(page) && state.FrontGeneration == state.BackGeneration && !state.Front.Is(FrontFacts.Dead);
        if (!isGranted)
        {
            Refuse(ref state);
            return;
        }

        state.Held |= mapping;
        state.BackPc = after;
    }

    private void Bind(ref ConnectionState state)
    {
        bool isFree = state.Resources.Is(FrontResources.Port) && !state.Resources.Is(FrontResources.Bound)
            && state.FrontGeneration == state.BackGeneration && !state.Front.Is(FrontFacts.Dead);
        if (!isFree)
        {
            Refuse(ref state);
            return;
        }

        state.Resources |= FrontResources.Bound;
        state.Held |= BackResources.Port;
        state.BackPc = BackPc.StartWorker;
    }

    private void StartWorker(ref ConnectionState state)
    {
        state.Held |= BackResources.Worker;
        state.BackPc = BackPc.WriteMedium;
        if (state.Request.Is(RequestFacts.Outstanding) && (state.Request & (RequestFacts.OnRing | RequestFacts.InFlight | RequestFacts.Answered)) == 0 && !state.Held.Is(BackResources.Stale))
        {
            // An earlier back took it and died; it stands on the ring still, behind the last response.
            state.Request |= RequestFacts.OnRing;
        }

        if (dialect.FirstIndex == FirstIndex.Zero && state.Request.Is(RequestFacts.RingUsed) && !state.Held.Is(BackResources.Stale))
        {
            // A ring that was in use is read again from its beginning: what was answered is answered once more.
            state.Faults |= Faults.AnsweredTwice;
        }
    }
}
