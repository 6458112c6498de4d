using Conformance.Model.Clauses;

namespace Conformance.Suite.Coverage;

/// <summary>Clauses whose cases one can pass and still break the clause, and why: what a report must say beside a pass.</summary>
public sealed class WeakEvidence
{
    private static readonly Lazy<WeakEvidence> Embedded = new(() => new WeakEvidence(ClauseRemarks.Embedded(weak: true)));

    private readonly Dictionary<ClauseId, string> reasons;

    /// <summary>Makes a list of clauses and reasons.</summary>
    /// <exception cref="FormatException">A clause is listed twice.</exception>
    public WeakEvidence(IEnumerable<(ClauseId Clause, string Reason, string Where)> rows)
    {
        reasons = ClauseRemarks.Collect(rows);
    }

    /// <summary>What the section "Weak evidence" of the files <c>uncovered.md</c> of this build says.</summary>
    public static WeakEvidence Default => Embedded.Value;

    /// <summary>The clauses listed, in order.</summary>
    public IReadOnlyList<ClauseId> Clauses => [.. reasons.Keys.Order()];

    /// <summary>Why the cases of a clause say little; null when it is not listed.</summary>
    public string? ReasonOf(ClauseId clause) => reasons.GetValueOrDefault(clause);
}
