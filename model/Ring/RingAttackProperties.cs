using Conformance.Model.Checking;

namespace Conformance.Model.Ring;

/// <summary>What is claimed of the end that is attacked: the other may do with its index what it likes.</summary>
internal static class RingAttackProperties
{
    public const string VictimKeepsBounds = "the victim takes no more entries than the ring can hold";
    public const string HaltsOnlyIfAttacked = "nobody halts without an attack";
    public const string VictimRests = "the victim comes to rest after an attack";

    public static PropertySet<RingState> Of(RingShape shape)
    {
        bool isBack = shape.Attacker == RingAttacker.Front;
        StatePredicate<RingState> keepsBounds = isBack
            ? (in RingState s) => (byte)(s.Back.Consumed - s.Back.Produced) <= shape.Entries
            : (in RingState s) => (byte)(s.Front.Produced - s.Front.Consumed) <= shape.Entries;
        StatePredicate<RingState> hasHalted = isBack
            ? (in RingState s) => s.Back.Place == RingPlace.Halted
            : (in RingState s) => s.Front.Place == RingPlace.Halted;
        StatePredicate<RingState> rests = isBack
            ? (in RingState s) => s.Back.Place is RingPlace.Outside or RingPlace.Halted
            : (in RingState s) => s.Front.Place is RingPlace.Outside or RingPlace.Halted;
        return new PropertySet<RingState>
        {
            Invariants =
            [
                new(VictimKeepsBounds, isBack ? ["RG-014", "RG-015"] : ["RG-016"], keepsBounds),
                new(RingProperties.CoversReads, ["RG-034", "RG-035"], (in RingState s) => (s.Wrong & RingWrong.ReadPastProducer) == 0),
                new(HaltsOnlyIfAttacked, ["RG-015", "RG-016"], (in RingState s) => s.Attacks > 0 || !hasHalted(in s)),
            ],
            Reachable =
            [
                new("the victim halts", isBack ? ["RG-015", "RG-034"] : ["RG-016", "RG-035"], hasHalted),
                new("the victim is not harmed", [], (in RingState s) => s.Attacks > 0 && !hasHalted(in s) && rests(in s)),
                new("all requests are answered", ["RG-025"], (in RingState s) => s.Front.Count == shape.Requests && s.Front.Open == 0),
            ],
            Liveness = [new(VictimRests, isBack ? ["RG-015"] : ["RG-016"], (in RingState s) => s.Attacks > 0, rests)],
            Assumptions = RingProperties.Fair(),
        };
    }
}
