namespace Conformance.Model.Checking;

/// <summary>
/// Breadth-first search, depth by depth: the threads share out the states of one depth and add those of the next, and rest
/// between two depths. Numbers of states therefore grow with depth, which is all that a shortest path needs.
/// </summary>
internal sealed class Search<TState>
    where TState : unmanaged
{
    // Few enough that a table which became crowded is noticed in time, enough that the threads do not meet at the counter.
    private const int ChunkSize = 128;

    private readonly TransitionSystem<TState> _system;
    private readonly CheckOptions _options;
    private readonly IProgress<CheckProgress>? _progress;
    private readonly CancellationToken _stop;
    private readonly Expander<TState>[] _expanders;
    private readonly List<int> _levelEnds = [];
    private int _next;
    private Exception? _failure;

    public Search(TransitionSystem<TState> system, CheckOptions options, IProgress<CheckProgress>? progress, CancellationToken stop)
    {
        _system = system;
        _options = options;
        _progress = progress;
        _stop = stop;
        Violations = new Violations<TState>(system.Properties);
        _expanders = new Expander<TState>[options.Threads > 0 ? options.Threads : Environment.ProcessorCount];
        for (int i = 0; i < _expanders.Length; i++)
        {
            _expanders[i] = new Expander<TState>(system, options, Table, Violations);
        }
    }

    public StateTable<TState> Table { get; } = new();

    public Violations<TState> Violations { get; }

    /// <summary>For each depth, the number after its last state.</summary>
    public IReadOnlyList<int> LevelEnds => _levelEnds;

    /// <summary>How many states have been expanded: those of all depths but an unfinished last one.</summary>
    public int Expanded { get; private set; }

    public long Generated => _expanders.Sum(expander => expander.Generated);

    public int MaxOutDegree => _expanders.Max(expander => expander.MaxOutDegree);

    /// <summary>Why the search ended before all was seen; null if it did not.</summary>
    public string? StoppedBy { get; private set; }

    /// <summary>Searches.</summary>
    /// <returns>The number of initial states.</returns>
    public int Run()
    {
        var initial = new List<TState>();
        _system.AddInitial(initial);
        initial.ForEach(_expanders[0].AddInitial);
        Rest();
        int levelEnd = Table.Count;
        int begin = 0;
        while (begin < levelEnd && StoppedBy is null)
        {
            _levelEnds.Add(levelEnd);
            SearchLevel(begin, levelEnd);
            begin = levelEnd;
            levelEnd = Table.Count;
            Violations.CloseDepth();
            if (Violations.Any && !_options.GoesOn && begin < levelEnd)
            {
                StoppedBy ??= "the first violation";
            }
        }

        Expanded = StoppedBy is null ? Table.Count : Expanded;
        return _levelEnds.Count == 0 ? 0 : _levelEnds[0];
    }

    private void SearchLevel(int begin, int end)
    {
        _next = begin;
        while (_next < end)
        {
            RunRound(end);
            Rest();
            _progress?.Report(new CheckProgress(Table.Count, Generated, _levelEnds.Count, Table.Count - Math.Min(_next, end)));
            StoppedBy = FindBound();
            if (StoppedBy is not null)
            {
                Expanded = Math.Min(_next, end);
                return;
            }

            if (Table.IsCrowded)
            {
                Table.Grow();
            }
        }

        Expanded = end;
    }

    private void RunRound(int end)
    {
        int alone = end - _next < 4 * ChunkSize ? 1 : _expanders.Length;
        var threads = new Thread[alone - 1];
        for (int i = 0; i < threads.Length; i++)
        {
            var expander = _expanders[i + 1];
            threads[i] = new Thread(() => Work(expander, end));
            threads[i].Start();
        }

        Work(_expanders[0], end);
        foreach (var thread in threads)
        {
            thread.Join();
        }

        if (_failure is { } failure)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    private void Work(Expander<TState> expander, int end)
    {
        try
        {
            while (!Table.IsCrowded && !_stop.IsCancellationRequested && Table.Count < _options.StateLimit && _failure is null)
            {
                int begin = Interlocked.Add(ref _next, ChunkSize) - ChunkSize;
                for (int number = begin; number < Math.Min(begin + ChunkSize, end); number++)
                {
                    expander.Expand(number, end);
                }

                if (begin >= end)
                {
                    return;
                }
            }
        }
        catch (Exception failure)
        {
            // Rethrown by the thread that called, once the others rest.
            Interlocked.CompareExchange(ref _failure, failure, null);
        }
    }

    private string? FindBound()
    {
        if (_stop.IsCancellationRequested)
        {
            return "a wish to stop";
        }

        if (Table.Count >= _options.StateLimit)
        {
            return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"the bound of {_options.StateLimit} states");
        }

        long needed = Table.IsCrowded ? Table.MemoryAfterGrowth : Table.Memory;
        return needed > _options.MemoryLimit || Table.Count > 1_200_000_000
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"the bound of {_options.MemoryLimit >> 20} MiB of memory")
            : null;
    }

    private void Rest()
    {
        Table.CloseGaps(_expanders.Where(expander => expander.Spare >= 0).Select(expander => expander.Spare).ToList());
        foreach (var expander in _expanders)
        {
            expander.Spare = -1;
        }
    }
}
