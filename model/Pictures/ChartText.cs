using System.Globalization;
using System.Text;

namespace Conformance.Model.Pictures;

/// <summary>Draws a sequence chart with plain characters.</summary>
public static class ChartText
{
    private const int Gutter = 5;
    private const int LeastColumn = 12;

    /// <summary>Draws it.</summary>
    /// <param name="chart">The chart.</param>
    /// <param name="width">The most columns of text; columns become narrow, never wider than that allows.</param>
    public static string Draw(SequenceChart chart, int width = 100)
    {
        ArgumentNullException.ThrowIfNull(chart);
        var text = new StringBuilder();
        int room = Math.Min(width / 3, width - Gutter - (LeastColumn * chart.Participants.Count));
        int side = Math.Min(chart.Rows.Select(row => row.Beside?.Length ?? 0).DefaultIfEmpty().Max(), Math.Max(LeastColumn / 2, room));
        int column = Math.Max(LeastColumn, (width - Gutter - side) / chart.Participants.Count);
        AddLine(text, chart.Title);
        AddLine(text, new string(' ', Gutter) + string.Concat(chart.Participants.Select(name => name.PadRight(column))));
        for (int i = 0; i < chart.Rows.Count; i++)
        {
            if (chart.LoopsTo == i)
            {
                AddLine(text, $"{new string(' ', Gutter)}-- from here on for ever:");
            }

            AddRow(text, chart, i, column, side);
        }

        if (chart.LoopsTo is { } loop)
        {
            AddLine(text, string.Create(CultureInfo.InvariantCulture, $"{new string(' ', Gutter)}-- and again from {loop + 1}"));
        }

        AddEnding(text, chart, width);
        return text.ToString();
    }

    private static void AddRow(StringBuilder text, SequenceChart chart, int index, int column, int side)
    {
        var row = chart.Rows[index];
        int at = chart.ColumnOf(row.Participant);
        string number = string.Create(CultureInfo.InvariantCulture, $"{index + 1,3}  ");
        string[] lines = [.. Wrap(row.Code.Length == 0 ? row.Text : $"{row.Code} {row.Text}", column - 1)];
        string[] notes = row.Beside is { } beside ? [.. Wrap(beside, side)] : [];
        for (int i = 0; i < Math.Max(lines.Length, notes.Length); i++)
        {
            AddLine(text, number + Lifelines(chart, at, column, lines.ElementAtOrDefault(i) ?? "|") + notes.ElementAtOrDefault(i));
            number = new string(' ', Gutter);
        }

        if (row.Towards is { } towards)
        {
            AddLine(text, number + Arrow(chart, at, chart.ColumnOf(towards), column));
        }
    }

    private static string Lifelines(SequenceChart chart, int at, int column, string words)
    {
        var line = new StringBuilder();
        for (int i = 0; i < chart.Participants.Count; i++)
        {
            line.Append((i == at ? words : "|").PadRight(column));
        }

        return line.ToString();
    }

    private static string Arrow(SequenceChart chart, int from, int to, int column)
    {
        char[] line = Lifelines(chart, -1, column, string.Empty).ToCharArray();
        int begin = Math.Min(from, to) * column;
        int end = Math.Max(from, to) * column;
        for (int i = begin + 1; i < end; i++)
        {
            line[i] = '-';
        }

        line[from < to ? end - 1 : begin + 1] = from < to ? '>' : '<';
        return new string(line);
    }

    private static void AddEnding(StringBuilder text, SequenceChart chart, int width)
    {
        if (chart.Ending.Count == 0)
        {
            return;
        }

        AddLine(text, "then:");
        int name = chart.Ending.Max(pair => pair.Key.Length);
        foreach (var (key, value) in chart.Ending)
        {
            string lead = key.PadRight(name);
            foreach (string line in Wrap(value, Math.Max(20, width - name - 4)))
            {
                AddLine(text, $"  {lead}  {line}");
                lead = new string(' ', name);
            }
        }
    }

    private static void AddLine(StringBuilder text, string line) => text.Append(line.TrimEnd()).Append('\n');

    /// <summary>Breaks words into lines; a word that is too long is cut.</summary>
    internal static IEnumerable<string> Wrap(string words, int width)
    {
        var line = new StringBuilder();
        foreach (string word in words.Split(' '))
        {
            string rest = word;
            if (line.Length > 0 && line.Length + 1 + rest.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }

            for (; rest.Length > width; rest = rest[width..])
            {
                yield return rest[..width];
            }

            line.Append(line.Length > 0 ? " " : string.Empty).Append(rest);
        }

        yield return line.ToString();
    }
}
