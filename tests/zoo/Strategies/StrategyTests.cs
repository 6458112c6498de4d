using Conformance.Tests.Zoo.Machinery;
using Xunit;

namespace Conformance.Tests.Zoo.Strategies;

/// <summary>Mutants that strategies find within their budgets, where the healthy reference does not fail.</summary>
public sealed class StrategyTests : IDisposable
{
    private readonly MutantProgram program = new();

    public void Dispose() => program.Dispose();

    [Fact]
    public void TheHealthyReference_IsCleanUnderEveryStrategyOfTheReport_AndUsesUpItsBudget()
    {
        var verdicts = program.Probe(Zoo.Compiler.Healthy, Strategy.All, StrategyProbe.Scenarios);

        Assert.Equal(Strategy.All.Select(strategy => strategy.Name), verdicts.Select(verdict => verdict.Strategy));
        Assert.All(verdicts, verdict => Assert.False(verdict.IsKill, $"expected the healthy reference to be clean; came {verdict}"));
        Assert.All(verdicts, verdict => Assert.InRange(verdict.Schedules, StrategyProbe.Scenarios.Count, StrategyProbe.Scenarios.Count * Strategy.Find(verdict.Strategy).Most));
    }

    [Theory]
    [InlineData("Z-231-late-medium-is-missed", "I-06", "Connected", "explorer random pct")]
    [InlineData("Z-155-teardown-expects-a-worker", "I-08", "NullReferenceException", "explorer random pct")]
    [InlineData("BB-013-page-kept-until-the-next", "I-50", "RG-025", "random pct model")]
    [InlineData("Z-237-port-stays-bound", "I-08", "FailedAttach", "explorer")]
    public void Mutant_IsFoundByTheStrategies_WithinTheirBudgets(string name, string scenario, string rule, string strategies)
    {
        var mutant = Zoo.Compiler.Compile(Mutant.Find(name));

        foreach (var verdict in program.Probe(mutant, [.. strategies.Split(' ').Select(Strategy.Find)], [scenario]))
        {
            Assert.True(verdict.Scenario == scenario && verdict.Rule == rule, $"expected a failure of {rule}; came {verdict}");
            Assert.InRange(verdict.Schedules, 1, Strategy.Find(verdict.Strategy).Most);
        }
    }

    [Theory]
    [InlineData("Z-231-late-medium-is-missed", true)]
    [InlineData("BB-019-barrier-does-not-drain", false)]
    public void Mutant_CountsAsReached_WhenAScenarioExecutesWhatItChanges(string name, bool isReached)
    {
        var reached = program.Reach(Zoo.Compiler.Healthy, [Strategy.Model], ["I-06"]);

        Assert.Equal(isReached, Zoo.Compiler.Compile(Mutant.Find(name)).IsReachedBy(reached));
    }
}
