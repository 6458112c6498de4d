using Conformance.Tests.Zoo.Machinery;
using Xunit;

namespace Conformance.Tests.Zoo;

/// <summary>Each known defect of a store, put into the reference, is found by the suite, with the right clause and blame.</summary>
public sealed class StoreMutantTests(Zoo zoo) : IClassFixture<Zoo>
{
    public static TheoryData<string> Killed() => [.. Mutant.ToKill.Select(mutant => mutant.Name)];

    public static TheoryData<string> Survivors() => [.. Mutant.Survivors.Select(mutant => mutant.Name)];

    [Fact]
    public void TheReferenceItself_CompiledTheSameWay_Conforms()
    {
        var run = zoo.RunHealthy();

        Assert.True(run.ExitCode == 0 && run.Failures.Count == 0, $"expected the healthy reference to conform; came {run}");
    }

    [Theory]
    [MemberData(nameof(Killed))]
    public void Mutant_IsKilled_WithClauseAndBlame(string name)
    {
        var mutant = Mutant.Find(name);

        var run = zoo.Run(mutant);

        Assert.True(
            run.ExitCode == MutantRun.DoesNotConform && run.KillersOf(mutant).Count > 0,
            $"{mutant.Title}: expected a failure of {string.Join(" or ", mutant.Kills)} that blames {mutant.Blame}; came {run}");
    }

    [Theory]
    [MemberData(nameof(Survivors))]
    public void Survivor_IsNotToldFromTheHealthyStore(string name)
    {
        var mutant = Mutant.Find(name);

        var run = zoo.Run(mutant);

        Assert.True(
            run.ExitCode == 0,
            $"{mutant.Title}: is killed now; take out its line 'survives:', move it to Mutants/store and take it off survivors.md; came {run}");
    }
}
