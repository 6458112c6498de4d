using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Conformance.Suite.Documents;

namespace Conformance.Suite.Reports;

/// <summary>The abbreviations in the Source column of the clauses, explained as model/Clauses/README.md explains them.</summary>
public sealed partial class SourceGlossary
{
    private const string File = "Clauses/README.md";

    private static readonly Lazy<SourceGlossary> Embedded = new(() => new SourceGlossary(File, EmbeddedText.Read(File)));

    private readonly Dictionary<string, string> explanations = new(StringComparer.Ordinal);
    private readonly Regex anyAbbreviation;

    /// <summary>Reads the table under the heading Source.</summary>
    public SourceGlossary(string fileName, string markdown)
    {
        var entries = new List<(string, string)>();
        foreach (var row in MarkdownTable.Rows(fileName, markdown).Where(row => row.Section == "Source" && row.Cells.Count == 2))
        {
            entries.Add((row.Cells[0].Replace("`", "", StringComparison.Ordinal), row.Cells[1]));
            foreach (string word in row.Cells[0].Split(['`', ',', ' '], StringSplitOptions.RemoveEmptyEntries))
            {
                explanations.TryAdd(Stem(word), row.Cells[1]);
            }
        }

        Entries = entries;
        var patterns = explanations.Keys.OrderByDescending(key => key.Length).Select(Regex.Escape);
        anyAbbreviation = new Regex($@"(?<![\w./])(?:{string.Join('|', patterns)})(?![\w.]*\w)", RegexOptions.CultureInvariant);
    }

    /// <summary>The glossary that this build carries.</summary>
    public static SourceGlossary Default => Embedded.Value;

    /// <summary>Abbreviations and what they stand for, in the order of the table.</summary>
    public IReadOnlyList<(string Abbreviations, string Explanation)> Entries { get; }

    /// <summary>What an abbreviation stands for; null when it is none.</summary>
    public string? Explain(string abbreviation) => explanations.GetValueOrDefault(Stem(abbreviation));

    /// <summary>A source as HTML, its abbreviations marked up with what they stand for.</summary>
    public string ToHtml(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var html = new StringBuilder();
        int done = 0;
        foreach (Match match in anyAbbreviation.Matches(source))
        {
            html.Append(WebUtility.HtmlEncode(source[done..match.Index]))
                .Append("<abbr title=\"").Append(WebUtility.HtmlEncode(explanations[match.Value])).Append("\">")
                .Append(WebUtility.HtmlEncode(match.Value)).Append("</abbr>");
            done = match.Index + match.Length;
        }

        return html.Append(WebUtility.HtmlEncode(source[done..])).ToString();
    }

    // `xst/…` stands for everything below xst, and `XSA-N` for every advisory.
    private static string Stem(string word) => Tail().Replace(word, "");

    [GeneratedRegex("/…$|-N$")]
    private static partial Regex Tail();
}
