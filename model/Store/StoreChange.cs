namespace Conformance.Model.Store;

/// <summary>What a reader may be told of a node.</summary>
internal enum StoreFacet
{
    /// <summary>Whether it is there, and its value.</summary>
    Value,

    /// <summary>Whether it is there, and the names of its children.</summary>
    Children,
}

/// <summary>A change as it can be asked for: by itself, or in a transaction.</summary>
/// <param name="Verb">A write, a creation or a removal.</param>
/// <param name="Path">The node.</param>
/// <param name="Value">The value to write.</param>
/// <param name="Root">In a transaction, the node or the nearest above it that was there when the change was asked for.</param>
internal sealed record StoreChange(StoreVerb Verb, string Path, string Value, string Root = "/")
{
    /// <summary>Makes the change.</summary>
    /// <param name="tree">The tree before.</param>
    /// <param name="touched">Told each node and facet that is another now; null for nobody.</param>
    public StoreTree Apply(StoreTree tree, Action<string, StoreFacet>? touched = null)
    {
        if (Verb == StoreVerb.Rm)
        {
            return tree.Contains(Path) ? Remove(tree, touched) : tree;
        }

        if (Verb == StoreVerb.Mkdir && tree.Contains(Path))
        {
            return tree;
        }

        var after = tree.With(Path, Value);
        touched?.Invoke(Path, StoreFacet.Value);
        for (string path = Path; !tree.Contains(path); path = StoreTree.Parent(path))
        {
            touched?.Invoke(path, StoreFacet.Value);
            touched?.Invoke(path, StoreFacet.Children);
            touched?.Invoke(StoreTree.Parent(path), StoreFacet.Children);
        }

        return after;
    }

    private StoreTree Remove(StoreTree tree, Action<string, StoreFacet>? touched)
    {
        touched?.Invoke(StoreTree.Parent(Path), StoreFacet.Children);
        foreach (string path in tree.Below(Path).Append(Path))
        {
            touched?.Invoke(path, StoreFacet.Value);
            touched?.Invoke(path, StoreFacet.Children);
        }

        return tree.Without(Path);
    }
}
