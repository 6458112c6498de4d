using Conformance.Exploration.Coyote;
using Conformance.Exploration.Engine;
using Conformance.Exploration.Schedules;
using Conformance.Tests.Systematic.Engine;
using Xunit.Abstractions;

namespace Conformance.Tests.Systematic.Coyote;

/// <summary>Experiments with a defect, which every strategy must find, save and replay.</summary>
public sealed class CoyoteCanaryTests(ITestOutputHelper output)
{
    private const uint Seed = 4711;

    public static TheoryData<string, CoyoteStrategy> BadOnes
    {
        get
        {
            var data = new TheoryData<string, CoyoteStrategy>();
            foreach (string name in new[] { "lost update", "crooked", "deadlock" })
            {
                foreach (var strategy in Enum.GetValues<CoyoteStrategy>())
                {
                    data.Add(name, strategy);
                }
            }

            return data;
        }
    }

    public static TheoryData<CoyoteStrategy> Strategies => [.. Enum.GetValues<CoyoteStrategy>()];

    [Theory]
    [MemberData(nameof(BadOnes))]
    public void ADefect_IsFoundByEveryStrategy_Saved_AndReplayedByBoth(string name, CoyoteStrategy strategy)
    {
        var toy = CoyoteToys.Find(name);
        var options = new CoyoteOptions { Strategy = strategy, Iterations = 500, Seed = Seed };
        var report = CoyoteRun.Run(toy, options);
        Assert.NotNull(report.Failure);
        Assert.NotNull(report.Trace);
        output.WriteLine($"{name} by {strategy}, seed {Seed}: run {report.Iterations}, {report.Failure}");

        // The saved file, as it is read again, fails alike: in Coyote, in the replayer, and step by step the same.
        var file = ScheduleFile.Parse(ScheduleFile.Of(report.Failure).Write());
        var replay = Replay.Follow(toy, file.ToSchedule());
        Assert.True(report.Failure.IsLike(replay.Failure));
        Assert.Equal(report.Failure.Schedule.Turns.Select(turn => (turn.Fiber, turn.Steps)), replay.Schedule.Turns.Select(turn => (turn.Fiber, turn.Steps)));
        var again = CoyoteRun.Repeat(toy, report.Trace, options);
        Assert.True(report.Failure.IsLike(again.Failure));
        Assert.Equal(file.Write(), ScheduleFile.Of(again.Failure!).Write());
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void ACloseThatNeverComes_IsFoundHot_AtTheEndOfTheRun(CoyoteStrategy strategy) =>
        AssertHot(CoyoteToys.NeverClosed(isEndless: false), new CoyoteOptions { Strategy = strategy, Iterations = 200, Seed = Seed });

    [Fact]
    public void ACloseThatNeverComes_IsFoundHot_InARunWithoutEnd() =>
        AssertHot(CoyoteToys.NeverClosed(isEndless: true), new CoyoteOptions { Iterations = 3, Seed = Seed, MostDecisions = 4000, Patience = 1000 });

    [Fact]
    public void WithoutObligations_ACloseThatNeverComes_IsNotSeen()
    {
        var options = new CoyoteOptions { Iterations = 3, Seed = Seed, MostDecisions = 4000, Patience = 1000, ChecksObligations = false };
        var report = CoyoteRun.Run(CoyoteToys.NeverClosed(isEndless: true), options);
        Assert.Null(report.Failure);
        Assert.Equal((3, 3), (report.Iterations, report.CutOff));
    }

    [Fact]
    public void ACloseThatComes_IsNotHeldAgainstAnybody() =>
        Assert.Null(CoyoteRun.Run(CoyoteToys.Closed, new CoyoteOptions { Iterations = 100, Seed = Seed }).Failure);

    private void AssertHot(Toy toy, CoyoteOptions options)
    {
        var report = CoyoteRun.Run(toy, options);
        output.WriteLine($"{toy.Name} by {options.Strategy}, seed {Seed}: run {report.Iterations}, {report.Failure}");
        Assert.Equal((FailureKind.Obligation, Obligations.Close), (report.Failure?.Kind, report.Failure?.Rule));
        var again = CoyoteRun.Repeat(toy, report.Trace!, options);
        Assert.True(report.Failure!.IsLike(again.Failure));
        Assert.Equal(ScheduleFile.Of(report.Failure).Write(), ScheduleFile.Of(again.Failure!).Write());
    }
}
