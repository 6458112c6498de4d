using Conformance.Model.Checking;
using Conformance.Model.Ring;

namespace Conformance.Tests.Model.Ring;

/// <summary>Each property of the ring is broken by a mutant.</summary>
public sealed class RingMutantTests
{
    private static readonly RingShape Plain = new() { Requests = 3 };
    private static readonly RingShape Long = new() { Requests = 2, Entries = 4, HasLongRequests = true };

    private static readonly (string Property, RingShape Shape, RingMutation Mutation)[] Mutants =
    [
        (RingProperties.NoLostRequests, Plain, new(Fault: RingFault.NoRequestFinalCheck)),
        (RingProperties.NoLostRequests, Plain, new(Fault: RingFault.RequestEventTooFar)),
        (RingProperties.NoLostResponses, Plain, new(Fault: RingFault.NoResponseFinalCheck)),
        (RingProperties.NoLostResponses, Plain, new(Fault: RingFault.ResponseEventTooFar)),
        (RingProperties.ReadAfterWrite, Plain with { Memory = MemoryModel.Relaxed, Requests = 2 }, new(RingBarrier.RequestWrite)),
        (RingProperties.FrontKeepsSpace, Plain, new(Fault: RingFault.IgnoresSpace)),
        (RingProperties.BackKeepsSpace, Plain, new(Fault: RingFault.AnswersTooSoon)),
        (RingProperties.OnceAnswered, Plain, new(Fault: RingFault.AnswersTwice)),
        (RingProperties.Forward, Plain, new(Fault: RingFault.GoesBack)),
        (RingProperties.AllAnswered, Plain, new(Fault: RingFault.ForgetsRequest)),
        ("no state is stuck", Plain, new(Fault: RingFault.ForgetsRequest)),
        (RingProperties.CoversReads, Long with { Attacker = RingAttacker.Front }, new(Fault: RingFault.ReadsPastProducer)),
        (RingProperties.CoversReads, Long with { Attacker = RingAttacker.Back }, new(Fault: RingFault.ReadsPastProducer)),
        (RingAttackProperties.VictimKeepsBounds, Long with { Attacker = RingAttacker.Front }, new(Fault: RingFault.TrustsProducer)),
        (RingAttackProperties.VictimKeepsBounds, Long with { Attacker = RingAttacker.Back }, new(Fault: RingFault.TrustsProducer)),
        (RingAttackProperties.VictimRests, Long with { Attacker = RingAttacker.Front }, new(Fault: RingFault.WaitsForProducer)),
        (RingAttackProperties.VictimRests, Long with { Attacker = RingAttacker.Back }, new(Fault: RingFault.WaitsForProducer)),
        (RingAttackProperties.HaltsOnlyIfAttacked, Long with { Attacker = RingAttacker.Front }, new(Fault: RingFault.RefusesFullRing)),
        (RingAttackProperties.HaltsOnlyIfAttacked, Long with { Attacker = RingAttacker.Back }, new(Fault: RingFault.RefusesFullRing)),
    ];

    public static TheoryData<int> Indices => [.. Enumerable.Range(0, Mutants.Length)];

    [Theory]
    [MemberData(nameof(Indices))]
    [Trait("Clause", "RG-025")]
    public void EachMutant_BreaksItsProperty(int index)
    {
        var (property, shape, mutation) = Mutants[index];

        Assert.Contains(property, RingChecks.Broken(RingChecks.Check(shape, mutation, isLive: true)));
    }

    [Fact]
    public void EveryProperty_HasAMutant()
    {
        var shapes = new[] { Plain, Long with { Attacker = RingAttacker.Front }, Long with { Attacker = RingAttacker.Back } };
        var claimed = shapes
            .SelectMany(shape => RingChecks.Check(shape, isLive: true).Properties)
            .Where(property => property.Kind != PropertyKind.Reachability)
            .Select(property => property.Name);

        Assert.Empty(claimed.Except(Mutants.Select(mutant => mutant.Property)));
    }
}
