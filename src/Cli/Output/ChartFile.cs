using Conformance.Cli.Commands;
using Conformance.Model.Pictures;

namespace Conformance.Cli.Output;

/// <summary>A file for a sequence chart; its ending says in which form.</summary>
internal sealed class ChartFile
{
    /// <summary>Columns of text: a file is read in an editor, which is wider than a console.</summary>
    private const int Width = 140;

    private static readonly Dictionary<string, Func<SequenceChart, string>> Forms = new(StringComparer.OrdinalIgnoreCase)
    {
        [".svg"] = ChartSvg.Draw,
        [".mmd"] = ChartMermaid.Draw,
        [".txt"] = static chart => ChartText.Draw(chart, Width),
    };

    private readonly Func<SequenceChart, string> _draw;

    private ChartFile(string path, Func<SequenceChart, string> draw)
    {
        Path = path;
        _draw = draw;
    }

    public string Path { get; }

    /// <summary>Understands the value of an option; null stays null.</summary>
    /// <exception cref="CommandException">The ending is none of those that are known.</exception>
    public static ChartFile? Parse(string? path)
    {
        if (path is null)
        {
            return null;
        }

        return Forms.TryGetValue(System.IO.Path.GetExtension(path), out var draw)
            ? new ChartFile(path, draw)
            : throw CommandException.BadUsage($"expected a file that ends in {string.Join(", ", Forms.Keys)} for a chart, found '{path}'");
    }

    /// <summary>Writes the chart.</summary>
    /// <exception cref="CommandException">The file cannot be written.</exception>
    public void Write(SequenceChart chart)
    {
        using var writer = OutputFile.Create(Path, "the chart");
        writer.Write(_draw(chart));
    }
}
