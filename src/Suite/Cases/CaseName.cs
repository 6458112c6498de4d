using System.Text.RegularExpressions;

namespace Conformance.Suite.Cases;

/// <summary>Turns the name of a case method into the words that ids and reports show.</summary>
public static partial class CaseName
{
    /// <summary><c>ReadOfMissingNodeIsENOENT</c> becomes <c>read-of-missing-node-is-enoent</c>.</summary>
    public static string ToKebab(string methodName) => string.Join('-', Words(methodName)).ToLowerInvariant();

    /// <summary><c>ReadOfMissingNodeIsENOENT</c> becomes <c>Read of missing node is ENOENT</c>.</summary>
    public static string ToTitle(string methodName)
    {
        string[] words = Words(methodName);
        return string.Join(' ', words.Select((word, index) => index == 0 || IsAbbreviation(word) ? word : word.ToLowerInvariant()));
    }

    private static bool IsAbbreviation(string word) => word.Length > 1 && !word.Any(char.IsAsciiLetterLower);

    private static string[] Words(string methodName)
    {
        ArgumentNullException.ThrowIfNull(methodName);
        string name = methodName.EndsWith("Async", StringComparison.Ordinal) ? methodName[..^"Async".Length] : methodName;
        return Boundary().Replace(name, " ").Split([' ', '_'], StringSplitOptions.RemoveEmptyEntries);
    }

    // Between a small letter or digit and a capital, and before the last capital of a run that a small letter follows.
    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")]
    private static partial Regex Boundary();
}
