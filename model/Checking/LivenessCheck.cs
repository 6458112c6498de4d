namespace Conformance.Model.Checking;

/// <summary>
/// Checks that what begins comes to its end. A run counts as complete when no further step must be taken or it goes on for ever and is
/// fair; a run never stops where a step must be taken.
/// </summary>
internal sealed class LivenessCheck<TState>
    where TState : unmanaged
{
    private readonly TransitionSystem<TState> _system;
    private readonly Search<TState> _search;
    private readonly StateGraph _graph;
    private readonly CheckOptions _options;

    public LivenessCheck(TransitionSystem<TState> system, CheckOptions options, Search<TState> search, StateGraph graph)
    {
        _system = system;
        _options = options;
        _search = search;
        _graph = graph;
    }

    /// <summary>Looks for a run that breaks a property.</summary>
    /// <returns>The numbers of its states from where the obligation begins, and where it goes round; null if there is none.</returns>
    public (IReadOnlyList<int> States, int? LoopsTo)? Find(LeadsTo<TState> property)
    {
        var region = Region(property, out var before);
        int stuck = region.FindIndex(state => _graph.MayRest(state));
        if (stuck >= 0)
        {
            return (Back(before, region[stuck]), null);
        }

        var component = new FairCycles(_graph, _system.Properties.Assumptions).Find(region);
        if (component is null)
        {
            return null;
        }

        int entry = region.Find(state => component.Contains(state));
        var path = Back(before, entry);
        int loop = path.Count - 1;
        path.AddRange(Tour(entry, component));
        return (path, loop);
    }

    /// <summary>A step that leads from one state to the next; the smallest if there are several.</summary>
    public StepId StepBetween(int from, int to)
    {
        var expander = new Expander<TState>(_system, _options with { Audit = false }, _search.Table, _search.Violations);
        var state = _search.Table[from];
        StepId? best = null;
        foreach (ref readonly var step in expander.Steps(in state, _search.Table.Count))
        {
            var next = step.Next;
            if (_options.ReducesSymmetry)
            {
                _system.Canonicalize(ref next);
            }

            if (_search.Table.Find(in next) == to && (best is null || StepOrder.Compare(step.Step, best.Value) < 0))
            {
                best = step.Step;
            }
        }

        return best ?? throw new InvalidOperationException($"{_system.Name}: expected the same steps from the same state each time, got others; a model must not depend on anything else");
    }

    /// <summary>The states in which the obligation is open, nearest first, and the way to each.</summary>
    private List<int> Region(LeadsTo<TState> property, out Dictionary<int, int> before)
    {
        var region = new List<int>();
        before = [];
        for (int number = 0; number < _graph.Count; number++)
        {
            ref readonly var state = ref _search.Table[number];
            if (property.From(in state) && !property.To(in state))
            {
                region.Add(number);
                before[number] = -1;
            }
        }

        for (int i = 0; i < region.Count; i++)
        {
            foreach (int target in _graph.Targets(region[i]))
            {
                if (!before.ContainsKey(target) && !property.To(in _search.Table[target]))
                {
                    before[target] = region[i];
                    region.Add(target);
                }
            }
        }

        return region;
    }

    private static List<int> Back(Dictionary<int, int> before, int state)
    {
        var path = new List<int>();
        for (; state >= 0; state = before[state])
        {
            path.Add(state);
        }

        path.Reverse();
        return path;
    }

    /// <summary>A closed way through the component from and to its entry that shows each assumption treated fairly.</summary>
    private List<int> Tour(int entry, IReadOnlyList<int> component)
    {
        var members = component.ToHashSet();
        var tour = new List<int> { entry };
        var assumptions = _system.Properties.Assumptions;
        for (int i = 0; i < assumptions.Count; i++)
        {
            Visit(tour, members, 1u << i, assumptions[i].Strength);
        }

        Extend(tour, members, (state, target) => target == entry);
        tour.RemoveAt(0);
        return tour;
    }

    private void Visit(List<int> tour, HashSet<int> members, uint group, FairnessStrength strength)
    {
        bool isNowhere = members.All(state => (_graph.Enabled(state) & group) == 0);
        bool isShown = isNowhere || (strength == FairnessStrength.Weak && tour.Exists(state => (_graph.Enabled(state) & group) == 0));
        if (isShown || Takes(tour, group))
        {
            return;
        }

        Extend(tour, members, (state, target) => TakesBetween(state, target, group) || (strength == FairnessStrength.Weak && (_graph.Enabled(target) & group) == 0));
    }

    private bool Takes(List<int> tour, uint group) => Enumerable.Range(1, tour.Count - 1).Any(i => TakesBetween(tour[i - 1], tour[i], group));

    private bool TakesBetween(int state, int target, uint group)
    {
        var targets = _graph.Targets(state);
        for (int i = 0; i < targets.Length; i++)
        {
            if (targets[i] == target && (_graph.Groups(state)[i] & group) != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Lengthens a tour by the shortest way whose last step is as wanted.</summary>
    private void Extend(List<int> tour, HashSet<int> members, Func<int, int, bool> isWanted)
    {
        var before = new Dictionary<int, int> { [tour[^1]] = -1 };
        var queue = new Queue<int>([tour[^1]]);
        while (queue.TryDequeue(out int state))
        {
            foreach (int target in _graph.Targets(state))
            {
                if (!members.Contains(target))
                {
                    continue;
                }

                if (isWanted(state, target))
                {
                    tour.AddRange(Back(before, state).Skip(1));
                    tour.Add(target);
                    return;
                }

                if (before.TryAdd(target, state))
                {
                    queue.Enqueue(target);
                }
            }
        }
    }
}
