using Conformance.Model.Checking;
using static Conformance.Model.Connection.StateChanges;

namespace Conformance.Model.Connection;

/// <summary>The tool stack: adds the device, brings its medium, removes it in order or by force, and clears away after a death.</summary>
internal sealed class ToolStackSteps(ConnectionBounds bounds)
{
    public void Add(in ConnectionState state, TransitionBuffer<ConnectionState> into)
    {
        var sink = new StepSink(into);
        switch (state.Tool)
        {
            case ToolPc.Before:
                AddDevice(in state, sink);
                break;
            case ToolPc.Present:
                AddPresent(in state, sink);
                break;
            case ToolPc.Waiting:
                AddWaiting(in state, sink);
                break;
            case ToolPc.Removing:
                AddRemove(in state, sink);
                break;
            case ToolPc.Forced:
                var next = state;
                RemoveBackDirectory(ref next);
                next.Tool = ToolPc.Removed;
                Add(sink, ConnectionStep.ForceBack, in next);
                break;
        }

        if (state.Front.Is(FrontFacts.Dead) && state.Store.Is(StoreFacts.FrontDirectory))
        {
            AddReap(in state, sink);
        }
    }

    /// <summary>Both directories, as one transaction makes them.</summary>
    public static void MakeDevice(ref ConnectionState state, bool hasMedium)
    {
        state.Store = StoreFacts.FrontDirectory | StoreFacts.BackDirectory | StoreFacts.Online
            | (hasMedium ? StoreFacts.Medium | StoreFacts.Hotplug : StoreFacts.None);
        state.Published = 0;
        state.FrontNode = Initialising;
        state.BackNode = Initialising;
        state.Back |= BackFacts.BusEvent;
    }

    private void AddDevice(in ConnectionState state, StepSink sink)
    {
        var next = state;
        MakeDevice(ref next, bounds.MediumAtOnce);
        next.Front |= FrontFacts.BusEvent;
        next.Tool = ToolPc.Present;
        Add(sink, ConnectionStep.Add, in next);
    }

    private void AddPresent(in ConnectionState state, StepSink sink)
    {
        AddHotplug(in state, sink);
        if (bounds.Removal && !state.Spent.Is(Spent.Removal))
        {
            var next = state;
            next.Spent |= Spent.Removal;
            AskToGo(ref next);
            Add(sink, ConnectionStep.AskRemoval, in next);
        }

        if (bounds.Vanishing && !state.Spent.Is(Spent.Vanished) && bounds.AllowsMishap(state.Spent))
        {
            var next = state;
            next.Spent |= Spent.Vanished;
            RemoveFrontDirectory(ref next);
            sink.Add(ConnectionParticipant.ToolStack, ConnectionStep.Vanish, 0, in next);
            next = state;
            next.Spent |= Spent.Vanished;
            RemoveBackDirectory(ref next);
            sink.Add(ConnectionParticipant.ToolStack, ConnectionStep.Vanish, 1, in next);
        }
    }

    private static void AddHotplug(in ConnectionState state, StepSink sink)
    {
        if (!state.Store.Is(StoreFacts.Medium) && state.Store.Is(StoreFacts.BackDirectory | StoreFacts.Online))
        {
            var next = state;
            next.Store |= StoreFacts.Medium | StoreFacts.Hotplug;
            next.Back |= state.Back.Is(BackFacts.WatchesMedium) ? BackFacts.MediumEvent : BackFacts.None;
            Add(sink, ConnectionStep.Hotplug, in next);
        }
    }

    private void AddWaiting(in ConnectionState state, StepSink sink)
    {
        if (state.BackNode == Closed || !state.Store.Is(StoreFacts.BackDirectory))
        {
            AddRemove(in state, sink);
        }
        else if (bounds.Force)
        {
            var next = state;
            RemoveFrontDirectory(ref next);
            next.Tool = ToolPc.Forced;
            Add(sink, ConnectionStep.ForceFront, in next);
        }
    }

    private static void AddRemove(in ConnectionState state, StepSink sink)
    {
        var next = state;
        RemoveBoth(ref next);
        Add(sink, ConnectionStep.Remove, in next);
    }

    private static void AddReap(in ConnectionState state, StepSink sink)
    {
        var next = state;
        RemoveFrontDirectory(ref next);
        if (state.Tool == ToolPc.Present)
        {
            AskToGo(ref next);
        }

        Add(sink, ConnectionStep.Reap, in next);
    }

    /// <summary>One transaction: <c>online</c> 0 and, unless the back is Closed, Closing (XB-027).</summary>
    private static void AskToGo(ref ConnectionState state)
    {
        state.Tool = ToolPc.Waiting;
        if (!state.Store.Is(StoreFacts.BackDirectory))
        {
            return;
        }

        state.Store &= ~StoreFacts.Online;
        TellBackOfOwn(ref state);
        if (state.BackNode == Closed)
        {
            state.Tool = ToolPc.Removing;
        }
        else
        {
            SetBackNode(ref state, Closing);
        }
    }

    private static void RemoveBoth(ref ConnectionState state)
    {
        state.Tool = ToolPc.Removed;
        if (state.Store.Is(StoreFacts.FrontDirectory))
        {
            RemoveFrontDirectory(ref state);
        }

        if (state.Store.Is(StoreFacts.BackDirectory))
        {
            RemoveBackDirectory(ref state);
        }
    }

    private static void Add(StepSink sink, ConnectionStep step, in ConnectionState next) =>
        sink.Add(ConnectionParticipant.ToolStack, step, 0, in next);
}
