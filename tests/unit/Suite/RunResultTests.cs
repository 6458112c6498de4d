using Conformance.Model.Clauses;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Cases;
using Conformance.Suite.Coverage;
using Conformance.Suite.Results;
using Conformance.Suite.Running;
using Conformance.Suite.Verdicts;

namespace Conformance.Tests.Unit.Suite;

public sealed class RunResultTests
{
    [Fact]
    public async Task ARunInWhichAllPass_Conforms_AndCountsEveryCaseOnce()
    {
        var run = await SampleCases.CertifyAsync(new FakeStoreTarget());
        Assert.Equal(Conclusion.Conforms, run.Conclusion);
        Assert.Equal((4, 3, 0, 0, 1), (run.Summary.Cases, run.Summary.Pass, run.Summary.Fail, run.Summary.Inconclusive, run.Summary.NotApplicable));
        Assert.Equal((4, 4), (run.Summary.Clauses, run.Summary.ClausesPass));
    }

    [Fact]
    public async Task ARunInWhichNothingIsExecuted_IsNoPass()
    {
        var run = await SampleCases.CertifyAsync(new FakeStoreTarget(), selection: new Selection { Cases = ["*/ring"] });
        Assert.Equal(Conclusion.NothingTested, run.Conclusion);
    }

    [Fact]
    public async Task ARunThatCouldNotTell_IsInconclusive() =>
        Assert.Equal(Conclusion.Inconclusive, (await SampleCases.CertifyAsync(new FakeStoreTarget { StartFailure = "broken" })).Conclusion);

    [Fact]
    public async Task ABreach_OutweighsWhatCouldNotTell()
    {
        var cases = new CaseCatalogue([SampleCases.Of(c => throw c.Failure("a", "b"), "XS-001"), SampleCases.Of(_ => throw new InvalidOperationException(), "XS-002")]);
        Assert.Equal(Conclusion.DoesNotConform, (await SampleCases.CertifyAsync(new FakeStoreTarget(), cases)).Conclusion);
    }

    [Fact]
    public async Task AFailure_CountsAgainstTheClauseItBroke_AndSaysNothingOfTheOthers()
    {
        // The case is about XS-046 and XS-019; the fake answers WRITE with the wrong bytes, which breaks XS-019.
        var target = new FakeStoreTarget { Answer = (request, _) => FakeStoreTarget.Reply(request, request.Type == XsMessageType.Write ? "ok" : "OK\0") };
        var run = await SampleCases.CertifyAsync(target);

        Assert.Equal(Verdict.Fail, Of(run, "XS-019").Verdict);
        Assert.Equal(Verdict.Inconclusive, Of(run, "XS-046").Verdict);
        Assert.Equal("XS-046/write-is-answered/socket failed for XS-019 before it could tell", Of(run, "XS-046").Reason);
        Assert.Equal(Verdict.Pass, Of(run, "XS-049").Verdict);
    }

    [Fact]
    public async Task ClausesWithoutACase_StandInTheResult_WithTheReason()
    {
        var run = await SampleCases.CertifyAsync(new FakeStoreTarget());
        Assert.Equal((null, "needs hardware"), (Of(run, "XS-132").Verdict, Of(run, "XS-132").Reason));
        Assert.Equal((null, "no case checks it"), (Of(run, "XS-001").Verdict, Of(run, "XS-001").Reason));
        Assert.Equal(111, run.Clauses.Count);
        Assert.Equal(107, run.Summary.ClausesWithoutCase);
    }

    [Fact]
    public async Task AStoppedRun_IsInconclusive_AndItsOtherClausesWereNotRun()
    {
        using var stop = new CancellationTokenSource();
        var target = new FakeStoreTarget { Answer = (_, _) => { stop.Cancel(); return null; } };
        var run = await SampleCases.CertifyAsync(target, selection: new Selection { Cases = ["*/socket"] }, stop: stop.Token);
        Assert.Equal(Conclusion.Inconclusive, run.Conclusion);
        Assert.True(run.Summary.NotRun > 0);
    }

    [Fact]
    public void EmbeddedUncoveredRows_NameClausesOfTheCatalogue() =>
        Assert.All(Uncovered.Default.Clauses, clause => Assert.NotNull(ClauseCatalogue.Default.Find(clause)));

    [Fact]
    public void NoClause_HasBothACaseAndARowThatSaysItHasNone()
    {
        var covered = CaseCatalogue.Default.All.SelectMany(definition => definition.Clauses).ToHashSet();
        Assert.All(Uncovered.Default.Clauses, clause => Assert.DoesNotContain(clause, covered));
    }

    [Fact]
    public void EveryXSClause_HasACaseOrAReason()
    {
        var covered = CaseCatalogue.Default.All.SelectMany(definition => definition.Clauses).Concat(Uncovered.Default.Clauses).ToHashSet();
        Assert.Empty(ClauseCatalogue.Default.All.Where(clause => clause.Id.Family == "XS" && !covered.Contains(clause.Id)).Select(clause => clause.Id));
    }

    [Fact]
    public void EveryClauseOfWeakEvidence_HasACase()
    {
        var covered = CaseCatalogue.Default.All.SelectMany(definition => definition.Clauses).ToHashSet();
        Assert.NotEmpty(WeakEvidence.Default.Clauses);
        Assert.Empty(WeakEvidence.Default.Clauses.Except(covered));
    }

    [Theory]
    [InlineData("| XS-001 | |", "u.md:1: expected a reason why XS-001 has no case, found nothing")]
    [InlineData("| XS1 | because |", "u.md:1: expected a clause id like XS-016, found 'XS1'")]
    [InlineData("| XS-001 |", "u.md:1: expected 2 columns (Clause | Why it has no case), found 1")]
    [InlineData("| XS-001, XS-001 | because |", "u.md:1: XS-001 is listed twice; keep one row")]
    public void AMalformedUncoveredRow_SaysWhereAndWhat(string row, string message)
    {
        var thrown = Assert.Throws<FormatException>(() => new Uncovered(Uncovered.Parse("u.md", row)));
        Assert.StartsWith(message, thrown.Message, StringComparison.Ordinal);
    }

    private static ClauseResult Of(RunResult run, string clause) => run.Clauses.Single(result => $"{result.Clause.Id}" == clause);
}
