namespace Conformance.Model.Checking;

/// <summary>Where a property was broken: in a state, or on a step out of it.</summary>
/// <param name="State">The state's id.</param>
/// <param name="Step">The step, for a rule of steps; otherwise null.</param>
internal sealed record Finding<TState>(uint State, Transition<TState>? Step)
    where TState : unmanaged;

/// <summary>The first finding of every property, and what was reached: of one slice, or of the whole search so far.</summary>
internal sealed class Findings<TState>
    where TState : unmanaged
{
    private readonly PropertySet<TState> _properties;

    public Findings(PropertySet<TState> properties)
    {
        _properties = properties;
        Invariants = new Finding<TState>?[properties.Invariants.Count];
        Rules = new Finding<TState>?[properties.Rules.Count];
        Reached = new bool[properties.Reachable.Count];
    }

    public Finding<TState>?[] Invariants { get; }

    public Finding<TState>?[] Rules { get; }

    public bool[] Reached { get; }

    public Finding<TState>? Deadlock { get; set; }

    public Finding<TState>? Reduction { get; set; }

    /// <summary>What is wrong with the reduction found there.</summary>
    public string? ReductionText { get; set; }

    /// <summary>Whether anything is broken.</summary>
    public bool Any => Deadlock is not null || Invariants.Any(finding => finding is not null) || Rules.Any(finding => finding is not null);

    /// <summary>Examines what can be said of one state.</summary>
    public void Examine(uint id, in TState state)
    {
        for (int i = 0; i < Invariants.Length; i++)
        {
            if (Invariants[i] is null && !_properties.Invariants[i].Holds(in state))
            {
                Invariants[i] = new(id, null);
            }
        }

        for (int i = 0; i < Reached.Length; i++)
        {
            Reached[i] = Reached[i] || _properties.Reachable[i].IsReached(in state);
        }
    }

    /// <summary>Examines what can be said of one step.</summary>
    public void Examine(uint id, in TState before, in Transition<TState> step)
    {
        for (int i = 0; i < Rules.Length; i++)
        {
            if (Rules[i] is null && !_properties.Rules[i].Holds(in before, step.Step, step.Next))
            {
                Rules[i] = new(id, step);
            }
        }
    }

    /// <summary>Takes over what later slices found; what is known already came first and stays.</summary>
    public void Merge(Findings<TState> later)
    {
        for (int i = 0; i < Invariants.Length; i++)
        {
            Invariants[i] ??= later.Invariants[i];
        }

        for (int i = 0; i < Rules.Length; i++)
        {
            Rules[i] ??= later.Rules[i];
        }

        for (int i = 0; i < Reached.Length; i++)
        {
            Reached[i] |= later.Reached[i];
        }

        Deadlock ??= later.Deadlock;
        if (Reduction is null)
        {
            Reduction = later.Reduction;
            ReductionText = later.ReductionText;
        }
    }
}
