using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;

namespace Conformance.Model.Checking;

/// <summary>
/// Level-synchronous breadth-first search. A level is worked off in rounds; in a round the threads first expand slices of
/// states, then each takes whole partitions and inserts what the slices laid ready for it, in the order of the slices.
/// Nothing that is found depends on the number of threads.
/// </summary>
internal sealed class Search<TState> : IDisposable
    where TState : unmanaged
{
    /// <summary>States a round expands: enough that each partition has work, few enough that what they lead to stays small.</summary>
    private const int RoundSize = 1 << 15;

    /// <summary>Below this many states a round is not worth a second thread.</summary>
    private const int WorthSharing = 1 << 9;

    private const int SlicesAThread = 4;
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(250);

    private readonly SearchPlan<TState> _plan;
    private readonly CheckOptions _options;
    private readonly IProgress<CheckProgress>? _progress;
    private readonly CancellationToken _stop;
    private readonly int _threads;
    private readonly Slice<TState>[] _slices;
    private readonly uint[] _sources = new uint[RoundSize];
    private readonly long[] _levelStart = new long[StateTable<TState>.PartitionCount];
    private readonly long[] _levelEnd = new long[StateTable<TState>.PartitionCount];
    private readonly List<long> _levelEnds = [];
    private readonly Stopwatch _sinceReport = new();

    public Search(SearchPlan<TState> plan, CheckOptions options, IProgress<CheckProgress>? progress, CancellationToken stop)
    {
        _plan = plan;
        _options = options;
        _progress = progress;
        _stop = stop;
        _threads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
        Classes = new(plan.System.Name, plan.Properties.Assumptions, plan.System.IsOptional);
        _slices = [.. Enumerable.Range(0, _threads == 1 ? 1 : _threads * SlicesAThread).Select(_ => new Slice<TState>(plan, Table, Classes))];
        Findings = new(plan.Properties);
    }

    public StateTable<TState> Table { get; } = new();

    public EdgeStore Edges { get; } = new();

    public FairnessClasses Classes { get; }

    public Findings<TState> Findings { get; }

    public long Initial { get; private set; }

    public long Generated { get; private set; }

    public long Expanded { get; private set; }

    public long Steps { get; private set; }

    public int MaxOutDegree { get; private set; }

    /// <summary>For each depth, how many states were expanded up to its end.</summary>
    public IReadOnlyList<long> LevelEnds => _levelEnds;

    public string? StoppedBy { get; private set; }

    /// <summary>What is said when the bound on memory is met.</summary>
    public string BoundOfMemory => string.Create(CultureInfo.InvariantCulture, $"the bound of {_options.MemoryLimit >> 20} MiB of memory");

    /// <summary>Bytes held for states, parents and edges.</summary>
    public long Memory => Table.Bytes + Edges.Bytes;

    /// <summary>Searches to the end, or to a bound.</summary>
    public void Run()
    {
        AddInitial();
        while (StoppedBy is null && NextLevel())
        {
            RunLevel();
            _levelEnds.Add(Expanded);
        }
    }

    public void Dispose()
    {
        Table.Dispose();
        Edges.Dispose();
        foreach (Slice<TState> slice in _slices)
        {
            slice.Dispose();
        }
    }

    private void AddInitial()
    {
        var states = new List<TState>();
        _plan.System.AddInitial(states);
        Slice<TState> slice = _slices[0];
        slice.Begin(Findings);
        foreach (TState state in states)
        {
            slice.AddInitial(state);
        }

        Generated = states.Count;
        if (Reserve(1))
        {
            Insert(1, 0);
        }

        Initial = Table.Count;
    }

    /// <summary>Makes the states found last the level to expand.</summary>
    /// <returns>Whether there are any.</returns>
    private bool NextLevel()
    {
        bool any = false;
        for (int partition = 0; partition < StateTable<TState>.PartitionCount; partition++)
        {
            _levelStart[partition] = _levelEnd[partition];
            _levelEnd[partition] = Table.Partitions[partition].States.Count;
            any |= _levelEnd[partition] > _levelStart[partition];
        }

        return any;
    }

    private void RunLevel()
    {
        int count = 0;
        int most = MostOfARound();
        for (int partition = 0; partition < StateTable<TState>.PartitionCount; partition++)
        {
            for (long index = _levelStart[partition]; index < _levelEnd[partition]; index++)
            {
                _sources[count++] = StateTable<TState>.Id(partition, index);
                if (count < most)
                {
                    continue;
                }

                RunRound(count);
                if (StoppedBy is not null)
                {
                    return;
                }

                count = 0;
                most = MostOfARound();
            }
        }

        if (count > 0)
        {
            RunRound(count);
        }
    }

    /// <summary>Close to the bound on states rounds get small, so that it is not overrun by much.</summary>
    private int MostOfARound() => (int)Math.Clamp((_options.StateLimit - Table.Count) / 16, 1, RoundSize);

    private void RunRound(int count)
    {
        bool shared = _threads > 1 && count >= WorthSharing;
        int slices = shared ? _slices.Length : 1;
        ForEach(shared, slices, slice =>
        {
            _slices[slice].Begin(Findings);
            _slices[slice].Expand(_sources, (int)((long)count * slice / slices), (int)((long)count * (slice + 1) / slices), _levelEnd);
        });
        for (int i = 0; i < slices; i++)
        {
            Findings.Merge(_slices[i].Findings);
            Generated += _slices[i].Generated;
            Steps += _slices[i].Generated;
            MaxOutDegree = Math.Max(MaxOutDegree, _slices[i].MaxOutDegree);
        }

        Expanded += count;
        if (Reserve(slices))
        {
            Insert(slices, count);
            StopAtABound();
        }

        Report();
    }

    /// <summary>Makes room for all that was generated as if it were new, so that the bound on memory is kept strictly.</summary>
    private bool Reserve(int slices)
    {
        long edges = 0;
        for (int i = 0; i < slices && _plan.KeepsEdges; i++)
        {
            edges += _slices[i].EdgeClasses.Count;
        }

        foreach (bool exactly in (ReadOnlySpan<bool>)[false, true])
        {
            long needed = _plan.KeepsEdges ? Edges.BytesAfter(edges, _slices.Take(slices).Sum(slice => slice.EdgeCounts.Count), exactly) : 0;
            for (int partition = 0; partition < StateTable<TState>.PartitionCount; partition++)
            {
                needed += Table.Partitions[partition].BytesAfter(Waiting(slices, partition), exactly);
            }

            if (needed <= _options.MemoryLimit)
            {
                return ReservePartitions(slices, exactly);
            }
        }

        StoppedBy = BoundOfMemory;
        return false;
    }

    private bool ReservePartitions(int slices, bool exactly)
    {
        for (int partition = 0; partition < StateTable<TState>.PartitionCount; partition++)
        {
            long more = Waiting(slices, partition);
            if (!Table.Partitions[partition].CanHold(more))
            {
                StoppedBy = "the bound of what can be numbered, about 67 million states in one of 64 partitions";
                return false;
            }

            Table.Partitions[partition].Reserve(more, exactly);
        }

        return true;
    }

    private long Waiting(int slices, int partition)
    {
        long count = 0;
        for (int i = 0; i < slices; i++)
        {
            count += _slices[i].Candidates[partition].Count;
        }

        return count;
    }

    private unsafe void Insert(int slices, int count)
    {
        long[] edgesOf = _plan.KeepsEdges && count > 0 ? Edges.Append(_sources.AsSpan(0, count), _slices.AsSpan(0, slices)) : [];
        ForEach(_threads > 1 && count >= WorthSharing, StateTable<TState>.PartitionCount, partition =>
        {
            for (int i = 0; i < slices; i++)
            {
                uint* edges = edgesOf.Length == 0 ? null : Edges.Targets.Items + edgesOf[i];
                Table.Partitions[partition].Insert(_slices[i].Candidates[partition], _sources, StateTable<TState>.Id(partition, 0), edges);
            }
        });
    }

    private void StopAtABound()
    {
        if (Findings.Any && !_options.GoesOn)
        {
            StoppedBy = "the first property that is broken";
        }
        else if (Table.Count >= _options.StateLimit && Expanded < Table.Count)
        {
            StoppedBy = string.Create(CultureInfo.InvariantCulture, $"the bound of {_options.StateLimit} states");
        }
        else if (_stop.IsCancellationRequested && Expanded < Table.Count)
        {
            StoppedBy = "a wish to stop";
        }
    }

    private void Report()
    {
        if (_progress is not null && (!_sinceReport.IsRunning || _sinceReport.Elapsed >= ReportEvery))
        {
            _sinceReport.Restart();
            _progress.Report(new(Table.Count, Generated, _levelEnds.Count + 1, Table.Count - Expanded));
        }
    }

    private void ForEach(bool shared, int count, Action<int> work)
    {
        if (!shared)
        {
            for (int i = 0; i < count; i++)
            {
                work(i);
            }

            return;
        }

        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = _threads }, work);
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }
}
