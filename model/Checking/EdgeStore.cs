namespace Conformance.Model.Checking;

/// <summary>The steps between states, for liveness: states are numbered in the order they were expanded.</summary>
internal sealed class EdgeStore : IDisposable
{
    /// <summary>The id of each expanded state.</summary>
    public NativeList<uint> States { get; } = new();

    /// <summary>Where each expanded state's steps begin.</summary>
    public NativeList<long> Starts { get; } = new();

    /// <summary>The id of the state each step leads to.</summary>
    public NativeList<uint> Targets { get; } = new();

    /// <summary>The fairness class of each step.</summary>
    public NativeList<ushort> Classes { get; } = new();

    /// <summary>Bytes held.</summary>
    public long Bytes => States.Bytes + Starts.Bytes + Targets.Bytes + Classes.Bytes;

    /// <summary>What is held after so many more.</summary>
    public long BytesAfter(long edges, long states, bool exactly) =>
        States.BytesAfter(States.Count + states, exactly) + Starts.BytesAfter(Starts.Count + states, exactly)
        + Targets.BytesAfter(Targets.Count + edges, exactly) + Classes.BytesAfter(Classes.Count + edges, exactly);

    /// <summary>Takes over the edges of a round; their targets are written later.</summary>
    /// <returns>For each slice, where its edges begin.</returns>
    public unsafe long[] Append<TState>(ReadOnlySpan<uint> sources, ReadOnlySpan<Slice<TState>> slices)
        where TState : unmanaged
    {
        foreach (uint source in sources)
        {
            States.Add(source);
        }

        var begins = new long[slices.Length];
        for (int i = 0; i < slices.Length; i++)
        {
            Slice<TState> slice = slices[i];
            long start = begins[i] = Classes.Count;
            for (long state = 0; state < slice.EdgeCounts.Count; state++)
            {
                Starts.Add(start);
                start += slice.EdgeCounts[state];
            }

            Classes.Resize(start);
            new ReadOnlySpan<ushort>(slice.EdgeClasses.Items, (int)slice.EdgeClasses.Count).CopyTo(new Span<ushort>(Classes.Items + begins[i], (int)slice.EdgeClasses.Count));
        }

        Targets.Resize(Classes.Count);
        return begins;
    }

    public void Dispose()
    {
        States.Dispose();
        Starts.Dispose();
        Targets.Dispose();
        Classes.Dispose();
    }
}
