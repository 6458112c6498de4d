using Conformance.Model.Checking;

namespace Conformance.Model.Grants;

/// <summary>The peer, two processors of it, and the hypervisor's side of map, unmap and copy.</summary>
internal sealed class GrantPeer(GrantMutant mutant, bool isHostile)
{
    /// <summary>The argument of a step names the processor and the reference.</summary>
    public const int HandBit = 1;

    public void Add(in GrantState state, TransitionBuffer<GrantState> into)
    {
        for (int hand = 0; hand < 2; hand++)
        {
            if (state.Hands[hand].Place == HandPlace.Idle)
            {
                AddBegin(in state, hand, into);
            }
            else
            {
                AddNext(in state, hand, into);
            }
        }
    }

    private void AddBegin(in GrantState state, int hand, TransitionBuffer<GrantState> into)
    {
        if (state.Owner != DomainLife.Alive)
        {
            return;
        }

        for (byte reference = 0; reference < 2; reference++)
        {
            if (isHostile || state.Places[reference] != GrantPlace.Deferred)
            {
                AddUse(in state, hand, reference, false, into);
                AddUse(in state, hand, reference, true, into);
            }
        }
    }

    private void AddUse(in GrantState state, int hand, byte reference, bool writes, TransitionBuffer<GrantState> into)
    {
        var entry = state.Entries[reference];
        bool isPermitted = (entry & EntryFlags.Permit) != 0 && !(writes && (entry & EntryFlags.ReadOnly) != 0);
        var next = state;
        if (!isPermitted && mutant != GrantMutant.MapsUnpermitted)
        {
            next.Hands[hand] = new Hand(HandPlace.Refused, reference, writes);
            if (mutant == GrantMutant.RefusalLeavesBit && (entry & EntryFlags.Permit) != 0)
            {
                next.Entries[reference] |= EntryFlags.Writing;
            }

            Add(into, writes ? GrantCode.MapWritable : GrantCode.Map, hand, reference, in next);
            return;
        }

        var bits = EntryFlags.Reading | (writes ? EntryFlags.Writing : EntryFlags.None);
        next.Hands[hand] = new Hand(HandPlace.Copying, reference, writes);
        next.Entries[reference] |= bits;
        Add(into, writes ? GrantCode.CopyWritable : GrantCode.Copy, hand, reference, in next);

        bool isEarly = mutant == GrantMutant.UsableBeforePinned;
        next = state;
        next.Hands[hand] = new Hand(isEarly ? HandPlace.Mapped : HandPlace.Pinned, reference, writes);
        next.Entries[reference] |= isEarly ? EntryFlags.None : bits;
        Add(into, writes ? GrantCode.MapWritable : GrantCode.Map, hand, reference, in next);
    }

    private void AddNext(in GrantState state, int hand, TransitionBuffer<GrantState> into)
    {
        var next = state;
        var own = state.Hands[hand];
        switch (own.Place)
        {
            case HandPlace.Pinned:
                next.Hands[hand] = own with { Place = HandPlace.Mapped };
                Add(into, GrantCode.Use, hand, own.Reference, in next);
                break;
            case HandPlace.Mapped when mutant == GrantMutant.ClearsBeforeLost && (state.Entries[own.Reference] & EntryFlags.InUse) != 0:
                Unpin(ref next, hand);
                next.Hands[hand] = own;
                Add(into, GrantCode.Unpin, hand, own.Reference, in next);
                break;
            case HandPlace.Mapped when mutant != GrantMutant.LeaksMapping:
                next.Hands[hand] = own with { Place = HandPlace.Losing };
                Add(into, GrantCode.Unmap, hand, own.Reference, in next);
                break;
            case HandPlace.Losing or HandPlace.Copying:
                Unpin(ref next, hand);
                Add(into, own.Place == HandPlace.Losing ? GrantCode.Unpin : GrantCode.EndCopy, hand, own.Reference, in next);
                break;
            case HandPlace.Refused:
                next.Hands[hand] = default;
                Add(into, GrantCode.Understand, hand, own.Reference, in next);
                break;
        }
    }

    /// <summary>The bits of use stay as far as the other processor's use of the same entry needs them (GT-028, GT-042).</summary>
    private void Unpin(ref GrantState state, int hand)
    {
        byte reference = state.Hands[hand].Reference;
        state.Hands[hand] = default;
        var other = state.Hands[1 - hand];
        var needed = EntryFlags.None;
        if (other.Pins && other.Reference == reference && mutant != GrantMutant.ClearsSharedBits)
        {
            needed = EntryFlags.Reading | (other.Writes ? EntryFlags.Writing : EntryFlags.None);
        }

        state.Entries[reference] = (state.Entries[reference] & ~EntryFlags.InUse) | needed;
    }

    private static void Add(TransitionBuffer<GrantState> into, GrantCode code, int hand, byte reference, in GrantState next) =>
        into.Add(new StepId(GrantParticipant.Peer, (byte)code, (ushort)((hand << HandBit) | reference)), in next);
}
