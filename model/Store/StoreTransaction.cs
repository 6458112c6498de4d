using System.Collections.Immutable;
using System.Text;

namespace Conformance.Model.Store;

/// <summary>
/// An open transaction: what it found, what it changed, and what others changed since. Stores differ in when they look: at the
/// start (a snapshot), at the first access of each node, or when something beside it was asked for. Whatever was the case at some
/// time since the start may be found, once for each node (XS-113); what was read first and is another at the end fails the
/// commit (XS-116).
/// </summary>
internal sealed record StoreTransaction
{
    private ImmutableSortedDictionary<string, (StoreTree Base, bool IsFirst)> Found { get; init; } =
        ImmutableSortedDictionary.Create<string, (StoreTree, bool)>(StringComparer.Ordinal);

    /// <summary>Trees since the start that are live no more, and what was touched when each one ended.</summary>
    private ImmutableList<(StoreTree Tree, ImmutableSortedSet<string> Touched)> Past { get; init; } = [];

    /// <summary>What it changes, in the order asked for.</summary>
    public ImmutableList<StoreChange> Changes { get; private init; } = [];

    /// <summary>Whether a change in it failed, so that it cannot be committed (XS-121).</summary>
    public bool HasFailed { get; private init; }

    /// <summary>Whether something that it read first was changed since: the commit must fail (XS-116).</summary>
    public bool MustConflict { get; private init; }

    /// <summary>Whether anybody changed anything since it was opened: the commit may fail (XS-117).</summary>
    public bool MayConflict => Past.Count > 0;

    /// <summary>Whether something that it read first and did not find is there now: the commit must fail as well.</summary>
    public bool MissedAny(StoreTree live) =>
        Found.Any(found => found.Value.IsFirst && !found.Value.Base.Contains(found.Key.TrimEnd(' ')) && live.Contains(found.Key.TrimEnd(' ')));

    /// <summary>The trees that a read may be based on, one for each thing it may be told, the latest that tells it.</summary>
    public IEnumerable<StoreTree> Bases(string path, StoreFacet facet, StoreTree live) =>
        Found.TryGetValue(Key(path, facet), out var found) ? [found.Base] : Since(live).DistinctBy(tree => tree.Look(path, facet));

    /// <summary>The trees that a change may be judged by.</summary>
    public IEnumerable<StoreTree> Bases(string path, StoreTree live) =>
        Since(live).DistinctBy(tree => (tree.Contains(path), tree.Contains(StoreTree.Parent(path))));

    /// <summary>Its view over one of those trees: with its own changes made.</summary>
    public StoreTree View(StoreTree over) => Changes.Aggregate(over, (tree, change) => change.Apply(tree));

    /// <summary>
    /// Its view of one node over one of those trees, for a store that keeps what it found of each node by itself: a change leaves
    /// nodes above the one that it found alone, though others removed them since; and where others changed anything, a
    /// removal takes along only what the store listed when it looked.
    /// </summary>
    public StoreTree NarrowView(StoreTree over, string path) => Changes.Aggregate(over, (tree, change) =>
        (tree.Contains(change.Root) || path == change.Root || StoreTree.IsBelow(path, change.Root))
        && !(MayConflict && change.Verb == StoreVerb.Rm && StoreTree.IsBelow(path, change.Path))
            ? change.Apply(tree)
            : tree);

    /// <summary>The transaction after a read that was based on a tree.</summary>
    public StoreTransaction Read(string path, StoreFacet facet, StoreTree over)
    {
        string key = Key(path, facet);
        if (Found.ContainsKey(key))
        {
            return this;
        }

        bool isFirst = !Changes.Exists(change => change.Path == path || (change.Verb == StoreVerb.Rm && StoreTree.IsBelow(path, change.Path)));
        bool isOutdated = over.Contains(path) && Past.SkipWhile(past => past.Tree != over).Any(past => past.Touched.Contains(key));
        return this with { Found = Found.Add(key, (over, isFirst)), MustConflict = MustConflict || (isFirst && isOutdated) };
    }

    /// <summary>The transaction with one more change.</summary>
    public StoreTransaction With(StoreChange change) => this with { Changes = Changes.Add(change) };

    /// <summary>The transaction after a change that failed.</summary>
    public StoreTransaction Failed() => this with { HasFailed = true };

    /// <summary>The transaction after nodes of the live tree were changed.</summary>
    public StoreTransaction Overtaken(StoreTree before, IEnumerable<(string Path, StoreFacet Facet)> touched)
    {
        var keys = touched.Select(change => Key(change.Path, change.Facet)).ToImmutableSortedSet(StringComparer.Ordinal);
        return this with
        {
            MustConflict = MustConflict || keys.Any(key => Found.TryGetValue(key, out var found) && found.IsFirst && found.Base.Contains(key.TrimEnd(' '))),
            Past = Past.Add((before, keys)),
        };
    }

    /// <summary>Appends all that the future depends on.</summary>
    public void AppendTo(StringBuilder text)
    {
        text.Append(HasFailed ? 'f' : '-').Append(MustConflict ? 'm' : '-');
        Changes.ForEach(change => text.Append('|').Append(change.Verb).Append(change.Root).Append(' ').Append(change.Path).Append('=').Append(change.Value.Length).Append(':').Append(change.Value));
        foreach (var (key, (over, isFirst)) in Found)
        {
            text.Append('?').Append(key).Append(isFirst).Append(over.Text);
        }

        foreach (var (tree, touched) in Past)
        {
            text.Append('~').Append(tree.Text).AppendJoin('!', touched);
        }
    }

    private static string Key(string path, StoreFacet facet) => facet == StoreFacet.Value ? path : path + " ";

    /// <summary>All trees since the start, the live one first.</summary>
    private IEnumerable<StoreTree> Since(StoreTree live) => Past.Select(past => past.Tree).Append(live).Reverse();
}
