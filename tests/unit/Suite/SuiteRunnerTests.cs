using Conformance.Model.Clauses;
using Conformance.Model.Judging;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Evidence;
using Conformance.Suite.Running;
using Conformance.Suite.Store.Sessions;
using Conformance.Suite.Verdicts;

namespace Conformance.Tests.Unit.Suite;

public sealed class SuiteRunnerTests
{
    [Fact]
    public async Task ACaseThatEnds_Passes_WithItsExchangeAsEvidence()
    {
        var result = await SampleCases.RunAsync(new FakeStoreTarget(), async c => await (await c.ConnectAsync()).WriteAsync("/a", "1"));

        Assert.Equal((Verdict.Pass, Blame.None, ""), (result.Verdict, result.Blame, result.Message));
        Assert.Equal([WireDirection.Sent, WireDirection.Received], result.Evidence.Select(record => record.Direction));
    }

    [Fact]
    public async Task AFailedExpectation_IsAFailOfTheMainClause_ThatBlamesTheStore()
    {
        var result = await SampleCases.RunAsync(new FakeStoreTarget(), c => throw c.Failure("a", "b"));
        Assert.Equal((Verdict.Fail, "XS-001", Blame.Store, "expected a; came b"), (result.Verdict, $"{result.Clause}", result.Blame, result.Message));
    }

    [Fact]
    public async Task AnyOtherException_IsInconclusive_AndBlamesTheHarness()
    {
        var result = await SampleCases.RunAsync(new FakeStoreTarget(), _ => throw new InvalidOperationException("two\nlines"));
        Assert.Equal(
            (Verdict.Inconclusive, Blame.Harness, "the case itself failed: InvalidOperationException: two lines"),
            (result.Verdict, result.Blame, result.Message));
    }

    [Fact]
    public async Task TheDeathOfTheDaemon_FailsEvenACaseThatPassed()
    {
        var result = await SampleCases.RunAsync(new FakeStoreTarget { Death = () => "killed by signal 6" }, _ => Task.CompletedTask);
        Assert.Equal((Verdict.Fail, Blame.Store), (result.Verdict, result.Blame));
        Assert.Equal("expected the XenStore daemon to go on running; it ended: killed by signal 6", result.Message);
    }

    [Fact]
    public async Task TheDeathOfTheDaemon_KeepsWhatTheCaseHadFound()
    {
        var result = await SampleCases.RunAsync(
            new FakeStoreTarget { Death = () => "exit code 1" },
            _ => throw CaseOutcome.Fail(ClauseId.Parse("XS-051"), Blame.Store, "expected x; came y"));
        Assert.Equal("XS-051", $"{result.Clause}");
        Assert.EndsWith("it ended: exit code 1; before that: expected x; came y", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACaseThatDoesNotEnd_IsInconclusive_WhenTheDaemonStillAnswers()
    {
        var result = await SampleCases.RunAsync(new FakeStoreTarget(), Endless, Short);
        Assert.Equal((Verdict.Inconclusive, "the case did not end within 0.05 s"), (result.Verdict, result.Message));
    }

    [Fact]
    public async Task ACaseThatDoesNotEnd_Fails_WhenTheDaemonNoLongerAnswers()
    {
        var result = await SampleCases.RunAsync(new FakeStoreTarget { Answer = (_, _) => null }, Endless, Short);
        Assert.Equal((Verdict.Fail, Blame.Store), (result.Verdict, result.Blame));
        Assert.StartsWith("expected the XenStore daemon to go on answering; a new connection got no answer", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATargetThatDoesNotStart_IsInconclusive()
    {
        var result = await SampleCases.RunAsync(new FakeStoreTarget { StartFailure = "no such program" }, _ => Task.CompletedTask);
        Assert.Equal((Verdict.Inconclusive, "fake did not start: no such program"), (result.Verdict, result.Message));
    }

    [Fact]
    public async Task APassThatBreaksAUniversalRule_Fails()
    {
        var target = new FakeStoreTarget { Answer = (request, _) => FakeStoreTarget.Reply(request with { Type = XsMessageType.Error }, "EWHATEVER\0") };
        var result = await SampleCases.RunAsync(target, async c => await (await c.ConnectAsync()).ReadAsync("/a"));
        Assert.Equal((Verdict.Fail, "XS-017"), (result.Verdict, $"{result.Clause}"));
    }

    [Fact]
    public async Task WhatATargetLacks_MakesCasesNotApplicable_WithTheReason()
    {
        var run = await new SuiteRunner(new FakeStoreTarget { IsFresh = false }, SampleCases.Settings).RunAsync(SampleCases.Catalogue.All, null, CancellationToken.None);

        var lacking = run.Results.Where(result => result.Verdict == Verdict.NotApplicable).ToDictionary(result => result.Case.Id, result => result.Message);
        Assert.Equal(2, lacking.Count);
        Assert.Equal("the target has no guests with interface pages", lacking["XS-046/write-is-answered/ring"]);
        Assert.Equal("the case needs a daemon of its own; the target shares one", lacking["XS-123/fills-the-store/socket"]);
    }

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 1)]
    public async Task Worlds_AreOnePerCase_OnlyWhenTheTargetIsFresh(bool fresh, int starts)
    {
        var target = new FakeStoreTarget { IsFresh = fresh };
        await new SuiteRunner(target, SampleCases.Settings).RunAsync(SampleCases.Catalogue.All, null, CancellationToken.None);
        Assert.Equal(starts, target.Starts);
    }

    [Fact]
    public async Task InASharedWorld_NoTwoCasesGetTheSameArea()
    {
        var areas = new List<string>();
        async Task Body(Conformance.Suite.Store.StoreContext c) => areas.Add((await c.OpenAsync()).Area);
        await new SuiteRunner(new FakeStoreTarget { IsFresh = false }, SampleCases.Settings)
            .RunAsync([SampleCases.Of(Body, "XS-001"), SampleCases.Of(Body, "XS-002"), SampleCases.Of(Body, "XS-003")], null, CancellationToken.None);
        Assert.Equal(3, areas.Distinct().Count());
    }

    [Fact]
    public async Task Results_StandInTheOrderOfTheCases_HoweverManyRunAtOnce()
    {
        var progress = new List<int>();
        var run = await new SuiteRunner(new FakeStoreTarget(), SampleCases.Settings with { Jobs = 4 })
            .RunAsync(SampleCases.Catalogue.All, latest => progress.Add(latest.Done), CancellationToken.None);
        Assert.Equal(SampleCases.Catalogue.All.Select(definition => definition.Id), run.Results.Select(result => result.Case.Id));
        Assert.Equal([1, 2, 3, 4], progress);
    }

    [Fact]
    public async Task TheSeedOfACase_DependsOnRunSeedAndIdAlone()
    {
        int first = 0, again = 0, other = 0;
        await SampleCases.RunAsync(new FakeStoreTarget(), c => Task.FromResult(first = c.Random.Next()));
        await SampleCases.RunAsync(new FakeStoreTarget(), c => Task.FromResult(again = c.Random.Next()));
        await SampleCases.RunAsync(new FakeStoreTarget(), c => Task.FromResult(other = c.Random.Next()), SampleCases.Settings with { Seed = 8 });
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.NotEqual(SampleCases.Settings.SeedOf("XS-001/a/socket"), SampleCases.Settings.SeedOf("XS-001/b/socket"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AStoppedRun_KeepsWhatHasEnded_AndSaysThatItWasStopped(bool fresh)
    {
        using var stop = new CancellationTokenSource();
        var run = await new SuiteRunner(new FakeStoreTarget { IsFresh = fresh }, SampleCases.Settings with { Jobs = 1 }).RunAsync(
            [
                SampleCases.Of(_ => Task.CompletedTask, "XS-001"),
                SampleCases.Of(async c => { await stop.CancelAsync(); await Endless(c); }, "XS-002"),
                SampleCases.Of(_ => Task.CompletedTask, "XS-003"),
            ],
            null, stop.Token);
        Assert.True(run.WasStopped);
        Assert.Equal("XS-001/of-a-test/socket", Assert.Single(run.Results).Case.Id);
    }

    private static RunSettings Short => SampleCases.Settings with { TimeLimit = TimeSpan.FromSeconds(0.05), Patience = TimeSpan.FromSeconds(0.2) };

    private static Task Endless(CaseContext c) => Task.Delay(Timeout.Infinite, c.Cancellation);
}
