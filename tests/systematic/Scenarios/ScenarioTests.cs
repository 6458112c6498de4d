using Conformance.Exploration.Engine;
using Conformance.Exploration.Scenarios;
using Conformance.Exploration.Schedules;
using Conformance.Model.Clauses;

namespace Conformance.Tests.Systematic.Scenarios;

public sealed class ScenarioTests
{
    /// <summary>A row of scenarios with bounds that a test can wait for; a command explores further.</summary>
    private static readonly Bounds Short = new() { Delays = 1, Outcomes = 1, States = 800 };

    public static TheoryData<string> Names => [.. ScenarioCatalogue.All.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void AScenario_EndsAsItMust_InItsFirstOrders(string name)
    {
        var report = Explorer.Explore(Find(name), new ExplorationOptions { Bounds = Short, CountsCollisions = true });
        Assert.True(report.IsClean, string.Join('\n', report.Failures.Select(failure => ScheduleFile.Of(failure, Short).Write())));
        Assert.True(report.Ended > 0);
        Assert.Equal(0, report.Collisions);
    }

    /// <summary>Scenarios small enough to be without bounds have every order covered.</summary>
    [Fact]
    public void ScenariosWithoutBounds_AreExhausted()
    {
        var unbounded = ScenarioCatalogue.All.Where(scenario => scenario.Bounds == Bounds.None).ToArray();
        Assert.True(unbounded.Length >= 3);
        Assert.All(unbounded, scenario =>
        {
            var report = Explorer.Explore(scenario, new ExplorationOptions { Bounds = scenario.Bounds });
            Assert.True(report.IsExhaustive && report.IsClean && report.Ended > 0, $"{report}\n{string.Join('\n', report.Failures)}");
            Assert.Equal(Reduction.StatesAndOrders, report.Reduction);
        });
    }

    [Theory]
    [InlineData("I-08", 9)]
    [InlineData("I-34", 9)]
    public void AFailureAtAnyStep_IsUndone(string name, int steps)
    {
        var report = Explorer.Explore(Find(name), new ExplorationOptions { Bounds = new Bounds { Delays = 0 } });
        Assert.True(report.IsClean, string.Join('\n', report.Failures));
        Assert.Equal(steps, report.Ended);
    }

    /// <summary>The lists of steps that fail are the steps that there are.</summary>
    [Fact]
    public void EveryStepOfTheAttach_AndOfTheClose_FailsInAScenarioOfItsOwn()
    {
        var steps = Replay.Follow(StepFailureScenarios.Wide).Steps.Concat(Replay.Follow(Find("I-20")).Steps)
            .SelectMany(step => step.Events)
            .Where(happened => happened.Actor.Contains("/blk", StringComparison.Ordinal) && happened.Result is "OK" or "asked")
            .Select(happened => happened.Step)
            .Where(step => step[0] is 'F' or 'B' && step is not ("B0" or "B1" or "F6" or "F5.0" or "B8.0" or "B9.0"))
            .Distinct();
        var failing = StepFailureScenarios.All.Select(scenario => scenario.Name.Split('-')[^1]).ToHashSet();
        Assert.All(steps, step => Assert.Contains(step, failing));
        Assert.All(StepFailureScenarios.All.Skip(1), scenario => Assert.Contains(
            Replay.Follow(scenario).Steps.SelectMany(step => step.Events), happened => happened.Step == scenario.Name.Split('-')[^1] && happened.Result == "EIO"));
    }

    [Fact]
    public void EveryInterleaving_HasAScenario()
    {
        // The list goes from I-01 to I-75, with gaps between its sections.
        int[] listed = [.. Enumerable.Range(1, 18), .. Enumerable.Range(20, 16), .. Enumerable.Range(40, 5), .. Enumerable.Range(50, 9), .. Enumerable.Range(60, 16)];
        foreach (int number in listed)
        {
            string name = $"I-{number:00}";
            Assert.True(ScenarioCatalogue.Find(name) is not null, $"{name}: expected a scenario, found none");
        }
    }

    [Fact]
    public void ScenariosNames_AreDifferent_AndTheirClausesExist()
    {
        Assert.Equal(ScenarioCatalogue.All.Count, ScenarioCatalogue.All.Select(scenario => scenario.Name).Distinct().Count());
        foreach (var scenario in ScenarioCatalogue.All)
        {
            Assert.All(scenario.Clauses, clause => Assert.NotNull(ClauseCatalogue.Default.Find(ClauseId.Parse(clause))));
        }
    }

    [Fact]
    public void ARun_FollowedTwice_GivesTheSameTrace()
    {
        var scenario = Find("I-26");
        var first = Replay.Follow(scenario);
        var second = Replay.Follow(scenario, first.Schedule);
        Assert.Null(first.Failure);
        Assert.Equal(first.End, second.End);
        Assert.Equal(Lines(first), Lines(second));
        Assert.Contains(Lines(first), line => line.Contains("F25", StringComparison.Ordinal));
    }

    private static string[] Lines(Replay replay) =>
        [.. replay.Steps.SelectMany(step => step.Events.Select(happened => $"{step.Number} {step.Fiber} {happened.Actor} {happened.Step} {happened.Object} {happened.Result}"))];

    private static Scenario Find(string name) => ScenarioCatalogue.Find(name) ?? throw new ArgumentException($"no scenario {name}", nameof(name));
}
