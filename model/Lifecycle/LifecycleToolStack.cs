using Conformance.Model.Checking;

namespace Conformance.Model.Lifecycle;

/// <summary>The tool stack, and what the store and the hypervisor do for it.</summary>
internal sealed class LifecycleToolStack(int commands, LifecycleMutant mutant)
{
    public void Add(in LifecycleState state, TransitionBuffer<LifecycleState> into)
    {
        if (state.Domain == DomainPlace.Runs && state.Asked < commands)
        {
            for (var command = Command.PowerOff; command <= Command.Unknown; command++)
            {
                AddAsk(in state, command, into);
            }
        }

        if ((state.Tool & ToolFacts.Event) == 0)
        {
            return;
        }

        var next = state;
        next.Tool &= ~ToolFacts.Event;
        if (state.Domain == DomainPlace.Down)
        {
            next.Tool |= ToolFacts.Knows;
            Add(into, LifecycleCode.Notice, 0, in next);
        }
        else if (state.Domain == DomainPlace.Suspended)
        {
            AddCancel(in next, into);
            AddMove(in next, into);
        }
    }

    /// <summary>Whatever stands there is replaced: the guest has not taken it up yet, and will not.</summary>
    private static void AddAsk(in LifecycleState state, Command command, TransitionBuffer<LifecycleState> into)
    {
        if (state.Node == command)
        {
            return;
        }

        var next = state;
        next.Node = command;
        next.Asked++;
        next.Guest |= (state.Guest & GuestFacts.Watches) != 0 ? GuestFacts.Event : GuestFacts.None;
        Add(into, LifecycleCode.Ask, (int)command, in next);
    }

    /// <summary>The domain goes on where it was. The store is told so, or it would not report the next stop (CT-016).</summary>
    private void AddCancel(in LifecycleState state, TransitionBuffer<LifecycleState> into)
    {
        var next = state;
        next.Domain = DomainPlace.Runs;
        next.Outcome = Outcome.Cancelled;
        next.Place = GuestPlace.GrantsRebuilt;
        if (mutant == LifecycleMutant.RebuildsAfterCancel)
        {
            next.Place = GuestPlace.Moved;
        }

        next.Tool &= mutant == LifecycleMutant.ForgetsResume ? ~ToolFacts.None : ~ToolFacts.Told;
        Add(into, LifecycleCode.Cancel, 0, in next);
    }

    /// <summary>A new domain with the old one's memory: nothing that the hypervisor or the store knew of it is left.</summary>
    private static void AddMove(in LifecycleState state, TransitionBuffer<LifecycleState> into)
    {
        var next = state;
        next.Domain = DomainPlace.Runs;
        next.Outcome = Outcome.Moved;
        next.Place = GuestPlace.Moved;
        next.Node = Command.None;
        next.Guest &= ~(GuestFacts.Watches | GuestFacts.Event | GuestFacts.Events | GuestFacts.Grants);
        next.Tool &= ~ToolFacts.Told;
        for (int device = 0; device < 2; device++)
        {
            next.Devices[device] = state.Devices[device] with { IsOld = true };
        }

        Add(into, LifecycleCode.Move, 0, in next);
    }

    private static void Add(TransitionBuffer<LifecycleState> into, LifecycleCode code, int argument, in LifecycleState next) =>
        into.Add(new StepId(LifecycleParticipant.ToolStack, (byte)code, (ushort)argument), in next);
}
