using Spectre.Console;
using Spectre.Console.Rendering;

namespace Conformance.Cli.Output;

/// <summary>Standard output as commands write to it: paragraphs, and tables, in the width and the colours there are.</summary>
internal sealed class Page(CliServices services)
{
    private readonly IAnsiConsole console = services.CreateConsole();

    /// <summary>A paragraph.</summary>
    public void Write(string text, string? style = null, int indent = 0)
    {
        foreach (string line in Paragraph.Lines(text, services.Width, indent))
        {
            if (style is null || !services.HasColour)
            {
                services.Output.WriteLine(line);
            }
            else
            {
                // As wide as the line, so that the console does not break it again.
                console.Profile.Width = Math.Max(services.Width, line.Length + 1);
                console.Write(new Text(line, Style.Parse(style)));
                console.WriteLine();
                console.Profile.Width = services.Width;
            }
        }
    }

    /// <summary>An empty line.</summary>
    public void WriteLine() => services.Output.WriteLine();

    /// <summary>An empty table with borders that suit the output.</summary>
    public Table CreateTable() => new() { Border = services.HasColour ? TableBorder.Rounded : TableBorder.Ascii2 };

    /// <summary>A table.</summary>
    public void Write(IRenderable table) => console.Write(table);
}
