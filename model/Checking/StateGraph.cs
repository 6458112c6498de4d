namespace Conformance.Model.Checking;

/// <summary>
/// All states of a complete search, numbered in the order in which they were expanded, which is by depth, and the steps
/// between them.
/// </summary>
internal sealed class StateGraph
{
    private readonly EdgeStore _edges;
    private readonly FairnessClasses _classes;

    private StateGraph(EdgeStore edges, FairnessClasses classes)
    {
        _edges = edges;
        _classes = classes;
    }

    /// <summary>How many states there are.</summary>
    public long Count => _edges.States.Count;

    /// <summary>The graph of a complete search. The edges, which led to ids, lead to numbers from now on.</summary>
    public static StateGraph Of<TState>(Search<TState> search)
        where TState : unmanaged
    {
        EdgeStore edges = search.Edges;
        NativeList<uint>[] numbers = [.. search.Table.Partitions.Select(partition => new NativeList<uint>())];
        for (int partition = 0; partition < numbers.Length; partition++)
        {
            numbers[partition].Resize(search.Table.Partitions[partition].States.Count);
        }

        for (long number = 0; number < edges.States.Count; number++)
        {
            (int partition, uint index) = StateTable<TState>.Split(edges.States[number]);
            numbers[partition][index] = (uint)number;
        }

        for (long edge = 0; edge < edges.Targets.Count; edge++)
        {
            (int partition, uint index) = StateTable<TState>.Split(edges.Targets[edge]);
            edges.Targets[edge] = numbers[partition][index];
        }

        foreach (NativeList<uint> part in numbers)
        {
            part.Dispose();
        }

        return new(edges, search.Classes);
    }

    /// <summary>The id of a state in the table.</summary>
    public uint Id(uint number) => _edges.States[number];

    /// <summary>The numbers of the states that a state's steps lead to.</summary>
    public unsafe ReadOnlySpan<uint> Targets(uint number) => new(_edges.Targets.Items + _edges.Starts[number], StepsOf(number));

    /// <summary>The assumptions that a state's step belongs to, as bits.</summary>
    public ulong Groups(uint number, int step) => _classes.Mask(_edges.Classes[_edges.Starts[number] + step]) & ~FairnessClasses.Optional;

    /// <summary>The assumptions of which a state has a step, as bits.</summary>
    public ulong Enabled(uint number)
    {
        ulong enabled = 0;
        for (int step = 0; step < StepsOf(number); step++)
        {
            enabled |= Groups(number, step);
        }

        return enabled;
    }

    /// <summary>Whether a run may end in a state: none of its steps must be taken.</summary>
    public bool MayRest(uint number)
    {
        for (long edge = _edges.Starts[number]; edge < _edges.Starts[number] + StepsOf(number); edge++)
        {
            if ((_classes.Mask(_edges.Classes[edge]) & FairnessClasses.Optional) == 0)
            {
                return false;
            }
        }

        return true;
    }

    private int StepsOf(uint number) =>
        (int)((number + 1 < _edges.Starts.Count ? _edges.Starts[number + 1] : _edges.Targets.Count) - _edges.Starts[number]);
}
