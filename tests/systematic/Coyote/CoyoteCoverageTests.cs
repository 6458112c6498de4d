using System.Numerics;
using Conformance.Exploration.Coyote;
using Conformance.Exploration.Engine;
using Conformance.Exploration.Scenarios;
using Xunit.Abstractions;

namespace Conformance.Tests.Systematic.Coyote;

/// <summary>What Coyote covers, held against what the explorer covers.</summary>
public sealed class CoyoteCoverageTests(ITestOutputHelper output)
{
    private const uint Seed = 20_261;

    public static TheoryData<string, int> SmallOnes => new() { { "two of three", 20 }, { "three of two", 90 }, { "mixture", 60 }, { "sleeper", 18 } };

    public static TheoryData<string, CoyoteStrategy> SmallOnesByStrategy
    {
        get
        {
            var data = new TheoryData<string, CoyoteStrategy>();
            foreach (string name in new[] { "three of two", "mixture", "sleeper", "crooked", "lost update" })
            {
                foreach (var strategy in Enum.GetValues<CoyoteStrategy>())
                {
                    data.Add(name, strategy);
                }
            }

            return data;
        }
    }

    /// <summary>Coyote itself runs every interleaving of a small experiment, and none that the explorer does not count.</summary>
    [Theory]
    [MemberData(nameof(SmallOnes))]
    public void Coyote_RunsEveryOrder_ThatTheExplorerCounts(string name, int byHand)
    {
        var toy = CoyoteToys.Find(name);
        var counted = Explorer.Explore(toy, new ExplorationOptions { Reduction = Reduction.None }).Interleavings!.Value;
        Assert.Equal(new BigInteger(byHand), counted);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        uint seed = Seed;
        int runs = 0;
        while (runs < 4000 && seen.Count < byHand)
        {
            var report = CoyoteRun.Run(toy, new CoyoteOptions { Iterations = 200, Seed = seed, KeepsOrders = true });
            seed += 200;
            Assert.Null(report.Failure);
            seen.UnionWith(report.Orders);
            runs += report.Iterations;
        }

        output.WriteLine($"{name}: {seen.Count} of {counted} orders in {runs} runs, seeds {Seed} to {seed - 1}");
        Assert.Equal(counted, new BigInteger(seen.Count));
    }

    [Theory]
    [MemberData(nameof(SmallOnesByStrategy))]
    public void CoyotesStates_AreAmongTheExplorers(string name, CoyoteStrategy strategy)
    {
        var toy = CoyoteToys.Find(name);
        // Where equal orders are left out, so are states of which they are made.
        var explored = Explorer.Explore(toy, new ExplorationOptions { Reduction = Reduction.States, KeepsStates = true, GoesOnAfterFailure = true });
        Assert.True(explored.IsExhaustive);
        var seen = CoyoteRun.Run(toy, new CoyoteOptions { Strategy = strategy, Iterations = 40, Seed = Seed, KeepsStates = true }).States;
        Assert.NotEmpty(seen);
        Assert.Subset((ISet<ulong>)explored.Visited, (ISet<ulong>)seen);
    }

    /// <summary>The same of a scenario of the reference, which the explorer exhausts.</summary>
    [Theory]
    [InlineData(CoyoteStrategy.Random)]
    [InlineData(CoyoteStrategy.Prioritization)]
    [InlineData(CoyoteStrategy.DelayBounding)]
    [InlineData(CoyoteStrategy.QLearning)]
    public void CoyotesStates_OfAScenario_AreAmongTheExplorers(CoyoteStrategy strategy)
    {
        var scenario = ScenarioCatalogue.Find("I-41")!;
        var explored = Explorer.Explore(scenario, new ExplorationOptions { Reduction = Reduction.States, KeepsStates = true });
        Assert.True(explored.IsExhaustive && explored.IsClean, explored.ToString());
        var report = CoyoteRun.Run(scenario, new CoyoteOptions { Strategy = strategy, Iterations = 40, Seed = Seed, KeepsStates = true, ChecksObligations = false });
        output.WriteLine($"{strategy}, seed {Seed}: {report.States.Count} of {explored.Visited.Count} states in {report.Iterations} runs");
        Assert.Null(report.Failure);
        Assert.True(report.States.Count > 20, $"{report.States.Count} states");
        Assert.Subset((ISet<ulong>)explored.Visited, (ISet<ulong>)report.States);
    }

    /// <summary>The comparison itself tells a state that is not the explorer's.</summary>
    [Fact]
    public void AnotherExperimentsStates_AreNotAmongTheExplorers()
    {
        var explored = Explorer.Explore(CoyoteToys.ThreeOfTwo, new ExplorationOptions { KeepsStates = true });
        var seen = CoyoteRun.Run(CoyoteToys.Mixture, new CoyoteOptions { Iterations = 5, Seed = Seed, KeepsStates = true }).States;
        Assert.False(seen.IsSubsetOf(explored.Visited));
    }

    [Theory]
    [InlineData(CoyoteStrategy.Random)]
    [InlineData(CoyoteStrategy.Prioritization)]
    [InlineData(CoyoteStrategy.DelayBounding)]
    [InlineData(CoyoteStrategy.QLearning)]
    public void TheSameSeed_GivesTheSameRuns(CoyoteStrategy strategy)
    {
        var options = new CoyoteOptions { Strategy = strategy, Iterations = 12, Seed = Seed, KeepsOrders = true, KeepsStates = true };
        var (first, second) = (CoyoteRun.Run(CoyoteToys.ThreeOfTwo, options), CoyoteRun.Run(CoyoteToys.ThreeOfTwo, options));
        Assert.Equal(first.Orders, second.Orders);
        Assert.Equal(first.States, second.States);
        Assert.Equal((12, 12), (first.Iterations, second.Iterations));
        Assert.Equal(first.Steps, second.Steps);
    }
}
