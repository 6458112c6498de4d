using Conformance.Model.Checking;
using Conformance.Model.Lifecycle;

namespace Conformance.Tests.Model.Lifecycle;

public sealed class LifecycleModelTests
{
    private static readonly (string Property, LifecycleMutant Mutant)[] Mutants =
    [
        (LifecycleProperties.RunsInThisWorld, LifecycleMutant.ThawsInNewWorld),
        (LifecycleProperties.StandsStill, LifecycleMutant.SkipsDevice),
        (LifecycleProperties.StandsStill, LifecycleMutant.KeepsInterrupts),
        (LifecycleProperties.StoreIsOutside, LifecycleMutant.StoreFirst),
        (LifecycleProperties.TablesFirst, LifecycleMutant.SkipsGrants),
        (LifecycleProperties.TablesFirst, LifecycleMutant.KeepsInterrupts),
        (LifecycleProperties.NobodyFrozen, LifecycleMutant.RefusalLeavesFrozen),
        (LifecycleProperties.ThawsBackwards, LifecycleMutant.ThawsForwards),
        (LifecycleProperties.CancelMakesNothing, LifecycleMutant.RebuildsAfterCancel),
        (LifecycleProperties.AcknowledgesOwn, LifecycleMutant.AcknowledgesApart),
        (LifecycleProperties.AcknowledgesOwn, LifecycleMutant.AcknowledgesUnknown),
        (LifecycleProperties.OneAtATime, LifecycleMutant.BeginsSecond),
        (LifecycleProperties.OnlyWhenAsked, LifecycleMutant.ActsOnNothing),
        (LifecycleProperties.TrueReason, LifecycleMutant.AlwaysPowerOff),
        (LifecycleProperties.CompletesOnce, LifecycleMutant.ReissuesDone),
        (LifecycleProperties.CommandIsTaken, LifecycleMutant.LooksNotAgain),
        (LifecycleProperties.CommandIsTaken, LifecycleMutant.LosesWatch),
        (LifecycleProperties.SuspendEnds, LifecycleMutant.BlocksWatchThread),
        (LifecycleProperties.StopIsNoticed, LifecycleMutant.ForgetsResume),
        (LifecycleProperties.DeviceRecovers, LifecycleMutant.BlocksWatchThread),
        (LifecycleProperties.RequestCompletes, LifecycleMutant.DropsHeld),
        ("no state is stuck", LifecycleMutant.BlocksWatchThread),
    ];

    public static TheoryData<int> Indices => [.. Enumerable.Range(0, Mutants.Length)];

    [Fact]
    [Trait("Clause", "CT-010")]
    [Trait("Clause", "RS-002")]
    public void TheGuest_KeepsEveryProperty()
    {
        var report = Check(3, LifecycleMutant.None);

        Assert.True(report.Holds, string.Join("; ", report.Properties.Where(property => property.Verdict != PropertyVerdict.Holds).Select(property => $"{property.Name}: {property.Verdict}")));
    }

    [Theory]
    [MemberData(nameof(Indices))]
    [Trait("Clause", "CT-012")]
    public void EachMutant_BreaksItsProperty(int index)
    {
        var (property, mutant) = Mutants[index];
        var result = Check(2, mutant).Properties.Single(result => result.Name == property);

        Assert.Equal(PropertyVerdict.Broken, result.Verdict);
        Assert.NotEmpty(result.Counterexample!.Steps);
    }

    [Fact]
    public void EveryProperty_HasAMutant_AndEveryMutantAProperty()
    {
        var claimed = Check(1, LifecycleMutant.None).Properties.Where(property => property.Kind != PropertyKind.Reachability).Select(property => property.Name);

        Assert.Empty(claimed.Except(Mutants.Select(mutant => mutant.Property)));
        Assert.Empty(Enum.GetValues<LifecycleMutant>().Except([LifecycleMutant.None]).Except(Mutants.Select(mutant => mutant.Mutant)));
    }

    private static CheckReport Check(int commands, LifecycleMutant mutant) =>
        new Checker<LifecycleState>(new LifecycleModel("lifecycle", commands, mutant)).Check(new CheckOptions());
}
