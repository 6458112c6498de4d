using System.Globalization;
using System.Text;

namespace Conformance.Model.Store;

/// <summary>
/// Says whether a history of concurrent clients can be explained: whether there is an order in which each request takes effect
/// at one moment between its sending and its reply, requests of one client in their order, and in which each reply and each
/// event is one that the specification allows. The search is Wing's and Gong's, with a memory of what was visited: what has
/// been explained and the store after it, compared as a whole and not by a hash.
/// </summary>
public sealed class StoreOracle
{
    private readonly StoreHistory _history;
    private readonly StoreRow[] _rows;
    private readonly bool _allowsSpurious;
    private readonly bool _judgesLost;
    private readonly long _limit;
    private readonly HashSet<string> _visited = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private List<string> _longest = [];
    private List<string> _reasons = [];
    private bool _isBounded;

    private StoreOracle(StoreHistory history, bool allowsSpurious, bool judgesLost, long limit)
    {
        _history = history;
        _rows = StoreRow.Of(history);
        _allowsSpurious = allowsSpurious;
        _judgesLost = judgesLost;
        _limit = limit;
    }

    /// <summary>Judges a history.</summary>
    /// <param name="history">The history.</param>
    /// <param name="allowsSpuriousEvents">Whether events without a cause are to be accepted, as clients must (XS-082); stores known today send none.</param>
    /// <param name="judgesLostTransactions">Whether to judge what a transaction is told once it can only fail: nobody can rely on that, and some stores are careless there.</param>
    /// <param name="limit">The most states to search.</param>
    /// <exception cref="ArgumentException">The replies or the events of a client do not stand in the order of their times.</exception>
    public static StoreVerdict Judge(StoreHistory history, bool allowsSpuriousEvents = false, bool judgesLostTransactions = true, long limit = 1_000_000)
    {
        ArgumentNullException.ThrowIfNull(history);
        return new StoreOracle(history, allowsSpuriousEvents, judgesLostTransactions, limit).Judge();
    }

    private StoreVerdict Judge()
    {
        bool isAccepted = Explain(new StoreSpecification { JudgesLost = _judgesLost }, new int[_rows.Length]);
        var judgement = isAccepted ? StoreJudgement.Accepted : _isBounded ? StoreJudgement.Undecided : StoreJudgement.Rejected;
        return new StoreVerdict(judgement, isAccepted ? _order : _longest, isAccepted ? [] : _reasons, _visited.Count);
    }

    private bool Explain(StoreSpecification store, int[] done)
    {
        if (IsDone(done) && (!_history.IsSettled || store.Events.Required is null))
        {
            return true;
        }

        if (_visited.Count >= _limit)
        {
            _isBounded = true;
            return false;
        }

        if (!_visited.Add(KeyOf(store, done)))
        {
            return false;
        }

        bool isStuck = true;
        foreach (int row in Candidates(done))
        {
            foreach (var next in _rows[row].Nexts(done[row], store, _allowsSpurious))
            {
                isStuck = false;
                if (IsHopeless(next, done))
                {
                    continue;
                }

                done[row]++;
                _order.Add(_rows[row].InWords(done[row] - 1));
                if (Explain(next, done))
                {
                    return true;
                }

                _order.RemoveAt(_order.Count - 1);
                done[row]--;
            }
        }

        if (isStuck && (_reasons.Count == 0 || _order.Count > _longest.Count))
        {
            _longest = [.. _order];
            _reasons = WhyStuck(store, done);
        }

        return false;
    }

    /// <summary>
    /// Whether an event is on its way more often than it will still be received. It could have been left out while the same one
    /// waited, and that way is searched too, so nothing is lost by giving this one up.
    /// </summary>
    private bool IsHopeless(StoreSpecification store, int[] done) =>
        _history.IsSettled && store.Events.Repeated.Any(repeated => _rows.Index().Sum(row => row.Item.Awaits(done[row.Index], repeated.Owed)) < repeated.Count);

    /// <summary>Whether all is explained that must be; what was never answered may have been served or not.</summary>
    private bool IsDone(int[] done)
    {
        for (int row = 0; row < _rows.Length; row++)
        {
            if (done[row] < _rows[row].Count && _rows[row].Returned(done[row]) != long.MaxValue)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The rows whose next operation began before any other that is left had ended.</summary>
    private List<int> Candidates(int[] done)
    {
        long firstEnd = long.MaxValue;
        for (int row = 0; row < _rows.Length; row++)
        {
            if (done[row] < _rows[row].Count)
            {
                firstEnd = Math.Min(firstEnd, _rows[row].Returned(done[row]));
            }
        }

        return [.. Enumerable.Range(0, _rows.Length)
            .Where(row => done[row] < _rows[row].Count && _rows[row].Invoked(done[row]) <= firstEnd)
            .OrderBy(row => _rows[row].Returned(done[row]))];
    }

    private List<string> WhyStuck(StoreSpecification store, int[] done)
    {
        var reasons = Candidates(done).Select(row => _rows[row].WhyNot(done[row], store)).ToList();
        if (IsDone(done) && store.Events.Required is { } owed)
        {
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"client {owed.Client}: event {owed.Path} \"{owed.Watch.Token}\" was due and never came"));
        }

        return reasons;
    }

    private static string KeyOf(StoreSpecification store, int[] done)
    {
        var text = new StringBuilder();
        text.AppendJoin(',', done).Append(':');
        store.AppendTo(text);
        return text.ToString();
    }
}
