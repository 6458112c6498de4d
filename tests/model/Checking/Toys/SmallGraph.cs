using System.Globalization;
using Conformance.Model.Checking;

namespace Conformance.Tests.Model.Checking.Toys;

/// <summary>A random graph of at most eight states, small enough that every set of states can be tried.</summary>
internal sealed class SmallGraph
{
    private readonly List<(int From, int To, byte Code)> _edges = [];
    private int _count;

    /// <summary>What is awaited: from an even state on, the state 1.</summary>
    public static LeadsTo<ulong> Claim { get; } = new("1 comes", [], (in state) => state % 2 == 0, (in state) => state == 1);

    public IReadOnlyList<Fairness> Assumptions { get; private set; } = [];

    public static SmallGraph Random(Random random)
    {
        var graph = new SmallGraph { _count = random.Next(3, 9) };
        int edges = random.Next(2 * graph._count, 4 * graph._count);
        for (int i = 0; i < edges; i++)
        {
            // A code for each edge: then it is clear which step a run takes.
            graph._edges.Add((random.Next(graph._count), random.Next(4) == 0 ? 1 : random.Next(graph._count), (byte)i));
        }

        graph.Assumptions = [.. Enumerable.Range(0, random.Next(4)).Select(i => new Fairness(
            $"assumption {i}", random.Next(2) == 0 ? FairnessStrength.Weak : FairnessStrength.Strong, Selection(random.Next())))];
        return graph;
    }

    public Toy<ulong> Toy() => new(0, (in state, into) =>
    {
        foreach ((int from, int to, byte code) in _edges)
        {
            if ((ulong)from == state)
            {
                into.Add(new(0, code), (ulong)to);
            }
        }
    });

    /// <summary>Whether some run from a state where the claim begins never meets it: by trying every set of states as the one that a run visits again and again.</summary>
    public bool HasFairRunWithoutEnd()
    {
        var open = Enumerable.Range(0, _count).Where(state => state != 1).ToHashSet();
        var reached = From([0], Enumerable.Range(0, _count).ToHashSet());
        var region = From(reached.Where(state => state % 2 == 0), open);
        if (region.Any(state => !_edges.Exists(edge => edge.From == state)))
        {
            return true;
        }

        for (int set = 1; set < 1 << _count; set++)
        {
            var states = Enumerable.Range(0, _count).Where(state => (set >> state & 1) != 0).ToHashSet();
            if (states.IsSubsetOf(region) && IsConnected(states) && IsFair(states, _edges.FindAll(edge => states.Contains(edge.From) && states.Contains(edge.To))))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Throws unless a counterexample is a run of the graph that begins, stays open, and rests or is fair.</summary>
    public void DemandRun(Counterexample run)
    {
        List<int> states = [.. run.Steps.Select(step => int.Parse(step.State[0].Value, CultureInfo.InvariantCulture))];
        Assert.Equal(0, states[0]);
        Assert.All(states.Zip(states.Skip(1)), pair => Assert.Contains(_edges, edge => edge.From == pair.First && edge.To == pair.Second));
        int begin = states.FindLastIndex(state => state == 1) + 1;
        Assert.Contains(states.Skip(begin), state => state % 2 == 0);
        if (run.LoopsTo is not { } loop)
        {
            Assert.DoesNotContain(_edges, edge => edge.From == states[^1]);
            return;
        }

        Assert.True(loop >= begin && loop < states.Count - 1, ToString());
        Assert.Equal(states[loop], states[^1]);
        var pairs = states.Skip(loop).Zip(states.Skip(loop + 1)).ToHashSet();
        Assert.True(IsFair([.. states.Skip(loop)], _edges.FindAll(edge => pairs.Contains((edge.From, edge.To)))), ToString());
    }

    public override string ToString() => string.Join(' ', _edges.Select(edge => $"{edge.From}-{edge.Code}->{edge.To}"));

    private static Func<StepId, bool> Selection(int bits) => step => (bits >> (step.Code % 31) & 1) != 0;

    private bool IsConnected(HashSet<int> states) =>
        states.All(state => From(_edges.Where(edge => edge.From == state && states.Contains(edge.To)).Select(edge => edge.To), states).IsSupersetOf(states));

    private bool IsFair(HashSet<int> states, List<(int From, int To, byte Code)> taken) => Assumptions.All(assumption =>
    {
        bool Enabled(int state) => _edges.Exists(edge => edge.From == state && assumption.Selects(new(0, edge.Code)));
        bool isTaken = taken.Exists(edge => assumption.Selects(new(0, edge.Code)));
        return isTaken || (assumption.Strength == FairnessStrength.Weak ? states.Any(state => !Enabled(state)) : !states.Any(Enabled));
    });

    private HashSet<int> From(IEnumerable<int> begin, HashSet<int> within)
    {
        var found = new HashSet<int>();
        var waiting = new Queue<int>(begin);
        while (waiting.TryDequeue(out int state))
        {
            if (within.Contains(state) && found.Add(state))
            {
                _edges.FindAll(edge => edge.From == state).ForEach(edge => waiting.Enqueue(edge.To));
            }
        }

        return found;
    }
}
