using System.Reflection;
using Conformance.Model.Clauses;

namespace Conformance.Tests.Zoo.Machinery;

/// <summary>
/// A defect as a small unified diff against the reference source. Above the diff stand the lines
/// <c>title:</c>, <c>kills:</c> (clauses, at least one of which must fail), <c>blame:</c>, and optionally <c>defect:</c>
/// (the historical defect it re-creates) and <c>run:</c> (further arguments of <c>xenconf certify</c>).
/// </summary>
public sealed record Mutant(
    string Name,
    string Title,
    IReadOnlyList<ClauseId> Kills,
    string Blame,
    string? Defect,
    IReadOnlyList<FilePatch> Patches)
{
    private const string Prefix = "mutants/";

    /// <summary>Reads every diff that this assembly carries.</summary>
    public static IReadOnlyList<Mutant> ReadAll() =>
        [.. Resources.Names(Prefix).Select(name => Parse(Path.ChangeExtension(name[Prefix.Length..], null), Resources.Read(name)))];

    /// <summary>Reads one diff with its header.</summary>
    public static Mutant Parse(string name, string text)
    {
        var lines = text.Split('\n');
        int body = Array.FindIndex(lines, line => line.StartsWith("--- ", StringComparison.Ordinal));
        if (body < 0)
        {
            throw new FormatException($"{name}: expected a unified diff, found no line that starts with '--- '");
        }

        var header = lines[..body]
            .Select(line => line.Split(':', 2))
            .Where(parts => parts.Length == 2)
            .ToDictionary(parts => parts[0].Trim(), parts => parts[1].Trim(), StringComparer.Ordinal);
        return new Mutant(
            name,
            Required("title"),
            [.. Required("kills").Split(' ', ',').Where(word => word.Length > 0).Select(ClauseId.Parse)],
            header.GetValueOrDefault("blame", "store"),
            header.GetValueOrDefault("defect"),
            FilePatch.ParseAll(name, lines[body..]));

        string Required(string key) => header.TryGetValue(key, out string? value)
            ? value
            : throw new FormatException($"{name}: expected a line '{key}: …' above the diff");
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>Text resources of this assembly.</summary>
public static class Resources
{
    private static readonly Assembly Own = typeof(Resources).Assembly;

    /// <summary>The names that start with <paramref name="prefix"/>, in order.</summary>
    public static IReadOnlyList<string> Names(string prefix) =>
        [.. Own.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>The text of one resource, with line feeds only.</summary>
    public static string Read(string name)
    {
        using var reader = new StreamReader(Own.GetManifestResourceStream(name)
            ?? throw new FileNotFoundException($"no resource '{name}' in {Own.GetName().Name}"));
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
