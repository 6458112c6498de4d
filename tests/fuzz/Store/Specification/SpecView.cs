namespace Conformance.Tests.Fuzz.Store.Specification;

/// <summary>What a request works on: the live tree or a transaction. Errors are names; null is none.</summary>
internal abstract class SpecView
{
    /// <summary>The permissions of a node, or null when it is missing.</summary>
    public abstract SpecRights? Look(string path);

    public abstract string Value(string path);

    public abstract SpecRights Rights(string path);

    /// <summary>The children's names, and a key that is the same as long as they are.</summary>
    public abstract (IReadOnlyCollection<string> Names, string Key) Children(string path);

    public abstract void SetValue(string path, string value);

    public abstract void SetRights(string path, SpecRights rights);

    /// <summary>Creates every node from below an existing ancestor down to the path.</summary>
    public abstract void Create(string ancestor, string path, string value, SpecRights rights);

    public abstract void Remove(string path);

    /// <summary>Nodes of a domain, as far as its limit is concerned.</summary>
    public abstract int NodesOf(int domain);

    /// <summary>Why a client may not use a node: EACCES also for a missing one whose place it may not use (XS-058).</summary>
    public string? Refusal(SpecClient client, string path, bool writes, bool asOwner = false)
    {
        if (Look(path) is { } rights)
        {
            return (writes ? rights.LetWrite(client) : rights.LetRead(client)) && (!asOwner || rights.IsOwnedBy(client)) ? null : "EACCES";
        }

        var nearest = Look(Nearest(path))!;
        return (writes ? nearest.LetWrite(client) : nearest.LetRead(client)) ? "ENOENT" : "EACCES";
    }

    public string Nearest(string path)
    {
        while (Look(path) is null)
        {
            path = SpecTree.Parent(path);
        }

        return path;
    }
}

/// <summary>The live tree: every change is told at once.</summary>
internal sealed class SpecLiveView(SpecStore store) : SpecView
{
    private SpecTree Tree => store.Tree;

    public override SpecRights? Look(string path) => Tree.Find(path)?.Rights;

    public override string Value(string path) => Tree[path].Value;

    public override SpecRights Rights(string path) => Tree[path].Rights;

    public override (IReadOnlyCollection<string> Names, string Key) Children(string path) =>
        (Tree.Children(path), $"{Tree[path].ChildrenChanged}");

    public override int NodesOf(int domain) => Tree.OwnedBy(domain);

    public override void SetValue(string path, string value)
    {
        Tree.SetValue(path, value);
        store.Events.Changed(path, SpecReach.Subtree, [Tree[path].Rights, ParentRights(path)]);
    }

    public override void SetRights(string path, SpecRights rights)
    {
        var before = Tree[path].Rights;
        Tree.SetRights(path, rights);
        store.Events.Changed(path, SpecReach.Subtree, [before, rights, ParentRights(path)]);
    }

    public override void Create(string ancestor, string path, string value, SpecRights rights)
    {
        foreach (string step in SpecTree.Between(ancestor, path))
        {
            Tree.Create(step, step == path ? value : "", rights);
            store.Events.Changed(step, step == path ? SpecReach.Subtree : SpecReach.Brought, [rights, ParentRights(step)]);
        }
    }

    public override void Remove(string path)
    {
        store.Events.Changed(path, SpecReach.Subtree, [Tree[path].Rights, ParentRights(path)]);
        foreach (string gone in Tree.Below(path))
        {
            store.Events.Changed(gone, SpecReach.Exact, [Tree[gone].Rights, ParentRights(gone)]);
        }

        Tree.Remove(path);
    }

    private SpecRights? ParentRights(string path) => path == "/" ? null : Tree[SpecTree.Parent(path)].Rights;
}
