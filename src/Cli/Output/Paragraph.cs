namespace Conformance.Cli.Output;

/// <summary>Text broken into lines at spaces. A word that is wider than the line stays whole, so that ids and paths can be copied.</summary>
internal static class Paragraph
{
    /// <summary>The lines, each behind <paramref name="indent"/> spaces and without spaces at its end.</summary>
    public static IEnumerable<string> Lines(string text, int width, int indent = 0)
    {
        string margin = new(' ', indent);
        string line = "";
        foreach (string word in text.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && indent + line.Length + 1 + word.Length > width)
            {
                yield return margin + line;
                line = word;
            }
            else
            {
                line = line.Length == 0 ? word : $"{line} {word}";
            }
        }

        if (line.Length > 0)
        {
            yield return margin + line;
        }
    }
}
