using System.Globalization;
using System.Text;

namespace Conformance.Model.Pictures;

/// <summary>Draws a sequence chart as an SVG picture that suits light and dark pages.</summary>
public static class ChartSvg
{
    private const int Column = 230;
    private const int Left = 46;
    private const int Top = 74;
    private const int LineHeight = 16;
    private const int CharactersALine = 32;

    /// <summary>Draws it.</summary>
    public static string Draw(SequenceChart chart)
    {
        ArgumentNullException.ThrowIfNull(chart);
        var body = new StringBuilder();
        int y = Top;
        var tops = new List<int>();
        for (int i = 0; i < chart.Rows.Count; i++)
        {
            tops.Add(y);
            y = DrawRow(body, chart, i, y);
        }

        int width = Left + (Column * chart.Participants.Count) + (chart.Rows.Any(row => row.Beside is not null) ? 2 * Column : 20);
        if (chart.LoopsTo is { } loop && loop < tops.Count)
        {
            DrawLoop(body, tops[loop], y);
        }

        int end = y + 8;
        y = DrawEnding(body, chart, end + 10, width);
        return SvgPage.Frame(width, y + 10, chart.Title, Heads(chart, end) + body);
    }

    private static string Heads(SequenceChart chart, int bottom)
    {
        var text = new StringBuilder();
        for (int i = 0; i < chart.Participants.Count; i++)
        {
            int x = Left + (Column * i);
            text.Append(CultureInfo.InvariantCulture, $"<line class=\"life\" x1=\"{x}\" y1=\"58\" x2=\"{x}\" y2=\"{bottom}\"/>\n");
            text.Append(CultureInfo.InvariantCulture, $"<text class=\"head\" x=\"{x - 6}\" y=\"50\">{SvgPage.Escape(chart.Participants[i])}</text>\n");
        }

        return text.ToString();
    }

    private static int DrawRow(StringBuilder text, SequenceChart chart, int index, int y)
    {
        var row = chart.Rows[index];
        int at = chart.ColumnOf(row.Participant);
        int x = Left + (Column * at);
        text.Append(CultureInfo.InvariantCulture, $"<text class=\"number\" x=\"{Left - 18}\" y=\"{y + 4}\">{index + 1}</text><circle class=\"dot\" cx=\"{x}\" cy=\"{y}\" r=\"3.5\"/>\n");
        if (row.Beside is { } beside)
        {
            text.Append(CultureInfo.InvariantCulture, $"<text class=\"beside\" x=\"{Left + (Column * chart.Participants.Count)}\" y=\"{y + 4}\">{SvgPage.Escape(beside)}</text>\n");
        }

        string code = row.Code;
        foreach (string line in ChartText.Wrap(row.Code.Length == 0 ? row.Text : $"{row.Code} {row.Text}", CharactersALine))
        {
            bool hasCode = code.Length > 0 && line.StartsWith(code, StringComparison.Ordinal);
            string words = hasCode ? $"<tspan class=\"code\">{SvgPage.Escape(code)}</tspan>{SvgPage.Escape(line[code.Length..])}" : SvgPage.Escape(line);
            text.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + 9}\" y=\"{y + 4}\">{words}</text>\n");
            code = string.Empty;
            y += LineHeight;
        }

        if (row.Towards is { } towards)
        {
            int end = Left + (Column * chart.ColumnOf(towards));
            text.Append(CultureInfo.InvariantCulture, $"<line class=\"arrow\" marker-end=\"url(#tip)\" x1=\"{x}\" y1=\"{y}\" x2=\"{end + (end > x ? -3 : 3)}\" y2=\"{y}\"/>\n");
            y += LineHeight;
        }

        return y + 6;
    }

    private static void DrawLoop(StringBuilder text, int top, int bottom)
    {
        text.Append(CultureInfo.InvariantCulture, $"<path class=\"loop\" marker-end=\"url(#tip)\" d=\"M 24 {bottom - 12} H 10 V {top} H 22\"/>\n");
        text.Append(CultureInfo.InvariantCulture, $"<text class=\"number\" transform=\"translate(8 {(top + bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">for ever</text>\n");
    }

    private static int DrawEnding(StringBuilder text, SequenceChart chart, int y, int width)
    {
        int characters = Math.Max(CharactersALine, (width - Left - 110) * CharactersALine / Column);
        foreach (var (key, value) in chart.Ending)
        {
            y += LineHeight;
            text.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 6}\" y=\"{y}\"><tspan class=\"code\">{SvgPage.Escape(key)}</tspan></text>");
            foreach (var (i, line) in ChartText.Wrap(value, characters).Index())
            {
                y += i > 0 ? LineHeight : 0;
                text.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + 110}\" y=\"{y}\">{SvgPage.Escape(line)}</text>\n");
            }
        }

        return y + LineHeight;
    }
}
