namespace Conformance.Model.Clauses;

/// <summary>Reads the Markdown table of one clause family. The file that people read is the file the program reads.</summary>
public static class ClauseTable
{
    private const int Columns = 6;

    /// <summary>Parses all rows of one file, in their order.</summary>
    /// <param name="fileName">Named in error messages.</param>
    /// <param name="markdown">The file's text.</param>
    /// <exception cref="FormatException">A row is malformed; the message says where, what was expected and what came.</exception>
    public static IReadOnlyList<Clause> Parse(string fileName, string markdown)
    {
        ArgumentNullException.ThrowIfNull(markdown);
        var clauses = new List<Clause>();
        string section = "";
        int lineNumber = 0;
        foreach (string line in markdown.Split('\n'))
        {
            lineNumber++;
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                section = line[3..].Trim();
            }
            else if (line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| ID ", StringComparison.Ordinal))
            {
                clauses.Add(ParseRow(line, section, $"{fileName}:{lineNumber}"));
            }
        }

        return clauses;
    }

    private static Clause ParseRow(string line, string section, string where)
    {
        string[] cells = line.Trim().Trim('|').Split(" | ").Select(cell => cell.Trim()).ToArray();
        if (cells.Length != Columns)
        {
            throw new FormatException($"{where}: expected {Columns} columns, found {cells.Length}");
        }

        if (!ClauseId.TryParse(cells[0], out var id))
        {
            throw new FormatException($"{where}: expected a clause id like XS-016, found '{cells[0]}'");
        }

        return new Clause(
            id,
            section,
            cells[1],
            ParseKinds(cells[2], where),
            cells[3],
            ParseChecks(cells[4], where),
            cells[4],
            ParseSeverity(cells[5], where));
    }

    private static ClauseKinds ParseKinds(string cell, string where) =>
        cell.Split('/').Aggregate(ClauseKinds.None, (kinds, word) => kinds | word switch
        {
            "S" => ClauseKinds.Specified,
            "F" => ClauseKinds.DeFacto,
            "2010" => ClauseKinds.Seed2010,
            "H" => ClauseKinds.Hardening,
            "D" => ClauseKinds.Dialect,
            _ => throw new FormatException($"{where}: expected a kind S, F, 2010, H or D, found '{word}'"),
        });

    private static CheckKinds ParseChecks(string cell, string where)
    {
        // A hint in parentheses may hold commas; only the words outside it name checks.
        int depth = 0;
        var outside = new string(cell.Where(c => (c switch { '(' => ++depth, ')' => depth-- , _ => depth }) == 0).ToArray());
        return outside.Split(',').Select(word => word.Trim()).Aggregate(CheckKinds.None, (checks, word) => checks | word switch
        {
            "SI" => CheckKinds.Safety,
            "LV" => CheckKinds.Liveness,
            "WA" => CheckKinds.Wire,
            "FZ" => CheckKinds.Fuzz,
            "DT" => CheckKinds.Differential,
            _ => throw new FormatException($"{where}: expected a check SI, LV, WA, FZ or DT, found '{word}'"),
        });
    }

    private static Severity ParseSeverity(string cell, string where) => cell switch
    {
        "C" => Severity.Critical,
        "H" => Severity.High,
        "M" => Severity.Medium,
        "L" => Severity.Low,
        _ => throw new FormatException($"{where}: expected a severity C, H, M or L, found '{cell}'"),
    };
}
