namespace Conformance.Model.Grants;

/// <summary>What a mutant of the grant model does wrong: one way to break each property.</summary>
internal enum GrantMutant
{
    None,

    /// <summary>The flags are written before domain and frame (GT-006).</summary>
    FlagsFirst,

    /// <summary>The check for bits of use and the revocation are two steps (GT-009).</summary>
    RevokesWithoutSwap,

    /// <summary>A page in use is freed when its revocation fails (GT-010).</summary>
    FreesDeferred,

    /// <summary>What was put aside is never tried again (GT-010).</summary>
    ForgetsDeferred,

    /// <summary>A batch is counted as free as a whole (GT-011).</summary>
    CountsWholeBatch,

    /// <summary>A batch does not look at who waits (GT-012).</summary>
    BatchForgetsWaiter,

    /// <summary>The waiter is called with less than it asked for (GT-013).</summary>
    CallsTooEarly,

    /// <summary>A waiter that was cancelled is called (GT-013).</summary>
    CallsCancelled,

    /// <summary>A reservation of two takes one (GT-014).</summary>
    ReservesHalf,

    /// <summary>A reference is taken that is not free (GT-064).</summary>
    ClaimsUsed,

    /// <summary>An entry that permits nothing is mapped (GT-022).</summary>
    MapsUnpermitted,

    /// <summary>A writable mapping of a read-only entry is refused and leaves its bit behind (GT-023).</summary>
    RefusalLeavesBit,

    /// <summary>A mapping can be used before the bits of use are set (GT-026).</summary>
    UsableBeforePinned,

    /// <summary>The end of one mapping clears the bits that another needs (GT-027).</summary>
    ClearsSharedBits,

    /// <summary>The bits are cleared before access is lost (GT-028).</summary>
    ClearsBeforeLost,

    /// <summary>A mapping is never ended (GT-032).</summary>
    LeaksMapping,

    /// <summary>A dead domain's memory is given back while others map it (GT-032).</summary>
    ReapsMapped,

    /// <summary>A dead mapper's bits of use stay (GT-033).</summary>
    DeathLeavesBits,

    /// <summary>The number of a dead domain is given away while grants to it stand (I-42).</summary>
    ReusesAtOnce,
}
