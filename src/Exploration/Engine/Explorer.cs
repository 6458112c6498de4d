using System.Collections.Concurrent;

namespace Conformance.Exploration.Engine;

/// <summary>
/// Runs an experiment in every order. Each run is brought back to a branch that was not taken yet, or follows a known row of
/// steps to it from the beginning; from there it goes on, and leaves a branch behind for every other fiber that could have taken the
/// step and every other outcome of a step. A state that was reached before is left, and steps whose order does not matter
/// are taken in one order only, as far as <see cref="ExplorationOptions.Reduction"/> says.
/// </summary>
public sealed class Explorer
{
    private readonly IExperiment _experiment;
    private readonly ExplorationOptions _options;
    private readonly ConcurrentDictionary<string, byte> _cuts = [];
    private readonly ConcurrentDictionary<(FailureKind, string), Failure> _failures = [];
    private readonly ConcurrentDictionary<ulong, byte> _ends = [];
    private readonly object _reporting = new();
    private readonly long _begin;
    private readonly ulong? _until;
    private long _runs;
    private volatile bool _leavesOutNoOrder;

    /// <param name="experiment">What.</param>
    /// <param name="options">How.</param>
    /// <param name="begin">When it began.</param>
    /// <param name="runs">The runs that were made before.</param>
    /// <param name="until">The state at which to stop, as one from which there is no end; null for none.</param>
    private Explorer(IExperiment experiment, ExplorationOptions options, long begin, long runs, ulong? until = null)
    {
        _until = until;
        _experiment = experiment;
        _options = options;
        _begin = begin;
        _runs = runs;
        BringsBack = options.BringsBack;
    }

    /// <summary>Whether runs are brought back to a branch: until something in one cannot be.</summary>
    internal bool BringsBack { get; set; }

    internal VisitedStates Visited { get; } = new();

    internal WorkPool Work { get; } = new();

    internal ExplorationOptions Options => _options;

    internal TimeSpan Elapsed => _options.Time.GetElapsedTime(_begin);

    /// <summary>Explores an experiment.</summary>
    /// <param name="experiment">What.</param>
    /// <param name="options">How; null for everything, on one thread.</param>
    /// <param name="cancellation">Ends it early; what it covered so far is reported as cut off.</param>
    public static ExplorationReport Explore(IExperiment experiment, ExplorationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        options ??= new ExplorationOptions();
        long begin = options.Time.GetTimestamp();
        return options is { RaisesDelays: true, Bounds.Delays: { } most }
            ? Raise(experiment, options, most, begin, cancellation)
            : new Explorer(experiment, options, begin, runs: 0).Run(cancellation);
    }

    /// <summary>Explores with a bound on delays of 0, 1 and so on, until something fails or all is covered that the bounds allow.</summary>
    private static ExplorationReport Raise(IExperiment experiment, ExplorationOptions options, int most, long begin, CancellationToken cancellation)
    {
        ExplorationReport? before = null;
        for (int delays = 0; ; delays++)
        {
            var explorer = new Explorer(experiment, options with { Bounds = options.Bounds with { Delays = delays } }, begin, before?.Schedules ?? 0);
            var report = explorer.Run(cancellation).After(before);
            if (delays == most || !report.IsClean || explorer.Work.IsStopped || !report.CutOffBy.Contains(DelaysBound(delays)))
            {
                return report with { Bounds = options.Bounds };
            }

            before = report;
        }
    }

    /// <summary>What a report says was cut off by that many delays.</summary>
    internal static string DelaysBound(int delays) => $"delays {delays}";

    /// <summary>Counts a run that is about to begin.</summary>
    /// <returns>False when it would be one too many (<see cref="Bounds.Schedules"/>); nobody begins another then.</returns>
    internal bool MayBegin()
    {
        if (_options.Bounds.Schedules is not { } most || Interlocked.Increment(ref _runs) <= most)
        {
            return true;
        }

        CutOff($"schedules {most}");
        Work.Stop();
        return false;
    }

    /// <summary>
    /// Says that steps which commute make a difference here: one of them ends the run, so that what the other would have done
    /// is missing at one end, or another participant joins one that was alone. It begins anew and leaves no order out.
    /// </summary>
    internal void LeaveOutNoOrder()
    {
        _leavesOutNoOrder = true;
        Work.Stop();
    }

    /// <summary>Notes that something was cut off.</summary>
    internal void CutOff(string bound) => _cuts.TryAdd(bound, 0);

    internal void NoteEnd(ulong key) => _ends.TryAdd(key, 0);

    internal void NoteFailure(Failure failure)
    {
        _failures.AddOrUpdate((failure.Kind, failure.Rule), failure, (_, known) => IsSimpler(failure, known) ? failure : known);
        if (!_options.GoesOnAfterFailure)
        {
            CutOff("the first failure");
            Work.Stop();
        }
    }

    /// <summary>Notes that a state was reached, when it is the one that is looked for.</summary>
    internal void NoteState(ulong key, Moment moment)
    {
        if (key == _until)
        {
            NoteFailure(new Failure(
                FailureKind.Obligation, "no end", "expected a run that can end, got one that goes round for ever from here, whoever goes on", moment.ToSchedule(_experiment.Name)));
            Work.Stop();
        }
    }

    internal void Report(long schedules)
    {
        if (_options.Progress is { } progress)
        {
            lock (_reporting)
            {
                progress(new ExplorationProgress(Visited.Count, schedules, Work.Waiting, Elapsed));
            }
        }
    }

    private static bool IsSimpler(Failure one, Failure other) =>
        (one.Schedule.Deviations, one.Schedule.Switches, one.Schedule.Steps).CompareTo((other.Schedule.Deviations, other.Schedule.Switches, other.Schedule.Steps)) < 0;

    private ExplorationReport Run(CancellationToken cancellation)
    {
        using var registration = cancellation.Register(() =>
        {
            CutOff("being stopped");
            Work.Stop();
        });
        Work.Add(null, [new Branch(null, string.Empty, null, default, [], Way.At(Edge.Beginning), null)]);
        var workers = Enumerable.Range(0, Math.Max(1, _options.Workers)).Select(_ => new Worker(_experiment, this)).ToArray();
        var threads = workers.Skip(1).Select(worker => new Thread(worker.Run) { IsBackground = true, Name = "explorer" }).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        workers[0].Run();
        Array.ForEach(threads, thread => thread.Join());
        var report = Summarize(workers);
        bool isEndless = report is { Interleavings: null, IsExhaustive: true, IsClean: true };

        // On a way that goes round, a step may be left out for ever because the next round has it too.
        return _leavesOutNoOrder || (isEndless && _options.Reduction == Reduction.StatesAndOrders)
            ? new Explorer(_experiment, _options with { Reduction = Reduction.States }, _begin, _runs).Run(cancellation)
            : isEndless ? FindEndless(report, workers, cancellation) : report;
    }

    /// <summary>
    /// Adds to a report of runs that can go round for ever that from some state no end can be reached, whoever goes on. Only
    /// where nothing was cut off can that be told.
    /// </summary>
    private ExplorationReport FindEndless(ExplorationReport report, Worker[] workers, CancellationToken cancellation)
    {
        if (new PathCount(workers.SelectMany(worker => worker.Edges)).FindEndless() is not [int first, ..])
        {
            return report;
        }

        // The way there is found by going there once more, on one thread, however long it takes: it is there.
        var options = _options with { Workers = 1, Progress = null, Bounds = _options.Bounds with { Time = null, Schedules = null } };
        var search = new Explorer(_experiment, options, _begin, runs: 0, until: Visited.KeyOf(first));
        return report with { Failures = search.Run(cancellation).Failures };
    }

    private ExplorationReport Summarize(Worker[] workers)
    {
        if (workers.Select(worker => worker.Fault).FirstOrDefault(fault => fault is not null) is { } fault)
        {
            throw fault is NotRepeatableException ? new NotRepeatableException(fault.Message) : new InvalidOperationException($"expected an exploration that goes on, got {fault.Message}", fault);
        }

        ulong digest = 0;
        foreach (ulong end in _ends.Keys)
        {
            digest ^= end;
        }

        bool isMerged = _options.Reduction != Reduction.None;
        return new ExplorationReport
        {
            Experiment = _experiment.Name,
            Bounds = _options.Bounds,
            Reduction = _options.Reduction,
            States = Visited.Count,
            Transitions = workers.Sum(worker => worker.Transitions),
            Schedules = workers.Sum(worker => worker.Schedules),
            Steps = workers.Sum(worker => worker.Steps),
            Ended = workers.Sum(worker => worker.Ended),
            Interleavings = isMerged ? new PathCount(workers.SelectMany(worker => worker.Edges)).Count() : workers.Sum(worker => worker.Ended),
            Longest = workers.Max(worker => worker.Longest),
            EndStates = _ends.Count,
            EndDigest = digest,
            Collisions = Visited.Collisions,
            Visited = _options.KeepsStates ? Visited.Keys() : new HashSet<ulong>(),
            CutOffBy = [.. _cuts.Keys.Order(StringComparer.Ordinal)],
            Failures = [.. _failures.Values.OrderBy(failure => failure.Kind).ThenBy(failure => failure.Rule, StringComparer.Ordinal)],
            Elapsed = Elapsed,
        };
    }
}
