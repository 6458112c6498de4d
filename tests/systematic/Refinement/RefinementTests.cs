using Conformance.Exploration.Coyote;
using Conformance.Exploration.Engine;
using Conformance.Exploration.Refinement;
using Conformance.Exploration.Scenarios;
using Conformance.Model.Connection;
using Conformance.Model.Judging;

namespace Conformance.Tests.Systematic.Refinement;

/// <summary>What the reference does in the scenarios is what the connection model says of it.</summary>
public sealed class RefinementTests
{
    /// <summary>Names the file for the page; the runs go further then.</summary>
    private const string ReportVariable = "CONFORMANCE_REFINEMENT_REPORT";

    private const string Command = "CONFORMANCE_REFINEMENT_REPORT=$PWD/reports/refinement.md dotnet test tests/systematic -c Release --filter RefinementTests";

    [Fact]
    public void EveryRunOfEveryScenario_IsExplainedByTheModel()
    {
        string? file = Environment.GetEnvironmentVariable(ReportVariable) is { Length: > 0 } path ? path : null;
        var bounds = file is null ? new Bounds { Delays = 0, Outcomes = 1 } : new Bounds { Delays = 1, Outcomes = 1, States = 120 };
        int chance = file is null ? 1 : 5;
        var tally = new RefinementTally();
        foreach (var scenario in ScenarioCatalogue.All)
        {
            var judged = new JudgedExperiment(scenario, tally, scenario.Odd);
            var report = Explorer.Explore(judged, new ExplorationOptions { Bounds = bounds, BringsBack = false });
            Assert.True(report.IsClean, $"{scenario}: {string.Join(", ", report.Failures)}");
            var runs = CoyoteRun.Run(judged, new CoyoteOptions { Iterations = chance, ChecksObligations = false });
            Assert.True(runs.Failure is null, $"{scenario}: {runs.Failure}");
            Assert.True(scenario.Odd is null || tally.Rejected.ContainsKey((scenario.Name, scenario.Odd.Value)), $"{scenario}: expected the model to see what {scenario.Odd} does, it does not");
        }

        var product = ConnectionProduct.Of(Conformance.Model.Connection.Obligations.Systems);
        var known = product.Moves.Select(RefinementReport.Describe).ToHashSet();
        Assert.True(tally.Moves.Count(known.Contains) > 30, $"expected runs all over the table, got {tally.Moves.Count} moves");
        Assert.Empty(ModelSteps.All.Except(tally.Steps).Except(["F26", "B6", "B25"]));
        if (file is not null)
        {
            File.WriteAllText(file, RefinementReport.Write(tally, product, "with at most one delay, one outcome that is not the plain one and 120 states, and 5 runs by chance", Command));
        }
    }

    /// <summary>A front that commits without having published ends as its scenario wants it, and yet the model does not explain it.</summary>
    [Fact]
    public void ARunThatTheModelDoesNotExplain_IsAFailure()
    {
        var tally = new RefinementTally();
        var scenario = ScenarioCatalogue.Find("I-05")!;
        var report = Explorer.Explore(new JudgedExperiment(scenario, tally), new ExplorationOptions { Bounds = new Bounds { Delays = 0 }, BringsBack = false });
        var failure = Assert.Single(report.Failures);
        Assert.Equal("NG-004", failure.Rule);
        Assert.Contains("a run that the model explains", failure.Message, StringComparison.Ordinal);
        Assert.Contains((scenario.Name, Blame.Front), tally.Rejected.Keys);
    }
}
