namespace Conformance.Tests.Fuzz.Store.Oracle;

/// <summary>How a store lies, that must be found out.</summary>
public enum StoreFlaw
{
    None,

    /// <summary>Some events never come.</summary>
    LosesEvents,

    /// <summary>A commit that failed is said to have succeeded.</summary>
    HidesConflicts,

    /// <summary>A commit that succeeded is said to have failed.</summary>
    FailsForNothing,

    /// <summary>A value that was read once is given again.</summary>
    ReadsStale,
}
