namespace Conformance.Model.Ring;

/// <summary>Who breaks the rules of the ring on purpose.</summary>
public enum RingAttacker
{
    /// <summary>Nobody.</summary>
    None,

    /// <summary>The front: its producer index jumps, or covers only a part of a request (I-66, I-67).</summary>
    Front,

    /// <summary>The back: its producer index jumps or goes back (I-66).</summary>
    Back,
}

/// <summary>What is fixed in one model of a ring.</summary>
public sealed record RingShape
{
    /// <summary>What the processors may see.</summary>
    public MemoryModel Memory { get; init; }

    /// <summary>Entries of the ring: 2 or 4.</summary>
    public int Entries { get; init; } = 2;

    /// <summary>Requests of a run, at most 7.</summary>
    public int Requests { get; init; } = 3;

    /// <summary>Whether a request may take two consecutive entries, as with the segment entries of the seed's protocol (RG-033).</summary>
    public bool HasLongRequests { get; init; }

    /// <summary>Whether the hypercall that notifies is a full barrier.</summary>
    public bool NotifyIsBarrier { get; init; }

    /// <summary>Whether a front that expects no further response leaves out its final check (RG-021).</summary>
    public bool FrontMayRestUnchecked { get; init; }

    /// <summary>Who attacks whom.</summary>
    public RingAttacker Attacker { get; init; }
}

/// <summary>What a mutant of the model does wrong; for tests, which show that each property can be broken.</summary>
internal enum RingFault
{
    None,

    /// <summary>The back sleeps as soon as its event word is set.</summary>
    NoRequestFinalCheck,

    /// <summary>The front sleeps as soon as its event word is set.</summary>
    NoResponseFinalCheck,

    /// <summary>The back asks to be told one request too late (RG-022).</summary>
    RequestEventTooFar,

    /// <summary>The front asks to be told one response too late (RG-022).</summary>
    ResponseEventTooFar,

    /// <summary>The front does not look whether there is space (RG-013).</summary>
    IgnoresSpace,

    /// <summary>The back answers a request before its consumer index has passed it (RG-024, I-64).</summary>
    AnswersTooSoon,

    /// <summary>The back keeps an answered request and answers it again (RG-025).</summary>
    AnswersTwice,

    /// <summary>The back forgets one request that it has taken (RG-025).</summary>
    ForgetsRequest,

    /// <summary>The back publishes a producer index that it has published before (RG-007).</summary>
    GoesBack,

    /// <summary>The consumer does not hold the size of a request or response against the producer index (RG-034, RG-035).</summary>
    ReadsPastProducer,

    /// <summary>The consumer does not look whether the producer index is possible at all (RG-015, RG-016).</summary>
    TrustsProducer,

    /// <summary>The consumer looks again and again until an impossible producer index becomes possible (RG-015, RG-016).</summary>
    WaitsForProducer,

    /// <summary>The consumer takes a full ring for an impossible one (RG-015, RG-016).</summary>
    RefusesFullRing,
}

/// <summary>How a mutant differs.</summary>
/// <param name="Without">A barrier that it leaves out.</param>
/// <param name="Fault">What else it does wrong.</param>
internal readonly record struct RingMutation(RingBarrier? Without = null, RingFault Fault = RingFault.None);
