using Conformance.Model.Clauses;
using Conformance.Suite.Documents;

namespace Conformance.Suite.Coverage;

/// <summary>Clauses with a remark each, from the tables of the files <c>uncovered.md</c> beside the cases.</summary>
internal static class ClauseRemarks
{
    /// <summary>The heading of the table about clauses whose cases say little.</summary>
    public const string WeakEvidence = "Weak evidence";

    private const string Suffix = "uncovered.md";

    /// <summary>The rows <c>clause | remark</c> below or not below <see cref="WeakEvidence"/>, of all files of this build.</summary>
    public static IEnumerable<(ClauseId Clause, string Remark, string Where)> Embedded(bool weak) =>
        EmbeddedText.Names("Cases/")
            .Where(name => name.EndsWith(Suffix, StringComparison.Ordinal))
            .SelectMany(name => Parse(name, EmbeddedText.Read(name), weak));

    /// <summary>The same of one file; the first cell may name several clauses.</summary>
    /// <exception cref="FormatException">A row is malformed; the message says where, what was expected and what came.</exception>
    public static IEnumerable<(ClauseId Clause, string Remark, string Where)> Parse(string fileName, string markdown, bool weak)
    {
        string column = weak ? "Why its cases say little" : "Why it has no case";
        foreach (var row in MarkdownTable.Parse(fileName, markdown, "Clause", column).Where(row => row.Section == WeakEvidence == weak))
        {
            if (row.Cells[1].Length == 0)
            {
                string what = weak ? $"why the cases of {row.Cells[0]} say little" : $"why {row.Cells[0]} has no case";
                throw new FormatException($"{row.Where}: expected a reason {what}, found nothing");
            }

            foreach (string word in row.Cells[0].Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))
            {
                yield return ClauseId.TryParse(word, out var clause)
                    ? (clause, row.Cells[1], row.Where)
                    : throw new FormatException($"{row.Where}: expected a clause id like XS-016, found '{word}'");
            }
        }
    }

    /// <summary>The remarks by clause.</summary>
    /// <exception cref="FormatException">A clause is listed twice.</exception>
    public static Dictionary<ClauseId, string> Collect(IEnumerable<(ClauseId Clause, string Remark, string Where)> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var remarks = new Dictionary<ClauseId, string>();
        foreach (var (clause, remark, where) in rows)
        {
            if (!remarks.TryAdd(clause, remark))
            {
                throw new FormatException($"{where}: {clause} is listed twice; keep one row");
            }
        }

        return remarks;
    }
}
