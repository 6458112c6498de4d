using Conformance.Model.Clauses;

namespace Conformance.Suite.Coverage;

/// <summary>Clauses that have no case, and why: what a report must say instead of leaving them out.</summary>
public sealed class Uncovered
{
    private static readonly Lazy<Uncovered> Embedded = new(() => new Uncovered(ClauseRemarks.Embedded(weak: false)));

    private readonly Dictionary<ClauseId, string> reasons;

    /// <summary>Makes a list of clauses and reasons.</summary>
    /// <exception cref="FormatException">A clause is listed twice.</exception>
    public Uncovered(IEnumerable<(ClauseId Clause, string Reason, string Where)> rows)
    {
        reasons = ClauseRemarks.Collect(rows);
    }

    /// <summary>What the files <c>uncovered.md</c> beside the cases of this build say.</summary>
    public static Uncovered Default => Embedded.Value;

    /// <summary>The clauses listed, in order.</summary>
    public IReadOnlyList<ClauseId> Clauses => [.. reasons.Keys.Order()];

    /// <summary>Why a clause has no case; null when it is not listed.</summary>
    public string? ReasonOf(ClauseId clause) => reasons.GetValueOrDefault(clause);

    /// <summary>Reads the rows <c>clause | why</c> of one file; the first cell may name several clauses.</summary>
    /// <exception cref="FormatException">A row is malformed; the message says where, what was expected and what came.</exception>
    public static IEnumerable<(ClauseId Clause, string Reason, string Where)> Parse(string fileName, string markdown) =>
        ClauseRemarks.Parse(fileName, markdown, weak: false).Select(row => (row.Clause, row.Remark, row.Where));
}
