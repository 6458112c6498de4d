namespace Conformance.Tests.Fuzz.Store.Specification;

/// <summary>Which watches a change concerns.</summary>
internal enum SpecReach
{
    /// <summary>Those on the node and above it.</summary>
    Subtree,

    /// <summary>Those on the very node, which a removal above it took along (XS-076).</summary>
    Exact,

    /// <summary>Those whose depth ends at this node, which the creation of a descendant brought along (XS-092).</summary>
    Brought,
}

/// <summary>All watches in one list, in the order they were set; each change is held against every one of them.</summary>
internal sealed class SpecEvents
{
    private readonly List<SpecWatch> _watches = [];

    /// <summary>Which request the events belong to, and whether their order is promised.</summary>
    public (long Burst, bool IsOrdered) Cause { get; set; }

    public int Count(SpecDomain domain) => _watches.Count(watch => watch.Client.Domain == domain);

    public SpecWatch? Find(SpecClient client, string path, string token) =>
        _watches.Find(watch => watch.Client == client && watch.Path == path && watch.Token == token);

    public void Add(SpecWatch watch)
    {
        _watches.Add(watch);
        Send(watch, watch.Path, watch.IsSpecial);
    }

    public void Remove(SpecWatch watch) => _watches.Remove(watch);

    public void RemoveAll(SpecClient client) => _watches.RemoveAll(watch => watch.Client == client);

    /// <summary>A node changed; a watcher hears of it if any of the permissions lets it read (XS-086).</summary>
    public void Changed(string path, SpecReach reach, IEnumerable<SpecRights?> visibility)
    {
        var rights = visibility.ToArray();
        foreach (var watch in _watches.Where(watch => !watch.IsSpecial && Concerns(watch, path, reach)))
        {
            if (watch.Client.IsPrivileged || rights.Any(right => right?.LetRead(watch.Client) == true))
            {
                Send(watch, path, isSpecial: false);
            }
        }
    }

    /// <summary>A domain came, stopped or went (XS-088).</summary>
    public void Domain(string name, int domain, SpecRights rights)
    {
        string single = $"{name}/{domain}";
        foreach (var watch in _watches.Where(watch => watch.Path == name || watch.Path == single))
        {
            if (rights.LetRead(watch.Client))
            {
                Send(watch, watch.Path == name && watch.Depth is null or 0 ? name : single, isSpecial: true);
            }
        }
    }

    private static bool Concerns(SpecWatch watch, string path, SpecReach reach)
    {
        if (path != watch.Path && (reach == SpecReach.Exact || !SpecTree.IsBelow(path, watch.Path)))
        {
            return false;
        }

        int levels = SpecTree.Depth(path) - SpecTree.Depth(watch.Path);
        return reach == SpecReach.Brought ? watch.Depth == levels : watch.Depth is null || levels <= watch.Depth;
    }

    private void Send(SpecWatch watch, string path, bool isSpecial) => watch.Client.Expected.Add(new Expected(
        isSpecial ? ExpectedKind.SpecialEvent : ExpectedKind.Event,
        $"{path[watch.Prefix..]}\0{watch.Token}\0",
        Cause.Burst,
        Cause.IsOrdered));
}
