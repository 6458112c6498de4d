using Conformance.Suite.Cases;
using Conformance.Suite.Expected;
using Conformance.Suite.Results;
using Conformance.Suite.Verdicts;

namespace Conformance.Tests.Unit.Suite;

public sealed class ExpectedFailuresTests
{
    private const string Head = "# Known\n\n| Case | Clause | Match | Does instead | In doubt | Reason |\n|---|---|---|---|---|---|\n";
    private const string Row = "| `XS-049/*` | XS-049 | `came \"(no\\|yes)` | says no | daemon | because |\n";

    private static readonly FakeStoreTarget SaysNo = new()
    {
        Answer = (request, _) => FakeStoreTarget.Reply(request, request.Type == Model.Protocol.XenStore.XsMessageType.Read ? "no" : "OK\0"),
    };

    [Fact]
    public void Parse_ReadsEveryColumn()
    {
        var row = Assert.Single(ExpectedFailures.Parse("known.md", Head + Row).Rows);
        Assert.Equal(("XS-049/*", "XS-049", "came \"(no|yes)"), (row.Cases, $"{row.Clause}", $"{row.Match}"));
        Assert.Equal(("says no", InDoubt.Daemon, "because", "known.md:5"), (row.DoesInstead, row.Doubt, row.Reason, row.Where));
    }

    [Theory]
    [InlineData("| a | XS-049 | x | y | daemon |", "known.md:5: expected 6 columns (Case | Clause | Match | Does instead | In doubt | Reason), found 5; write \\| for a bar inside a cell")]
    [InlineData("| a | XS49 | x | y | daemon | z |", "known.md:5: expected a clause id like XS-016, found 'XS49'")]
    [InlineData("| a | XS-049 | ( | y | daemon | z |", "known.md:5: expected a regular expression in the column 'Match', found '('")]
    [InlineData("| a | XS-049 | x | y | both | z |", "known.md:5: expected daemon or clause in the column 'In doubt', found 'both'")]
    [InlineData("| a | XS-049 | x |  | daemon | z |", "known.md:5: expected something in the column 'Does instead', found nothing")]
    public void Parse_OfAMalformedRow_SaysWhereAndWhat(string row, string message)
    {
        var thrown = Assert.Throws<FormatException>(() => ExpectedFailures.Parse("known.md", Head + row));
        Assert.StartsWith(message, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AListedFailure_IsAKnownDivergence_AndDoesNotStandInTheWay()
    {
        var run = await SampleCases.CertifyAsync(SaysNo, expected: ExpectedFailures.Parse("known.md", Head + Row));

        var result = run.Cases.Single(found => found.Case.Id == "XS-049/read-gives-ok/socket");
        Assert.Equal((Verdict.Fail, Expectation.KnownDivergence, false), (result.Verdict, result.Expectation, result.IsBreach));
        Assert.Equal((Conclusion.ConformsWithKnownDivergences, 1, 1), (run.Conclusion, run.Summary.Fail, run.Summary.ExpectedFail));
        Assert.True(run.Clauses.Single(clause => $"{clause.Clause.Id}" == "XS-049").IsKnown);
    }

    [Theory]
    [InlineData("| XS-049/* | XS-049 | another message | a | daemon | b |")]
    [InlineData("| XS-049/* | XS-016 | no | a | daemon | b |")]
    public async Task AListedFailure_WithAnotherMessageOrClause_IsABreach(string row)
    {
        var run = await SampleCases.CertifyAsync(SaysNo, expected: ExpectedFailures.Parse("known.md", Head + row));
        Assert.Equal(Expectation.FailedOtherwise, run.Cases.Single(found => found.Verdict == Verdict.Fail).Expectation);
        Assert.Equal(Conclusion.DoesNotConform, run.Conclusion);
    }

    [Fact]
    public async Task AListedCaseThatPasses_FailsTheRun_AndNamesTheRow()
    {
        var run = await SampleCases.CertifyAsync(new FakeStoreTarget(), expected: ExpectedFailures.Parse("known.md", Head + Row));

        var result = run.Cases.Single(found => found.Verdict == Verdict.Fail);
        Assert.Equal("unexpected pass: remove row known.md:5, which expects a failure of XS-049", result.Message);
        Assert.Equal((Conclusion.DoesNotConform, 1), (run.Conclusion, run.Summary.UnexpectedPass));
    }

    [Fact]
    public async Task ARowThatMatchesNoCase_IsAWarningOfAFullRun()
    {
        var run = await SampleCases.CertifyAsync(new FakeStoreTarget(), expected: ExpectedFailures.Parse("known.md", Head + Row.Replace("XS-049/*", "XS-777/*", StringComparison.Ordinal)));
        Assert.Equal("known.md:5: no case matches 'XS-777/*'; remove the row or mend the pattern", Assert.Single(run.Warnings));
    }

    [Fact]
    public void EveryRowOfTheEmbeddedFiles_MatchesACase()
    {
        foreach (string target in ExpectedFailures.EmbeddedTargets)
        {
            Assert.Empty(ExpectedFailures.ForTarget(target).FindOrphans(CaseCatalogue.Default.All).Select(row => $"{row.Where}: {row.Cases}"));
        }
    }
}
