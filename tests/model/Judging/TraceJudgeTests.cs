using Conformance.Model.Connection;
using Conformance.Model.Judging;
using Conformance.Model.Trace;

namespace Conformance.Tests.Model.Judging;

/// <summary>What the judge accepts, and what it says of it.</summary>
public sealed class TraceJudgeTests
{
    [Fact]
    public void AWholeLife_IsAccepted_AndEndsGone()
    {
        var report = TraceJudge.Judge(TraceText.Read(TraceText.Life));

        Assert.Empty(report.Rejections);
        Assert.True(report.IsAccepted);
        var connection = Assert.Single(report.Connections);
        Assert.Equal("Gone", connection.End);
        Assert.Contains("reference", connection.Fronts);
        Assert.Contains("reference", connection.Backs);
        Assert.Contains("front: front Initialising, back InitWait to front Initialised, back InitWait", connection.Moves);
        Assert.Contains("B23", connection.Steps);
        Assert.Equal(report.Events, report.Judged + report.Ignored.Values.Sum());
    }

    [Theory]
    [InlineData("before F0", "in the middle: front Initialising, back Initialising", 9)]
    [InlineData("before B7", "in the middle: front Initialised, back InitWait", 32)]
    [InlineData("before Q", "Connected", 52)]
    [InlineData("after B24", "ClosedKeep", 76)]
    public void APrefix_IsAccepted_AndEndsWhereItStops(string where, string end, int length)
    {
        var report = TraceJudge.Judge(TraceText.Read(TraceText.Life).Take(length));

        Assert.True(report.IsAccepted, where);
        Assert.Equal(end, Assert.Single(report.Connections).End);
    }

    [Fact]
    public void EveryPrefix_OfAnAcceptedTrace_IsAccepted()
    {
        var life = TraceText.Read(TraceText.Life);
        for (int length = 9; length <= life.Count; length += 7)
        {
            Assert.True(TraceJudge.Judge(life.Take(length)).IsAccepted, $"the first {length} steps");
        }
    }

    [Fact]
    public void AnEmptyTrace_IsNotJudged_AndNotAccepted()
    {
        var report = TraceJudge.Judge([]);

        Assert.False(report.IsJudged);
        Assert.False(report.IsAccepted);
    }

    [Fact]
    public void ATraceOfSomethingElse_IsNotJudged()
    {
        var report = TraceJudge.Judge(TraceText.Read("""
            dom0/1 | W | /local/domain/5/device/vif/0/state | op=Write value=4 | OK
            dom0/1 | R | /local/domain/5/name | op=Read | guest
            """));

        Assert.False(report.IsJudged);
        Assert.False(report.IsAccepted);
        Assert.Equal(0, report.Judged);
        Assert.Equal(2, report.Ignored.Values.Sum());
    }

    [Fact]
    public void ATraceThatBeginsInTheMiddle_IsNotJudged_AndSaysWhy()
    {
        var report = TraceJudge.Judge(TraceText.Read("""
            dom0/1 | W | /local/domain/0/backend/vbd/5/51712/state | op=Write value=4 | OK
            dom5 | W | /local/domain/5/device/vbd/51712/state | op=Write value=4 | OK
            """));

        Assert.False(report.IsJudged);
        Assert.Contains("a device whose beginning is not in the trace", report.Ignored.Keys);
    }

    [Fact]
    public void TheStoreAlone_IsEnough_ToFollowAConnection()
    {
        var store = Numbered(TraceText.Read(TraceText.Life).Where(step => !step.Actor.Contains("/blk", StringComparison.Ordinal) && step.Step is not ("GE" or "GX" or "GM" or "GU")));

        var report = TraceJudge.Judge(store);

        Assert.True(report.IsAccepted);
        Assert.Equal("Gone", Assert.Single(report.Connections).End);
        Assert.Empty(report.Connections[0].Steps);
    }

    [Fact]
    public void ADeviceMadeAgain_IsAnotherConnection()
    {
        var life = TraceText.Read(TraceText.Life + "\n" + TraceText.Life);

        var report = TraceJudge.Judge(life);

        Assert.Empty(report.Rejections);
        Assert.Equal(["Gone", "Gone"], report.Connections.Select(connection => connection.End));
    }

    [Fact]
    [Trait("Clause", "XB-010")]
    public void AFrontThatSkipsInitWait_IsAccepted()
    {
        var life = TraceText.Read(TraceText.Life);
        int ready = life.FindIndex(step => step.Object.EndsWith("51712/state", StringComparison.Ordinal) && step.Find("value") == "2");
        int published = life.FindIndex(step => step.Find("value") == "3");
        var moved = life[ready];
        life.RemoveAt(ready);
        life.Insert(published, moved);
        life.RemoveAll(step => step.Step is "B5" or "R");

        Assert.Empty(TraceJudge.Judge(Numbered(life)).Rejections);
    }

    [Fact]
    [Trait("Clause", "XB-025")]
    public void ARestrictedDialect_RejectsWhatAnotherDoes()
    {
        // D-18: this front says Closed without Closing.
        var life = Numbered(TraceText.Read(TraceText.Life).Where(step => !(step.Actor == "dom5" && step.Find("value") == "5")));

        var free = TraceJudge.Judge(life);
        var bound = TraceJudge.Judge(life, new JudgeOptions { Fronts = [Dialects.Reference] });

        Assert.Empty(free.Rejections);
        Assert.Contains("linux", free.Connections[0].Fronts);
        Assert.DoesNotContain("reference", free.Connections[0].Fronts);
        var rejection = Assert.Single(bound.Rejections);
        Assert.Equal(Blame.Front, rejection.Blame);
        Assert.Contains("front: the front's state to Closing", rejection.Allowed);
    }

    [Fact]
    [Trait("Clause", "XB-024")]
    public void ABackThatClosesWithoutItsFront_IsOneDialectOnly()
    {
        // D-6 as older backs have it: they tear down when they are asked, and do not wait for the front.
        var life = Numbered(TraceText.Read(TraceText.Life).Where(step => !(step.Actor == "dom5" && step.Find("value") is "5" or "6")));

        var free = TraceJudge.Judge(life);
        var bound = TraceJudge.Judge(life, new JudgeOptions { Backs = [Dialects.Reference] });

        Assert.Equal(["freebsd2010"], free.Connections[0].Backs);
        Assert.Equal(("XB-024", Blame.Back), (bound.Rejections[0].Clause, bound.Rejections[0].Blame));
    }

    [Fact]
    public void TheStepsOfTheModel_AreThoseOfTheTrace()
    {
        Assert.Contains("F8", ModelSteps.All);
        Assert.Contains("B24", ModelSteps.All);
        Assert.DoesNotContain(ModelSteps.All, code => code.Contains('.', StringComparison.Ordinal));
        Assert.True(ModelSteps.All.Count > 30);
    }

    internal static List<TraceEvent> Numbered(IEnumerable<TraceEvent> steps) => [.. steps.Select((step, time) => step with { Time = time })];
}
