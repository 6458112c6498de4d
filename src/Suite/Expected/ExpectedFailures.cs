using System.Text.RegularExpressions;
using Conformance.Model.Clauses;
using Conformance.Model.Judging;
using Conformance.Suite.Cases;
using Conformance.Suite.Documents;
using Conformance.Suite.Results;
using Conformance.Suite.Running;
using Conformance.Suite.Verdicts;

namespace Conformance.Suite.Expected;

/// <summary>
/// The known divergences of one target: a Markdown file of tables with the columns
/// <c>Case | Clause | Match | Does instead | In doubt | Reason</c>. Case is a pattern of case ids, Match a regular
/// expression for the failure's message (a bar is written <c>\|</c>), In doubt is <c>daemon</c> or <c>clause</c>.
/// </summary>
public sealed class ExpectedFailures
{
    // A pattern comes from a file that may be anybody's; a runaway one must not hang the run.
    private static readonly TimeSpan MatchLimit = TimeSpan.FromSeconds(1);

    private static readonly string[] Columns = ["Case", "Clause", "Match", "Does instead", "In doubt", "Reason"];

    /// <summary>Makes a list of rows.</summary>
    public ExpectedFailures(string source, IReadOnlyList<ExpectedFailure> rows)
    {
        Source = source;
        Rows = rows;
    }

    /// <summary>Nothing is expected to fail.</summary>
    public static ExpectedFailures None { get; } = new("", []);

    /// <summary>The name of the file; empty when there is none.</summary>
    public string Source { get; }

    /// <summary>The rows in their order.</summary>
    public IReadOnlyList<ExpectedFailure> Rows { get; }

    /// <summary>The names of the targets for which this build carries a file.</summary>
    public static IReadOnlyList<string> EmbeddedTargets =>
        [.. EmbeddedText.Names("Expected/").Select(name => Path.GetFileNameWithoutExtension(name))];

    /// <summary>The file that this build carries for a target; nothing is expected to fail when there is none.</summary>
    /// <param name="targetName">Its name; what stands behind a colon does not count.</param>
    public static ExpectedFailures ForTarget(string targetName)
    {
        ArgumentNullException.ThrowIfNull(targetName);
        string file = $"Expected/{targetName.Split(':')[0]}.md";
        return EmbeddedText.Find(file) is { } markdown ? Parse(file, markdown) : None;
    }

    /// <summary>Reads one file.</summary>
    /// <exception cref="FormatException">A row is malformed; the message says where, what was expected and what came.</exception>
    public static ExpectedFailures Parse(string fileName, string markdown) =>
        new(fileName, [.. MarkdownTable.Parse(fileName, markdown, Columns).Select(ParseRow)]);

    /// <summary>The rows that match no case at all: they say something about nothing.</summary>
    public IReadOnlyList<ExpectedFailure> FindOrphans(IEnumerable<CaseDefinition> cases) =>
        [.. Rows.Where(row => !cases.Any(definition => Selection.Matches(row.Cases, definition.Id)))];

    /// <summary>Compares a result with the rows about its case.</summary>
    public CaseResult Judge(CaseResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var about = Rows.Where(row => Selection.Matches(row.Cases, result.Case.Id)).ToList();
        if (about.Count == 0)
        {
            return result;
        }

        if (result.Verdict == Verdict.Pass)
        {
            var row = about[0];
            return result with
            {
                Verdict = Verdict.Fail,
                Clause = row.Clause,
                Blame = Blame.Harness,
                Message = $"unexpected pass: remove row {row.Where}, which expects a failure of {row.Clause}",
                Expectation = Expectation.UnexpectedPass,
                Row = row,
            };
        }

        if (result.Verdict != Verdict.Fail)
        {
            return result;
        }

        return about.FirstOrDefault(row => row.Clause == result.Clause && IsMatch(row, result.Message)) is { } known
            ? result with { Expectation = Expectation.KnownDivergence, Row = known }
            : result with { Expectation = Expectation.FailedOtherwise, Row = about[0] };
    }

    private static bool IsMatch(ExpectedFailure row, string message)
    {
        try
        {
            return row.Match.IsMatch(message);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static ExpectedFailure ParseRow(MarkdownRow row)
    {
        var cells = row.Cells;
        if (!ClauseId.TryParse(cells[1], out var clause))
        {
            throw new FormatException($"{row.Where}: expected a clause id like XS-016, found '{cells[1]}'");
        }

        int empty = Enumerable.Range(0, cells.Count).FirstOrDefault(column => cells[column].Length == 0, -1);
        if (empty >= 0)
        {
            throw new FormatException($"{row.Where}: expected something in the column '{Columns[empty]}', found nothing");
        }

        var doubt = cells[4] switch
        {
            "daemon" => InDoubt.Daemon,
            "clause" => InDoubt.Clause,
            _ => throw new FormatException($"{row.Where}: expected daemon or clause in the column 'In doubt', found '{cells[4]}'"),
        };
        return new ExpectedFailure(cells[0], clause, ParseMatch(row), cells[3], doubt, cells[5], row.Where);
    }

    private static Regex ParseMatch(MarkdownRow row)
    {
        try
        {
            return new Regex(row.Cells[2], RegexOptions.CultureInvariant, MatchLimit);
        }
        catch (ArgumentException malformed)
        {
            throw new FormatException($"{row.Where}: expected a regular expression in the column 'Match', found '{row.Cells[2]}': {malformed.Message}");
        }
    }
}
