using Conformance.Model.Clauses;
using Conformance.Model.Judging;
using Conformance.Suite.Verdicts;

namespace Conformance.Suite.Cases;

/// <summary>Ends a case before its end with a verdict other than pass. Only the runner catches it.</summary>
public sealed class CaseOutcome : Exception
{
    private CaseOutcome(Verdict verdict, ClauseId? clause, Blame blame, string message, Exception? cause = null)
        : base(message, cause)
    {
        Verdict = verdict;
        Clause = clause;
        Blame = blame;
    }

    /// <summary>The verdict; never pass.</summary>
    public Verdict Verdict { get; }

    /// <summary>The clause that was broken; null when none was, or when the case's first clause is meant.</summary>
    public ClauseId? Clause { get; }

    /// <summary>Who broke it.</summary>
    public Blame Blame { get; }

    /// <summary>A clause was broken.</summary>
    /// <param name="clause">Which; null for the case's first.</param>
    /// <param name="blame">By whom.</param>
    /// <param name="message">One line: what was expected, what came.</param>
    public static CaseOutcome Fail(ClauseId? clause, Blame blame, string message) =>
        new(Verdict.Fail, clause, blame, message);

    /// <summary>The case cannot tell.</summary>
    public static CaseOutcome Inconclusive(string message, Exception? cause = null) =>
        new(Verdict.Inconclusive, null, Blame.Harness, message, cause);

    /// <summary>The target does not have what the case asks about.</summary>
    /// <param name="message">One line: what is missing.</param>
    public static CaseOutcome NotApplicable(string message) =>
        new(Verdict.NotApplicable, null, Blame.None, message);
}
