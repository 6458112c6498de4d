namespace Conformance.Model.Checking;

/// <summary>
/// Finds shortest paths to states of a finished search. The search keeps no parents: going back depth by depth, the states
/// of each are expanded again, and of all that lead on the smallest is taken, so that the path does not depend on threads.
/// </summary>
internal sealed class PathFinder<TState>(TransitionSystem<TState> system, CheckOptions options, Search<TState> search)
    where TState : unmanaged
{
    /// <summary>Shortest paths from an initial state to each of the states, all in one pass over the search.</summary>
    /// <param name="targets">States of the search; each may stand several times.</param>
    public IReadOnlyList<IReadOnlyList<Transition<TState>>> Find(IReadOnlyList<TState> targets)
    {
        var expander = new Expander<TState>(system, options with { Audit = false }, search.Table, search.Violations);
        var paths = targets.Select(target => new List<Transition<TState>> { new(default, target) }).ToList();
        var heads = targets.Select(target => search.Table.Find(in target)).ToArray();
        int deepest = heads.Length == 0 ? 0 : heads.Max(LevelOf);
        for (int level = deepest; level > 0; level--)
        {
            var wanted = Enumerable.Range(0, heads.Length).Where(i => LevelOf(heads[i]) == level).ToLookup(i => heads[i]);
            if (wanted.Count == 0)
            {
                continue;
            }

            foreach (var (head, (number, step)) in FindBefore(expander, level - 1, wanted.Select(group => group.Key).ToHashSet()))
            {
                foreach (int i in wanted[head])
                {
                    paths[i][^1] = paths[i][^1] with { Step = step };
                    paths[i].Add(new Transition<TState>(default, search.Table[number]));
                    heads[i] = number;
                }
            }
        }

        return [.. paths.Select(path => (IReadOnlyList<Transition<TState>>)[.. Enumerable.Reverse(path)])];
    }

    /// <summary>The depth of a state, from 0.</summary>
    public int LevelOf(int number)
    {
        int level = 0;
        while (search.LevelEnds.Count > level && search.LevelEnds[level] <= number)
        {
            level++;
        }

        return level;
    }

    private Dictionary<int, (int Number, StepId Step)> FindBefore(Expander<TState> expander, int level, HashSet<int> heads)
    {
        var best = new Dictionary<int, (int Number, StepId Step)>();
        int begin = level == 0 ? 0 : search.LevelEnds[level - 1];
        for (int number = begin; number < search.LevelEnds[level]; number++)
        {
            var state = search.Table[number];
            foreach (ref readonly var step in expander.Steps(in state, search.LevelEnds[level]))
            {
                var next = step.Next;
                if (options.ReducesSymmetry)
                {
                    system.Canonicalize(ref next);
                }

                int head = search.Table.Find(in next);
                if (heads.Contains(head) && (!best.TryGetValue(head, out var kept) || IsBefore(in state, step.Step, kept)))
                {
                    best[head] = (number, step.Step);
                }
            }
        }

        return best;
    }

    private bool IsBefore(in TState state, StepId step, (int Number, StepId Step) kept)
    {
        int order = StateBytes<TState>.Compare(in state, in search.Table[kept.Number]);
        return order != 0 ? order < 0 : StepOrder.Compare(step, kept.Step) < 0;
    }
}
