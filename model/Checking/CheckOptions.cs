namespace Conformance.Model.Checking;

/// <summary>How a check runs.</summary>
public sealed record CheckOptions
{
    /// <summary>Threads that search; 0 for one a core.</summary>
    public int Threads { get; init; }

    /// <summary>The most memory for states, parents and edges, in bytes. Reaching it stops the check with a clear word.</summary>
    public long MemoryLimit { get; init; } = 2L << 30;

    /// <summary>The most distinct states; reaching it stops the check with a clear word.</summary>
    public long StateLimit { get; init; } = long.MaxValue;

    /// <summary>Whether local steps are taken first (partial-order reduction).</summary>
    public bool ReducesOrder { get; init; }

    /// <summary>Whether states that differ by a symmetry count as one.</summary>
    public bool ReducesSymmetry { get; init; }

    /// <summary>Whether liveness is checked; it needs the edges, and no partial-order reduction.</summary>
    public bool ChecksLiveness { get; init; } = true;

    /// <summary>Whether the search goes on after a property is broken, so that every property gets its verdict.</summary>
    public bool GoesOn { get; init; } = true;

    /// <summary>Whether the claims behind the reductions are examined in every state: slow, for tests.</summary>
    public bool Audit { get; init; }
}

/// <summary>What a long check has done so far.</summary>
/// <param name="Distinct">Distinct states.</param>
/// <param name="Generated">States generated, the same one counted each time.</param>
/// <param name="Depth">The steps from the beginning to the states that are expanded now.</param>
/// <param name="Waiting">States that wait to be expanded.</param>
public sealed record CheckProgress(long Distinct, long Generated, int Depth, long Waiting);
