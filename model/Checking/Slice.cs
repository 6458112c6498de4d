namespace Conformance.Model.Checking;

/// <summary>A part of a round: some states are expanded by one thread, and what they lead to is laid ready for the partitions.</summary>
internal sealed class Slice<TState> : IDisposable
    where TState : unmanaged
{
    private readonly SearchPlan<TState> _plan;
    private readonly StateTable<TState> _table;
    private readonly TransitionBuffer<TState> _steps = new();
    private readonly FairnessClasses.Reader _classes;
    private readonly NativeList<Candidate<TState>>[] _candidates =
        [.. Enumerable.Range(0, StateTable<TState>.PartitionCount).Select(_ => new NativeList<Candidate<TState>>())];

    public Slice(SearchPlan<TState> plan, StateTable<TState> table, FairnessClasses classes)
    {
        _plan = plan;
        _table = table;
        _classes = classes.NewReader();
        Findings = new(plan.Properties);
    }

    /// <summary>What was generated, for each partition.</summary>
    public IReadOnlyList<NativeList<Candidate<TState>>> Candidates => _candidates;

    /// <summary>How many steps each expanded state has; empty unless edges are kept.</summary>
    public NativeList<uint> EdgeCounts { get; } = new();

    /// <summary>The fairness class of every step.</summary>
    public NativeList<ushort> EdgeClasses { get; } = new();

    public Findings<TState> Findings { get; private set; }

    /// <summary>Steps taken.</summary>
    public long Generated { get; private set; }

    /// <summary>The most steps of a state.</summary>
    public int MaxOutDegree { get; private set; }

    /// <summary>Forgets the round before.</summary>
    public void Begin(Findings<TState> known)
    {
        foreach (NativeList<Candidate<TState>> candidates in _candidates)
        {
            candidates.Clear();
        }

        EdgeCounts.Clear();
        EdgeClasses.Clear();
        Generated = 0;
        MaxOutDegree = 0;
        Findings = new(_plan.Properties);
        Findings.Merge(known);
    }

    /// <summary>Lays an initial state ready.</summary>
    public void AddInitial(TState state)
    {
        Generated++;
        Add(StateTable<TState>.None, 0, ref state);
    }

    /// <summary>Expands the states of a round from one place to another.</summary>
    /// <param name="sources">The ids of all states of the round.</param>
    /// <param name="from">The first.</param>
    /// <param name="to">The one after the last.</param>
    /// <param name="expandedBefore">For each partition, the index from which on states are not expanded before the next level.</param>
    public void Expand(uint[] sources, int from, int to, long[] expandedBefore)
    {
        for (int source = from; source < to; source++)
        {
            uint id = sources[source];
            ref readonly TState state = ref _table[id];
            _steps.Clear();
            _plan.System.AddSteps(in state, _steps);
            Findings.Examine(id, in state);
            if (Findings.Deadlock is null && MayRest() && !_plan.System.IsEnd(in state))
            {
                Findings.Deadlock = new(id, null);
            }

            Audit(id, in state);
            Take(id, in state, (uint)source, expandedBefore);
        }
    }

    public void Dispose()
    {
        foreach (NativeList<Candidate<TState>> candidates in _candidates)
        {
            candidates.Dispose();
        }

        EdgeCounts.Dispose();
        EdgeClasses.Dispose();
    }

    /// <summary>Takes the steps of a state, or those of one participant if they may go first.</summary>
    private void Take(uint id, in TState state, uint source, long[] expandedBefore)
    {
        int first = _plan.ReducesOrder ? AmpleParticipant(in state, expandedBefore) : -1;
        ReadOnlySpan<Transition<TState>> all = _steps.Transitions;
        int taken = 0;
        foreach (ref readonly Transition<TState> step in all)
        {
            if (first >= 0 && step.Step.Participant != first)
            {
                continue;
            }

            Findings.Examine(id, in state, in step);
            uint edge = (uint)EdgeClasses.Count;
            if (_plan.KeepsEdges)
            {
                EdgeClasses.Add(_classes.Of(step.Step));
            }

            TState next = step.Next;
            Add(source, edge, ref next);
            taken++;
        }

        if (_plan.KeepsEdges)
        {
            EdgeCounts.Add((uint)taken);
        }

        Generated += taken;
        MaxOutDegree = Math.Max(MaxOutDegree, taken);
    }

    /// <summary>Whether none of the steps must be taken.</summary>
    private bool MayRest()
    {
        foreach (ref readonly Transition<TState> step in _steps.Transitions)
        {
            if (!_plan.System.IsOptional(step.Step))
            {
                return false;
            }
        }

        return true;
    }

    private void Add(uint source, uint edge, ref TState state)
    {
        if (_plan.ReducesSymmetry)
        {
            _plan.System.Canonicalize(ref state);
        }

        ulong hash = PackedState.Hash(in state);
        _candidates[StateTable<TState>.PartitionOf(hash)].Add(new Candidate<TState>(hash, source, edge, in state));
    }

    private void Audit(uint id, in TState state)
    {
        if (_plan.Audit is { } audit && Findings.Reduction is null && audit.Examine(in state, _steps.Transitions) is { } wrong)
        {
            Findings.Reduction = new(id, null);
            Findings.ReductionText = wrong;
        }
    }

    /// <summary>
    /// The first participant all of whose steps are local and one of whose steps leads to a state that is not expanded
    /// yet; -1 if there is none. Such a state lies a level further, so following one from another ends at a state that is
    /// expanded in full: no step is put off for ever round a cycle.
    /// </summary>
    private int AmpleParticipant(in TState state, long[] expandedBefore)
    {
        ulong with = 0;
        ulong shared = 0;
        ReadOnlySpan<Transition<TState>> all = _steps.Transitions;
        foreach (ref readonly Transition<TState> step in all)
        {
            ulong bit = 1UL << step.Step.Participant;
            with |= bit;
            if ((shared & bit) == 0 && !_plan.System.IsLocal(in state, step.Step))
            {
                shared |= bit;
            }
        }

        if ((with & (with - 1)) == 0)
        {
            return -1;
        }

        for (ulong local = with & ~shared; local != 0; local &= local - 1)
        {
            int participant = System.Numerics.BitOperations.TrailingZeroCount(local);
            if (LeadsFurther(participant, expandedBefore))
            {
                return participant;
            }
        }

        return -1;
    }

    private bool LeadsFurther(int participant, long[] expandedBefore)
    {
        ReadOnlySpan<Transition<TState>> all = _steps.Transitions;
        foreach (ref readonly Transition<TState> step in all)
        {
            if (step.Step.Participant != participant)
            {
                continue;
            }

            TState next = step.Next;
            if (_plan.ReducesSymmetry)
            {
                _plan.System.Canonicalize(ref next);
            }

            ulong hash = PackedState.Hash(in next);
            int partition = StateTable<TState>.PartitionOf(hash);
            long index = _table.Partitions[partition].Find(in next, hash);
            if (index < 0 || index >= expandedBefore[partition])
            {
                return true;
            }
        }

        return false;
    }
}
