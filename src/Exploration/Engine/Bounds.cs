namespace Conformance.Exploration.Engine;

/// <summary>How far an exploration goes. What is null is without bound.</summary>
public sealed record Bounds
{
    /// <summary>No bound at all.</summary>
    public static readonly Bounds None = new();

    /// <summary>How often in a run a fiber is left although it could go on. With it, no order is left out as equal to another.</summary>
    public int? Preemptions { get; init; }

    /// <summary>
    /// How often in a run the fiber whose turn it is has to wait: who ran last goes on, else the one that was
    /// started first; taking the n-th after it costs n. A bound that keeps the number of orders small whatever the run's length.
    /// With it, no order is left out as equal to another.
    /// </summary>
    public int? Delays { get; init; }

    /// <summary>How often in a run something goes another than the plain way (<see cref="Reference.Fibers.FiberDriver.Choose"/>).</summary>
    public int? Outcomes { get; init; }

    /// <summary>How many steps a run has at most; a longer one is cut off.</summary>
    public int Depth { get; init; } = 20_000;

    /// <summary>After how many different states to stop.</summary>
    public long? States { get; init; }

    /// <summary>After how many runs to stop.</summary>
    public long? Schedules { get; init; }

    /// <summary>After how long to stop, by the clock of <see cref="ExplorationOptions.Time"/>. The only bound that depends on the machine.</summary>
    public TimeSpan? Time { get; init; }
}

/// <summary>What is left out because it leads nowhere new.</summary>
public enum Reduction
{
    /// <summary>Nothing: every order is run to its end. For small experiments, to check the others against.</summary>
    None,

    /// <summary>What follows a state that was reached before.</summary>
    States,

    /// <summary>That, and orders that differ from another in steps only whose order does not matter (sleep sets).</summary>
    StatesAndOrders,
}

/// <summary>How to explore.</summary>
public sealed record ExplorationOptions
{
    /// <summary>How far.</summary>
    public Bounds Bounds { get; init; } = Bounds.None;

    /// <summary>What is left out.</summary>
    public Reduction Reduction { get; init; } = Reduction.StatesAndOrders;

    /// <summary>
    /// Whether a bound on delays is raised step by step, from 0 until something fails or it is reached: orders that differ from
    /// the plain one in little come first, wherever in the run they differ, and a failure is found with the fewest delays it needs.
    /// </summary>
    public bool RaisesDelays { get; init; }

    /// <summary>How many threads share the work.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>
    /// Whether a run is brought back to a branch to go on from there, rather than each begins from the beginning. The same is
    /// covered; where an experiment holds something that cannot be brought back, it is not.
    /// </summary>
    public bool BringsBack { get; init; } = true;

    /// <summary>Whether to take a second hash of each state and count those that only the first takes for equal.</summary>
    public bool CountsCollisions { get; init; }

    /// <summary>Whether to keep the fingerprints of the states with a choice (<see cref="ExplorationReport.Visited"/>).</summary>
    public bool KeepsStates { get; init; }

    /// <summary>Whether to go on after a failure, to see how many different ones there are.</summary>
    public bool GoesOnAfterFailure { get; init; }

    /// <summary>Is told now and then how far it is; by any of the threads, one at a time.</summary>
    public Action<ExplorationProgress>? Progress { get; init; }

    /// <summary>After how many runs of a thread to report.</summary>
    public int ProgressEvery { get; init; } = 1000;

    /// <summary>The clock for <see cref="Bounds.Time"/> and for what the report says of time.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>How far an exploration is.</summary>
/// <param name="States">Different states so far.</param>
/// <param name="Schedules">Runs so far.</param>
/// <param name="Waiting">Known branches that nobody has taken yet.</param>
/// <param name="Elapsed">Since the beginning.</param>
public readonly record struct ExplorationProgress(long States, long Schedules, int Waiting, TimeSpan Elapsed);
