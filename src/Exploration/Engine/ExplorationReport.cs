using System.Globalization;
using System.Numerics;

namespace Conformance.Exploration.Engine;

/// <summary>What an exploration covered and found.</summary>
public sealed record ExplorationReport
{
    /// <summary>The experiment's name.</summary>
    public required string Experiment { get; init; }

    /// <summary>The bounds it had.</summary>
    public required Bounds Bounds { get; init; }

    /// <summary>What it left out as leading nowhere new.</summary>
    public required Reduction Reduction { get; init; }

    /// <summary>
    /// Different states that were told apart: those in which there was a choice, and now and then one in which the bounds left
    /// none. With a bound on preemptions or delays, the same state with another fiber's turn is another.
    /// </summary>
    public required long States { get; init; }

    /// <summary>Steps that were taken for the first time.</summary>
    public required long Transitions { get; init; }

    /// <summary>Runs, each from the beginning or from where one stood, to an end or to a state that was known; those with lower bounds on delays too.</summary>
    public required long Schedules { get; init; }

    /// <summary>Steps of all runs together, those that repeat a prefix and those with lower bounds on delays included; what a run had taken before it was brought back is not.</summary>
    public required long Steps { get; init; }

    /// <summary>Runs that came to their end, rather than to a state that was known; those with lower bounds on delays too.</summary>
    public required long Ended { get; init; }

    /// <summary>
    /// The orders from beginning to end that the covered states stand for, each once: all there are where only states are merged, and
    /// fewer where equal orders are left out or the run was bounded. With a bound there may be some beyond it among them, whose
    /// beginnings and ends were covered in different runs. Null when a run can go round for ever.
    /// </summary>
    public required BigInteger? Interleavings { get; init; }

    /// <summary>The longest run, in steps.</summary>
    public required int Longest { get; init; }

    /// <summary>Different states in which runs ended.</summary>
    public required int EndStates { get; init; }

    /// <summary>A number for the set of states in which runs ended: the same for the same set.</summary>
    public required ulong EndDigest { get; init; }

    /// <summary>States that the first hash took for equal and the second did not; 0 where that was not counted.</summary>
    public required long Collisions { get; init; }

    /// <summary>The fingerprints of the states with a choice; empty unless they are kept.</summary>
    public IReadOnlySet<ulong> Visited { get; init; } = new HashSet<ulong>();

    /// <summary>Which bounds cut something off, such as <c>preemptions 2</c>; empty when it is exhaustive.</summary>
    public required IReadOnlyList<string> CutOffBy { get; init; }

    /// <summary>What failed, the shortest of each kind.</summary>
    public required IReadOnlyList<Failure> Failures { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Whether every order was covered.</summary>
    public bool IsExhaustive => CutOffBy.Count == 0;

    /// <summary>Whether nothing failed.</summary>
    public bool IsClean => Failures.Count == 0;

    /// <summary>This report with what was done before, with a lower bound on delays: what it covered is covered again here.</summary>
    internal ExplorationReport After(ExplorationReport? before) => before is null ? this : this with
    {
        Schedules = Schedules + before.Schedules,
        Steps = Steps + before.Steps,
        Ended = Ended + before.Ended,
        Collisions = Collisions + before.Collisions,
    };

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Experiment}: {States} states, {Transitions} transitions, {Schedules} schedules, {Describe(Interleavings)} interleavings, {(IsExhaustive ? "exhaustive" : $"bounded by {string.Join(", ", CutOffBy)}")}, {(IsClean ? "no failure" : $"{Failures.Count} failures")}, {Elapsed.TotalSeconds:0.0} s");

    private static string Describe(BigInteger? count) => count switch
    {
        null => "endless",
        { } small when small < 1_000_000 => small.ToString(CultureInfo.InvariantCulture),
        { } large => large.ToString("E2", CultureInfo.InvariantCulture),
    };
}
