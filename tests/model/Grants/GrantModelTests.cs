using Conformance.Model.Checking;
using Conformance.Model.Grants;

namespace Conformance.Tests.Model.Grants;

public sealed class GrantModelTests
{
    private static readonly (string Property, GrantMutant Mutant)[] Mutants =
    [
        (GrantProperties.UsesWhatIsMeant, GrantMutant.FlagsFirst),
        (GrantProperties.UsesWhatIsPermitted, GrantMutant.MapsUnpermitted),
        (GrantProperties.FreeIsUnused, GrantMutant.RevokesWithoutSwap),
        (GrantProperties.FreeIsUnused, GrantMutant.FreesDeferred),
        (GrantProperties.FreeIsUnused, GrantMutant.ClearsBeforeLost),
        (GrantProperties.BitsCoverUse, GrantMutant.UsableBeforePinned),
        (GrantProperties.BitsCoverUse, GrantMutant.ClearsSharedBits),
        (GrantProperties.BitsCoverUse, GrantMutant.ClearsBeforeLost),
        (GrantProperties.BitsMeanUse, GrantMutant.RefusalLeavesBit),
        (GrantProperties.BitsMeanUse, GrantMutant.DeathLeavesBits),
        (GrantProperties.CountIsExact, GrantMutant.CountsWholeBatch),
        (GrantProperties.AllOrNothing, GrantMutant.ReservesHalf),
        (GrantProperties.NobodyForgotten, GrantMutant.BatchForgetsWaiter),
        (GrantProperties.ClaimsFree, GrantMutant.ClaimsUsed),
        (GrantProperties.CalledOnce, GrantMutant.CallsTooEarly),
        (GrantProperties.CalledOnce, GrantMutant.CallsCancelled),
        (GrantProperties.DeferredEnds, GrantMutant.ForgetsDeferred),
        (GrantProperties.DeferredEnds, GrantMutant.LeaksMapping),
        (GrantProperties.ZombieKeeps, GrantMutant.ReapsMapped),
        (GrantProperties.ZombieEnds, GrantMutant.LeaksMapping),
        (GrantProperties.OldGrantsEnd, GrantMutant.ReusesAtOnce),
        ("no state is stuck", GrantMutant.ForgetsDeferred),
    ];

    public static TheoryData<int> Indices => [.. Enumerable.Range(0, Mutants.Length)];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Clause", "GT-007")]
    [Trait("Clause", "GT-010")]
    public void Grants_KeepEveryProperty(bool hasDeath)
    {
        var report = Check(hasDeath, GrantMutant.None);

        Assert.True(report.Holds, string.Join("; ", report.Properties.Where(property => property.Verdict != PropertyVerdict.Holds).Select(property => $"{property.Name}: {property.Verdict}")));
    }

    [Theory]
    [MemberData(nameof(Indices))]
    [Trait("Clause", "GT-009")]
    public void EachMutant_BreaksItsProperty(int index)
    {
        var (property, mutant) = Mutants[index];
        var result = Check(property != GrantProperties.DeferredEnds, mutant).Properties.Single(result => result.Name == property);

        Assert.Equal(PropertyVerdict.Broken, result.Verdict);
        Assert.NotEmpty(result.Counterexample!.Steps);
    }

    [Fact]
    public void EveryProperty_HasAMutant_AndEveryMutantAProperty()
    {
        var claimed = Check(hasDeath: false, GrantMutant.None).Properties.Concat(Check(hasDeath: true, GrantMutant.None).Properties)
            .Where(property => property.Kind != PropertyKind.Reachability).Select(property => property.Name);

        Assert.Empty(claimed.Except(Mutants.Select(mutant => mutant.Property)));
        Assert.Empty(Enum.GetValues<GrantMutant>().Except([GrantMutant.None]).Except(Mutants.Select(mutant => mutant.Mutant)));
    }

    [Fact]
    public void TheSymmetryOfTheProcessors_IsOne_AndHalvesTheStates()
    {
        var system = new GrantModel("grants", hasDeath: true);
        var audited = new Checker<GrantState>(system).Check(new CheckOptions { Audit = true, ChecksLiveness = false });
        var reduced = new Checker<GrantState>(system).Check(new CheckOptions { ReducesSymmetry = true, ChecksLiveness = false });

        Assert.True(audited.Statistics.IsExhaustive);
        Assert.InRange(reduced.Statistics.Distinct, audited.Statistics.Distinct / 2, audited.Statistics.Distinct * 2 / 3);
        Assert.Equal(audited.Properties.Select(property => (property.Name, property.Verdict)), reduced.Properties.Select(property => (property.Name, property.Verdict)));
    }

    private static CheckReport Check(bool hasDeath, GrantMutant mutant) =>
        new Checker<GrantState>(new GrantModel("grants", hasDeath, mutant)).Check(new CheckOptions());
}
