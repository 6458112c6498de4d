using System.Numerics;

namespace Conformance.Model.Checking;

/// <summary>One thread's way through the states of a depth: makes the steps of each, reduces them, looks at the properties.</summary>
internal sealed class Expander<TState>
    where TState : unmanaged
{
    private readonly TransitionSystem<TState> _system;
    private readonly PropertySet<TState> _properties;
    private readonly CheckOptions _options;
    private readonly StateTable<TState> _table;
    private readonly Violations<TState> _violations;
    private readonly TransitionBuffer<TState> _buffer = new();

    public Expander(TransitionSystem<TState> system, CheckOptions options, StateTable<TState> table, Violations<TState> violations)
    {
        _system = system;
        _properties = system.Properties;
        _options = options;
        _table = table;
        _violations = violations;
        Audit = options.Audit ? new ReductionAudit<TState>(system) : null;
    }

    /// <summary>States generated.</summary>
    public long Generated { get; private set; }

    /// <summary>The most steps of one state.</summary>
    public int MaxOutDegree { get; private set; }

    /// <summary>A number reserved in the table and not used yet; -1 if none.</summary>
    public int Spare { get; set; } = -1;

    private ReductionAudit<TState>? Audit { get; }

    /// <summary>Takes a state that the system may begin in.</summary>
    public void AddInitial(TState state)
    {
        Generated++;
        Add(ref state);
    }

    /// <summary>Takes all steps of a state.</summary>
    /// <param name="number">The state.</param>
    /// <param name="levelEnd">The number after the last state of its depth.</param>
    public void Expand(int number, int levelEnd)
    {
        var state = _table[number];
        var steps = Steps(in state, levelEnd);
        MaxOutDegree = Math.Max(MaxOutDegree, steps.Length);
        if (_violations.DeadlockIsOpen && MayRest(steps) && !_system.IsEnd(in state))
        {
            _violations.BreakByDeadlock(in state);
        }

        Generated += steps.Length;
        foreach (ref readonly var step in steps)
        {
            CheckRules(in state, in step);
            var next = step.Next;
            Add(ref next);
        }
    }

    /// <summary>The steps of a state that the search takes: all, or those of one participant whose steps are all local.</summary>
    /// <remarks>
    /// A participant is left alone with its steps only if one of them leads to a state that was not expanded yet, that is,
    /// beyond the depth of this one: otherwise the others could be put off for ever round a cycle.
    /// </remarks>
    public ReadOnlySpan<Transition<TState>> Steps(in TState state, int levelEnd)
    {
        _buffer.Clear();
        _system.AddSteps(in state, _buffer);
        Audit?.Check(in state, _buffer.Transitions);
        var all = _buffer.Transitions;
        if (!_options.ReducesOrder || all.Length < 2)
        {
            return all;
        }

        ulong local = LocalParticipants(_system, in state, all);
        while (local != 0)
        {
            int participant = BitOperations.TrailingZeroCount(local);
            local &= local - 1;
            if (LeadsOn(all, participant, levelEnd))
            {
                return _buffer.KeepOnly((byte)participant);
            }
        }

        return all;
    }

    /// <summary>The participants, as bits, that have steps and whose steps are all local.</summary>
    internal static ulong LocalParticipants(TransitionSystem<TState> system, in TState state, ReadOnlySpan<Transition<TState>> steps)
    {
        ulong present = 0;
        ulong bound = 0;
        foreach (ref readonly var step in steps)
        {
            ulong bit = 1UL << step.Step.Participant;
            present |= bit;
            if ((bound & bit) == 0 && !system.IsLocal(in state, step.Step))
            {
                bound |= bit;
            }
        }

        return present & ~bound;
    }

    private bool MayRest(ReadOnlySpan<Transition<TState>> steps)
    {
        foreach (ref readonly var step in steps)
        {
            if (!_system.IsOptional(step.Step))
            {
                return false;
            }
        }

        return true;
    }

    private bool LeadsOn(ReadOnlySpan<Transition<TState>> steps, int participant, int levelEnd)
    {
        foreach (ref readonly var step in steps)
        {
            if (step.Step.Participant == participant)
            {
                var next = step.Next;
                Canonicalize(ref next);
                int number = _table.Find(in next);
                if (number < 0 || number >= levelEnd)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private void Add(ref TState state)
    {
        Canonicalize(ref state);
        int spare = Spare;
        bool isNew = _table.Add(in state, ref spare, out _);
        Spare = spare;
        if (isNew)
        {
            CheckState(in state);
        }
    }

    private void Canonicalize(ref TState state)
    {
        if (_options.ReducesSymmetry)
        {
            _system.Canonicalize(ref state);
        }
    }

    private void CheckState(in TState state)
    {
        var invariants = _properties.Invariants;
        for (int i = 0; i < invariants.Count; i++)
        {
            if (_violations.StateIsOpen[i] && !invariants[i].Holds(in state))
            {
                _violations.BreakInvariant(i, in state);
            }
        }

        var reachable = _properties.Reachable;
        for (int i = 0; i < reachable.Count; i++)
        {
            if (!_violations.IsReached(i) && reachable[i].IsReached(in state))
            {
                _violations.Reach(i);
            }
        }
    }

    private void CheckRules(in TState before, in Transition<TState> step)
    {
        var rules = _properties.Rules;
        for (int i = 0; i < rules.Count; i++)
        {
            var after = step.Next;
            if (_violations.StepIsOpen[i] && !rules[i].Holds(in before, step.Step, in after))
            {
                _violations.BreakRule(i, in before, step.Step, in after);
            }
        }
    }
}
