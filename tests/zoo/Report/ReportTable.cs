using System.Text;

namespace Conformance.Tests.Zoo.Report;

/// <summary>The tables of the reports, in Markdown.</summary>
internal static class ReportTable
{
    /// <summary>Adds a row; a cell may have any text on one line.</summary>
    internal static void Row(StringBuilder text, params IEnumerable<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");
}
