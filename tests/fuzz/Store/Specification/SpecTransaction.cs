namespace Conformance.Tests.Fuzz.Store.Specification;

/// <summary>A transaction: a full copy of each node at its first access, and what the transaction made of it.</summary>
internal sealed class SpecTransaction(SpecStore store, SpecClient owner) : SpecView
{
    private readonly Dictionary<string, Seen> _seen = [];
    private readonly List<Seen> _changed = [];

    public SpecClient Owner => owner;

    /// <summary>What a commit fails with, whatever else holds (XS-121).</summary>
    public string? Failure { get; private set; }

    public void Fail(string error) => Failure ??= error;

    public bool WouldGiveTo(int domain) => _changed.Any(seen => seen.SetsRights && seen.Rights?.Names(domain) == true);

    public override SpecRights? Look(string path) => At(path).Rights;

    public override string Value(string path)
    {
        var seen = At(path);
        seen.IsRead |= !seen.SetsValue;
        return seen.Value;
    }

    public override SpecRights Rights(string path)
    {
        At(path).IsRead = true;
        return At(path).Rights!;
    }

    public override (IReadOnlyCollection<string> Names, string Key) Children(string path)
    {
        At(path).IsRead = true;
        return (Names(path), At(path).ChildKey);
    }

    public override int NodesOf(int domain) => store.Tree.OwnedBy(domain) + Growth(domain);

    public override void SetValue(string path, string value)
    {
        var seen = At(path);
        seen.Value = value;
        seen.SetsValue = true;
        Change(seen, SpecReach.Subtree);
    }

    public override void SetRights(string path, SpecRights rights)
    {
        var seen = At(path);
        seen.Rights = rights;
        seen.SetsRights = true;
        Change(seen, SpecReach.Subtree);
    }

    public override void Create(string ancestor, string path, string value, SpecRights rights)
    {
        foreach (string step in SpecTree.Between(ancestor, path))
        {
            var seen = At(step);
            seen.Rights = rights;
            seen.Value = step == path ? value : "";
            seen.SetsValue = seen.SetsRights = true;
            seen.ChildKey = store.NewKey();
            At(SpecTree.Parent(step)).ChildKey = store.NewKey();
            Change(seen, step == path ? SpecReach.Subtree : SpecReach.Brought);
        }
    }

    public override void Remove(string path)
    {
        Remove(path, SpecReach.Subtree);
        At(path).WasRemoved = true;
        At(SpecTree.Parent(path)).ChildKey = store.NewKey();
    }

    /// <summary>Why this cannot be committed: a dependency that changed (XS-116), a failed change, or the limit on nodes.</summary>
    public string? Refusal() =>
        Failure
        ?? (_seen.Values.Any(IsOutdated) ? "EAGAIN" : null)
        ?? (!owner.IsPrivileged && Growth(owner.Domain.Id) > 0 && NodesOf(owner.Domain.Id) > store.NodesMaximum ? "ENOSPC" : null);

    /// <summary>Makes all changes live, then tells them (XS-114, XS-119).</summary>
    public void Apply()
    {
        var told = _changed.Where(seen => seen.Found is not null || seen.Rights is not null)
            .Select(seen => (seen.Path, seen.Reach, Before: RightsBefore(seen))).ToArray();
        foreach (var seen in _changed.OrderBy(seen => seen.Path, StringComparer.Ordinal))
        {
            Apply(seen);
        }

        foreach (var (path, reach, before) in told)
        {
            store.Events.Changed(path, reach, [.. before, .. RightsAround(path)]);
        }
    }

    private void Apply(Seen seen)
    {
        bool isThere = store.Tree.Find(seen.Path) is not null;
        if (seen.Rights is null)
        {
            if (isThere)
            {
                store.Tree.Remove(seen.Path);
            }

            return;
        }

        if (!isThere)
        {
            store.Tree.Create(seen.Path, seen.Value, seen.Rights);
            return;
        }

        if (seen.SetsRights)
        {
            store.Tree.SetRights(seen.Path, seen.Rights);
        }

        if (seen.SetsValue)
        {
            store.Tree.SetValue(seen.Path, seen.Value);
        }
    }

    /// <summary>A node that is new was readable to nobody before (XS-086).</summary>
    private SpecRights?[] RightsBefore(Seen seen) => seen.Found is null ? [] : RightsAround(seen.Path);

    private SpecRights?[] RightsAround(string path) =>
        [store.Tree.Find(path)?.Rights, path == "/" ? null : store.Tree.Find(SpecTree.Parent(path))?.Rights];

    private void Remove(string path, SpecReach reach)
    {
        var seen = At(path);
        seen.IsRead = true;
        foreach (string name in Names(path))
        {
            string child = path == "/" ? "/" + name : path + "/" + name;
            if (Look(child) is not null)
            {
                Remove(child, SpecReach.Exact);
            }
        }

        seen.Rights = null;
        Change(seen, reach);
    }

    /// <summary>Names found at the first access, without those known to be gone, with those made here.</summary>
    private HashSet<string> Names(string path)
    {
        string prefix = path == "/" ? "/" : path + "/";
        return
        [
            .. At(path).FoundChildren.Where(name => !_seen.TryGetValue(prefix + name, out var child) || child.Rights is not null),
            .. _seen.Values.Where(child => child.Path != "/" && SpecTree.Parent(child.Path) == path && child.IsMadeHere).Select(child => SpecTree.Name(child.Path)),
        ];
    }

    private Seen At(string path)
    {
        if (!_seen.TryGetValue(path, out var seen))
        {
            bool isBelowRemoved = _seen.Values.Any(other => other.WasRemoved && SpecTree.IsBelow(path, other.Path));
            seen = new Seen(path, isBelowRemoved ? null : store.Tree.Find(path), store.Tree.Children(path));
            _seen.Add(path, seen);
        }

        return seen;
    }

    private void Change(Seen seen, SpecReach reach)
    {
        if (!_changed.Contains(seen))
        {
            seen.Reach = reach;
            _changed.Add(seen);
        }
        else if (seen.Reach != reach)
        {
            seen.Reach = SpecReach.Subtree;
        }
    }

    private bool IsOutdated(Seen seen)
    {
        var now = store.Tree.Find(seen.Path);
        return now is null || seen.Found is null
            ? now is not null || seen.Found is not null
            : seen.IsRead ? now.Changed != seen.Found.Changed : now.RightsChanged != seen.Found.RightsChanged;
    }

    private int Growth(int domain) => _seen.Values.Sum(
        seen => (seen.Rights?.Owner == domain ? 1 : 0) - (seen.Found?.Rights.Owner == domain ? 1 : 0));

    private sealed class Seen(string path, SpecNode? found, IReadOnlyList<string> children)
    {
        public string Path => path;

        public SpecNode? Found => found;

        public IReadOnlyList<string> FoundChildren { get; } = found is null ? [] : children;

        public string Value { get; set; } = found?.Value ?? "";

        /// <summary>Null while there is no node here.</summary>
        public SpecRights? Rights { get; set; } = found?.Rights;

        public bool SetsValue { get; set; }

        public bool SetsRights { get; set; }

        public bool IsRead { get; set; }

        public bool WasRemoved { get; set; }

        public bool IsMadeHere => found is null && Rights is not null;

        public SpecReach Reach { get; set; }

        public string ChildKey { get; set; } = $"{found?.ChildrenChanged}";
    }
}
