using System.Diagnostics;

namespace Conformance.Model.Checking;

/// <summary>Checks every property of a transition system in all its reachable states, or as many as the bounds allow.</summary>
/// <remarks>
/// The report does not depend on the number of threads, times and memory apart: counts, verdicts and counterexamples are
/// the same. Runs are maximal: as long as some step is possible one is taken, and a state without steps lasts for ever.
/// </remarks>
public sealed class Checker<TState>
    where TState : unmanaged
{
    private readonly TransitionSystem<TState> _system;

    /// <summary>A checker of one system.</summary>
    /// <exception cref="ArgumentException">The state has padding or does not fill whole 64-bit words.</exception>
    public Checker(TransitionSystem<TState> system)
    {
        ArgumentNullException.ThrowIfNull(system);
        PackedState.Demand<TState>();
        _system = system;
    }

    /// <summary>Searches and reports.</summary>
    /// <param name="options">How.</param>
    /// <param name="progress">Told now and then; null for nobody.</param>
    /// <param name="stop">Ends the search early; the report then is of a bounded search.</param>
    /// <exception cref="ArgumentException">Liveness is to be checked under a reduction, which may hide it; or there are too many participants or assumptions.</exception>
    /// <exception cref="ReductionAuditException">In an audit: the system's claims about its reductions are wrong.</exception>
    public CheckReport Check(CheckOptions options, IProgress<CheckProgress>? progress = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var watch = Stopwatch.StartNew();
        SearchPlan<TState> plan = SearchPlan<TState>.For(_system, options);
        using var search = new Search<TState>(plan, options, progress, stop);
        search.Run();
        if (search.Findings.ReductionText is { } wrong)
        {
            throw new ReductionAuditException(wrong);
        }

        StateGraph? graph = null;
        string? stoppedBy = search.StoppedBy;
        if (plan.KeepsEdges && stoppedBy is null)
        {
            bool fits = search.Memory + LivenessCheck<TState>.BytesFor(search.Table.Count) <= options.MemoryLimit;
            graph = fits ? StateGraph.Of(search) : null;
            stoppedBy = fits ? null : $"{search.BoundOfMemory}, before liveness";
        }

        List<PropertyResult> properties = new Judgement<TState>(plan, search, graph).All();
        var statistics = new CheckStatistics(
            search.Initial, search.Table.Count, search.Generated, search.LevelEnds.Count, search.Expanded == 0 ? 0 : (double)search.Steps / search.Expanded,
            search.MaxOutDegree, watch.Elapsed, search.Memory, stoppedBy is null, stoppedBy);
        return new(_system.Name, _system.Participants, statistics, properties);
    }
}
