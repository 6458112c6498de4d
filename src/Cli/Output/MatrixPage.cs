using System.Globalization;
using System.Text;
using Conformance.Model.Checking;
using Conformance.Model.Connection;
using Conformance.Model.Pictures;

namespace Conformance.Cli.Output;

/// <summary>The matrix of dialects as a Markdown page, with the shortest run for each thing that a pair breaks.</summary>
internal static class MatrixPage
{
    private static readonly string[] Participants = ["tool stack", "front", "back", "world"];

    /// <summary>What a pair keeps, or how many properties of each kind it breaks, in a few words.</summary>
    public static string Cell(MatrixRow row)
    {
        int bad = row.Shortest.Count(finding => finding.Kind is PropertyKind.Invariant or PropertyKind.StepRule);
        int stuck = row.Shortest.Count - bad;
        return $"{(bad == 0 ? "safe" : $"{bad} bad")}, {(stuck == 0 ? "live" : $"{stuck} stuck")}";
    }

    public static string Write(IReadOnlyList<MatrixRow> rows)
    {
        var text = new StringBuilder("# Every front with every back\n\n");
        text.Append("Made by `xenconf model matrix --out reports/profile-matrix.md`. Each pair of dialects was checked exhaustively in ");
        text.Append(CultureInfo.InvariantCulture, $"{ConnectionMatrix.Themes.Count} themes of the environment: {string.Join(", ", ConnectionMatrix.Themes)}.\n");
        text.Append("*safe*: nothing bad ever happens (S1 to S6 and the rules on states); *2 bad*: two such properties are broken. *live*: everything that begins\n");
        text.Append("comes to its end and nobody is stuck; *3 stuck*: three such properties are broken.\n");
        text.Append("A dialect is the side that an implementation takes in the disagreements D-1 to D-18 (model/Connection/Dialects.cs), not the implementation itself.\n\n");
        WriteTable(text, rows);
        WriteFindings(text, rows);
        WriteRuns(text, rows);
        return text.ToString();
    }

    private static void WriteTable(StringBuilder text, IReadOnlyList<MatrixRow> rows)
    {
        string[] backs = [.. rows.Select(row => row.Back).Distinct()];
        text.Append(CultureInfo.InvariantCulture, $"| front \\ back | {string.Join(" | ", backs)} |\n|{string.Concat(Enumerable.Repeat("---|", backs.Length + 1))}\n");
        foreach (var group in rows.GroupBy(row => row.Front))
        {
            text.Append(CultureInfo.InvariantCulture, $"| **{group.Key}** | {string.Join(" | ", group.Select(Cell))} |\n");
        }
    }

    private static void WriteFindings(StringBuilder text, IReadOnlyList<MatrixRow> rows)
    {
        text.Append("\n## What each pair breaks\n\nThe themes in which it is broken, each with the steps of the shortest run.\n\n| front | back | property | clauses | themes |\n|---|---|---|---|---|\n");
        foreach (var row in rows)
        {
            foreach (var group in row.Findings.GroupBy(finding => finding.Property))
            {
                var themes = group.OrderBy(finding => finding.Counterexample.Steps.Count)
                    .Select(finding => string.Create(CultureInfo.InvariantCulture, $"{finding.Theme} ({finding.Counterexample.Steps.Count - 1})"));
                text.Append(CultureInfo.InvariantCulture, $"| {row.Front} | {row.Back} | {group.Key} | {string.Join(", ", group.First().Clauses)} | {string.Join(", ", themes)} |\n");
            }
        }
    }

    /// <summary>For each property the shortest run of all pairs: the others differ in length, seldom in kind.</summary>
    private static void WriteRuns(StringBuilder text, IReadOnlyList<MatrixRow> rows)
    {
        text.Append("\n## The shortest run for each property\n");
        var shortest = rows.SelectMany(row => row.Findings.Select(finding => (Row: row, Finding: finding)))
            .GroupBy(pair => pair.Finding.Property)
            .Select(group => group.MinBy(pair => pair.Finding.Counterexample.Steps.Count));
        foreach (var (row, finding) in shortest)
        {
            var chart = SequenceChart.Of($"{row.Front} front, {row.Back} back, {finding.Theme}", Participants, finding.Counterexample);
            text.Append(CultureInfo.InvariantCulture, $"\n### {finding.Property}\n\n```\n{ChartText.Draw(chart)}```\n");
        }
    }
}
