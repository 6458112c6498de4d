namespace Conformance.Model.Store;

/// <summary>Which events a request causes, by the watches there are.</summary>
internal sealed class StoreCauses(IReadOnlyList<StoreWatch> watches, StoreTree before, StoreTree after, int client, long burst)
{
    private readonly List<StoreOwed> _caused = [];

    /// <summary>The events of changes that become visible together.</summary>
    public IReadOnlyList<StoreOwed> Of(IReadOnlyList<StoreChange> changes)
    {
        var tree = before;
        foreach (var change in changes)
        {
            bool isThere = tree.Contains(change.Path);
            foreach (var watch in watches)
            {
                if (change.Verb == StoreVerb.Rm ? isThere : change.Verb == StoreVerb.Write || !isThere)
                {
                    Add(watch, change, tree);
                }
            }

            tree = change.Apply(tree);
        }

        return _caused;
    }

    private void Add(StoreWatch watch, StoreChange change, StoreTree tree)
    {
        if (watch.Path == change.Path || StoreTree.IsBelow(change.Path, watch.Path))
        {
            // A node that came and went inside a transaction never was (XS-120).
            Add(watch, change.Path, isOptional: !before.Contains(change.Path) && !after.Contains(change.Path));
        }
        else if (change.Verb == StoreVerb.Rm && StoreTree.IsBelow(watch.Path, change.Path))
        {
            // Required where a node was taken along (XS-075, XS-076); a watch on nothing may be told as well.
            Add(watch, watch.Path, isOptional: !tree.Contains(watch.Path) || !before.Contains(watch.Path) || after.Contains(watch.Path));
        }
    }

    private void Add(StoreWatch watch, string path, bool isOptional)
    {
        var owed = new StoreOwed(watch, path, client, burst, isOptional);
        int same = _caused.FindIndex(owed.IsSameAs);
        if (same < 0)
        {
            _caused.Add(owed);
        }
        else if (!isOptional)
        {
            _caused[same] = owed;
        }
    }
}
