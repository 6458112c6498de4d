namespace Conformance.Model.Checking;

/// <summary>A short way round a component that shows every assumption to be kept.</summary>
/// <param name="graph">The graph.</param>
/// <param name="assumptions">What must be kept.</param>
/// <param name="component">States that all reach each other and in which a fair run can stay; the tour begins at the first.</param>
internal sealed class FairTour(StateGraph graph, IReadOnlyList<Fairness> assumptions, IReadOnlyList<uint> component)
{
    private readonly HashSet<uint> _members = [.. component];
    private readonly List<uint> _tour = [component[0]];
    private ulong _taken;

    /// <summary>The states after the first one, which comes last again.</summary>
    public IEnumerable<uint> Round()
    {
        for (int i = 0; i < assumptions.Count; i++)
        {
            Keep(1UL << i, assumptions[i].Strength == FairnessStrength.Weak);
        }

        Extend((state, step, target) => target == component[0]);
        return _tour.Skip(1);
    }

    private void Keep(ulong group, bool isWeak)
    {
        bool isKept = (_taken & group) != 0
            || (isWeak ? _tour.Exists(state => (graph.Enabled(state) & group) == 0) : component.All(state => (graph.Enabled(state) & group) == 0));
        if (!isKept)
        {
            Extend((state, step, target) => (graph.Groups(state, step) & group) != 0 || (isWeak && (graph.Enabled(target) & group) == 0));
        }
    }

    /// <summary>Lengthens the tour by a shortest way whose last step is as wanted.</summary>
    private void Extend(Func<uint, int, uint, bool> isWanted)
    {
        uint start = _tour[^1];
        var before = new Dictionary<uint, (uint State, int Step)> { [start] = (start, -1) };
        var queue = new Queue<uint>([start]);
        while (queue.TryDequeue(out uint state))
        {
            ReadOnlySpan<uint> targets = graph.Targets(state);
            for (int step = 0; step < targets.Length; step++)
            {
                uint target = targets[step];
                if (!_members.Contains(target))
                {
                    continue;
                }

                if (isWanted(state, step, target))
                {
                    Append(before, state);
                    _taken |= graph.Groups(state, step);
                    _tour.Add(target);
                    return;
                }

                if (before.TryAdd(target, (state, step)))
                {
                    queue.Enqueue(target);
                }
            }
        }
    }

    private void Append(Dictionary<uint, (uint State, int Step)> before, uint state)
    {
        var way = new List<uint>();
        while (before[state] is (var earlier, >= 0 and var step))
        {
            way.Add(state);
            _taken |= graph.Groups(earlier, step);
            state = earlier;
        }

        way.Reverse();
        _tour.AddRange(way);
    }
}
