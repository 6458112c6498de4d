using Conformance.Model.Protocol.Block;

namespace Conformance.Reference.Block.Back;

/// <summary>
/// Judges private copies of requests (RG-027). Pure arithmetic on numbers that may be anything: nothing here overflows,
/// and nothing is indexed by them.
/// </summary>
public static class RequestValidator
{
    /// <summary>The status of the response to a rejected request (BB-010, D-16).</summary>
    public static BlkifStatus StatusOf(Rejection rejection) => rejection switch
    {
        Rejection.None => BlkifStatus.Ok,
        Rejection.UnknownOperation or Rejection.NotOffered => BlkifStatus.NotSupported,
        _ => BlkifStatus.Error,
    };

    /// <summary>Judges the header of a direct request: read, write, barrier or flush. Any other operation is unknown.</summary>
    /// <param name="operation">As the front gave it.</param>
    /// <param name="segments">As the front gave it.</param>
    /// <param name="rules">What is allowed.</param>
    public static Rejection CheckDirect(BlkifOperation operation, int segments, in RequestRules rules) => operation switch
    {
        BlkifOperation.Read or BlkifOperation.Write => CheckTransfer(operation, segments, rules.SegmentsMax, in rules),
        BlkifOperation.WriteBarrier when !rules.HasBarrier => Rejection.NotOffered,
        BlkifOperation.FlushDiskCache when !rules.HasFlush => Rejection.NotOffered,
        BlkifOperation.WriteBarrier => rules.IsReadOnly ? Rejection.ReadOnly : CheckCount(segments, rules.SegmentsMax),
        BlkifOperation.FlushDiskCache => rules.IsReadOnly && segments > 0 ? Rejection.ReadOnly : CheckCount(segments, rules.SegmentsMax),
        _ => Rejection.UnknownOperation,
    };

    /// <summary>Judges the header of an indirect request with the same rules (BB-034, NG-030).</summary>
    public static Rejection CheckIndirect(in BlkifIndirect request, in RequestRules rules) =>
        rules.IndirectSegmentsMax == 0 ? Rejection.UnknownOperation
        : request.InnerOperation is not (BlkifOperation.Read or BlkifOperation.Write) ? Rejection.BadInnerOperation
        : CheckTransfer(request.InnerOperation, request.SegmentCount, rules.IndirectSegmentsMax, in rules);

    /// <summary>Judges a discard with the same rules (BB-034, BB-036).</summary>
    public static Rejection CheckDiscard(in BlkifDiscard request, in RequestRules rules) =>
        !rules.HasDiscard ? Rejection.NotOffered
        : rules.IsReadOnly ? Rejection.ReadOnly
        : !request.Sector.IsInside(request.Count, rules.Medium) ? Rejection.OutOfRange
        : !request.Sector.IsAligned(rules.SectorSize) || !request.Count.IsAligned(rules.SectorSize) ? Rejection.Misaligned
        : Rejection.None;

    /// <summary>Judges the segments of a transfer whose header was accepted.</summary>
    /// <param name="segments">All of them.</param>
    /// <param name="sector">Where the transfer begins on the medium.</param>
    /// <param name="bytesMax">The most bytes it may have.</param>
    /// <param name="rules">What is allowed.</param>
    /// <param name="length">The sectors of all segments together; 0 when rejected.</param>
    public static Rejection CheckSegments(ReadOnlySpan<BlkifSegment> segments, Sector512 sector, long bytesMax, in RequestRules rules, out SectorCount512 length)
    {
        length = SectorCount512.Zero;
        ulong total = 0;
        ulong run = 0;
        for (int i = 0; i < segments.Length; i++)
        {
            if (!segments[i].IsValid)
            {
                return Rejection.BadSegment;
            }

            if (i > 0 && !IsContiguous(segments[i - 1], segments[i]))
            {
                if (!new SectorCount512(run).IsAligned(rules.SectorSize))
                {
                    return Rejection.Misaligned;
                }

                run = 0;
            }

            run += segments[i].Sectors.Value;
            total += segments[i].Sectors.Value;
        }

        return CheckRange(new SectorCount512(total), new SectorCount512(run), sector, bytesMax, in rules, out length);
    }

    private static Rejection CheckRange(SectorCount512 total, SectorCount512 lastRun, Sector512 sector, long bytesMax, in RequestRules rules, out SectorCount512 length)
    {
        length = SectorCount512.Zero;
        if (!total.TryToBytes(out long bytes) || bytes > bytesMax)
        {
            return Rejection.TooLong;
        }

        if (!sector.IsInside(total, rules.Medium))
        {
            return Rejection.OutOfRange;
        }

        if (!sector.IsAligned(rules.SectorSize) || !lastRun.IsAligned(rules.SectorSize))
        {
            return Rejection.Misaligned;
        }

        length = total;
        return Rejection.None;
    }

    private static Rejection CheckTransfer(BlkifOperation operation, int segments, int most, in RequestRules rules) =>
        operation == BlkifOperation.Write && rules.IsReadOnly ? Rejection.ReadOnly
        : segments < 1 ? Rejection.NoSegments
        : CheckCount(segments, most);

    private static Rejection CheckCount(int segments, int most) => segments > most ? Rejection.TooManySegments : Rejection.None;

    private static bool IsContiguous(in BlkifSegment segment, in BlkifSegment next) =>
        segment.Offset + segment.Length == BlkifLimits.FrameSize && next.Offset == 0;
}
