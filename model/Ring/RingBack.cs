using Conformance.Model.Checking;

namespace Conformance.Model.Ring;

/// <summary>The back: takes requests when it is woken, answers them in any order, at once or later.</summary>
internal sealed class RingBack(RingShape shape, RingMutation mutation) : RingSide(shape, mutation, isFront: false)
{
    protected override void AddEntries(in RingState state, in RingEnd end, RingPlace returnsTo, TransitionBuffer<RingState> into)
    {
        for (int id = 1; id <= Shape.Requests; id++)
        {
            int size = (end.Long & (1 << id)) != 0 ? 2 : 1;
            bool isTooMuch = Fault == RingFault.AnswersTwice && (byte)(end.Consumed - end.Produced) < size;
            if ((end.Open & (1 << id)) != 0 && !isTooMuch)
            {
                AddAnswer(in state, in end, id, size, returnsTo, into);
            }
        }
    }

    protected override void AddEntriesWhileReading(in RingState state, in RingEnd end, TransitionBuffer<RingState> into)
    {
        AddEntries(in state, in end, RingPlace.Reading, into);
        if (Fault == RingFault.AnswersTooSoon && end.Open == 0 && end.Consumed != end.Sampled)
        {
            AddAnswer(in state, in end, end.Count + 1, 1, RingPlace.Reading, into);
        }
    }

    protected override bool IsPossible(in RingEnd end, byte producer) =>
        (byte)(producer - end.Consumed) <= Shape.Entries - (byte)(end.Consumed - end.Produced) - (Fault == RingFault.RefusesFullRing ? 1 : 0);

    protected override void Take(ref RingState next, ref RingEnd end, byte entry)
    {
        int kind = RingEntry.Kind(entry);
        bool isLong = kind == RingEntry.LongRequest;
        if (isLong && (byte)(end.Sampled - end.Consumed) < 2 && Fault != RingFault.ReadsPastProducer)
        {
            end.Place = RingPlace.Halted;
            end.Sampled = 0;
            return;
        }

        int id = end.Count + 1;
        Judge(ref next, (isLong || kind == RingEntry.Request) && RingEntry.Id(entry) == id);
        end.Count++;
        end.Consumed++;
        end.Place = isLong ? RingPlace.ReadingSecond : RingPlace.Reading;
        end.Current = (byte)(isLong ? id : 0);
        if (!isLong)
        {
            Open(ref end, id);
        }
    }

    protected override void TakeSecond(ref RingState next, ref RingEnd end, byte entry)
    {
        int id = end.Current;
        next.Wrong |= end.Consumed == end.Sampled ? RingWrong.ReadPastProducer : RingWrong.None;
        Judge(ref next, entry == RingEntry.Of(RingEntry.Segments, id));
        end.Consumed++;
        end.Current = 0;
        end.Place = RingPlace.Reading;
        end.Long |= (byte)(1 << id);
        Open(ref end, id);
    }

    private void AddAnswer(in RingState state, in RingEnd end, int id, int size, RingPlace returnsTo, TransitionBuffer<RingState> into)
    {
        var next = state;
        byte entry = RingEntry.Of(RingEntry.Response, id);
        if (Memory.Store(ref next, isFront: false, PlaceOf(end.Produced), entry, afterBarrier: false))
        {
            ref var own = ref next.Back;
            own.Produced += (byte)size;
            if (Fault != RingFault.AnswersTwice)
            {
                own.Open &= (byte)~(1 << id);
                own.Long &= (byte)~(1 << id);
            }

            own.Place = RingPlace.Filling;
            own.ReturnsTo = returnsTo;
            into.Add(Step(RingCode.WriteEntry, entry), in next);
        }
    }

    /// <summary>Notes an entry that is not what was published; under attack, what the entries hold is the attacker's matter.</summary>
    private void Judge(ref RingState next, bool isExpected) =>
        next.Wrong |= isExpected || IsAttacked ? RingWrong.None : RingWrong.ReadUnwritten;

    private void Open(ref RingEnd end, int id)
    {
        if (Fault != RingFault.ForgetsRequest || id != 2)
        {
            end.Open |= (byte)(1 << id);
        }
    }
}
