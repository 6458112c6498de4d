using Conformance.Model.Checking;

namespace Conformance.Model.Lifecycle;

/// <summary>The guest: its watch thread, which takes commands, and the thread that carries them out.</summary>
internal sealed class LifecycleGuest(LifecycleMutant mutant)
{
    public void Add(in LifecycleState state, TransitionBuffer<LifecycleState> into)
    {
        AddLook(in state, into);
        switch (state.Current)
        {
            case Command.None:
                break;
            case Command.Suspend:
                AddSuspend(in state, into);
                break;
            default:
                AddEnd(in state, into);
                break;
        }
    }

    /// <summary>Reads the command and empties the node in one transaction (CT-003, CT-004); another that is in progress comes first (CT-007).</summary>
    private void AddLook(in LifecycleState state, TransitionBuffer<LifecycleState> into)
    {
        if ((state.Guest & (GuestFacts.Event | GuestFacts.Store)) != (GuestFacts.Event | GuestFacts.Store))
        {
            return;
        }

        var next = state;
        next.Guest &= ~GuestFacts.Event;
        bool isKnown = state.Node is not (Command.None or Command.Unknown);
        if (isKnown && (state.Current == Command.None || mutant == LifecycleMutant.BeginsSecond))
        {
            next.Current = state.Node;
            bool isApart = mutant == LifecycleMutant.AcknowledgesApart;
            next.Place = isApart ? GuestPlace.Acknowledging : state.Place;
            next.Node = isApart ? state.Node : Command.None;
        }
        else if (state.Node == Command.Unknown && mutant == LifecycleMutant.AcknowledgesUnknown)
        {
            next.Node = Command.None;
        }
        else if (state.Node == Command.None && state.Current == Command.None && mutant == LifecycleMutant.ActsOnNothing)
        {
            next.Current = Command.PowerOff;
        }

        Add(into, LifecycleCode.Look, 0, in next);
    }

    private void AddSuspend(in LifecycleState state, TransitionBuffer<LifecycleState> into)
    {
        switch (state.Place)
        {
            case GuestPlace.Acknowledging:
                AddAcknowledge(in state, into);
                break;
            case GuestPlace.Idle:
                Go(in state, LifecycleCode.Quiesce, GuestPlace.Freezing, GuestFacts.None, GuestFacts.None, into);
                AddFinish(in state, LifecycleCode.Refuse, into);
                break;
            case GuestPlace.Freezing:
                AddFreeze(in state, into);
                break;
            case GuestPlace.StoreSuspended:
                var masked = mutant == LifecycleMutant.KeepsInterrupts ? GuestFacts.None : GuestFacts.Masked;
                Go(in state, LifecycleCode.Mask, GuestPlace.Masked, masked, GuestFacts.None, into);
                break;
            case GuestPlace.Masked:
                Go(in state, LifecycleCode.SaveGrants, GuestPlace.GrantsSaved, GuestFacts.None, GuestFacts.None, into);
                break;
            case GuestPlace.GrantsSaved:
                AddHypercall(in state, into);
                break;
            case GuestPlace.Waking:
                AddWake(in state, into);
                break;
            default:
                AddRebuild(in state, into);
                break;
        }
    }

    private void AddFreeze(in LifecycleState state, TransitionBuffer<LifecycleState> into)
    {
        if (mutant == LifecycleMutant.StoreFirst && (state.Guest & GuestFacts.Store) != 0)
        {
            Go(in state, LifecycleCode.SuspendStore, GuestPlace.Freezing, GuestFacts.None, GuestFacts.Store, into);
            return;
        }

        int device = IsAwake(in state, 0) ? 0 : 1;
        if (!IsAwake(in state, device) || (device == 1 && mutant == LifecycleMutant.SkipsDevice))
        {
            Go(in state, LifecycleCode.SuspendStore, GuestPlace.StoreSuspended, GuestFacts.None, GuestFacts.Store, into);
            return;
        }

        var next = state;
        var own = state.Devices[device];
        next.Devices[device] = own with { Place = own.Place == DevicePlace.Runs ? DevicePlace.Frozen : DevicePlace.FrozenInRecovery };
        Add(into, LifecycleCode.Freeze, device, in next);
        next = state;
        next.Place = GuestPlace.Waking;
        next.Outcome = Outcome.Refused;
        Add(into, LifecycleCode.DeviceRefuses, device, in next);
    }

    private static void AddHypercall(in LifecycleState state, TransitionBuffer<LifecycleState> into)
    {
        var next = state;
        next.Place = GuestPlace.InHypercall;
        next.Domain = DomainPlace.Suspended;
        Tell(ref next);
        Add(into, LifecycleCode.Hypercall, 0, in next);
    }

    private void AddRebuild(in LifecycleState state, TransitionBuffer<LifecycleState> into)
    {
        switch (state.Place)
        {
            case GuestPlace.Moved:
                Go(in state, LifecycleCode.RebuildEvents, GuestPlace.EventsRebuilt, GuestFacts.Events, GuestFacts.None, into);
                break;
            case GuestPlace.EventsRebuilt:
                var grants = mutant == LifecycleMutant.SkipsGrants ? GuestFacts.None : GuestFacts.Grants;
                Go(in state, LifecycleCode.RebuildGrants, GuestPlace.GrantsRebuilt, grants, GuestFacts.None, into);
                break;
            case GuestPlace.GrantsRebuilt:
                Go(in state, LifecycleCode.Unmask, GuestPlace.Unmasked, GuestFacts.None, GuestFacts.Masked, into);
                break;
            case GuestPlace.Unmasked when state.Outcome == Outcome.Moved:
                // A watch that is registered again queues an event of its own, so that nothing asked meanwhile is missed.
                var watch = mutant == LifecycleMutant.LosesWatch ? GuestFacts.None : GuestFacts.Watches | GuestFacts.Event;
                Go(in state, LifecycleCode.ReconnectStore, GuestPlace.Waking, GuestFacts.Store | watch, GuestFacts.None, into);
                break;
            case GuestPlace.Unmasked:
                Go(in state, LifecycleCode.CancelStore, GuestPlace.Waking, GuestFacts.Store, GuestFacts.None, into);
                break;
        }
    }

    /// <summary>Devices go on, the last one first; or are resumed, the first one first.</summary>
    private void AddWake(in LifecycleState state, TransitionBuffer<LifecycleState> into)
    {
        bool isForwards = state.Outcome == Outcome.Moved || mutant == LifecycleMutant.ThawsForwards;
        int first = isForwards ? 0 : 1;
        int device = IsAwake(in state, first) ? 1 - first : first;
        if (IsAwake(in state, device) || (mutant == LifecycleMutant.RefusalLeavesFrozen && state.Outcome == Outcome.Refused))
        {
            bool isConnected = state.Devices[0].Place == DevicePlace.Runs && state.Devices[1].Place == DevicePlace.Runs;
            if (mutant != LifecycleMutant.BlocksWatchThread || isConnected)
            {
                AddFinish(in state, LifecycleCode.Finish, into);
            }

            return;
        }

        var next = state;
        var own = state.Devices[device];
        if (state.Outcome == Outcome.Moved && mutant != LifecycleMutant.ThawsInNewWorld)
        {
            bool isIssuedAgain = own.Request == Request.OnRing || (own.Request == Request.Done && mutant == LifecycleMutant.ReissuesDone);
            next.Devices[device] = new Device(DevicePlace.Recovers, isIssuedAgain ? Request.Held : own.Request, IsOld: false);
            Add(into, LifecycleCode.Resume, device, in next);
        }
        else
        {
            next.Devices[device] = own with { Place = own.Place == DevicePlace.Frozen ? DevicePlace.Runs : DevicePlace.Recovers };
            Add(into, LifecycleCode.Thaw, device, in next);
        }
    }

    /// <summary>The suspend is over, and what was asked meanwhile is looked at.</summary>
    private void AddFinish(in LifecycleState state, LifecycleCode code, TransitionBuffer<LifecycleState> into)
    {
        var next = state;
        next.Place = GuestPlace.Idle;
        next.Outcome = Outcome.None;
        next.Current = Command.None;
        if (mutant != LifecycleMutant.LooksNotAgain)
        {
            next.Guest |= (next.Guest & GuestFacts.Watches) != 0 ? GuestFacts.Event : GuestFacts.None;
        }

        Add(into, code, 0, in next);
    }

    private void AddEnd(in LifecycleState state, TransitionBuffer<LifecycleState> into)
    {
        var next = state;
        if (state.Place == GuestPlace.Acknowledging)
        {
            AddAcknowledge(in state, into);
            return;
        }

        for (int device = 0; device < 2; device++)
        {
            var own = state.Devices[device];
            if (own.Place == DevicePlace.Runs && own.Request is Request.None or Request.Done)
            {
                next.Place = GuestPlace.Ending;
                next.Devices[device] = own with { Place = DevicePlace.Stopped };
                Add(into, LifecycleCode.StopDevice, device, in next);
                return;
            }
        }

        if (state.Devices[0].Place == DevicePlace.Stopped && state.Devices[1].Place == DevicePlace.Stopped)
        {
            next.Domain = DomainPlace.Down;
            next.Reason = state.Current == Command.Reboot && mutant != LifecycleMutant.AlwaysPowerOff ? Command.Reboot : Command.PowerOff;
            Tell(ref next);
            Add(into, LifecycleCode.Report, (int)next.Reason, in next);
        }
    }

    private static void AddAcknowledge(in LifecycleState state, TransitionBuffer<LifecycleState> into)
    {
        var next = state;
        next.Place = GuestPlace.Idle;
        next.Node = Command.None;
        Add(into, LifecycleCode.Acknowledge, 0, in next);
    }

    /// <summary>The store reports a domain that stops once, until it is told that it goes on.</summary>
    private static void Tell(ref LifecycleState state) =>
        state.Tool |= (state.Tool & ToolFacts.Told) == 0 ? ToolFacts.Event | ToolFacts.Told : ToolFacts.None;

    private static bool IsAwake(in LifecycleState state, int device) => state.Devices[device].Place is not (DevicePlace.Frozen or DevicePlace.FrozenInRecovery);

    private static void Go(in LifecycleState state, LifecycleCode code, GuestPlace place, GuestFacts gained, GuestFacts lost, TransitionBuffer<LifecycleState> into)
    {
        var next = state;
        next.Place = place;
        next.Guest = (state.Guest & ~lost) | gained;
        Add(into, code, 0, in next);
    }

    private static void Add(TransitionBuffer<LifecycleState> into, LifecycleCode code, int argument, in LifecycleState next) =>
        into.Add(new StepId(LifecycleParticipant.Guest, (byte)code, (ushort)argument), in next);
}
