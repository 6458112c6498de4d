using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Conformance.Model.Protocol.XenStore;

namespace Conformance.Model.Store;

/// <summary>A reply that is allowed, and the store after it.</summary>
internal sealed record StoreOutcome(StoreReply Reply, StoreSpecification Next);

/// <summary>
/// The store as it is described, one request at a time: for each request, every reply that is allowed and the store after it.
/// More than one is allowed where a commit may fail, where a transaction may have looked earlier or later, and where an event
/// may be left out.
/// </summary>
internal sealed record StoreSpecification
{
    private ImmutableSortedDictionary<(int Client, uint Id), StoreTransaction> Transactions { get; init; } =
        ImmutableSortedDictionary<(int, uint), StoreTransaction>.Empty;

    private ImmutableList<StoreWatch> Watches { get; init; } = [];
    private StoreTree Tree { get; init; } = StoreTree.Empty;
    private long Requests { get; init; }

    /// <summary>Events on their way.</summary>
    public StoreEvents Events { get; private init; } = new();

    /// <summary>Whether replies are judged within a transaction that cannot be committed any more.</summary>
    public bool JudgesLost { get; init; } = true;

    /// <summary>All replies that are allowed.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="request">What.</param>
    /// <param name="reply">The reply that came, which chooses where any one would do: a transaction's number, the error of a commit that must fail.</param>
    public IEnumerable<StoreOutcome> Outcomes(int client, StoreRequest request, StoreReply? reply)
    {
        var served = this with { Requests = Requests + 1 };
        switch (request.Verb)
        {
            case StoreVerb.Watch:
                return served.Watch(new StoreWatch(client, request.Path, request.Text));
            case StoreVerb.Unwatch:
                return served.Unwatch(new StoreWatch(client, request.Path, request.Text));
        }

        if (request.Transaction != 0)
        {
            return Transactions.TryGetValue((client, request.Transaction), out var transaction)
                ? served.Within((client, request.Transaction), transaction, request, reply)
                : [served.Fails(XsError.ENOENT), .. request.Verb == StoreVerb.Start ? [served.Fails(XsError.EBUSY)] : Array.Empty<StoreOutcome>()];
        }

        return request.Verb switch
        {
            StoreVerb.Start => served.Begin(client, reply),
            StoreVerb.Commit or StoreVerb.Abort => [served.Fails(XsError.ENOENT)],
            StoreVerb.Read or StoreVerb.Directory => [new StoreOutcome(Look(Tree, request), served)],
            _ => served.Change(client, request),
        };
    }

    /// <summary>The store with other events on their way.</summary>
    public StoreSpecification After(StoreEvents events) => this with { Events = events };

    /// <summary>Appends all that the future depends on.</summary>
    public void AppendTo(StringBuilder text)
    {
        text.Append(Tree.Text);
        foreach (var (key, transaction) in Transactions)
        {
            text.Append('#').Append(key);
            transaction.AppendTo(text);
        }

        foreach (string watch in Watches.Select(watch => $"@{watch.Client} {watch.Path} {watch.Token}").Order(StringComparer.Ordinal))
        {
            text.Append(watch);
        }

        text.Append('>');
        Events.AppendTo(text);
    }

    private static StoreReply Look(StoreTree tree, StoreRequest request) =>
        tree.Look(request.Path, FacetOf(request)) is { } text
            ? new StoreReply(XsError.None, text)
            : new StoreReply(XsError.ENOENT);

    /// <summary>What a change is answered: removals may find nothing, all else succeeds.</summary>
    private static XsError Judge(StoreTree tree, StoreRequest request) => request.Verb != StoreVerb.Rm ? XsError.None
        : request.Path == "/" ? XsError.EINVAL
        : tree.Contains(request.Path) || tree.Contains(StoreTree.Parent(request.Path)) ? XsError.None
        : XsError.ENOENT;

    private bool IsLost(StoreTransaction transaction) => transaction.MustConflict || transaction.MissedAny(Tree);

    private static bool ChangesNothing(StoreTree view, StoreRequest request) =>
        request.Verb == StoreVerb.Rm ? !view.Contains(request.Path) : request.Verb == StoreVerb.Mkdir && view.Contains(request.Path);

    private static StoreFacet FacetOf(StoreRequest request) => request.Verb == StoreVerb.Directory ? StoreFacet.Children : StoreFacet.Value;

    private StoreOutcome Fails(XsError error) => new(new StoreReply(error), this);

    private IEnumerable<StoreOutcome> Begin(int client, StoreReply? reply)
    {
        uint free = 1;
        while (Transactions.ContainsKey((client, free)))
        {
            free++;
        }

        bool isNamed = uint.TryParse(reply?.Text, NumberStyles.None, CultureInfo.InvariantCulture, out uint id) && id != 0 && !Transactions.ContainsKey((client, id));
        id = isNamed ? id : free;
        var begun = new StoreReply(XsError.None, id.ToString(CultureInfo.InvariantCulture));
        return [new StoreOutcome(begun, this with { Transactions = Transactions.Add((client, id), new StoreTransaction()) })];
    }

    private IEnumerable<StoreOutcome> Change(int client, StoreRequest request)
    {
        var error = Judge(Tree, request);
        return error != XsError.None
            ? [Fails(error)]
            : Apply(client, [new StoreChange(request.Verb, request.Path, request.Text)]).Select(next => new StoreOutcome(StoreReply.Ok, next));
    }

    private IEnumerable<StoreOutcome> Within((int Client, uint Id) key, StoreTransaction transaction, StoreRequest request, StoreReply? reply)
    {
        bool isUnjudged = !JudgesLost && reply is not null && IsLost(transaction);
        switch (request.Verb)
        {
            case StoreVerb.Start:
                return [Fails(XsError.EBUSY)];
            case StoreVerb.Abort:
                return [new StoreOutcome(StoreReply.Ok, this with { Transactions = Transactions.Remove(key) })];
            case StoreVerb.Commit:
                return (this with { Transactions = Transactions.Remove(key) }).Commit(key.Client, transaction, reply);
            case StoreVerb.Read or StoreVerb.Directory when isUnjudged:
                return [new StoreOutcome(reply!, this)];
            case StoreVerb.Read or StoreVerb.Directory:
                var facet = FacetOf(request);
                return transaction.Bases(request.Path, facet, Tree).SelectMany(over =>
                    new[] { transaction.View(over), transaction.NarrowView(over, request.Path) }.Select(view => Look(view, request)).Distinct()
                        .Select(told => new StoreOutcome(told, With(key, transaction.Read(request.Path, facet, over)))));
            default:
                return transaction.Bases(request.Path, Tree).SelectMany(over =>
                    new[] { transaction.View(over), transaction.NarrowView(over, request.Path) }.DistinctBy(view => (Judge(view, request), view.Contains(request.Path)))
                        .Select(view => ChangeWithin(key, transaction, request, view, over.Nearest(request.Path))))
                    .Select(outcome => isUnjudged ? outcome with { Reply = reply! } : outcome);
        }
    }

    private StoreOutcome ChangeWithin((int Client, uint Id) key, StoreTransaction transaction, StoreRequest request, StoreTree view, string root)
    {
        var error = Judge(view, request);
        var after = error == XsError.EINVAL ? transaction.Failed()
            : ChangesNothing(view, request) ? transaction
            : transaction.With(new StoreChange(request.Verb, request.Path, request.Text, root));
        return new StoreOutcome(new StoreReply(error), With(key, after));
    }

    private IEnumerable<StoreOutcome> Commit(int client, StoreTransaction transaction, StoreReply? reply)
    {
        if (transaction.HasFailed)
        {
            return [Fails(reply is { Error: not XsError.None } ? reply.Error : XsError.EINVAL)];
        }

        var conflict = Fails(XsError.EAGAIN);
        if (IsLost(transaction))
        {
            return [conflict];
        }

        var committed = Apply(client, transaction.Changes).Select(next => new StoreOutcome(StoreReply.Ok, next));
        return transaction.MayConflict ? committed.Append(conflict) : committed;
    }

    private IEnumerable<StoreOutcome> Watch(StoreWatch watch) => Watches.Contains(watch)
        ? [Fails(XsError.EEXIST)]
        : (this with { Watches = Watches.Add(watch) }).Cause([new StoreOwed(watch, watch.Path, watch.Client, Requests, IsOptional: false)])
            .Select(next => new StoreOutcome(StoreReply.Ok, next));

    private IEnumerable<StoreOutcome> Unwatch(StoreWatch watch) => !Watches.Contains(watch)
        ? [Fails(XsError.ENOENT)]
        : [new StoreOutcome(StoreReply.Ok, this with { Watches = Watches.Remove(watch), Events = Events.Unwatched(watch) })];

    private StoreSpecification With((int Client, uint Id) key, StoreTransaction transaction) =>
        this with { Transactions = Transactions.SetItem(key, transaction) };

    /// <summary>Makes changes live, all at once, and tells open transactions and watches.</summary>
    private IEnumerable<StoreSpecification> Apply(int client, IReadOnlyList<StoreChange> changes)
    {
        var touched = new HashSet<(string, StoreFacet)>();
        var after = changes.Aggregate(Tree, (tree, change) => change.Apply(tree, (path, facet) => touched.Add((path, facet))));
        var caused = new StoreCauses(Watches, Tree, after, client, Requests).Of(changes);
        var transactions = touched.Count == 0 ? Transactions : Transactions.ToImmutableSortedDictionary(entry => entry.Key, entry => entry.Value.Overtaken(Tree, touched));
        return (this with { Tree = after, Transactions = transactions }).Cause(caused);
    }

    private IEnumerable<StoreSpecification> Cause(IReadOnlyList<StoreOwed> caused)
    {
        IEnumerable<StoreEvents> ways = [Events];
        foreach (var owed in caused)
        {
            ways = ways.SelectMany(way => way.With(owed));
        }

        return ways.Select(way => this with { Events = way });
    }
}
