using Conformance.Suite.Verdicts;

namespace Conformance.Suite.Results;

/// <summary>A run in numbers.</summary>
/// <param name="Cases">Cases that ended: the sum of the next four.</param>
/// <param name="Pass">Cases that passed.</param>
/// <param name="Fail">Cases that failed, known divergences and unexpected passes among them.</param>
/// <param name="Inconclusive">Cases that could not tell.</param>
/// <param name="NotApplicable">Cases that the target does not have what it takes for.</param>
/// <param name="ExpectedFail">Failed cases that are known divergences.</param>
/// <param name="UnexpectedPass">Cases that passed although a known divergence is listed for them.</param>
/// <param name="NotRun">Cases that had not ended when the run was stopped.</param>
/// <param name="Clauses">Clauses that at least one ended case speaks of: the sum of the next four.</param>
/// <param name="ClausesPass">Clauses that hold as far as the cases can tell.</param>
/// <param name="ClausesFail">Clauses that are broken, known divergences among them.</param>
/// <param name="ClausesInconclusive">Clauses of which nothing can be said.</param>
/// <param name="ClausesNotApplicable">Clauses that the target does not have what it takes for.</param>
/// <param name="ClausesWithoutCase">Clauses asked for that no case checks.</param>
public sealed record RunSummary(
    int Cases,
    int Pass,
    int Fail,
    int Inconclusive,
    int NotApplicable,
    int ExpectedFail,
    int UnexpectedPass,
    int NotRun,
    int Clauses,
    int ClausesPass,
    int ClausesFail,
    int ClausesInconclusive,
    int ClausesNotApplicable,
    int ClausesWithoutCase)
{
    /// <summary>Counts.</summary>
    public static RunSummary Of(IReadOnlyList<CaseResult> cases, IReadOnlyList<ClauseResult> clauses, int notRun)
    {
        int Cases(Verdict verdict) => cases.Count(result => result.Verdict == verdict);
        int Clauses(Verdict verdict) => clauses.Count(result => result.Verdict == verdict && result.Cases.Count > 0);
        return new RunSummary(
            cases.Count, Cases(Verdict.Pass), Cases(Verdict.Fail), Cases(Verdict.Inconclusive), Cases(Verdict.NotApplicable),
            cases.Count(result => result.Expectation == Expectation.KnownDivergence),
            cases.Count(result => result.Expectation == Expectation.UnexpectedPass),
            notRun,
            clauses.Count(result => result.Cases.Count > 0),
            Clauses(Verdict.Pass), Clauses(Verdict.Fail), Clauses(Verdict.Inconclusive), Clauses(Verdict.NotApplicable),
            clauses.Count(result => result.Verdict is null));
    }
}
