namespace Conformance.Model.Checking;

/// <summary>
/// All steps between the states of a complete search, for liveness: per state the numbers of the states that follow, and
/// which fairness assumptions each step belongs to.
/// </summary>
internal sealed class StateGraph
{
    // The bit of steps that need never be taken, above those of the assumptions.
    private const uint OptionalBit = 1u << 31;

    private readonly int[] _begins;
    private readonly int[] _targets;
    private readonly uint[] _groups;

    private StateGraph(int[] begins, int[] targets, uint[] groups)
    {
        _begins = begins;
        _targets = targets;
        _groups = groups;
    }

    /// <summary>How many states there are.</summary>
    public int Count => _begins.Length - 1;

    /// <summary>Bytes held.</summary>
    public long Memory => (4L * _begins.Length) + (8L * _targets.Length);

    /// <summary>Bytes that a graph of so many states and steps holds.</summary>
    public static long MemoryOf(long states, long steps) => (4 * states) + (8 * steps);

    /// <summary>The states that follow.</summary>
    public ReadOnlySpan<int> Targets(int state) => _targets.AsSpan(_begins[state], _begins[state + 1] - _begins[state]);

    /// <summary>For each step, the assumptions it belongs to, as bits.</summary>
    public ReadOnlySpan<uint> Groups(int state) => _groups.AsSpan(_begins[state], _begins[state + 1] - _begins[state]);

    /// <summary>The assumptions of which some step is possible, as bits.</summary>
    public uint Enabled(int state)
    {
        uint enabled = 0;
        foreach (uint group in Groups(state))
        {
            enabled |= group;
        }

        return enabled;
    }

    /// <summary>Whether a run may end here: no step must be taken.</summary>
    public bool MayRest(int state)
    {
        foreach (uint group in Groups(state))
        {
            if ((group & OptionalBit) == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Makes the graph by taking every step once more.</summary>
    public static StateGraph Build<TState>(TransitionSystem<TState> system, CheckOptions options, Search<TState> search)
        where TState : unmanaged
    {
        var assumptions = system.Properties.Assumptions;
        var expander = new Expander<TState>(system, options with { Audit = false }, search.Table, search.Violations);
        int count = search.Table.Count;
        int[] begins = new int[count + 1];
        var targets = new List<int>();
        var groups = new List<uint>();
        for (int number = 0; number < count; number++)
        {
            var state = search.Table[number];
            foreach (ref readonly var step in expander.Steps(in state, count))
            {
                var next = step.Next;
                if (options.ReducesSymmetry)
                {
                    system.Canonicalize(ref next);
                }

                targets.Add(search.Table.Find(in next));
                groups.Add(GroupsOf(assumptions, step.Step) | (system.IsOptional(step.Step) ? OptionalBit : 0));
            }

            begins[number + 1] = targets.Count;
        }

        return new StateGraph(begins, [.. targets], [.. groups]);
    }

    private static uint GroupsOf(IReadOnlyList<Fairness> assumptions, StepId step)
    {
        uint groups = 0;
        for (int i = 0; i < assumptions.Count; i++)
        {
            if (assumptions[i].Selects(step))
            {
                groups |= 1u << i;
            }
        }

        return groups;
    }
}
