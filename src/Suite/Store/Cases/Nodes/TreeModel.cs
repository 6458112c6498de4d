using System.Text;
using Conformance.Model.Protocol.XenStore;

namespace Conformance.Suite.Store.Cases.Nodes;

/// <summary>A tree below one path as XS-045 to XS-053 describe it, to compare a store with.</summary>
internal sealed class TreeModel
{
    private readonly SortedDictionary<string, string> values = new(StringComparer.Ordinal);

    /// <summary>All nodes: paths below the area, which is the empty path and always there.</summary>
    public IEnumerable<string> Paths => values.Keys.Prepend("");

    /// <summary>The value of a node; null when it is missing.</summary>
    public string? Read(string path) => path.Length == 0 ? "" : values.GetValueOrDefault(path);

    /// <summary>The leaf names of a node's children, in ordinal order; null when it is missing.</summary>
    public IReadOnlyList<string>? Directory(string path) =>
        Read(path) is null ? null : [.. values.Keys.Where(other => Parent(other) == path).Select(other => other[(path.Length + 1)..])];

    /// <summary>WRITE, which cannot fail here.</summary>
    public void Write(string path, string value)
    {
        Mkdir(path);
        values[path] = value;
    }

    /// <summary>MKDIR, which cannot fail here.</summary>
    public void Mkdir(string path)
    {
        if (Read(path) is null)
        {
            Mkdir(Parent(path));
            values[path] = "";
        }
    }

    /// <summary>RM of a path other than the area.</summary>
    public XsError Rm(string path)
    {
        if (Read(Parent(path)) is null)
        {
            return XsError.ENOENT;
        }

        foreach (string gone in values.Keys.Where(other => other == path || other.StartsWith(path + "/", StringComparison.Ordinal)).ToList())
        {
            values.Remove(gone);
        }

        return XsError.None;
    }

    /// <summary>A random path of one to four components out of few names, some of which begin another.</summary>
    public static string RandomPath(Random random)
    {
        string[] names = ["a", "ab", "b", "B-"];
        var path = new StringBuilder();
        for (int depth = random.Next(1, 5); depth > 0; depth--)
        {
            path.Append('/').Append(names[random.Next(names.Length)]);
        }

        return path.ToString();
    }

    private static string Parent(string path) => path[..path.LastIndexOf('/')];
}
