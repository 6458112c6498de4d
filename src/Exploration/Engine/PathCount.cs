using System.Numerics;

namespace Conformance.Exploration.Engine;

/// <summary>A way from one state to another, between states with a choice; what has no choice in between belongs to one way.</summary>
/// <param name="From">The number of the state before; -1 for the beginning.</param>
/// <param name="To">The number of the state after; -2 for an end.</param>
/// <param name="Label">Tells its steps from those of other ways from there.</param>
/// <param name="Passed">The labels of its beginnings as far as states at which the bounds left no choice; another run may know them as states.</param>
internal readonly record struct Edge(int From, int To, ulong Label, ulong[] Passed)
{
    internal const int Beginning = -1;
    internal const int End = -2;
}

/// <summary>Counts the orders from the beginning to the ends of a graph of states, each once.</summary>
internal sealed class PathCount
{
    private readonly Dictionary<int, List<int>> _next = [];

    internal PathCount(IEnumerable<Edge> edges)
    {
        foreach (var ways in edges.GroupBy(static edge => edge.From))
        {
            _next[ways.Key] = Different([.. ways]);
        }
    }

    /// <summary>How many; null when one can go round for ever.</summary>
    internal BigInteger? Count()
    {
        var counts = new Dictionary<int, BigInteger> { [Edge.End] = BigInteger.One };
        var open = new HashSet<int>();
        var stack = new Stack<(int State, bool IsLeft)>();
        stack.Push((Edge.Beginning, false));
        while (stack.TryPop(out var top))
        {
            if (top.IsLeft)
            {
                open.Remove(top.State);
                counts[top.State] = Sum(top.State, counts);
                continue;
            }

            if (counts.ContainsKey(top.State))
            {
                continue;
            }

            if (!open.Add(top.State))
            {
                return null;
            }

            stack.Push((top.State, true));
            foreach (int next in NextOf(top.State))
            {
                if (open.Contains(next))
                {
                    return null;
                }

                if (!counts.ContainsKey(next))
                {
                    stack.Push((next, false));
                }
            }
        }

        return counts[Edge.Beginning];
    }

    /// <summary>The states from which no way leads to an end, the first that was found first.</summary>
    internal IReadOnlyList<int> FindEndless()
    {
        var before = new Dictionary<int, List<int>>();
        foreach (var (from, list) in _next)
        {
            foreach (int to in list)
            {
                if (!before.TryGetValue(to, out var sources))
                {
                    before[to] = sources = [];
                }

                sources.Add(from);
            }
        }

        var ending = new HashSet<int> { Edge.End };
        var stack = new Stack<int>(ending);
        while (stack.TryPop(out int state))
        {
            foreach (int from in before.GetValueOrDefault(state) ?? [])
            {
                if (ending.Add(from))
                {
                    stack.Push(from);
                }
            }
        }

        return [.. _next.Keys.Concat(before.Keys).Distinct().Where(state => !ending.Contains(state)).Order()];
    }

    /// <summary>
    /// Where the ways from one state lead, each row of steps once: a state is explored again where more of the bounds is left,
    /// and a run with less left goes past states at which another stops.
    /// </summary>
    private static List<int> Different(Edge[] ways)
    {
        var labels = new HashSet<ulong>();
        Edge[] once = [.. ways.Where(way => labels.Add(way.Label))];
        return [.. once.Where(way => !way.Passed.Any(labels.Contains)).Select(way => way.To)];
    }

    private List<int> NextOf(int state) => _next.GetValueOrDefault(state) ?? [];

    private BigInteger Sum(int state, Dictionary<int, BigInteger> counts)
    {
        var sum = BigInteger.Zero;
        foreach (int next in NextOf(state))
        {
            sum += counts[next];
        }

        return sum;
    }
}
