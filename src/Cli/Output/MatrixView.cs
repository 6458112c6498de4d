using Conformance.Suite.Reports;
using Spectre.Console;

namespace Conformance.Cli.Output;

/// <summary>Several reports on the console: a row a clause on which they do not all pass, a column a target.</summary>
internal sealed class MatrixView(CliServices services)
{
    public void Write(Matrix matrix, IReadOnlyList<string> files)
    {
        var page = new Page(services);
        var table = page.CreateTable();
        table.AddColumn(new TableColumn("clause").NoWrap());
        foreach (var report in matrix.Reports)
        {
            table.AddColumn(new TableColumn(new Text(report.Target)));
        }

        var unlike = matrix.Rows.Where(row => row.Cells.Any(cell => cell?.Verdict != Wording.Pass)).ToList();
        foreach (var row in unlike)
        {
            table.AddRow([new Text(row.Clause.Id), .. row.Cells.Select(cell => new Text(Matrix.Word(cell), StyleOf(cell)))]);
        }

        if (unlike.Count > 0)
        {
            page.Write(table);
        }

        int alike = matrix.Rows.Count - unlike.Count;
        page.Write($"{Wording.Count(alike, "clause")} {(alike == 1 ? "passes" : "pass")} everywhere");
        foreach (var report in matrix.Reports)
        {
            page.Write($"{report.Headline}");
        }

        foreach (string file in files)
        {
            page.Write($"wrote {file}");
        }
    }

    private static Style StyleOf(ClauseReport? cell) => cell switch
    {
        { Expected: true } => Style.Parse("yellow"),
        { Verdict: Wording.Pass } => Style.Parse("green"),
        { Verdict: Wording.Fail } => Style.Parse("red"),
        { Verdict: Wording.Inconclusive } => Style.Parse("magenta"),
        _ => Style.Plain,
    };
}
