using Conformance.Exploration.Coyote;
using Conformance.Exploration.Engine;
using Conformance.Exploration.Refinement;
using Conformance.Exploration.Scenarios;
using Conformance.Exploration.Schedules;
using Conformance.Model.Connection;
using Conformance.Model.Judging;

namespace Conformance.Tests.Systematic.Refinement;

/// <summary>What the reference does in the scenarios is what the connection model says of it.</summary>
public sealed class RefinementTests
{
    /// <summary>Names the file for the page; the runs go further then.</summary>
    private const string ReportVariable = "CONFORMANCE_REFINEMENT_REPORT";

    /// <summary>The scenario that takes F26, in an order that is not the plain one.</summary>
    private const string ClosesAgain = "I-31";

    private const string Command = "CONFORMANCE_REFINEMENT_REPORT=$PWD/reports/refinement.md dotnet test tests/systematic -c Release --filter RefinementTests";

    [Fact]
    public void EveryRunOfEveryScenario_IsExplainedByTheModel()
    {
        string? file = Environment.GetEnvironmentVariable(ReportVariable) is { Length: > 0 } path ? path : null;
        // The page has what the short runs of the test take, and more.
        var plain = new Bounds { Delays = 0, Outcomes = 1 };
        var wide = new Bounds { Delays = 2, Outcomes = 2, States = 3000 };
        int chance = file is null ? 1 : 100;
        var tally = new RefinementTally();
        foreach (var scenario in ScenarioCatalogue.All)
        {
            var judged = new JudgedExperiment(scenario, tally, scenario.Odd);
            foreach (var bounds in file is null && scenario.Name != ClosesAgain ? [plain] : new[] { plain, wide })
            {
                var report = Explorer.Explore(judged, new ExplorationOptions { Bounds = bounds });
                Assert.True(report.IsClean, $"{scenario}: {string.Join(", ", report.Failures)}");
                Assert.True(report.Ended > 0, $"{scenario}: expected runs that came to their end, got {report}");
            }

            var runs = CoyoteRun.Run(judged, new CoyoteOptions { Iterations = chance, ChecksObligations = false });
            Assert.True(runs.Failure is null, $"{scenario}: {runs.Failure}");
            Assert.True(scenario.Odd is null || tally.Rejected.ContainsKey((scenario.Name, scenario.Odd.Value)), $"{scenario}: expected the model to see what {scenario.Odd} does, it does not");
        }

        Assert.DoesNotContain(ScenarioCatalogue.All, scenario => scenario.Judged is not null && tally.Runs.GetValueOrDefault(scenario.Name) == 0);
        var product = ConnectionProduct.Of(Conformance.Model.Connection.Obligations.Systems);
        var known = product.Moves.Select(RefinementReport.Describe).ToHashSet();
        Assert.True(tally.Moves.Count(known.Contains) > 30, $"expected runs all over the table, got {tally.Moves.Count} moves");
        Assert.DoesNotContain(ModelSteps.All.Except(tally.Steps), step => MoveReasons.Find(step) is null);

        if (file is not null)
        {
            File.WriteAllText(file, RefinementReport.Write(tally, product, "with at most two delays, two outcomes that are not the plain ones and 3,000 states, and 40 runs by chance", Command));
        }

        // The short runs of the test take less than those of the page, so the page says what else is taken.
        var taken = tally.Moves.Where(known.Contains).Concat(file is null ? RefinementReport.ReadTaken(ReadPage()) : []).ToHashSet();
        ExpectAReasonForWhatIsNotTaken(product, taken);
    }

    private static void ExpectAReasonForWhatIsNotTaken(ConnectionProduct product, HashSet<string> taken)
    {
        var wrong = new List<string>();
        foreach (var move in product.Moves)
        {
            bool isTaken = taken.Contains(RefinementReport.Describe(move));
            string? reason = MoveReasons.Find(move);
            if (isTaken == reason is not null)
            {
                wrong.Add(isTaken
                    ? $"{RefinementReport.Describe(move)}: expected no reason for a move that runs take, got '{reason}'"
                    : $"{RefinementReport.Describe(move)} by {move.By}: expected a reason why no run takes it, found none");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.All(MoveReasons.All, reason => Assert.Contains(product.Moves, move => MoveReasons.Find(move) == reason));
    }

    private static string ReadPage() => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "reports", "refinement.md"));

    /// <summary>A front that commits without having published ends as its scenario wants it, and yet the model does not explain it.</summary>
    [Fact]
    public void ARunThatTheModelDoesNotExplain_IsAFailure()
    {
        var tally = new RefinementTally();
        var scenario = ScenarioCatalogue.Find("I-05")!;
        var report = Explorer.Explore(new JudgedExperiment(scenario, tally), new ExplorationOptions { Bounds = new Bounds { Delays = 0 } });
        var failure = Assert.Single(report.Failures);
        Assert.Equal("NG-004", failure.Rule);
        Assert.Contains("a run that the model explains", failure.Message, StringComparison.Ordinal);
        Assert.Equal(Blame.Front, failure.Blame);

        // It is seen at the step that the model does not explain: the run need not come to its end.
        int plain = Replay.Follow(scenario, tellsShared: false).Schedule.Steps;
        Assert.True(failure.Schedule.Steps < plain, $"expected a failure before the end of a run of {plain} steps, got one after {failure.Schedule.Steps}");
    }

    /// <summary>A run that is brought back to a branch is judged on from there, as one that begins anew is.</summary>
    [Theory]
    [InlineData("I-26")]
    [InlineData("I-60")]
    public void AJudge_ComesBackWithItsRun(string name)
    {
        var (back, backTally) = Explore(bringsBack: true);
        var (anew, anewTally) = Explore(bringsBack: false);
        Assert.Equal(
            (anew.IsClean, anew.States, anew.Transitions, anew.Ended, anew.EndDigest), (back.IsClean, back.States, back.Transitions, back.Ended, back.EndDigest));
        Assert.Equal(anewTally.Runs, backTally.Runs);
        Assert.Equal(anewTally.Moves.Order(StringComparer.Ordinal), backTally.Moves.Order(StringComparer.Ordinal));
        Assert.Equal(anewTally.Steps.Order(StringComparer.Ordinal), backTally.Steps.Order(StringComparer.Ordinal));

        (ExplorationReport Report, RefinementTally Tally) Explore(bool bringsBack)
        {
            var tally = new RefinementTally();
            var judged = new JudgedExperiment(ScenarioCatalogue.Find(name)!, tally);
            return (Explorer.Explore(judged, new ExplorationOptions { Bounds = new Bounds { Delays = 1, Outcomes = 1 }, BringsBack = bringsBack }), tally);
        }
    }

    /// <summary>The judge's place in the model is part of the state: no state of the bare scenario is lost by it, and few are told apart.</summary>
    [Fact]
    public void AJudgedScenario_HasNoFewerStatesThanABareOne()
    {
        var scenario = ScenarioCatalogue.Find("I-26")!;
        var options = new ExplorationOptions { Bounds = new Bounds { Delays = 1, Outcomes = 1 } };
        long bare = Explorer.Explore(scenario, options).States;
        long judged = Explorer.Explore(scenario.Judged!, options).States;
        Assert.InRange(judged, bare, bare + (bare / 10));
    }

    /// <summary>Where the world is the same on two ways and the judge's place is not, both are followed.</summary>
    [Fact]
    public void AJudgedScenario_HasMoreStatesThanABareOne_WhereTheModelTellsMoreApart()
    {
        var scenario = ScenarioCatalogue.Find(ClosesAgain)!;
        var options = new ExplorationOptions { Bounds = new Bounds { Delays = 1 } };
        var bare = Explorer.Explore(scenario, options);
        var judged = Explorer.Explore(scenario.Judged!, options);
        Assert.True(bare.IsClean && judged.IsClean, $"{bare}\n{judged}");
        Assert.True(judged.States > bare.States && judged.EndStates > bare.EndStates, $"expected more than {bare}; got {judged}");
    }
}
