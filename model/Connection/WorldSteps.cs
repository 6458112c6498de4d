using Conformance.Model.Checking;
using static Conformance.Model.Connection.StateChanges;

namespace Conformance.Model.Connection;

/// <summary>What happens to the ends: deaths, restarts, suspends, time, and events without a change.</summary>
internal sealed class WorldSteps(ConnectionBounds bounds, Dialect front)
{
    public void Add(in ConnectionState state, TransitionBuffer<ConnectionState> into)
    {
        if (state.Tool is ToolPc.Before)
        {
            return;
        }

        var sink = new StepSink(into);
        AddDeaths(in state, sink);
        AddSuspend(in state, sink);
        AddSpurious(in state, sink);
        bool waits = state.FrontPc == FrontPc.Idle && (state.Front & (FrontFacts.PeerEvent | FrontFacts.OwnEvent)) == 0;
        if (state.Front.Is(FrontFacts.BootHold) && front.LimitsBootHold && waits && state.Suspend == SuspendPc.Runs)
        {
            var next = state;
            next.Front &= ~FrontFacts.BootHold;
            Add(sink, ConnectionStep.BootTimeout, in next);
        }
    }

    private void AddDeaths(in ConnectionState state, StepSink sink)
    {
        bool canDie = !state.Spent.Is(Spent.Death) && bounds.AllowsMishap(state.Spent) && state.Tool != ToolPc.Removed;
        if (bounds.FrontDeath && canDie)
        {
            var next = state;
            next.Spent |= Spent.Death;
            KillFront(ref next);
            next.Front = FrontFacts.Dead;
            Add(sink, ConnectionStep.FrontDies, in next);
        }

        if (bounds.BackDeath && canDie && state.BackPc != BackPc.Unseen)
        {
            var next = state;
            next.Spent |= Spent.Death;
            KillBack(ref next);
            next.Back = BackFacts.Dead;
            Add(sink, ConnectionStep.BackDies, in next);
        }

        if (bounds.BackRestart && state.Back.Is(BackFacts.Dead))
        {
            var next = state;
            next.Back = state.Store.Is(StoreFacts.BackDirectory) ? BackFacts.BusEvent : BackFacts.None;
            Add(sink, ConnectionStep.BackRestarts, in next);
        }

        if (bounds.Crash && bounds.AllowsMishap(state.Spent) && !state.Spent.Is(Spent.Crash) && !state.Front.Is(FrontFacts.Dead) && state.FrontPc != FrontPc.Unseen && state.Store.Is(StoreFacts.FrontDirectory))
        {
            var next = state;
            next.Spent |= Spent.Crash;
            KillFront(ref next);
            next.Front = FrontFacts.BusEvent;
            Add(sink, ConnectionStep.Crash, in next);
        }
    }

    private void AddSuspend(in ConnectionState state, StepSink sink)
    {
        if (state.Suspend == SuspendPc.Suspended)
        {
            var next = state;
            next.Suspend = SuspendPc.Runs;
            Add(sink, ConnectionStep.Cancel, in next);
            if (state.Tool == ToolPc.Present && state.Store.Is(StoreFacts.FrontDirectory | StoreFacts.BackDirectory))
            {
                ResumeElsewhere(ref next);
                Add(sink, ConnectionStep.Resume, in next);
            }

            return;
        }

        var mark = state.Spent.Is(Spent.Suspend) ? Spent.SecondSuspend : Spent.Suspend;
        bool isDrained = front.SuspendInUse == SuspendInUse.Reissue || !state.Request.Is(RequestFacts.Outstanding);
        if (bounds.Suspends > (mark == Spent.Suspend ? 0 : 1) && !state.Spent.Is(mark) && isDrained && (mark == Spent.SecondSuspend || bounds.AllowsMishap(state.Spent))
            && !state.Front.Is(FrontFacts.Dead) && state.Tool != ToolPc.Removed)
        {
            var next = state;
            next.Spent |= mark;
            next.Suspend = SuspendPc.Suspended;
            Add(sink, ConnectionStep.Suspend, in next);
        }
    }

    private void AddSpurious(in ConnectionState state, StepSink sink)
    {
        if (bounds.Spurious == 0)
        {
            return;
        }

        if (!state.Spent.Is(Spent.FrontSpurious) && state.Front.Is(FrontFacts.Watches) && !state.Front.Is(FrontFacts.PeerEvent))
        {
            var next = state;
            next.Spent |= Spent.FrontSpurious;
            next.Front |= FrontFacts.PeerEvent;
            Add(sink, ConnectionStep.FrontSpurious, in next);
        }

        if (!state.Spent.Is(Spent.BackSpurious) && state.Back.Is(BackFacts.Watches) && !state.Back.Is(BackFacts.PeerEvent))
        {
            var next = state;
            next.Spent |= Spent.BackSpurious;
            next.Back |= BackFacts.PeerEvent | BackFacts.OwnEvent;
            Add(sink, ConnectionStep.BackSpurious, in next);
        }
    }

    /// <summary>The front's program ends; its ports close, and what is mapped stays usable until it is unmapped (GT-032).</summary>
    private static void KillFront(ref ConnectionState state)
    {
        ReleaseFront(ref state);
        state.FrontPc = FrontPc.Unseen;
        state.FrontOwn = Unknown;
        state.Suspend = SuspendPc.Runs;
    }

    /// <summary>The back's program ends; its mappings and ports go with it (GT-033).</summary>
    private static void KillBack(ref ConnectionState state)
    {
        CloseBackPort(ref state);
        UnmapAll(ref state);
        state.BackPc = BackPc.Unseen;
        state.BackOwn = Unknown;
        state.BackGeneration = 0;
        state.Request &= ~RequestFacts.InFlight;
    }

    /// <summary>A new world: new directories, a new back; ports, grants and watches of the old one mean nothing (RS-002).</summary>
    private void ResumeElsewhere(ref ConnectionState state)
    {
        KillBack(ref state);
        state.Back = BackFacts.None;
        ToolStackSteps.MakeDevice(ref state, bounds.MediumAtOnce);
        bool isOutstanding = state.Request.Is(RequestFacts.Outstanding);
        ReleaseFront(ref state);
        state.Resources = FrontResources.None;
        state.Request = isOutstanding ? RequestFacts.Outstanding : RequestFacts.None;
        bool isSeen = state.FrontPc != FrontPc.Unseen;
        state.Front &= FrontFacts.Announced | FrontFacts.Users | FrontFacts.BootHold;
        state.Front |= isSeen ? FrontFacts.None : FrontFacts.BusEvent;
        state.FrontPc = isSeen ? FrontPc.Resolve : FrontPc.Unseen;
        state.FrontOwn = Initialising;
    }

    private static void Add(StepSink sink, ConnectionStep step, in ConnectionState next) =>
        sink.Add(ConnectionParticipant.World, step, 0, in next);
}
