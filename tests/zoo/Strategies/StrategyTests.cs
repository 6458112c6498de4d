using Conformance.Tests.Zoo.Machinery;
using Xunit;

namespace Conformance.Tests.Zoo.Strategies;

/// <summary>Mutants that each strategy finds within its budget, where the healthy reference does not fail.</summary>
public sealed class StrategyTests : IDisposable
{
    private static readonly IReadOnlyList<Strategy> Searching = [Strategy.Explorer, Strategy.Random, Strategy.Pct];

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
    [InlineData("Z-231-late-medium-is-missed", "I-06", "Connected")]
    [InlineData("Z-261-cancelled-suspend-stays-stopped", "I-50", "standstill")]
    [InlineData("Z-017-failed-set-up-keeps-its-pages", "I-07", "FailedAttach")]
    [InlineData("Z-237-port-stays-bound", "I-08", "FailedAttach")]
    public void Mutant_IsFoundByExplorerAndByRandomAndByPct(string name, string scenario, string rule)
    {
        var mutant = Zoo.Compiler.Compile(Mutant.Find(name));

        foreach (var verdict in program.Probe(mutant, Searching, [scenario]))
        {
            Assert.True(verdict.Scenario == scenario && verdict.Rule == rule, $"expected a failure of {rule}; came {verdict}");
            Assert.InRange(verdict.Schedules, 1, Strategy.Find(verdict.Strategy).Most);
        }
    }

    [Theory]
    [InlineData("Z-231-late-medium-is-missed", true)]
    [InlineData("Z-237-port-stays-bound", true)]
    [InlineData("XS-125-unread-events-never-time-out", false)]
    public void Mutant_CountsAsReached_WhenAScenarioExecutesWhatItChanges(string name, bool isReached)
    {
        var reached = program.Reach(Zoo.Compiler.Healthy, [Strategy.Model], ["I-06", "I-08"]);

        Assert.Equal(isReached, Zoo.Compiler.Compile(Mutant.Find(name)).IsReachedBy(reached));
    }
}
