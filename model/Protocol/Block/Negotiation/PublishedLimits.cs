namespace Conformance.Model.Protocol.Block.Negotiation;

/// <summary>The four limits as the peer published them (NG-013): each may be absent.</summary>
/// <param name="RingPages">A back-end's max-ring-pages, or a front-end's ring-pages.</param>
/// <param name="Requests">max-requests.</param>
/// <param name="Segments">max-request-segments.</param>
/// <param name="RequestBytes">max-request-size.</param>
public readonly record struct PublishedLimits(NodeNumber RingPages, NodeNumber Requests, NodeNumber Segments, NodeNumber RequestBytes)
{
    private const string AtLeastOne = "1 or more";
    private const string AtLeastOneSector = "512 or more";

    /// <summary>
    /// What a front-end uses with this back-end: of each limit the lesser of its own and the published one, or of the
    /// legacy default where none is published (NG-006 to NG-008).
    /// </summary>
    /// <param name="own">The front-end's own maxima.</param>
    /// <param name="effective">What it publishes in turn, with the size reconciled (NG-011).</param>
    /// <returns>The first limit that allows nothing (NG-010, NG-050), or no fault.</returns>
    public NegotiationFault DecideAtFront(in RequestLimits own, out RequestLimits effective)
    {
        effective = own.Min(Stated(RequestLimits.Legacy)).Reconciled();
        return FindZero(BlockNodes.MaxRingPages);
    }

    /// <summary>
    /// What a back-end uses with this front-end. A limit that sizes something at the front-end already, so pages,
    /// segments and bytes, is refused above the back-end's own; the number of requests only bounds concurrency and is
    /// cut (NG-009, D-4).
    /// </summary>
    /// <param name="own">The back-end's own maxima, as it published them.</param>
    /// <param name="effective">What it works with.</param>
    /// <returns>The first limit that is 0 (NG-010) or too high, or no fault.</returns>
    public NegotiationFault DecideAtBack(in RequestLimits own, out RequestLimits effective)
    {
        effective = own.Min(Stated(RequestLimits.Legacy)).Reconciled();
        var zero = FindZero(BlockNodes.RingPages);
        return zero.IsFault ? zero
            : RingPages.Or(0) > own.RingPages ? new(BlockNodes.RingPages, "at most max-ring-pages", RingPages.Or(0))
            : Segments.Or(0) > own.Segments ? new(BlockNodes.MaxRequestSegments, "at most the back-end's", Segments.Or(0))
            : RequestBytes.Or(0) > own.RequestBytes ? new(BlockNodes.MaxRequestSize, "at most the back-end's", RequestBytes.Or(0))
            : NegotiationFault.None;
    }

    private RequestLimits Stated(in RequestLimits legacy) => new(
        Clamp(RingPages.Or(legacy.RingPages)), Clamp(Requests.Or(legacy.Requests)), Clamp(Segments.Or(legacy.Segments)), Clamp(RequestBytes.Or(legacy.RequestBytes)));

    private NegotiationFault FindZero(string ringPages) =>
        IsBelow(RingPages, 1) ? new(ringPages, AtLeastOne, 0)
        : IsBelow(Requests, 1) ? new(BlockNodes.MaxRequests, AtLeastOne, 0)
        : IsBelow(Segments, 1) ? new(BlockNodes.MaxRequestSegments, AtLeastOne, 0)
        : IsBelow(RequestBytes, Sector512.Size) ? new(BlockNodes.MaxRequestSize, AtLeastOneSector, RequestBytes.Or(0))
        : NegotiationFault.None;

    private static bool IsBelow(NodeNumber node, ulong least) => node.TryGet(out ulong value) && value < least;

    private static uint Clamp(ulong value) => (uint)Math.Min(value, uint.MaxValue);
}
