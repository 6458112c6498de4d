using Conformance.Model.Clauses;
using Conformance.Suite.Documents;

namespace Conformance.Suite.Coverage;

/// <summary>Clauses that have no case, and why: what a report must say instead of leaving them out.</summary>
public sealed class Uncovered
{
    private const string Suffix = "uncovered.md";

    private static readonly Lazy<Uncovered> Embedded = new(() => new Uncovered(
        EmbeddedText.Names("Cases/")
            .Where(name => name.EndsWith(Suffix, StringComparison.Ordinal))
            .SelectMany(name => Parse(name, EmbeddedText.Read(name)))));

    private readonly Dictionary<ClauseId, string> reasons = [];

    /// <summary>Makes a list of clauses and reasons.</summary>
    /// <exception cref="FormatException">A clause is listed twice.</exception>
    public Uncovered(IEnumerable<(ClauseId Clause, string Reason, string Where)> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        foreach (var (clause, reason, where) in rows)
        {
            if (!reasons.TryAdd(clause, reason))
            {
                throw new FormatException($"{where}: {clause} is listed twice; keep one row");
            }
        }
    }

    /// <summary>What the files <c>uncovered.md</c> beside the cases of this build say.</summary>
    public static Uncovered Default => Embedded.Value;

    /// <summary>The clauses listed, in order.</summary>
    public IReadOnlyList<ClauseId> Clauses => [.. reasons.Keys.Order()];

    /// <summary>Why a clause has no case; null when it is not listed.</summary>
    public string? ReasonOf(ClauseId clause) => reasons.GetValueOrDefault(clause);

    /// <summary>Reads the rows <c>clause | why</c> of one file; the first cell may name several clauses.</summary>
    /// <exception cref="FormatException">A row is malformed; the message says where, what was expected and what came.</exception>
    public static IEnumerable<(ClauseId Clause, string Reason, string Where)> Parse(string fileName, string markdown)
    {
        foreach (var row in MarkdownTable.Parse(fileName, markdown, "Clause", "Why it has no case"))
        {
            if (row.Cells[1].Length == 0)
            {
                throw new FormatException($"{row.Where}: expected a reason why {row.Cells[0]} has no case, found nothing");
            }

            foreach (string word in row.Cells[0].Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))
            {
                yield return ClauseId.TryParse(word, out var clause)
                    ? (clause, row.Cells[1], row.Where)
                    : throw new FormatException($"{row.Where}: expected a clause id like XS-016, found '{word}'");
            }
        }
    }
}
