using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Conformance.Tests.Fuzz.Store.Specification;

/// <summary>What the strings in messages have to look like, as plain regular expressions.</summary>
internal static partial class SpecText
{
    /// <summary>Whether the path is well formed and within its limits (XS-040 to XS-042).</summary>
    public static bool IsPath(string path)
    {
        if (!Path().IsMatch(path))
        {
            return false;
        }

        if (path[0] is not ('/' or '@'))
        {
            return path.Length <= 2048;
        }

        var home = Home().Match(path);
        return path.Length <= 3072 && (!home.Success || home.Groups[1].Length <= 2048);
    }

    /// <summary>The number, when it is digits alone and no more than the maximum (XS-130).</summary>
    public static ulong? Number(string text, ulong maximum) =>
        Digits().IsMatch(text) && BigInteger.Parse(text, CultureInfo.InvariantCulture) <= maximum
            ? (ulong)BigInteger.Parse(text, CultureInfo.InvariantCulture)
            : null;

    public static int? Domain(string text) => (int?)Number(text, 0x7FEF);

    public static SpecEntry? Entry(string text) =>
        text.Length > 1 && "nrwb".Contains(text[0]) && Domain(text[1..]) is { } domain ? new SpecEntry(text[0], domain) : null;

    /// <summary>The one string of a payload, or null.</summary>
    public static string? Single(string payload) =>
        payload.IndexOf('\0') == payload.Length - 1 && payload.Length > 0 ? payload[..^1] : null;

    /// <summary>All NUL-terminated strings of a payload, and what follows the last NUL.</summary>
    public static (string[] Strings, string Tail) Split(string payload)
    {
        string[] parts = payload.Split('\0');
        return (parts[..^1], parts[^1]);
    }

    [GeneratedRegex(@"\A(?:/|/?[A-Za-z0-9@_-]+(?:/[A-Za-z0-9@_-]+)*)\z")]
    private static partial Regex Path();

    [GeneratedRegex(@"\A/local/domain/[0-9]*/(.*)\z")]
    private static partial Regex Home();

    [GeneratedRegex(@"\A[0-9]+\z")]
    private static partial Regex Digits();
}
