namespace Conformance.Suite.Reports.Html;

/// <summary>Several reports side by side on one page: a row a clause, a column a target.</summary>
public static class HtmlMatrix
{
    private static readonly Lazy<HtmlTemplate> Template = new(() => new HtmlTemplate("matrix"));

    /// <summary>Writes the page.</summary>
    public static string Write(Matrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return Template.Value.Render("Conformance, side by side", new
        {
            Targets = matrix.Reports.Select(report => new { report.Target, report.Headline, report.Uses, report.Command, report.Conclusion }).ToArray(),
            Sections = matrix.Rows.Select(row => row.Clause.Section).Distinct().ToArray(),
            Rows = matrix.Rows.Select(row => new
            {
                row.Clause.Id,
                row.Clause.Section,
                row.Clause.Statement,
                row.Clause.Severity,
                Kinds = string.Join(' ', row.Cells.Select(Kind).Distinct()),
                Cells = row.Cells.Select(cell => new { Kind = Kind(cell), Verdict = Matrix.Word(cell), Reason = cell?.Reason ?? "" }).ToArray(),
            }).ToArray(),
        });
    }

    private static string Kind(ClauseReport? cell) => cell switch
    {
        null => "notAsked",
        { Expected: true } => "known",
        _ => cell.Verdict,
    };
}
