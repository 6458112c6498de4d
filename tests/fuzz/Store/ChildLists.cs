using Conformance.Model.Protocol.XenStore;

namespace Conformance.Tests.Fuzz.Store;

/// <summary>
/// Compares lists of children, whose order is free, and holds the generations of DIRECTORY_PART against each other: one
/// list keeps its generation, and two lists of a node never share one (XS-054).
/// </summary>
internal sealed class ChildLists
{
    private readonly Dictionary<string, string> _generations = [];
    private readonly Dictionary<string, string> _names = [];

    /// <summary>Whether a reply is the one that was due.</summary>
    public bool IsReply(string received, string due) =>
        due.StartsWith($"{XsMessageType.DirectoryPart} ", StringComparison.Ordinal) ? IsPart(received, due)
        : due.StartsWith($"{XsMessageType.Directory} ", StringComparison.Ordinal) ? Sorted(received, 3) == Sorted(due, 3)
        : received == due;

    private bool IsPart(string received, string due)
    {
        string[] got = received.Split(' ', 4);
        string[] wanted = due.Split(' ', 4);
        if (got.Length != 4 || !got.Take(3).SequenceEqual(wanted.Take(3)))
        {
            return false;
        }

        string[] parts = got[3].Split('\0', 2);
        string[] expected = wanted[3].Split('\0', 2);
        if (parts.Length != 2 || expected[1] == "?\0")
        {
            return parts.Length == 2;
        }

        string path = expected[0][..expected[0].IndexOf(' ', StringComparison.Ordinal)];
        string names = Sorted(parts[1], 0);
        return names == Sorted(expected[1], 0)
            && Remember(_generations, expected[0], parts[0])
            && Remember(_names, $"{path} {parts[0]}", names);
    }

    private static bool Remember(Dictionary<string, string> known, string key, string value)
    {
        known.TryAdd(key, value);
        return known[key] == value;
    }

    /// <summary>The words before the list as they are, then the names in order; a name that stands twice stays twice.</summary>
    private static string Sorted(string text, int words)
    {
        string[] parts = text.Split(' ', words + 1);
        return string.Join(' ', parts[..^1]) + "|" + string.Join('|', parts[^1].Split('\0').Order(StringComparer.Ordinal));
    }
}
