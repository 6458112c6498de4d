using Conformance.Model.Checking;

namespace Conformance.Model.Ring;

/// <summary>The front: writes requests whenever there is space, takes responses when it is woken.</summary>
internal sealed class RingFront(RingShape shape, RingMutation mutation) : RingSide(shape, mutation, isFront: true)
{
    protected override void AddEntries(in RingState state, in RingEnd end, RingPlace returnsTo, TransitionBuffer<RingState> into)
    {
        int free = Shape.Entries - (byte)(end.Produced - end.Consumed);
        int longest = Shape.HasLongRequests ? 2 : 1;
        for (int size = 1; size <= longest && end.Count < Shape.Requests; size++)
        {
            if (size > free && Fault != RingFault.IgnoresSpace)
            {
                continue;
            }

            int id = end.Count + 1;
            byte entry = RingEntry.Of(size == 1 ? RingEntry.Request : RingEntry.LongRequest, id);
            var next = state;
            if (Memory.Store(ref next, isFront: true, PlaceOf(end.Produced), entry, afterBarrier: false))
            {
                ref var own = ref next.Front;
                own.Produced++;
                own.Count++;
                own.Open |= (byte)(1 << id);
                own.Long |= (byte)(size == 1 ? 0 : 1 << id);
                own.Current = (byte)(size == 1 ? 0 : id);
                own.Place = size == 1 ? RingPlace.Filling : RingPlace.FillingSecond;
                own.ReturnsTo = returnsTo;
                into.Add(Step(RingCode.WriteEntry, entry), in next);
            }
        }
    }

    protected override void AddEntriesWhileReading(in RingState state, in RingEnd end, TransitionBuffer<RingState> into)
    {
    }

    protected override bool IsPossible(in RingEnd end, byte producer) =>
        (byte)(producer - end.Consumed) <= (byte)(end.Produced - end.Consumed) - (Fault == RingFault.RefusesFullRing ? 1 : 0);

    protected override void Take(ref RingState next, ref RingEnd end, byte entry)
    {
        int id = RingEntry.Id(entry);
        bool isOpen = RingEntry.Kind(entry) == RingEntry.Response && (end.Open & (1 << id)) != 0;
        int size = (end.Long & (1 << id)) != 0 ? 2 : 1;
        bool isCovered = (byte)(end.Sampled - end.Consumed) >= size;
        if (IsAttacked && ((!isOpen && Fault != RingFault.TrustsProducer) || (!isCovered && Fault != RingFault.ReadsPastProducer)))
        {
            end.Place = RingPlace.Halted;
            end.Sampled = 0;
            return;
        }

        next.Wrong |= RingEntry.Kind(entry) != RingEntry.Response ? RingWrong.ReadUnwritten : isOpen ? RingWrong.None : RingWrong.NotOpen;
        next.Wrong |= isCovered || !isOpen ? RingWrong.None : RingWrong.ReadPastProducer;
        end.Open &= (byte)~(1 << id);
        end.Long &= (byte)~(1 << id);
        end.Consumed += (byte)(isOpen ? size : 1);
    }

    protected override void TakeSecond(ref RingState next, ref RingEnd end, byte entry) =>
        throw new InvalidOperationException("expected responses of one written entry, got a second one");
}
