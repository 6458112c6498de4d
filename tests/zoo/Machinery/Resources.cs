using System.Reflection;

namespace Conformance.Tests.Zoo.Machinery;

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
