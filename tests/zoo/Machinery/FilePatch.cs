namespace Conformance.Tests.Zoo.Machinery;

/// <summary>The hunks of a unified diff for one file.</summary>
/// <param name="Path">The file, relative to the repository.</param>
/// <param name="Hunks">Its hunks, in order.</param>
public sealed record FilePatch(string Path, IReadOnlyList<Hunk> Hunks)
{
    /// <summary>Reads the files of a diff.</summary>
    /// <exception cref="FormatException">It names no file, or a file without a hunk.</exception>
    public static IReadOnlyList<FilePatch> ParseAll(string name, IEnumerable<string> lines)
    {
        var files = new List<(string Path, List<List<string>> Hunks)>();
        foreach (string line in lines)
        {
            if (line.StartsWith("--- ", StringComparison.Ordinal))
            {
                continue;
            }

            if (line.StartsWith("+++ b/", StringComparison.Ordinal))
            {
                files.Add((line["+++ b/".Length..].Trim(), []));
            }
            else if (line.StartsWith("@@", StringComparison.Ordinal) && files.Count > 0)
            {
                files[^1].Hunks.Add([]);
            }
            else if (line.Length > 0 && files.Count > 0 && files[^1].Hunks.Count > 0)
            {
                files[^1].Hunks[^1].Add(line);
            }
        }

        return files.Count > 0 && files.All(file => file.Hunks.Count > 0)
            ? [.. files.Select(file => new FilePatch(file.Path, [.. file.Hunks.Select(Hunk.Parse)]))]
            : throw new FormatException($"{name}: expected '+++ b/<path>' lines, each with '@@' lines below, found {files.Count} files");
    }

    /// <summary>The changed text. Line numbers are not needed: a hunk's own lines must stand exactly once in the file.</summary>
    /// <exception cref="FormatException">A hunk's lines stand nowhere, or more than once.</exception>
    public string Apply(string source)
    {
        foreach (var hunk in Hunks)
        {
            int at = source.IndexOf(hunk.Before, StringComparison.Ordinal);
            if (at < 0)
            {
                throw new FormatException($"{Path}: expected these lines in the file, found them nowhere. The file has moved on: put the same defect into it as it is now, and make the diff again:\n{hunk.Before}");
            }

            if (source.IndexOf(hunk.Before, at + 1, StringComparison.Ordinal) >= 0)
            {
                throw new FormatException($"{Path}: expected these lines once in the file, found them more often. Make the diff again with more lines around the change:\n{hunk.Before}");
            }

            source = string.Concat(source.AsSpan(0, at), hunk.After, source.AsSpan(at + hunk.Before.Length));
        }

        return source;
    }
}

/// <summary>One hunk: the lines before and after.</summary>
public sealed record Hunk(string Before, string After)
{
    /// <summary>Reads lines that start with a space, a minus or a plus.</summary>
    public static Hunk Parse(IReadOnlyList<string> lines) => new(
        string.Concat(lines.Where(line => line[0] is ' ' or '-').Select(line => line[1..] + "\n")),
        string.Concat(lines.Where(line => line[0] is ' ' or '+').Select(line => line[1..] + "\n")));
}
