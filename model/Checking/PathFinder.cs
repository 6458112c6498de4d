namespace Conformance.Model.Checking;

/// <summary>
/// Finds the run that led to a state. Only parents are kept, so the steps are taken again; where states were replaced by
/// their representatives, the run found is a run of the system itself.
/// </summary>
internal sealed class PathFinder<TState>(SearchPlan<TState> plan, StateTable<TState> table)
    where TState : unmanaged
{
    private readonly TransitionSystem<TState> _system = plan.System;

    /// <summary>The run to where a property was broken.</summary>
    public Counterexample To(Finding<TState> finding)
    {
        List<TState> path = StatesTo(finding.State);
        List<PathStep> steps = Describe(path, out TState last);
        if (finding.Step is { } broken)
        {
            // The step itself may have a successor other than the representative's, so it is looked for again.
            Transition<TState> step = plan.ReducesSymmetry ? Step(in last, Representative(broken.Next)) : broken;
            steps.Add(new(_system.Describe(in last, step.Step, step.Next), _system.Describe(step.Next)));
        }

        return new(steps, null);
    }

    /// <summary>The states on the way to one, from an initial state on.</summary>
    public List<TState> StatesTo(uint id)
    {
        var path = new List<TState>();
        for (; id != StateTable<TState>.None; id = table.Parent(id))
        {
            path.Add(table[id]);
        }

        path.Reverse();
        return path;
    }

    /// <summary>A run through the representatives, in words.</summary>
    /// <param name="path">The representatives.</param>
    /// <param name="last">The state in which it ends.</param>
    public List<PathStep> Describe(List<TState> path, out TState last)
    {
        TState now = Initial(path[0]);
        var steps = new List<PathStep> { new(null, _system.Describe(in now)) };
        foreach (TState representative in path.Skip(1))
        {
            Transition<TState> step = Step(in now, representative);
            steps.Add(new(_system.Describe(in now, step.Step, step.Next), _system.Describe(step.Next)));
            now = step.Next;
        }

        last = now;
        return steps;
    }

    private TState Initial(TState representative)
    {
        var states = new List<TState>();
        _system.AddInitial(states);
        foreach (TState state in states)
        {
            if (PackedState.Equal(Representative(state), in representative))
            {
                return state;
            }
        }

        throw new InvalidOperationException($"{_system.Name}: AddInitial must add the same states each time; one of the first call is missing.");
    }

    private Transition<TState> Step(in TState from, TState representative)
    {
        var steps = new TransitionBuffer<TState>();
        _system.AddSteps(in from, steps);
        foreach (Transition<TState> step in steps.Transitions)
        {
            if (PackedState.Equal(Representative(step.Next), in representative))
            {
                return step;
            }
        }

        throw new InvalidOperationException($"{_system.Name}: AddSteps must add the same steps each time, and symmetric states must have symmetric steps; one is missing.");
    }

    private TState Representative(TState state)
    {
        if (plan.ReducesSymmetry)
        {
            _system.Canonicalize(ref state);
        }

        return state;
    }
}
