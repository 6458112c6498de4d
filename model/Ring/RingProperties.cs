using Conformance.Model.Checking;

namespace Conformance.Model.Ring;

/// <summary>What is claimed of a ring whose ends both keep the protocol.</summary>
internal static class RingProperties
{
    public const string NoLostRequests = "no request waits while the back sleeps and nobody is about to wake it";
    public const string NoLostResponses = "no response waits while the front sleeps and nobody is about to wake it";
    public const string ReadAfterWrite = "no entry is read before it is written";
    public const string FrontKeepsSpace = "the front has no more entries outstanding than the ring has";
    public const string BackKeepsSpace = "the back answers no more entries than it has taken";
    public const string OnceAnswered = "a response names a request that is open";
    public const string CoversReads = "no entry is read that the sampled producer index does not cover";
    public const string Forward = "indices and event words go forward only";
    public const string AllAnswered = "each request is answered in the end";

    public static PropertySet<RingState> Of(RingShape shape) => new()
    {
        Invariants =
        [
            new(NoLostRequests, ["RG-018", "RG-019", "RG-020"], (in RingState s) => !IsLost(in s, in s.Back, in s.Front, s.Memory[RingMemory.RequestProducer])),
            new(NoLostResponses, ["RG-018", "RG-019", "RG-020", "RG-021"], (in RingState s) => !IsLost(in s, in s.Front, in s.Back, s.Memory[RingMemory.ResponseProducer])),
            new(ReadAfterWrite, ["RG-017"], (in RingState s) => (s.Wrong & RingWrong.ReadUnwritten) == 0),
            new(FrontKeepsSpace, ["RG-012", "RG-013"], (in RingState s) => (byte)(s.Front.Produced - s.Front.Consumed) <= shape.Entries),
            new(BackKeepsSpace, ["RG-012", "RG-014", "RG-024", "RG-026"], (in RingState s) => (byte)(s.Back.Consumed - s.Back.Produced) <= shape.Entries),
            new(OnceAnswered, ["RG-025"], (in RingState s) => (s.Wrong & RingWrong.NotOpen) == 0),
            new(CoversReads, ["RG-033", "RG-034", "RG-035"], (in RingState s) => (s.Wrong & RingWrong.ReadPastProducer) == 0),
        ],
        Rules = [new(Forward, ["RG-007"], (in RingState before, StepId _, in RingState after) => GoesForward(in before, in after))],
        Reachable = [.. Reachable(shape)],
        Liveness = [new(AllAnswered, ["RG-020", "RG-025"], (in RingState s) => s.Front.Open != 0, (in RingState s) => s.Front.Open == 0)],
        Assumptions = Fair(),
    };

    /// <summary>Whoever has something to do does it in the end.</summary>
    public static IReadOnlyList<Fairness> Fair() =>
        [.. RingParticipant.Names.Select((name, index) => new Fairness($"the {name}", FairnessStrength.Weak, step => step.Participant == index))];

    public static bool IsAtRest(in RingEnd end) => end.Place == RingPlace.Outside && !end.HasEvent && RingMemory.CanPassFull(in end);

    private static bool IsLost(in RingState state, in RingEnd sleeper, in RingEnd waker, byte producer) =>
        IsAtRest(in sleeper) && producer != sleeper.Consumed && RingMemory.CanPassFull(in waker)
        && waker.Place is not (RingPlace.Pushed or RingPlace.Notifying);

    private static bool GoesForward(in RingState before, in RingState after)
    {
        for (int place = 0; place < RingMemory.FirstEntry; place++)
        {
            if ((byte)(after.Memory[place] - before.Memory[place]) >= 128)
            {
                return false;
            }
        }

        return true;
    }

    private static IEnumerable<Sometimes<RingState>> Reachable(RingShape shape)
    {
        yield return new("all requests are answered and both sleep", ["RG-025"],
            (in RingState s) => s.Front.Count == shape.Requests && s.Front.Open == 0 && IsAtRest(in s.Front) && IsAtRest(in s.Back));
        yield return new("the ring is full", ["RG-013"], (in RingState s) => (byte)(s.Front.Produced - s.Front.Consumed) == shape.Entries);
        yield return new("the producer index has wrapped", ["RG-007"], (in RingState s) => s.Memory[RingMemory.RequestProducer] < 128);
        yield return new("requests are published without waking a back that works", ["RG-018"],
            (in RingState s) => s.Memory[RingMemory.RequestProducer] != s.Back.Consumed && IsAtRest(in s.Front)
                && s.Back.Place is RingPlace.Reading or RingPlace.Loading && !s.Back.HasEvent);
        yield return new("one index publishes two requests", ["RG-018"],
            (in RingState s) => s.Front.Place == RingPlace.Pushed && (byte)(s.Front.Produced - s.Front.Pushed) >= 2);
        yield return new("the back's final check finds a request", ["RG-019"], (in RingState s) => s.Back.RecheckFound);
        yield return new("the front's final check finds a response", ["RG-019"], (in RingState s) => s.Front.RecheckFound);
        yield return new("a later request is answered first", ["RG-025"], (in RingState s) => HasOvertaken(in s));
        yield return new("the back answers while it reads", ["RG-024"],
            (in RingState s) => s.Back.ReturnsTo == RingPlace.Reading && s.Back.Consumed != s.Back.Sampled);
        if (shape.HasLongRequests)
        {
            yield return new("a request of two entries wraps round the end of the ring", ["RG-033"],
                (in RingState s) => s.Front.Place == RingPlace.FillingSecond && (s.Front.Produced & (shape.Entries - 1)) == 0);
        }

        if (shape.Memory != MemoryModel.SequentialConsistency)
        {
            yield return new("two stores wait in a buffer", [], (in RingState s) => RingMemory.Buffered(in s.Front) >= 2);
        }

        if (shape.Memory == MemoryModel.Relaxed)
        {
            yield return new("a load may give an old value", ["RG-017"], (in RingState s) => s.Back.OldCounts != 0 && s.Front.OldCounts != 0);
            yield return new("a store overtakes an earlier one", ["RG-017"], (in RingState s) => HasOvertakenStore(in s, shape.Entries));
        }
    }

    private static bool HasOvertaken(in RingState state)
    {
        int answered = ~state.Back.Open & ((2 << state.Back.Count) - 2);
        return state.Back.Open != 0 && answered > state.Back.Open;
    }

    /// <summary>Whether the second of two entries is in memory while the first still waits.</summary>
    private static bool HasOvertakenStore(in RingState state, int entries)
    {
        byte first = state.Front.BufferValues[0];
        int following = RingMemory.FirstEntry + ((RingMemory.BufferedPlace(in state.Front, 0) - RingMemory.FirstEntry + 1) & (entries - 1));
        return state.Front.BufferPlaces[0] > RingMemory.FirstEntry && RingEntry.Kind(first) == RingEntry.Request
            && state.Memory[following] == RingEntry.Of(RingEntry.Request, RingEntry.Id(first) + 1);
    }
}
