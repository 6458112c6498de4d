using Conformance.Exploration.Engine;

namespace Conformance.Exploration.Coyote;

/// <summary>How Coyote picks the next participant.</summary>
public enum CoyoteStrategy
{
    /// <summary>Any that can go on, with equal chances; each run by itself.</summary>
    Random,

    /// <summary>Priorities that change at a few points of a run (PCT).</summary>
    Prioritization,

    /// <summary>Round robin, with a few delays in a run.</summary>
    DelayBounding,

    /// <summary>What led to states seldom seen before (Q-learning), by the fingerprints of states.</summary>
    QLearning,
}

/// <summary>How to run an experiment under Coyote.</summary>
public sealed record CoyoteOptions
{
    /// <summary>How the next participant is picked.</summary>
    public CoyoteStrategy Strategy { get; init; } = CoyoteStrategy.Random;

    /// <summary>How many runs; the first that fails is the last.</summary>
    public int Iterations { get; init; } = 100;

    /// <summary>Seeds all chance: the same seed gives the same runs.</summary>
    public uint Seed { get; init; } = 1;

    /// <summary>How many priority changes or delays a run has at most, for the strategies that count them.</summary>
    public int StrategyBound { get; init; } = 10;

    /// <summary>After how many of Coyote's decisions a run is cut off; the strategies that may starve somebody become random half way.</summary>
    public int MostDecisions { get; init; } = 40_000;

    /// <summary>After how many decisions in which an obligation stays open it counts as never met.</summary>
    public int Patience { get; init; } = 10_000;

    /// <summary>Whether to hold open obligations against the experiment (<see cref="Obligations"/>).</summary>
    public bool ChecksObligations { get; init; } = true;

    /// <summary>Whether to keep the fingerprints of the states with a choice (<see cref="CoyoteReport.States"/>).</summary>
    public bool KeepsStates { get; init; }

    /// <summary>Whether to keep which different orders were run (<see cref="CoyoteReport.Orders"/>).</summary>
    public bool KeepsOrders { get; init; }

    /// <summary>Is told before each run how many there were.</summary>
    public Action<int>? Progress { get; init; }

    /// <summary>The clock for what the report says of time.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>What running under Coyote covered and found.</summary>
public sealed record CoyoteReport
{
    /// <summary>The experiment's name.</summary>
    public required string Experiment { get; init; }

    /// <summary>How it was run.</summary>
    public required CoyoteOptions Options { get; init; }

    /// <summary>Runs, the failing one included.</summary>
    public required int Iterations { get; init; }

    /// <summary>Runs that were cut off because they had taken too many decisions.</summary>
    public required int CutOff { get; init; }

    /// <summary>Steps of all runs together.</summary>
    public required long Steps { get; init; }

    /// <summary>What failed, with the order that leads there; null when nothing did.</summary>
    public required Failure? Failure { get; init; }

    /// <summary>Coyote's own record of the failing run, which <see cref="CoyoteRun.Repeat"/> takes; null when nothing failed.</summary>
    public required string? Trace { get; init; }

    /// <summary>The fingerprints of the states in which there was a choice; empty unless they are kept.</summary>
    public required IReadOnlySet<ulong> States { get; init; }

    /// <summary>The different orders of steps that ran to their end, each as one line; empty unless they are kept.</summary>
    public required IReadOnlySet<string> Orders { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Elapsed { get; init; }
}
