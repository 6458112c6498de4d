using System.Globalization;
using System.Text;

namespace Conformance.Model.Pictures;

/// <summary>
/// Draws a state diagram on its grid. Neighbours are joined by straight arrows; longer ones bow through the gaps, there on
/// one side of a row or column and back on the other, so that the two never lie on each other.
/// </summary>
public static class DiagramSvg
{
    private const int Left = 90;
    private const int Top = 110;
    private const int Width = 128;
    private const int Height = 46;
    private const int GapAcross = 86;
    private const int GapDown = 92;
    private const int LineHeight = 16;

    /// <summary>Draws it.</summary>
    /// <param name="diagram">What to draw.</param>
    /// <param name="notes">Lines below the title.</param>
    public static string Draw(StateDiagram diagram, params IReadOnlyList<string> notes)
    {
        ArgumentNullException.ThrowIfNull(diagram);
        var body = new StringBuilder();
        for (int i = 0; i < notes.Count; i++)
        {
            body.Append(CultureInfo.InvariantCulture, $"<text x=\"16\" y=\"{24 + (LineHeight * (i + 1))}\">{SvgPage.Escape(notes[i])}</text>\n");
        }

        var nodes = diagram.Nodes.ToDictionary(node => node.Name, StringComparer.Ordinal);
        foreach (var node in diagram.Nodes)
        {
            var (x, y) = CornerOf(node);
            body.Append(CultureInfo.InvariantCulture, $"<rect class=\"cell{(node.IsRest ? " steady" : string.Empty)}\" x=\"{x}\" y=\"{y}\" width=\"{Width}\" height=\"{Height}\" rx=\"6\"/>\n");
            string[] lines = node.Title.Split(", ");
            for (int i = 0; i < lines.Length; i++)
            {
                int at = y + (Height / 2) + 4 + (LineHeight * i) - (LineHeight * (lines.Length - 1) / 2);
                body.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + (Width / 2)}\" y=\"{at}\" text-anchor=\"middle\">{SvgPage.Escape(lines[i])}</text>\n");
            }
        }

        foreach (var arrow in diagram.Arrows)
        {
            DrawArrow(body, nodes[arrow.From], nodes[arrow.To], arrow.Label);
        }

        int width = Left + diagram.Nodes.Max(node => CornerOf(node).X) + Width;
        int height = diagram.Nodes.Max(node => CornerOf(node).Y) + Height + GapDown;
        return SvgPage.Frame(width, height, diagram.Title, body.ToString());
    }

    private static (int X, int Y) CornerOf(DiagramNode node) => (Left + (node.Column * (Width + GapAcross)), Top + (node.Row * (Height + GapDown)));

    private static void DrawArrow(StringBuilder text, DiagramNode from, DiagramNode to, string label)
    {
        var (x, y) = CornerOf(from);
        var (toX, toY) = CornerOf(to);
        int across = to.Column - from.Column;
        int down = to.Row - from.Row;
        if (down == 0)
        {
            if (Math.Abs(across) == 1)
            {
                int at = y + (across > 0 ? 15 : 35);
                Straight(text, across > 0 ? x + Width : x, at, across > 0 ? toX : toX + Width, at, label);
            }
            else
            {
                Bow(text, x, toX, across > 0 ? y : y + Height, across, label);
            }
        }
        else if (across == 0 && Math.Abs(down) == 1)
        {
            int at = x + (down > 0 ? 40 : 88);
            Straight(text, at, down > 0 ? y + Height : y, at, down > 0 ? toY : toY + Height, label);
        }
        else if (across == 0)
        {
            BowDown(text, y, toY, down > 0 ? x : x + Width, down, label);
        }
        else
        {
            Straight(text, x + (Width / 2), down > 0 ? y + Height : y, toX + (Width / 2), down > 0 ? toY : toY + Height, label);
        }
    }

    private static void Straight(StringBuilder text, int x, int y, int toX, int toY, string label)
    {
        text.Append(CultureInfo.InvariantCulture, $"<line class=\"arrow\" marker-end=\"url(#tip)\" x1=\"{x}\" y1=\"{y}\" x2=\"{toX}\" y2=\"{toY}\"/>\n");
        Label(text, (x + toX) / 2, ((y + toY) / 2) - (y == toY ? 3 : -4), label);
    }

    private static void Bow(StringBuilder text, int x, int toX, int y, int across, string label)
    {
        int height = Math.Sign(across) * (16 + (10 * Math.Abs(across)));
        int start = x + (Width / 2) + (across * 6);
        int end = toX + (Width / 2) - (across * 6);
        text.Append(CultureInfo.InvariantCulture, $"<path class=\"arrow\" marker-end=\"url(#tip)\" d=\"M {start} {y} C {start} {y - height} {end} {y - height} {end} {y}\"/>\n");
        Label(text, (start + end) / 2, y - (height * 3 / 4) + (across > 0 ? -3 : 11), label);
    }

    private static void BowDown(StringBuilder text, int y, int toY, int x, int down, string label)
    {
        int depth = Math.Sign(down) * (14 + (8 * Math.Abs(down)));
        int start = y + (Height / 2) + (down * 3);
        int end = toY + (Height / 2) - (down * 3);
        text.Append(CultureInfo.InvariantCulture, $"<path class=\"arrow\" marker-end=\"url(#tip)\" d=\"M {x} {start} C {x - depth} {start} {x - depth} {end} {x} {end}\"/>\n");
        Label(text, x - (depth * 3 / 4), start + ((end - start) / (2 + Math.Abs(down))), label);
    }

    private static void Label(StringBuilder text, int x, int y, string label) =>
        text.Append(CultureInfo.InvariantCulture, $"<text class=\"code\" font-size=\"10\" x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{SvgPage.Escape(label)}</text>\n");
}
