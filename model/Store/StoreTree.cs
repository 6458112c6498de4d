using System.Collections.Immutable;
using System.Text;

namespace Conformance.Model.Store;

/// <summary>Nodes and their values; never changed, so that a search can go back and a transaction can keep what it found.</summary>
internal sealed class StoreTree
{
    private readonly ImmutableSortedDictionary<string, string> _nodes;
    private string? _text;

    private StoreTree(ImmutableSortedDictionary<string, string> nodes) => _nodes = nodes;

    /// <summary>The root alone.</summary>
    public static StoreTree Empty { get; } = new(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("/", ""));

    /// <summary>All of it as text, equal exactly for equal trees.</summary>
    public string Text => _text ??= ToText();

    public bool Contains(string path) => _nodes.ContainsKey(path);

    public string? Value(string path) => _nodes.GetValueOrDefault(path);

    /// <summary>Names of children in ordinal order; null if there is no such node.</summary>
    public string? Children(string path)
    {
        string prefix = path == "/" ? "/" : path + "/";
        return Contains(path)
            ? string.Join(' ', _nodes.Keys.Where(key => key.Length > prefix.Length && key.StartsWith(prefix, StringComparison.Ordinal) && key.IndexOf('/', prefix.Length) < 0)
                .Select(key => key[prefix.Length..]))
            : null;
    }

    /// <summary>What a reader is told of a node; null if there is no such node.</summary>
    public string? Look(string path, StoreFacet facet) => facet == StoreFacet.Value ? Value(path) : Children(path);

    /// <summary>The node, or the nearest one above it.</summary>
    public string Nearest(string path)
    {
        while (!Contains(path))
        {
            path = Parent(path);
        }

        return path;
    }

    /// <summary>Nodes below a path.</summary>
    public IEnumerable<string> Below(string path) => _nodes.Keys.Where(key => IsBelow(key, path));

    /// <summary>With a node that has this value, and all that was missing above it (XS-046).</summary>
    public StoreTree With(string path, string value)
    {
        var nodes = _nodes.SetItem(path, value);
        for (string above = Parent(path); !nodes.ContainsKey(above); above = Parent(above))
        {
            nodes = nodes.Add(above, "");
        }

        return new StoreTree(nodes);
    }

    /// <summary>Without a node and all below it (XS-051).</summary>
    public StoreTree Without(string path) => new(_nodes.RemoveRange([path, .. Below(path)]));

    public static string Parent(string path) => path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : "/";

    /// <summary>Whether a path is below another, by whole components (XS-072).</summary>
    public static bool IsBelow(string path, string above) =>
        above == "/" ? path.Length > 1 : path.Length > above.Length && path[above.Length] == '/' && path.StartsWith(above, StringComparison.Ordinal);

    private string ToText()
    {
        var text = new StringBuilder();
        foreach (var (path, value) in _nodes)
        {
            text.Append(path).Append('=').Append(value.Length).Append(':').Append(value).Append(';');
        }

        return text.ToString();
    }
}
