namespace Conformance.Suite.Documents;

/// <summary>One row of a Markdown table below its heading.</summary>
/// <param name="Cells">The cells, without the space, the code marks and the escapes around them.</param>
/// <param name="Where">File and line, for error messages.</param>
/// <param name="Section">The heading above the table; empty if there is none.</param>
public sealed record MarkdownRow(IReadOnlyList<string> Cells, string Where, string Section);

/// <summary>Reads the tables of a Markdown file: what people read is what the program reads.</summary>
public static class MarkdownTable
{
    /// <summary>All rows of all tables of a file, headings and separators left out.</summary>
    /// <param name="fileName">Named in error messages.</param>
    /// <param name="markdown">The file's text.</param>
    /// <param name="columns">What stands in the columns, for error messages; every table has exactly these.</param>
    /// <exception cref="FormatException">A row has another number of cells; the message says where.</exception>
    public static IReadOnlyList<MarkdownRow> Parse(string fileName, string markdown, params IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(markdown);
        ArgumentNullException.ThrowIfNull(columns);
        return [.. Rows(fileName, markdown).Select(row => row.Cells.Count == columns.Count ? row : throw new FormatException(
            $"{row.Where}: expected {columns.Count} columns ({string.Join(" | ", columns)}), found {row.Cells.Count}; write \\| for a bar inside a cell"))];
    }

    /// <summary>All rows of all tables of a file, whatever their columns.</summary>
    public static IEnumerable<MarkdownRow> Rows(string fileName, string markdown)
    {
        ArgumentNullException.ThrowIfNull(markdown);
        string[] lines = markdown.ReplaceLineEndings("\n").Split('\n');
        string section = "";
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith('#'))
            {
                section = lines[i].TrimStart('#').Trim();
            }
            else if (IsRow(lines[i]) && !IsSeparator(lines[i]) && !(i + 1 < lines.Length && IsSeparator(lines[i + 1])))
            {
                yield return new MarkdownRow(Split(lines[i]), $"{fileName}:{i + 1}", section);
            }
        }
    }

    private static bool IsRow(string line) => line.StartsWith('|');

    private static bool IsSeparator(string line) => IsRow(line) && line.Contains('-', StringComparison.Ordinal) && line.All(c => c is '|' or '-' or ':' or ' ');

    private static List<string> Split(string line)
    {
        const char escapedBar = '\uE000';
        string inner = line.Replace("\\|", escapedBar.ToString(), StringComparison.Ordinal).Trim();
        inner = inner.EndsWith('|') ? inner[1..^1] : inner[1..];
        return [.. inner.Split('|').Select(cell => StripCode(cell.Trim()).Replace(escapedBar, '|'))];
    }

    private static string StripCode(string cell) =>
        cell.Length > 2 && cell[0] == '`' && cell[^1] == '`' && !cell[1..^1].Contains('`', StringComparison.Ordinal) ? cell[1..^1] : cell;
}
