using Conformance.Model.Clauses;
using Conformance.Model.Judging;
using Conformance.Suite.Cases;
using Conformance.Suite.Evidence;
using Conformance.Suite.Verdicts;

namespace Conformance.Suite.Results;

/// <summary>How a result compares with the expected-failure file of the target.</summary>
public enum Expectation
{
    /// <summary>The file does not speak of it.</summary>
    None,

    /// <summary>It failed as the file says: a known divergence.</summary>
    KnownDivergence,

    /// <summary>The file lists it, and it failed in another way.</summary>
    FailedOtherwise,

    /// <summary>The file lists it, and it passed.</summary>
    UnexpectedPass,
}

/// <summary>What came of one case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Verdict">What it found out.</param>
/// <param name="Clause">The clause that was broken; null unless the verdict is fail.</param>
/// <param name="Blame">Who broke it.</param>
/// <param name="Message">One line; empty for a pass.</param>
/// <param name="Seed">What seeded its chance.</param>
/// <param name="Duration">How long it took, starting and stopping the one under test not counted.</param>
/// <param name="Evidence">The whole exchange.</param>
public sealed record CaseResult(
    CaseDefinition Case,
    Verdict Verdict,
    ClauseId? Clause,
    Blame Blame,
    string Message,
    int Seed,
    TimeSpan Duration,
    IReadOnlyList<WireRecord> Evidence)
{
    /// <summary>How it compares with the expected-failure file.</summary>
    public Expectation Expectation { get; init; }

    /// <summary>The row of the file that speaks of it; null when none does.</summary>
    public Expected.ExpectedFailure? Row { get; init; }

    /// <summary>Whether it stands in the way of conformance.</summary>
    public bool IsBreach => Verdict == Verdict.Fail && Expectation != Expectation.KnownDivergence;
}
