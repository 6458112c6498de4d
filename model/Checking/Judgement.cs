namespace Conformance.Model.Checking;

/// <summary>The verdict on every property after a search, with the runs that break them.</summary>
/// <param name="plan">What was searched, and how.</param>
/// <param name="search">The search.</param>
/// <param name="graph">The steps between the states; null where liveness was not to be checked or could not be.</param>
internal sealed class Judgement<TState>(SearchPlan<TState> plan, Search<TState> search, StateGraph? graph)
    where TState : unmanaged
{
    private readonly PathFinder<TState> _paths = new(plan, search.Table);

    /// <summary>All verdicts, in the order in which the properties are declared, deadlock last.</summary>
    public List<PropertyResult> All()
    {
        PropertySet<TState> claimed = plan.Properties;
        Findings<TState> found = search.Findings;
        List<PropertyResult> results =
        [
            .. claimed.Invariants.Select((claim, i) => Safety(PropertyKind.Invariant, claim.Name, claim.Clauses, found.Invariants[i])),
            .. claimed.Rules.Select((claim, i) => Safety(PropertyKind.StepRule, claim.Name, claim.Clauses, found.Rules[i])),
            .. claimed.Reachable.Select((claim, i) => Reachability(claim.Name, claim.Clauses, found.Reached[i])),
            .. claimed.Liveness.Select(Liveness),
            Safety(PropertyKind.Deadlock, "no state is stuck", [], found.Deadlock),
        ];
        if (search.Initial == 0)
        {
            results.Add(new(PropertyKind.Reachability, "there is an initial state", [], PropertyVerdict.Broken, null));
        }

        return results;
    }

    private PropertyResult Safety(PropertyKind kind, string name, IReadOnlyList<string> clauses, Finding<TState>? finding)
    {
        PropertyVerdict unbroken = search.StoppedBy is null ? PropertyVerdict.Holds : PropertyVerdict.Unknown;
        return new(kind, name, clauses, finding is null ? unbroken : PropertyVerdict.Broken, finding is null ? null : _paths.To(finding));
    }

    private PropertyResult Reachability(string name, IReadOnlyList<string> clauses, bool isReached)
    {
        PropertyVerdict unmet = search.StoppedBy is null ? PropertyVerdict.Broken : PropertyVerdict.Unknown;
        return new(PropertyKind.Reachability, name, clauses, isReached ? PropertyVerdict.Holds : unmet, null);
    }

    private PropertyResult Liveness(LeadsTo<TState> claim)
    {
        if (graph is null)
        {
            return new(PropertyKind.Liveness, claim.Name, claim.Clauses, PropertyVerdict.Unknown, null);
        }

        if (new LivenessCheck<TState>(plan.Properties, search, graph).Find(claim) is not var (states, loopsTo))
        {
            return new(PropertyKind.Liveness, claim.Name, claim.Clauses, PropertyVerdict.Holds, null);
        }

        List<TState> path = _paths.StatesTo(states[0]);
        int before = path.Count - 1;
        path.AddRange(states.Skip(1).Select(id => search.Table[id]));
        return new(PropertyKind.Liveness, claim.Name, claim.Clauses, PropertyVerdict.Broken, new(_paths.Describe(path, out _), before + loopsTo));
    }
}
