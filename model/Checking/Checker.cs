using System.Diagnostics;

namespace Conformance.Model.Checking;

/// <summary>
/// The explicit-state checker: visits every state that a system can reach, breadth first and on all cores, and says of every
/// property whether it holds, with a shortest run where it does not. The same system and options give the same report, but
/// for time and memory, whatever the number of threads.
/// </summary>
public sealed class Checker<TState>
    where TState : unmanaged
{
    private readonly TransitionSystem<TState> _system;

    /// <summary>Makes a checker of one system.</summary>
    /// <exception cref="ArgumentException">The state has padding, or there are more participants or assumptions than fit.</exception>
    public Checker(TransitionSystem<TState> system)
    {
        ArgumentNullException.ThrowIfNull(system);
        StateBytes<TState>.CheckLayout();
        if (system.Participants.Count is 0 or > 64)
        {
            throw new ArgumentException($"{system.Name}: expected 1 to 64 participants, got {system.Participants.Count}");
        }

        if (system.Properties.Assumptions.Count > 31)
        {
            throw new ArgumentException($"{system.Name}: expected at most 31 fairness assumptions, got {system.Properties.Assumptions.Count}");
        }

        _system = system;
    }

    /// <summary>Checks all properties.</summary>
    /// <param name="options">How.</param>
    /// <param name="progress">Told after each share of the search; null for nobody.</param>
    /// <param name="stop">Ends the check early; it then reports what it has, as bounded.</param>
    /// <exception cref="ArgumentException">Liveness is to be checked under partial-order reduction, which may hide it.</exception>
    /// <exception cref="ReductionAuditException">The system's claims about its reductions are wrong.</exception>
    public CheckReport Check(CheckOptions options, IProgress<CheckProgress>? progress = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        bool checksLiveness = options.ChecksLiveness && _system.Properties.Liveness.Count > 0;
        if (checksLiveness && options.ReducesOrder)
        {
            throw new ArgumentException($"{_system.Name}: expected liveness to be checked without partial-order reduction, got both; leave one out");
        }

        long begin = Stopwatch.GetTimestamp();
        var search = new Search<TState>(_system, options, progress, stop);
        int initial = search.Run();
        string? stoppedBy = search.StoppedBy;
        long memory = search.Table.Memory;
        StateGraph? graph = null;
        if (checksLiveness && stoppedBy is null)
        {
            long steps = search.Generated - initial;
            if (memory + StateGraph.MemoryOf(search.Table.Count, steps) <= options.MemoryLimit && steps <= Array.MaxLength)
            {
                graph = StateGraph.Build(_system, options, search);
                memory += graph.Memory;
            }
            else
            {
                stoppedBy = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"the bound of {options.MemoryLimit >> 20} MiB of memory, before liveness");
            }
        }

        var results = new ResultBuilder<TState>(_system, options, search, graph).Build();
        long expanded = Math.Max(1, search.Expanded);
        var statistics = new CheckStatistics(
            initial, search.Table.Count, search.Generated, search.LevelEnds.Count, (double)(search.Generated - initial) / expanded,
            search.MaxOutDegree, Stopwatch.GetElapsedTime(begin), memory, stoppedBy is null, stoppedBy);
        return new CheckReport(_system.Name, _system.Participants, statistics, results);
    }
}
