using System.Globalization;
using System.Text;

namespace Conformance.Model.Pictures;

/// <summary>Draws a sequence chart as a Mermaid <c>sequenceDiagram</c>.</summary>
public static class ChartMermaid
{
    /// <summary>Draws it.</summary>
    public static string Draw(SequenceChart chart)
    {
        ArgumentNullException.ThrowIfNull(chart);
        var text = new StringBuilder("sequenceDiagram\n");
        text.Append(CultureInfo.InvariantCulture, $"    title {Plain(chart.Title)}\n");
        for (int i = 0; i < chart.Participants.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"    participant P{i} as {Plain(chart.Participants[i])}\n");
        }

        for (int i = 0; i < chart.Rows.Count; i++)
        {
            if (chart.LoopsTo == i)
            {
                text.Append("    loop for ever\n");
            }

            var row = chart.Rows[i];
            int from = chart.ColumnOf(row.Participant);
            int to = row.Towards is { } towards ? chart.ColumnOf(towards) : from;
            string words = Plain(row.Code.Length == 0 ? row.Text : $"{row.Code} {row.Text}");
            string place = from == to ? Number($"Note over P{from}") : Number($"P{from}->>P{to}");
            text.Append(CultureInfo.InvariantCulture, $"    {place}: {words}\n");
            if (row.Beside is { } beside)
            {
                text.Append(CultureInfo.InvariantCulture, $"    Note right of P{chart.Participants.Count - 1}: {Plain(beside)}\n");
            }
        }

        if (chart.LoopsTo < chart.Rows.Count)
        {
            text.Append("    end\n");
        }

        return text.ToString();
    }

    private static string Number(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    // A semicolon ends a statement, and a hash begins an entity.
    private static string Plain(string words) => words.Replace(';', ',').Replace("#", "no. ", StringComparison.Ordinal);
}
