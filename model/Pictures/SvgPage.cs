using System.Globalization;

namespace Conformance.Model.Pictures;

/// <summary>The frame of every SVG picture: size, title, colours for light and dark pages, and the tip of arrows.</summary>
internal static class SvgPage
{
    private const string Style = """
        svg { background: #fdfdfb; font: 12px ui-monospace, Menlo, Consolas, monospace }
        text { fill: #24292f } .title { font-size: 14px; font-weight: 600 } .head { font-size: 13px; font-weight: 600 }
        .beside { fill: #8b949e; font-size: 10px }
        .number { fill: #8b949e; font-size: 10px; text-anchor: end } .code { fill: #0b5cad; font-weight: 600 }
        .life { stroke: #c8ccd1 } .dot { fill: #0b5cad } .arrow, .loop { stroke: #b4540a; fill: none; stroke-width: 1.4 } .tip { fill: #b4540a }
        .cell { fill: #ffffff; stroke: #c8ccd1 } .steady { fill: #e6f4ea } .bad { fill: #fbe9e7 } .faint { fill: #f1f2f4 }
        @media (prefers-color-scheme: dark) {
          svg { background: #16191d } text { fill: #d7dce1 } .code { fill: #79b8ff } .dot { fill: #79b8ff } .life, .cell { stroke: #3d444d }
          .arrow, .loop { stroke: #f0a45d } .tip { fill: #f0a45d } .cell { fill: #1d2126 } .steady { fill: #173d24 } .bad { fill: #472320 } .faint { fill: #22262b }
        }
        """;

    /// <summary>A whole picture.</summary>
    public static string Frame(int width, int height, string title, string body) => string.Create(CultureInfo.InvariantCulture, $"""
        <svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">
        <title>{Escape(title)}</title>
        <style>
        {Style}
        </style>
        <defs><marker id="tip" class="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 L8 4 L0 8 z"/></marker></defs>
        <text class="title" x="16" y="24">{Escape(title)}</text>
        {body}</svg>

        """);

    /// <summary>Text as it may stand in XML.</summary>
    public static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("\"", "&quot;", StringComparison.Ordinal);
}
