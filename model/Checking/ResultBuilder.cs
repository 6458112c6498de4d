namespace Conformance.Model.Checking;

/// <summary>Makes the verdicts on all properties out of a search, with counterexamples in words.</summary>
internal sealed class ResultBuilder<TState>(TransitionSystem<TState> system, CheckOptions options, Search<TState> search, StateGraph? graph)
    where TState : unmanaged
{
    private readonly List<PropertyResult> _results = [];
    private readonly List<(int Result, TState Target, Transition<TState>? Last, IReadOnlyList<int> Tail, int? LoopsTo)> _wanted = [];

    /// <summary>Builds them, in the order in which the properties are declared, deadlock last.</summary>
    public IReadOnlyList<PropertyResult> Build()
    {
        var properties = system.Properties;
        for (int i = 0; i < properties.Invariants.Count; i++)
        {
            var (name, clauses, _) = properties.Invariants[i];
            var broken = search.Violations.Invariant(i);
            Add(PropertyKind.Invariant, name, clauses, broken.HasValue, broken);
        }

        for (int i = 0; i < properties.Rules.Count; i++)
        {
            var (name, clauses, _) = properties.Rules[i];
            var broken = search.Violations.Rule(i);
            Add(PropertyKind.StepRule, name, clauses, broken.HasValue, broken?.Before, broken is { } step ? new Transition<TState>(step.Step, step.After) : null);
        }

        for (int i = 0; i < properties.Reachable.Count; i++)
        {
            var (name, clauses, _) = properties.Reachable[i];
            var verdict = search.Violations.IsReached(i) ? PropertyVerdict.Holds : search.StoppedBy is null ? PropertyVerdict.Broken : PropertyVerdict.Unknown;
            _results.Add(new PropertyResult(PropertyKind.Reachability, name, clauses, verdict, null));
        }

        properties.Liveness.ToList().ForEach(AddLiveness);
        Add(PropertyKind.Deadlock, "no state is stuck", [], search.Violations.Deadlock.HasValue, search.Violations.Deadlock);
        if (search.Table.Count == 0)
        {
            _results.Add(new PropertyResult(PropertyKind.Reachability, "there is an initial state", [], PropertyVerdict.Broken, null));
        }

        AddCounterexamples();
        return _results;
    }

    private void Add(PropertyKind kind, string name, IReadOnlyList<string> clauses, bool isBroken, TState? target, Transition<TState>? last = null)
    {
        var verdict = isBroken ? PropertyVerdict.Broken : search.StoppedBy is null ? PropertyVerdict.Holds : PropertyVerdict.Unknown;
        if (target is { } state)
        {
            _wanted.Add((_results.Count, state, last, [], null));
        }

        _results.Add(new PropertyResult(kind, name, clauses, verdict, null));
    }

    private void AddLiveness(LeadsTo<TState> property)
    {
        var verdict = PropertyVerdict.Unknown;
        if (graph is not null)
        {
            verdict = PropertyVerdict.Holds;
            if (new LivenessCheck<TState>(system, options, search, graph).Find(property) is var (states, loopsTo))
            {
                verdict = PropertyVerdict.Broken;
                _wanted.Add((_results.Count, search.Table[states[0]], null, states, loopsTo));
            }
        }

        _results.Add(new PropertyResult(PropertyKind.Liveness, property.Name, property.Clauses, verdict, null));
    }

    private void AddCounterexamples()
    {
        var paths = new PathFinder<TState>(system, options, search).Find([.. _wanted.Select(wanted => wanted.Target)]);
        for (int i = 0; i < _wanted.Count; i++)
        {
            var (result, _, last, tail, loopsTo) = _wanted[i];
            var path = paths[i].ToList();
            int prefix = path.Count - 1;
            if (last is { } step)
            {
                path.Add(step);
            }

            for (int k = 1; k < tail.Count; k++)
            {
                var taken = new LivenessCheck<TState>(system, options, search, graph!).StepBetween(tail[k - 1], tail[k]);
                path.Add(new Transition<TState>(taken, search.Table[tail[k]]));
            }

            _results[result] = _results[result] with { Counterexample = new Counterexample(InWords(path), prefix + loopsTo) };
        }
    }

    private List<PathStep> InWords(List<Transition<TState>> path)
    {
        var steps = new List<PathStep>();
        for (int i = 0; i < path.Count; i++)
        {
            var after = path[i].Next;
            StepText? step = null;
            if (i > 0)
            {
                var before = path[i - 1].Next;
                step = system.Describe(in before, path[i].Step, in after);
            }

            steps.Add(new PathStep(step, system.Describe(in after)));
        }

        return steps;
    }
}
