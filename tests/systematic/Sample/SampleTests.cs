using Conformance.Exploration.Coyote;
using Conformance.Exploration.Engine;
using Conformance.Exploration.Scenarios;
using Conformance.Exploration.Schedules;
using Conformance.Model.Judging;
using Conformance.Samples.HastyFront;
using Xunit.Abstractions;

namespace Conformance.Tests.Systematic.Sample;

/// <summary>A driver of somebody else is explored in place of ours, and its defect is found.</summary>
public sealed class SampleTests(ITestOutputHelper output)
{
    private const uint Seed = 909;

    private static readonly PatientFront s_patient = new();
    private static readonly HastyFront s_hasty = new();

    [Fact]
    [Trait("Clause", "XB-008")]
    [Trait("Clause", "XB-020")]
    public void ThePatientFront_ConnectsAndCloses_InEveryOrderOfTwoDelays()
    {
        var report = Explorer.Explore(s_patient, new ExplorationOptions { Bounds = s_patient.Bounds });

        output.WriteLine(report.ToString());
        Assert.True(report.IsClean, string.Join("; ", report.Failures));
        Assert.All(report.CutOffBy, bound => Assert.Contains("delay", bound, StringComparison.Ordinal));
        Assert.True(report.States > 100);
    }

    [Fact]
    [Trait("Clause", "XB-014")]
    public void TheHastyFront_MissesAnEvent_InSomeOrder_WhichIsShrunk_AndReplayed()
    {
        ExpectThePlainOrderToBeClean(s_hasty);
        var found = Assert.Single(Explorer.Explore(s_hasty, new ExplorationOptions { Bounds = s_hasty.Bounds }).Failures);
        Assert.Equal(FailureKind.Standstill, found.Kind);
        Assert.Contains(" of the back", found.Message, StringComparison.Ordinal);

        var shrunk = Shrinker.Shrink(s_hasty, found);
        output.WriteLine($"{shrunk}\n{ScheduleFile.Of(shrunk).Write()}");
        Assert.True(shrunk.Schedule.Switches <= found.Schedule.Switches);
        var file = ScheduleFile.Parse(ScheduleFile.Of(shrunk).Write());
        Assert.True(found.IsLike(Replay.Follow(s_hasty, file.ToSchedule()).Failure));
        Assert.Null(Replay.Follow(s_patient, file.ToSchedule()).Failure);
    }

    /// <summary>
    /// What somebody else's front leaves over, how it ends, and what the model says of it, are looked at. What these do, they do in every
    /// order: the plain one shows it.
    /// </summary>
    [Theory]
    [InlineData(Oddity.KeepsGrant, "S6", "1 grants")]
    [InlineData(Oddity.KeepsPort, "S6", "1 ports")]
    [InlineData(Oddity.KeepsPage, "S6", "1 of the front")]
    [InlineData(Oddity.ForgetsClosed, "XB-008", "got Closing")]
    [InlineData(Oddity.GrantsTwice, "S6", "2 grants")]
    [InlineData(Oddity.SaysInitWait, "XB-008", "got InitWait")]
    public void AFrontThatIsOdd_IsCaught(Oddity oddity, string rule, string message)
    {
        var odd = new OddFront(oddity);
        var found = Assert.Single(Explorer.Explore(odd, new ExplorationOptions { Bounds = new Bounds { Delays = 0 } }).Failures);
        Assert.Equal((FailureKind.Breach, rule), (found.Kind, found.Rule));
        Assert.Contains(message, found.Message, StringComparison.Ordinal);
        Assert.Equal(rule == "XB-008" ? Blame.Front : null, found.Blame);
        Assert.True(found.IsLike(Replay.Follow(odd, found.Schedule).Failure));
    }

    [Theory]
    [InlineData(CoyoteStrategy.Random)]
    [InlineData(CoyoteStrategy.Prioritization)]
    [InlineData(CoyoteStrategy.DelayBounding)]
    [InlineData(CoyoteStrategy.QLearning)]
    public void TheHastyFront_IsFoundUnderCoyote_AndReplayedByBoth(CoyoteStrategy strategy)
    {
        var options = new CoyoteOptions { Strategy = strategy, Iterations = 500, Seed = Seed };

        var report = CoyoteRun.Run(s_hasty, options);

        output.WriteLine($"{strategy}, seed {Seed}: run {report.Iterations}");
        Assert.Equal(FailureKind.Standstill, report.Failure?.Kind);
        Assert.True(report.Failure!.IsLike(Replay.Follow(s_hasty, report.Failure.Schedule).Failure));
        Assert.True(report.Failure.IsLike(CoyoteRun.Repeat(s_hasty, report.Trace!, options).Failure));
    }

    private static void ExpectThePlainOrderToBeClean(FrontExperiment front)
    {
        var plain = Explorer.Explore(front, new ExplorationOptions { Bounds = front.Bounds with { Delays = 0 } });
        Assert.True(plain.IsClean && plain.Ended > 0, $"expected a front whose defect the plain order hides, got {plain} {string.Join("; ", plain.Failures)}");
    }
}
