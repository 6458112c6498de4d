using Conformance.Tests.Zoo.Machinery;
using Xunit;

namespace Conformance.Tests.Zoo;

/// <summary>
/// Each known defect, put into the reference, is found with the right clause and blame: by the suite, or by what the defect's header names
/// because no case can bring it about.
/// </summary>
public abstract class MutantTests(Zoo zoo)
{
    /// <summary>The folders whose mutants have a class of tests.</summary>
    public static IReadOnlyList<string> Groups { get; } = ["back", "front", "pair", "platform", "store"];

    /// <summary>The mutants of a folder.</summary>
    protected static TheoryData<string> In(string group) => [.. Mutant.All.Where(mutant => mutant.Group == group).Select(mutant => mutant.Name)];

    /// <summary>Fails unless a clause that the mutant names is broken, with the blame it names.</summary>
    protected void ExpectKilled(string name)
    {
        var mutant = Mutant.Find(name);

        var run = zoo.Run(mutant);

        Assert.True(
            run.ExitCode == MutantRun.DoesNotConform && run.KillersOf(mutant).Count > 0,
            $"{mutant.Title}: expected a failure of {string.Join(" or ", mutant.Kills)} that blames {mutant.Blame}; came {run}");
    }
}

/// <summary>Defects of block backs.</summary>
public sealed class BackMutantTests(Zoo zoo) : MutantTests(zoo), IClassFixture<Zoo>
{
    public static TheoryData<string> Killed() => In("back");

    [Theory]
    [MemberData(nameof(Killed))]
    public void Mutant_IsKilled_WithClauseAndBlame(string name) => ExpectKilled(name);
}

/// <summary>Defects of block fronts.</summary>
public sealed class FrontMutantTests(Zoo zoo) : MutantTests(zoo), IClassFixture<Zoo>
{
    public static TheoryData<string> Killed() => In("front");

    [Theory]
    [MemberData(nameof(Killed))]
    public void Mutant_IsKilled_WithClauseAndBlame(string name) => ExpectKilled(name);
}

/// <summary>Defects of the bus, of control, and of what front and back make of each other.</summary>
public sealed class PairMutantTests(Zoo zoo) : MutantTests(zoo), IClassFixture<Zoo>
{
    public static TheoryData<string> Killed() => In("pair");

    [Theory]
    [MemberData(nameof(Killed))]
    public void Mutant_IsKilled_WithClauseAndBlame(string name) => ExpectKilled(name);
}

/// <summary>Defects of hypervisors and of what guests' kernels have for them.</summary>
public sealed class PlatformMutantTests(Zoo zoo) : MutantTests(zoo), IClassFixture<Zoo>
{
    public static TheoryData<string> Killed() => In("platform");

    [Theory]
    [MemberData(nameof(Killed))]
    public void Mutant_IsKilled_WithClauseAndBlame(string name) => ExpectKilled(name);
}

/// <summary>Defects of stores and their clients, and the healthy reference.</summary>
public sealed class StoreMutantTests(Zoo zoo) : MutantTests(zoo), IClassFixture<Zoo>
{
    private readonly Zoo zoo = zoo;

    public static TheoryData<string> Killed() => In("store");

    [Fact]
    public void TheReferenceItself_CompiledTheSameWay_Conforms()
    {
        var run = zoo.RunHealthy();

        Assert.True(run.ExitCode == 0 && run.Failures.Count == 0, $"expected the healthy reference to conform; came {run}");
    }

    [Fact]
    public void TheReferenceItself_PassesTheTestsAndScenariosThatMutantsName()
    {
        var runs = zoo.AskHealthy();

        Assert.NotEmpty(runs);
        Assert.All(runs, run => Assert.True(run is { ExitCode: 0, Failures.Count: 0 }, $"expected the healthy reference to pass; came {run}"));
    }

    [Theory]
    [MemberData(nameof(Killed))]
    public void Mutant_IsKilled_WithClauseAndBlame(string name) => ExpectKilled(name);
}
