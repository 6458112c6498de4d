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
    public void AScenario_EndsAsItMust_InEveryOrderOfItsBounds(string name)
    {
        var report = Explorer.Explore(Find(name), new ExplorationOptions { Bounds = Short });
        Assert.True(report.IsClean, string.Join('\n', report.Failures.Select(failure => ScheduleFile.Of(failure, Short).Write())));
        Assert.True(report.Ended > 0);
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

    [Fact]
    public void EveryInterleaving_HasAScenario_OrAReason()
    {
        // The list goes from I-01 to I-75, with gaps between its sections.
        int[] listed = [.. Enumerable.Range(1, 18), .. Enumerable.Range(20, 16), .. Enumerable.Range(40, 5), .. Enumerable.Range(50, 9), .. Enumerable.Range(60, 16)];
        foreach (int number in listed)
        {
            string name = $"I-{number:00}";
            bool isExpressed = ScenarioCatalogue.Find(name) is not null;
            Assert.True(isExpressed ^ ScenarioCatalogue.NotExpressed.ContainsKey(name), $"{name}: expected a scenario or a reason, and not both");
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
