using Conformance.Suite.Running;

namespace Conformance.Suite.Results;

/// <summary>What a run as a whole says of its target.</summary>
public enum Conclusion
{
    /// <summary>Every case that could be run passed.</summary>
    Conforms,

    /// <summary>Every failure is a known divergence.</summary>
    ConformsWithKnownDivergences,

    /// <summary>A clause is broken and nobody expected it, or something that was expected to fail passed.</summary>
    DoesNotConform,

    /// <summary>Nothing is broken as far as the run could tell, and it could not tell all.</summary>
    Inconclusive,

    /// <summary>Not one case was executed. Never a pass.</summary>
    NothingTested,
}

/// <summary>A run, judged.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Description">What the target is.</param>
/// <param name="Uses">What it uses, with versions.</param>
/// <param name="Selection">What was asked for.</param>
/// <param name="Settings">How it was run.</param>
/// <param name="Started">When.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Cases">What came of each case, in the order of the ids.</param>
/// <param name="Clauses">What that says of each clause, in the order of the ids.</param>
/// <param name="Summary">The numbers.</param>
/// <param name="Warnings">What people should know besides, a line each.</param>
public sealed record RunResult(
    string Target,
    string Description,
    string Uses,
    Selection Selection,
    RunSettings Settings,
    DateTimeOffset Started,
    TimeSpan Duration,
    IReadOnlyList<CaseResult> Cases,
    IReadOnlyList<ClauseResult> Clauses,
    RunSummary Summary,
    IReadOnlyList<string> Warnings)
{
    /// <summary>What the run as a whole says.</summary>
    public Conclusion Conclusion => Summary switch
    {
        _ when Cases.Any(result => result.IsBreach) => Conclusion.DoesNotConform,
        { Inconclusive: > 0 } or { NotRun: > 0 } => Conclusion.Inconclusive,
        { Pass: 0, Fail: 0 } => Conclusion.NothingTested,
        { ExpectedFail: > 0 } => Conclusion.ConformsWithKnownDivergences,
        _ => Conclusion.Conforms,
    };
}
