namespace Conformance.Model.Protocol.Block.Negotiation;

/// <summary>The four limits of the 2010 extension (NG-006), as one end's maximum or as what is in force.</summary>
/// <param name="RingPages">Pages of the ring, 1 or more.</param>
/// <param name="Requests">Requests at once, 1 or more.</param>
/// <param name="Segments">Segments of a request, 1 to 255.</param>
/// <param name="RequestBytes">Bytes of a request, 512 or more.</param>
public readonly record struct RequestLimits(uint RingPages, uint Requests, uint Segments, uint RequestBytes)
{
    /// <summary>
    /// The request size that the 2010 front-end took for a legacy back-end, a segment less than the text of 2012 says, so
    /// that an unaligned buffer of that size fits (NG-007).
    /// </summary>
    public const uint SeedFrontRequestBytes = 10 * BlkifLimits.FrameSize;

    /// <summary>What holds for a peer that does not know the extension (NG-007, NG-048).</summary>
    public static readonly RequestLimits Legacy = new(1, 32, BlkifLimits.SegmentsInHeaderEntry, BlkifLimits.SegmentsInHeaderEntry * BlkifLimits.FrameSize);

    /// <summary>Whether each limit is at most that of <paramref name="other"/> (NG-008).</summary>
    public bool IsWithin(in RequestLimits other) =>
        RingPages <= other.RingPages && Requests <= other.Requests && Segments <= other.Segments && RequestBytes <= other.RequestBytes;

    /// <summary>The lesser of each (NG-006).</summary>
    public RequestLimits Min(in RequestLimits other) => new(
        Math.Min(RingPages, other.RingPages), Math.Min(Requests, other.Requests), Math.Min(Segments, other.Segments), Math.Min(RequestBytes, other.RequestBytes));

    /// <summary>With the request size cut to what the segments can carry (NG-011).</summary>
    public RequestLimits Reconciled() =>
        this with { RequestBytes = (uint)Math.Min(RequestBytes, (ulong)Segments * BlkifLimits.FrameSize) };

    /// <summary>
    /// The largest transfer that a front-end may build. A buffer that does not start on a frame takes one segment more
    /// than its size says, so one is kept spare (NG-011).
    /// </summary>
    /// <param name="isUnaligned">Whether buffers may start anywhere on a sector.</param>
    /// <returns>Bytes, 512 or more when the limits are what their ranges say.</returns>
    public uint TransferBytes(bool isUnaligned)
    {
        uint frames = isUnaligned && Segments > 0 ? Segments - 1 : Segments;
        ulong carried = frames > 0 ? (ulong)frames * BlkifLimits.FrameSize : Sector512.Size;
        return (uint)Math.Min(RequestBytes, carried);
    }

    /// <summary>
    /// Requests of the full number of segments that are in flight at most: the ring may hold fewer than
    /// <see cref="Requests"/>, which costs concurrency and nothing else (NG-012).
    /// </summary>
    public uint ConcurrentRequests(BlkifAbi abi) =>
        Math.Min(Requests, BlkifRing.Capacity((int)RingPages, (byte)Math.Min(Segments, BlkifLimits.SegmentsOf2010Request), abi));
}
