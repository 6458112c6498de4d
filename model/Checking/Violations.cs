namespace Conformance.Model.Checking;

/// <summary>
/// The first violation of each property: of those at the least depth, the one with the smallest states, whoever found it first.
/// </summary>
internal sealed class Violations<TState>
    where TState : unmanaged
{
    private readonly Lock _lock = new();
    private readonly TState?[] _states;
    private readonly (TState Before, StepId Step, TState After)?[] _steps;
    private readonly bool[] _reached;
    private TState? _deadlock;

    public Violations(PropertySet<TState> properties)
    {
        _states = new TState?[properties.Invariants.Count];
        _steps = new (TState, StepId, TState)?[properties.Rules.Count];
        _reached = new bool[properties.Reachable.Count];
        StateIsOpen = new bool[_states.Length];
        StepIsOpen = new bool[_steps.Length];
        Array.Fill(StateIsOpen, true);
        Array.Fill(StepIsOpen, true);
        DeadlockIsOpen = true;
    }

    /// <summary>Whether an invariant has not been broken at an earlier depth.</summary>
    public bool[] StateIsOpen { get; }

    /// <summary>Whether a rule has not been broken at an earlier depth.</summary>
    public bool[] StepIsOpen { get; }

    /// <summary>Whether no deadlock was met at an earlier depth.</summary>
    public bool DeadlockIsOpen { get; private set; }

    /// <summary>Whether anything was broken.</summary>
    public bool Any { get; private set; }

    /// <summary>The state that breaks an invariant; null while none does.</summary>
    public TState? Invariant(int property) => _states[property];

    /// <summary>The step that breaks a rule; null while none does.</summary>
    public (TState Before, StepId Step, TState After)? Rule(int property) => _steps[property];

    /// <summary>The stuck state; null while there is none.</summary>
    public TState? Deadlock => _deadlock;

    /// <summary>Whether something that should be possible was seen.</summary>
    public bool IsReached(int property) => Volatile.Read(ref _reached[property]);

    public void Reach(int property) => Volatile.Write(ref _reached[property], true);

    public void BreakInvariant(int property, in TState state)
    {
        lock (_lock)
        {
            Any = true;
            KeepSmaller(ref _states[property], in state);
        }
    }

    public void BreakRule(int property, in TState before, StepId step, in TState after)
    {
        lock (_lock)
        {
            Any = true;
            if (_steps[property] is not { } kept || Compare(in before, step, kept) < 0)
            {
                _steps[property] = (before, step, after);
            }
        }
    }

    public void BreakByDeadlock(in TState state)
    {
        lock (_lock)
        {
            Any = true;
            KeepSmaller(ref _deadlock, in state);
        }
    }

    /// <summary>Ends a depth: what was broken there is not looked for at greater depths.</summary>
    public void CloseDepth()
    {
        for (int i = 0; i < _states.Length; i++)
        {
            StateIsOpen[i] = _states[i] is null;
        }

        for (int i = 0; i < _steps.Length; i++)
        {
            StepIsOpen[i] = _steps[i] is null;
        }

        DeadlockIsOpen = _deadlock is null;
    }

    private static void KeepSmaller(ref TState? kept, in TState state)
    {
        if (kept is not { } before || StateBytes<TState>.Compare(in state, in before) < 0)
        {
            kept = state;
        }
    }

    private static int Compare(in TState before, StepId step, (TState Before, StepId Step, TState After) kept)
    {
        int order = StateBytes<TState>.Compare(in before, in kept.Before);
        return order != 0 ? order : StepOrder.Compare(step, kept.Step);
    }
}

/// <summary>An order of steps, so that reports do not depend on the order in which a model adds them.</summary>
internal static class StepOrder
{
    public static int Compare(StepId left, StepId right) => Key(left).CompareTo(Key(right));

    private static uint Key(StepId step) => ((uint)step.Participant << 24) | ((uint)step.Code << 16) | step.Argument;
}
