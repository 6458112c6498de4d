namespace Conformance.Model.Checking;

/// <summary>
/// The states that a run can be in while an obligation is open, each found by a shortest way: places are numbered by the
/// length of the way from an initial state.
/// </summary>
internal sealed class Region : IDisposable
{
    /// <summary>No place, or no place before.</summary>
    public const uint None = uint.MaxValue;

    private readonly NativeList<uint> _states = new();
    private readonly NativeList<uint> _before = new();
    private readonly NativeList<uint> _places = new();

    /// <summary>Bytes for a graph of so many states.</summary>
    public static long BytesFor(long states) => states * 3 * sizeof(uint);

    public uint Count => (uint)_states.Count;

    /// <summary>The number of the state at a place.</summary>
    public uint State(uint place) => _states[place];

    /// <summary>The place of a state; <see cref="None"/> if it is outside.</summary>
    public uint Place(uint state) => _places[state];

    /// <summary>Finds the region.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="levelEnds">For each depth, the number after its last state.</param>
    /// <param name="begins">Whether an obligation begins in a state.</param>
    /// <param name="ends">Whether it ends there.</param>
    public static Region Of(StateGraph graph, IReadOnlyList<long> levelEnds, Func<uint, bool> begins, Func<uint, bool> ends)
    {
        var region = new Region();
        region._places.Fill(graph.Count, None);
        uint expanded = 0;
        uint state = 0;
        for (int depth = 0; depth < levelEnds.Count || expanded < region.Count; depth++)
        {
            for (; depth < levelEnds.Count && state < levelEnds[depth]; state++)
            {
                if (region._places[state] == None && begins(state) && !ends(state))
                {
                    region.Add(state, None);
                }
            }

            region.Expand(graph, ref expanded, ends);
        }

        return region;
    }

    /// <summary>The states on the way to a place, from where the obligation began.</summary>
    public List<uint> PathTo(uint place)
    {
        var path = new List<uint>();
        for (; place != None; place = _before[place])
        {
            path.Add(_states[place]);
        }

        path.Reverse();
        return path;
    }

    public void Dispose()
    {
        _states.Dispose();
        _before.Dispose();
        _places.Dispose();
    }

    /// <summary>Expands all places there are; what begins at this depth stands behind what came there from before, and is expanded with it.</summary>
    private void Expand(StateGraph graph, ref uint expanded, Func<uint, bool> ends)
    {
        uint end = Count;
        for (; expanded < end; expanded++)
        {
            foreach (uint target in graph.Targets(_states[expanded]))
            {
                if (_places[target] == None && !ends(target))
                {
                    Add(target, expanded);
                }
            }
        }
    }

    private void Add(uint state, uint before)
    {
        _places[state] = Count;
        _states.Add(state);
        _before.Add(before);
    }
}
