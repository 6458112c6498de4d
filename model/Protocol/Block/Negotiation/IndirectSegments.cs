namespace Conformance.Model.Protocol.Block.Negotiation;

/// <summary>How many segments an indirect request may have.</summary>
public static class IndirectSegments
{
    /// <summary>
    /// What a front-end uses: the least of the back-end's offer, its own maximum and what 8 pages hold. 11 or fewer are
    /// no more than a direct request has, and count as no offer (NG-029).
    /// </summary>
    /// <param name="offered">The back-end's feature-max-indirect-segments.</param>
    /// <param name="own">The front-end's own maximum.</param>
    /// <returns>12 to 4096, or 0 when indirect requests are not used.</returns>
    public static int Effective(NodeNumber offered, int own)
    {
        ulong least = Math.Min(Math.Min(offered.Or(0), (ulong)Math.Max(0, own)), BlkifLimits.SegmentsOfIndirectRequest);
        return least > BlkifLimits.SegmentsInHeaderEntry ? (int)least : 0;
    }

    /// <summary>Whether a back-end that offered so many takes a request of <paramref name="segments"/> (NG-030, BI-024).</summary>
    public static bool IsAllowed(ushort segments, int offered) =>
        segments >= 1 && segments <= Math.Min(offered, BlkifLimits.SegmentsOfIndirectRequest);
}
