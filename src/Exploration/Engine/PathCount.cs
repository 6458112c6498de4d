using System.Numerics;

namespace Conformance.Exploration.Engine;

/// <summary>A step from one state to another, between states with a choice; what has no choice in between is one step.</summary>
/// <param name="From">The number of the state before; -1 for the beginning.</param>
/// <param name="To">The number of the state after; -2 for an end.</param>
internal readonly record struct Edge(int From, int To)
{
    internal const int Beginning = -1;
    internal const int End = -2;
}

/// <summary>Counts the ways from the beginning to the ends of a graph of states.</summary>
internal sealed class PathCount
{
    private readonly Dictionary<int, List<int>> _next = [];

    internal PathCount(IEnumerable<Edge> edges)
    {
        foreach (var edge in edges)
        {
            if (!_next.TryGetValue(edge.From, out var list))
            {
                _next[edge.From] = list = [];
            }

            list.Add(edge.To);
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
            foreach (int next in _next.GetValueOrDefault(top.State) ?? [])
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

    private BigInteger Sum(int state, Dictionary<int, BigInteger> counts)
    {
        var sum = BigInteger.Zero;
        foreach (int next in _next.GetValueOrDefault(state) ?? [])
        {
            sum += counts[next];
        }

        return sum;
    }
}
