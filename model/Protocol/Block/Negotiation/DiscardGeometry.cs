namespace Conformance.Model.Protocol.Block.Negotiation;

/// <summary>The extents in which a medium can be discarded (NG-027).</summary>
/// <param name="GranularityBytes">Bytes of an extent, a multiple of the sector size.</param>
/// <param name="AlignmentBytes">Bytes from the disk's start to its first extent, less than the granularity.</param>
public readonly record struct DiscardGeometry(uint GranularityBytes, uint AlignmentBytes)
{
    /// <summary>Reads what a back-end published with its offer; absent nodes mean the sector size and 0.</summary>
    /// <param name="granularity">discard-granularity.</param>
    /// <param name="alignment">discard-alignment.</param>
    /// <param name="sectorSize">The disk's.</param>
    /// <param name="geometry">The extents.</param>
    /// <returns>False when they make no sense: discards are not used then, and the disk otherwise is.</returns>
    public static bool TryRead(NodeNumber granularity, NodeNumber alignment, DeviceSectorSize sectorSize, out DiscardGeometry geometry)
    {
        ulong extent = granularity.Or(sectorSize.Bytes);
        ulong first = alignment.Or(0);
        bool isSane = !granularity.IsMalformed && !alignment.IsMalformed
            && extent is > 0 and <= uint.MaxValue && extent % sectorSize.Bytes == 0
            && first < extent && first % Sector512.Size == 0;
        geometry = isSane ? new DiscardGeometry((uint)extent, (uint)first) : default;
        return isSane;
    }
}
