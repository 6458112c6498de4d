namespace Conformance.Tests.Fuzz.Store.Specification;

/// <summary>One node as it was at some moment; the numbers say when what was changed last.</summary>
internal sealed record SpecNode(string Value, SpecRights Rights, long Changed, long RightsChanged, long ChildrenChanged);

/// <summary>All nodes in one dictionary of paths. Every change takes the next tick of a clock.</summary>
internal sealed class SpecTree
{
    private readonly SortedDictionary<string, SpecNode> _nodes = new(StringComparer.Ordinal)
    {
        ["/"] = new SpecNode("", new SpecRights([new SpecEntry('n', 0)]), 0, 0, 0),
    };

    private long _clock;

    public IReadOnlyCollection<string> Paths => _nodes.Keys;

    public SpecNode this[string path] => _nodes[path];

    public static string Parent(string path) => path.LastIndexOf('/') is var slash && slash > 0 ? path[..slash] : "/";

    public static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];

    public static bool IsBelow(string path, string ancestor) =>
        path != ancestor && path.StartsWith(ancestor == "/" ? "/" : ancestor + "/", StringComparison.Ordinal);

    public static int Depth(string path) => path == "/" ? 0 : path.Count(c => c == '/');

    /// <summary>The paths from below an ancestor down to the path itself.</summary>
    public static IEnumerable<string> Between(string ancestor, string path)
    {
        var steps = new Stack<string>();
        for (; path != ancestor; path = Parent(path))
        {
            steps.Push(path);
        }

        return steps;
    }

    public SpecNode? Find(string path) => _nodes.GetValueOrDefault(path);

    /// <summary>The strict descendants, parents before children.</summary>
    public IReadOnlyList<string> Below(string path) => [.. _nodes.Keys.Where(key => IsBelow(key, path))];

    public IReadOnlyList<string> Children(string path) =>
        [.. _nodes.Keys.Where(key => key != "/" && Parent(key) == path).Select(Name)];

    public int OwnedBy(int domain) => _nodes.Values.Count(node => node.Rights.Owner == domain);

    public void Create(string path, string value, SpecRights rights)
    {
        _clock++;
        _nodes.Add(path, new SpecNode(value, rights, _clock, _clock, _clock));
        TouchChildren(Parent(path));
    }

    public void SetValue(string path, string value) => _nodes[path] = _nodes[path] with { Value = value, Changed = ++_clock };

    public void SetRights(string path, SpecRights rights) =>
        _nodes[path] = _nodes[path] with { Rights = rights, Changed = ++_clock, RightsChanged = _clock };

    public void Remove(string path)
    {
        _clock++;
        foreach (string gone in Below(path).Append(path))
        {
            _nodes.Remove(gone);
        }

        TouchChildren(Parent(path));
    }

    private void TouchChildren(string path)
    {
        if (_nodes.TryGetValue(path, out var node))
        {
            _nodes[path] = node with { Changed = _clock, ChildrenChanged = _clock };
        }
    }
}
