using System.Reflection;

namespace Conformance.Suite.Documents;

/// <summary>Text files that this assembly carries.</summary>
internal static class EmbeddedText
{
    private static readonly Assembly Own = typeof(EmbeddedText).Assembly;

    /// <summary>The names that start with <paramref name="prefix"/>, in order.</summary>
    public static IReadOnlyList<string> Names(string prefix) =>
        [.. Own.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>The text of a file; null when this build lacks it.</summary>
    public static string? Find(string name)
    {
        using var stream = Own.GetManifestResourceStream(name);
        if (stream is null)
        {
            return null;
        }

        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The text of a file.</summary>
    /// <exception cref="FileNotFoundException">This build lacks it.</exception>
    public static string Read(string name) => Find(name) ?? throw new FileNotFoundException($"this build lacks its file {name}");
}
