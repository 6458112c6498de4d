using System.Globalization;

namespace Conformance.Reference.Block.Rings;

/// <summary>Why an end stopped using its ring: what the peer did.</summary>
public enum RingFaultKind
{
    /// <summary>Nothing is wrong.</summary>
    None = 0,

    /// <summary>The producer index that an attaching back-end found was out of range (RG-011).</summary>
    AttachedOutOfRange,

    /// <summary>The request producer went back, or further ahead than the ring is long (RG-012, RG-015).</summary>
    RequestProducer,

    /// <summary>The response producer went back, or further than the requests that were published (RG-016).</summary>
    ResponseProducer,

    /// <summary>A request claims more entries than were published with it (RG-034).</summary>
    RequestBeyondProducer,

    /// <summary>A response to a request of several entries did not cover them all (RG-035).</summary>
    ResponseBeyondProducer,
}

/// <summary>What an end found when it stopped using its ring.</summary>
/// <param name="Kind">What the peer did.</param>
/// <param name="Found">The index, or the number of entries, that broke the rule.</param>
/// <param name="Lowest">The lowest index, in ring order, or number that would have been right.</param>
/// <param name="Highest">The highest.</param>
public readonly record struct RingFault(RingFaultKind Kind, uint Found, uint Lowest, uint Highest)
{
    /// <summary>One line for an error node: what was expected, what came.</summary>
    public override string ToString() => Kind switch
    {
        RingFaultKind.None => "no fault",
        RingFaultKind.AttachedOutOfRange => Expected("the request producer of the ring to attach to"),
        RingFaultKind.RequestProducer => Expected("the request producer"),
        RingFaultKind.ResponseProducer => Expected("the response producer"),
        RingFaultKind.RequestBeyondProducer => Expected("the entries of a request"),
        _ => Expected("the entries of a response"),
    };

    private string Expected(string what) =>
        string.Create(CultureInfo.InvariantCulture, $"expected {what} to be from {Lowest} to {Highest}, got {Found}");
}
