using System.Globalization;
using System.Net;
using System.Text;

namespace Conformance.Suite.Reports.Html;

/// <summary>
/// Draws an exchange as a sequence chart in SVG: a lifeline a party, the one under test on the right, an arrow a message.
/// Colours come from the page's style sheet, so that the chart follows light, dark and print.
/// </summary>
public static class SequenceChart
{
    private const int FirstLines = 20;
    private const int LastLines = 60;
    private const int RowHeight = 26;
    private const int HeadHeight = 44;
    private const int ColumnWidth = 96;
    private const int LabelWidth = 640;
    private const int Margin = 72;
    private const int LongestLabel = 88;

    /// <summary>The chart; empty when there was no exchange.</summary>
    /// <param name="report">The case.</param>
    public static string Render(CaseReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (report.Exchange.Count == 0)
        {
            return "";
        }

        var shown = Shorten(report.Exchange);
        string[] parties = [.. shown.Select(line => line.Party).Distinct()];
        int underTest = Margin + ((parties.Length - 1) * ColumnWidth) + LabelWidth;
        int width = underTest + Margin;
        var rows = new StringBuilder();
        int y = HeadHeight + RowHeight;
        int expected = shown[0].Time;
        foreach (var line in shown)
        {
            if (line.Time > expected)
            {
                rows.Append(CultureInfo.InvariantCulture, $"<text class=\"gap\" x=\"{width / 2}\" y=\"{y}\" text-anchor=\"middle\">… {line.Time - expected} lines left out …</text>");
                y += RowHeight;
            }

            expected = line.Time + 1;
            DrawLine(rows, line, Margin + (Array.IndexOf(parties, line.Party) * ColumnWidth), underTest, y);
            y += RowHeight;
        }

        return Frame(report, parties, underTest, width, y, rows);
    }

    private static List<ExchangeReport> Shorten(IReadOnlyList<ExchangeReport> exchange) =>
        exchange.Count <= FirstLines + LastLines ? [.. exchange] : [.. exchange.Take(FirstLines), .. exchange.TakeLast(LastLines)];

    private static string Frame(CaseReport report, string[] parties, int underTest, int width, int height, StringBuilder rows)
    {
        var svg = new StringBuilder();
        string title = Encode($"Exchange of {report.Id}: {report.Message}");
        svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"chart\" role=\"img\" aria-label=\"{title}\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" xmlns=\"http://www.w3.org/2000/svg\"><title>{title}</title>");
        for (int i = 0; i < parties.Length; i++)
        {
            DrawHead(svg, parties[i], Margin + (i * ColumnWidth), height);
        }

        DrawHead(svg, report.Role, underTest, height);
        return svg.Append(rows).Append("</svg>").ToString();
    }

    private static void DrawHead(StringBuilder svg, string name, int x, int height)
    {
        svg.Append(CultureInfo.InvariantCulture, $"<line class=\"life\" x1=\"{x}\" y1=\"{HeadHeight - 12}\" x2=\"{x}\" y2=\"{height}\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"head\" x=\"{x}\" y=\"{HeadHeight - 20}\" text-anchor=\"middle\">{Encode(name)}</text>");
    }

    private static void DrawLine(StringBuilder svg, ExchangeReport line, int party, int underTest, int y)
    {
        string label = ExchangeText.Label(line);
        string shortened = label.Length <= LongestLabel ? label : label[..(LongestLabel - 1)] + "…";
        string kind = Kind(line);
        svg.Append(CultureInfo.InvariantCulture, $"<g class=\"{kind}\"><title>{Encode($"{line.Time} {line.Party}: {label}")}</title>");
        if (line.Direction == "noted")
        {
            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{party}\" cy=\"{y - 4}\" r=\"4\"/>");
        }
        else
        {
            bool sent = line.Direction == "sent";
            int tip = sent ? underTest : party;
            int back = sent ? tip - 8 : tip + 8;
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{party}\" y1=\"{y}\" x2=\"{underTest}\" y2=\"{y}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{tip},{y} L{back},{y - 4} L{back},{y + 4} Z\"/>");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{party + 14}\" y=\"{y - 5}\">{Encode(shortened)}</text></g>");
    }

    private static string Kind(ExchangeReport line) => line switch
    {
        { Direction: "noted" } => "note",
        { Direction: "sent" } => "sent",
        { Type: "ERROR" } => "error",
        { Type: "WATCH_EVENT" } => "event",
        _ => "received",
    };

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
