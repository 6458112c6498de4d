using Conformance.Model.Checking;

namespace Conformance.Model.Ring;

/// <summary>
/// The code of one end: a producer of entries of its own and a consumer of the other's. What differs between the front and the
/// back, namely which entries there are to write and what reading one means, is left to the two classes below this one.
/// </summary>
internal abstract class RingSide(RingShape shape, RingMutation mutation, bool isFront)
{
    /// <summary>Where all indices begin: they wrap with the first entry.</summary>
    public const byte Start = 0xFF;

    private readonly byte _participant = isFront ? RingParticipant.Front : RingParticipant.Back;
    private readonly byte _ownProducer = isFront ? RingMemory.RequestProducer : RingMemory.ResponseProducer;
    private readonly byte _ownEvent = isFront ? RingMemory.ResponseEvent : RingMemory.RequestEvent;
    private readonly byte _theirProducer = isFront ? RingMemory.ResponseProducer : RingMemory.RequestProducer;
    private readonly byte _theirEvent = isFront ? RingMemory.RequestEvent : RingMemory.ResponseEvent;

    protected RingShape Shape { get; } = shape;

    protected RingFault Fault { get; } = mutation.Fault;

    protected RingMemory Memory { get; } = new(shape.Memory);

    protected bool IsAttacked { get; } = shape.Attacker != RingAttacker.None;

    private bool IsAttacker { get; } = shape.Attacker == (isFront ? RingAttacker.Front : RingAttacker.Back);

    /// <summary>Adds every step that this end and its store buffer can take.</summary>
    public void AddSteps(in RingState state, TransitionBuffer<RingState> into)
    {
        var end = isFront ? state.Front : state.Back;
        AddDrains(in state, in end, into);
        switch (end.Place)
        {
            case RingPlace.Outside:
                AddWake(in state, in end, into);
                AddEntries(in state, in end, RingPlace.Outside, into);
                AddAttack(in state, into, (byte)(end.Produced + Shape.Entries + 1), (byte)(end.Pushed - 1));
                break;
            case RingPlace.Filling:
                AddEntries(in state, in end, end.ReturnsTo, into);
                AddPush(in state, in end, into);
                AddAttack(in state, into, (byte)(end.Produced - 1));
                break;
            case RingPlace.FillingSecond:
                AddSecond(in state, in end, into);
                AddAttack(in state, into, end.Produced);
                break;
            case RingPlace.Pushed:
                AddLoadEvent(in state, in end, into);
                break;
            case RingPlace.Notifying:
                AddNotify(in state, in end, into);
                break;
            case RingPlace.Loading:
                AddLoadProducer(in state, in end, into);
                break;
            case RingPlace.Reading:
                AddReads(in state, in end, into);
                AddEntriesWhileReading(in state, in end, into);
                break;
            case RingPlace.ReadingSecond:
                AddReadSecond(in state, in end, into);
                break;
            case RingPlace.Rechecking:
                AddRecheck(in state, in end, into);
                break;
        }
    }

    /// <summary>Adds a step for each entry that may be written now.</summary>
    protected abstract void AddEntries(in RingState state, in RingEnd end, RingPlace returnsTo, TransitionBuffer<RingState> into);

    /// <summary>Adds the writing of entries from within the loop that reads some; nothing where an end does not do that.</summary>
    protected abstract void AddEntriesWhileReading(in RingState state, in RingEnd end, TransitionBuffer<RingState> into);

    /// <summary>Whether the other's producer index can be right (RG-015, RG-016).</summary>
    protected abstract bool IsPossible(in RingEnd end, byte producer);

    /// <summary>Takes an entry that was loaded.</summary>
    protected abstract void Take(ref RingState next, ref RingEnd end, byte entry);

    /// <summary>Takes the second entry of a request.</summary>
    protected abstract void TakeSecond(ref RingState next, ref RingEnd end, byte entry);

    protected byte PlaceOf(byte index) => (byte)(RingMemory.FirstEntry + (index & (Shape.Entries - 1)));

    protected StepId Step(RingCode code, int argument = 0) => new(_participant, (byte)code, (ushort)argument);

    private bool Keeps(RingBarrier forFront, RingBarrier forBack) => mutation.Without != (isFront ? forFront : forBack);

    private bool Has(RingFault forFront, RingFault forBack) => Fault == (isFront ? forFront : forBack);

    private ref RingEnd Own(ref RingState state) => ref RingMemory.End(ref state, isFront);

    private void AddDrains(in RingState state, in RingEnd end, TransitionBuffer<RingState> into)
    {
        for (int i = 0; i < RingMemory.Buffered(in end); i++)
        {
            if (Memory.MayDrain(in end, i))
            {
                var next = state;
                Memory.Drain(ref next, isFront, i);
                into.Add(new StepId((byte)(_participant + 1), (byte)RingCode.Drain, (ushort)i), in next);
            }
        }
    }

    private void AddWake(in RingState state, in RingEnd end, TransitionBuffer<RingState> into)
    {
        if (end.HasEvent)
        {
            var next = state;
            ref var own = ref Own(ref next);
            own.HasEvent = false;
            own.Place = RingPlace.Loading;
            RingMemory.ReadBarrier(ref own);
            into.Add(Step(RingCode.Wake), in next);
        }
    }

    private void AddAttack(in RingState state, TransitionBuffer<RingState> into, params ReadOnlySpan<byte> producers)
    {
        for (int i = 0; IsAttacker && i < producers.Length; i++)
        {
            var next = state;
            Memory.Store(ref next, isFront, _ownProducer, producers[i], afterBarrier: true);
            Own(ref next).Place = RingPlace.Halted;
            RingMemory.End(ref next, !isFront).HasEvent = true;
            next.Attacks++;
            into.Add(Step(RingCode.Attack, producers[i]), in next);
        }
    }

    private void AddSecond(in RingState state, in RingEnd end, TransitionBuffer<RingState> into)
    {
        var next = state;
        if (Memory.Store(ref next, isFront, PlaceOf(end.Produced), RingEntry.Of(RingEntry.Segments, end.Current), afterBarrier: false))
        {
            ref var own = ref Own(ref next);
            own.Produced++;
            own.Current = 0;
            own.Place = RingPlace.Filling;
            into.Add(Step(RingCode.WriteSecond, end.Current), in next);
        }
    }

    private void AddPush(in RingState state, in RingEnd end, TransitionBuffer<RingState> into)
    {
        var next = state;
        bool goesBack = Fault == RingFault.GoesBack && !isFront && end.Pushed != Start;
        byte producer = goesBack ? (byte)(end.Pushed - 1) : end.Produced;
        if (Memory.Store(ref next, isFront, _ownProducer, producer, Keeps(RingBarrier.RequestWrite, RingBarrier.ResponseWrite)))
        {
            Own(ref next).Place = RingPlace.Pushed;
            into.Add(Step(RingCode.Push, producer), in next);
        }
    }

    private void AddLoadEvent(in RingState state, in RingEnd end, TransitionBuffer<RingState> into)
    {
        var after = state;
        if (!PassesFull(ref after, in end, Keeps(RingBarrier.RequestNotify, RingBarrier.ResponseNotify)))
        {
            return;
        }

        for (int choice = 0; choice < RingMemory.Choices(in Own(ref after), isFront, _theirEvent); choice++)
        {
            var next = after;
            byte wanted = RingMemory.Load(ref next, isFront, _theirEvent, choice);
            ref var own = ref Own(ref next);
            bool notifies = (byte)(own.Produced - wanted) < (byte)(own.Produced - own.Pushed);
            own.Pushed = own.Produced;
            own.Place = notifies ? RingPlace.Notifying : own.ReturnsTo;
            own.ReturnsTo = notifies ? own.ReturnsTo : RingPlace.Outside;
            into.Add(Step(RingCode.LoadEvent, wanted), in next);
        }
    }

    private void AddNotify(in RingState state, in RingEnd end, TransitionBuffer<RingState> into)
    {
        var next = state;
        if (PassesFull(ref next, in end, Shape.NotifyIsBarrier))
        {
            ref var own = ref Own(ref next);
            own.Place = own.ReturnsTo;
            own.ReturnsTo = RingPlace.Outside;
            RingMemory.End(ref next, !isFront).HasEvent = true;
            into.Add(Step(RingCode.Notify), in next);
        }
    }

    private void AddLoadProducer(in RingState state, in RingEnd end, TransitionBuffer<RingState> into)
    {
        for (int choice = 0; choice < RingMemory.Choices(in end, isFront, _theirProducer); choice++)
        {
            var next = state;
            byte producer = RingMemory.Load(ref next, isFront, _theirProducer, choice);
            ref var own = ref Own(ref next);
            own.RecheckFound = false;
            bool isTrusted = Fault == RingFault.TrustsProducer || IsPossible(in own, producer);
            own.Sampled = isTrusted ? producer : (byte)0;
            own.Place = isTrusted ? RingPlace.Reading : Fault == RingFault.WaitsForProducer ? RingPlace.Loading : RingPlace.Halted;
            if (Keeps(RingBarrier.ResponseRead, RingBarrier.RequestRead))
            {
                RingMemory.ReadBarrier(ref own);
            }

            into.Add(Step(RingCode.LoadProducer, producer), in next);
        }
    }

    private void AddReads(in RingState state, in RingEnd end, TransitionBuffer<RingState> into)
    {
        if (end.Consumed == end.Sampled)
        {
            AddArm(in state, in end, into);
            return;
        }

        byte place = PlaceOf(end.Consumed);
        for (int choice = 0; choice < RingMemory.Choices(in end, isFront, place); choice++)
        {
            var next = state;
            byte entry = RingMemory.Load(ref next, isFront, place, choice);
            Take(ref next, ref Own(ref next), entry);
            into.Add(Step(RingCode.ReadEntry, entry), in next);
        }
    }

    private void AddReadSecond(in RingState state, in RingEnd end, TransitionBuffer<RingState> into)
    {
        byte place = PlaceOf(end.Consumed);
        for (int choice = 0; choice < RingMemory.Choices(in end, isFront, place); choice++)
        {
            var next = state;
            byte entry = RingMemory.Load(ref next, isFront, place, choice);
            TakeSecond(ref next, ref Own(ref next), entry);
            into.Add(Step(RingCode.ReadSecond, entry), in next);
        }
    }

    private void AddArm(in RingState state, in RingEnd end, TransitionBuffer<RingState> into)
    {
        var next = state;
        byte wanted = (byte)(end.Consumed + (Has(RingFault.ResponseEventTooFar, RingFault.RequestEventTooFar) ? 2 : 1));
        if (!Memory.Store(ref next, isFront, _ownEvent, wanted, afterBarrier: false))
        {
            return;
        }

        ref var own = ref Own(ref next);
        own.Sampled = 0;
        bool mustCheck = !Has(RingFault.NoResponseFinalCheck, RingFault.NoRequestFinalCheck);
        if (mustCheck)
        {
            own.Place = RingPlace.Rechecking;
            into.Add(Step(RingCode.Arm, wanted), in next);
        }

        if (!mustCheck || (isFront && Shape.FrontMayRestUnchecked && end.Open == 0))
        {
            own.Place = RingPlace.Outside;
            into.Add(Step(RingCode.ArmAndRest, wanted), in next);
        }
    }

    private void AddRecheck(in RingState state, in RingEnd end, TransitionBuffer<RingState> into)
    {
        var after = state;
        if (!PassesFull(ref after, in end, Keeps(RingBarrier.ResponseFinalCheck, RingBarrier.RequestFinalCheck)))
        {
            return;
        }

        for (int choice = 0; choice < RingMemory.Choices(in Own(ref after), isFront, _theirProducer); choice++)
        {
            var next = after;
            byte producer = RingMemory.Load(ref next, isFront, _theirProducer, choice);
            ref var own = ref Own(ref next);
            own.RecheckFound = producer != own.Consumed;
            own.Place = own.RecheckFound ? RingPlace.Loading : RingPlace.Outside;
            into.Add(Step(RingCode.Recheck, producer), in next);
        }
    }

    /// <summary>Passes a full barrier, if there is one; false while it has to wait for the store buffer.</summary>
    private bool PassesFull(ref RingState next, in RingEnd end, bool hasBarrier)
    {
        if (!hasBarrier)
        {
            return true;
        }

        RingMemory.ReadBarrier(ref Own(ref next));
        return RingMemory.CanPassFull(in end);
    }
}
