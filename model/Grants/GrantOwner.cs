using Conformance.Model.Checking;

namespace Conformance.Model.Grants;

/// <summary>The owner: takes references from its pool, publishes, revokes, puts off, and gives them back one by one or in a batch.</summary>
internal sealed class GrantOwner(GrantMutant mutant)
{
    public void Add(in GrantState state, TransitionBuffer<GrantState> into)
    {
        for (int reference = 0; reference < 2; reference++)
        {
            AddReference(in state, reference, into);
        }

        AddBatch(in state, into);
        AddWaiter(in state, into);
        AddReservation(in state, into);
    }

    private void AddReference(in GrantState state, int reference, TransitionBuffer<GrantState> into)
    {
        var next = state;
        switch (state.Places[reference])
        {
            case GrantPlace.Free when state.FreeCount > 0:
                next.Places[reference] = GrantPlace.Claimed;
                next.FreeCount--;
                Add(into, GrantCode.Claim, reference, in next);
                break;
            case GrantPlace.Claimed:
                AddFill(in state, reference, into);
                GiveBack(ref next, reference);
                LookForWaiter(ref next);
                Add(into, GrantCode.Return, reference, in next);
                break;
            case GrantPlace.Filled:
                next.Places[reference] = GrantPlace.Granted;
                next.Entries[reference] |= mutant == GrantMutant.FlagsFirst ? EntryFlags.Frame : EntryFlags.Permit;
                Add(into, GrantCode.Publish, reference, in next);
                break;
            case GrantPlace.Granted:
                bool isUsed = IsInUse(in state, reference);
                next.Places[reference] = isUsed ? GrantPlace.Deferred : GrantPlace.Checked;
                if (isUsed && mutant == GrantMutant.FreesDeferred)
                {
                    next.Places[reference] = GrantPlace.Revoked;
                }

                Add(into, GrantCode.Inspect, reference, in next);
                break;
            case GrantPlace.Checked:
                AddSwap(in state, reference, into);
                break;
            case GrantPlace.Revoked when !state.Batch:
                GiveBack(ref next, reference);
                LookForWaiter(ref next);
                Add(into, GrantCode.Free, reference, in next);
                break;
            case GrantPlace.Deferred when !state.Batch && !IsInUse(in state, reference) && mutant != GrantMutant.ForgetsDeferred:
                next.Places[reference] = GrantPlace.Checked;
                Add(into, GrantCode.Retry, reference, in next);
                break;
        }

        if (mutant == GrantMutant.ClaimsUsed && state.Places[reference] == GrantPlace.Granted && state.FreeCount > 0)
        {
            next = state;
            next.Places[reference] = GrantPlace.Claimed;
            next.FreeCount--;
            Add(into, GrantCode.Claim, reference, in next);
        }
    }

    private void AddFill(in GrantState state, int reference, TransitionBuffer<GrantState> into)
    {
        var next = state;
        next.Places[reference] = GrantPlace.Filled;
        var flags = (mutant == GrantMutant.FlagsFirst ? EntryFlags.Permit : EntryFlags.Frame) | (state.Peer == DomainLife.Second ? EntryFlags.ForSecond : EntryFlags.None);
        next.Entries[reference] = flags;
        Add(into, GrantCode.Fill, reference, in next);
        next.Entries[reference] = flags | EntryFlags.ReadOnly;
        Add(into, GrantCode.FillReadOnly, reference, in next);
    }

    /// <summary>Compare and swap: bits that came since the check make it fail, and what is in use is put off (GT-007, GT-010).</summary>
    private void AddSwap(in GrantState state, int reference, TransitionBuffer<GrantState> into)
    {
        var next = state;
        if (IsInUse(in state, reference) && mutant != GrantMutant.RevokesWithoutSwap)
        {
            next.Places[reference] = GrantPlace.Deferred;
        }
        else
        {
            next.Places[reference] = GrantPlace.Revoked;
            next.Entries[reference] = EntryFlags.None;
        }

        Add(into, GrantCode.Swap, reference, in next);
    }

    private void AddBatch(in GrantState state, TransitionBuffer<GrantState> into)
    {
        var next = state;
        if (!state.Batch)
        {
            if (state.Places[0] == GrantPlace.Granted && state.Places[1] == GrantPlace.Granted)
            {
                next.Batch = true;
                Add(into, GrantCode.BeginBatch, 0, in next);
            }

            return;
        }

        if (state.Places[0] is not (GrantPlace.Revoked or GrantPlace.Deferred) || state.Places[1] is not (GrantPlace.Revoked or GrantPlace.Deferred))
        {
            return;
        }

        next.Batch = false;
        for (int reference = 0; reference < 2; reference++)
        {
            if (state.Places[reference] == GrantPlace.Revoked)
            {
                GiveBack(ref next, reference);
            }
            else if (mutant == GrantMutant.CountsWholeBatch)
            {
                next.FreeCount++;
            }
        }

        if (mutant != GrantMutant.BatchForgetsWaiter)
        {
            LookForWaiter(ref next);
        }

        Add(into, GrantCode.EndBatch, 0, in next);
    }

    private void AddWaiter(in GrantState state, TransitionBuffer<GrantState> into)
    {
        var next = state;
        switch (state.Waiter)
        {
            case Waiter.None when state.FreeCount < 2:
                next.Waiter = Waiter.Waiting;
                Add(into, GrantCode.Wait, 0, in next);
                break;
            case Waiter.Due:
                next.Waiter = state.FreeCount == 2 || mutant == GrantMutant.CallsTooEarly ? Waiter.Called : Waiter.Waiting;
                Add(into, GrantCode.Call, 0, in next);
                break;
            case Waiter.Cancelled when mutant == GrantMutant.CallsCancelled:
                next.Waiter = Waiter.Called;
                Add(into, GrantCode.Call, 0, in next);
                break;
        }

        if (state.Waiter is Waiter.Waiting or Waiter.Due)
        {
            next = state;
            next.Waiter = Waiter.Cancelled;
            Add(into, GrantCode.Cancel, 0, in next);
        }
    }

    /// <summary>Two references at once, or none (GT-014).</summary>
    private void AddReservation(in GrantState state, TransitionBuffer<GrantState> into)
    {
        if (state.FreeCount == 0 || (state.FreeCount == 1 && mutant != GrantMutant.ReservesHalf))
        {
            return;
        }

        var next = state;
        for (int reference = 0; reference < 2; reference++)
        {
            if (state.Places[reference] == GrantPlace.Free)
            {
                next.Places[reference] = GrantPlace.Claimed;
                next.FreeCount--;
            }
        }

        next.GotHalf |= state.FreeCount == 1;
        Add(into, GrantCode.Reserve, 0, in next);
    }

    private static bool IsInUse(in GrantState state, int reference) => (state.Entries[reference] & EntryFlags.InUse) != 0;

    private static void GiveBack(ref GrantState state, int reference)
    {
        state.Places[reference] = GrantPlace.Free;
        state.FreeCount++;
    }

    private static void LookForWaiter(ref GrantState state)
    {
        if (state.Waiter == Waiter.Waiting && state.FreeCount >= 2)
        {
            state.Waiter = Waiter.Due;
        }
    }

    private static void Add(TransitionBuffer<GrantState> into, GrantCode code, int reference, in GrantState next) =>
        into.Add(new StepId(GrantParticipant.Owner, (byte)code, (ushort)reference), in next);
}
