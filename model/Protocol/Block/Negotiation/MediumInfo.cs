namespace Conformance.Model.Protocol.Block.Negotiation;

/// <summary>The medium as a back-end describes it before it is Connected (NG-005).</summary>
/// <param name="Size">In sectors of 512 bytes, whatever the sector size is (NG-035).</param>
/// <param name="SectorSize">Rules alignment and length.</param>
/// <param name="PhysicalSectorBytes">Bytes of a physical sector, a multiple of the sector size (NG-034).</param>
/// <param name="Flags">What kind of disk.</param>
public readonly record struct MediumInfo(SectorCount512 Size, DeviceSectorSize SectorSize, uint PhysicalSectorBytes, VdiskFlags Flags)
{
    /// <summary>Reads what a back-end published; a front-end cannot work with a medium that is wrong (NG-050).</summary>
    /// <param name="sectors">sectors, a 64-bit number. Its bytes must fit in a file position.</param>
    /// <param name="sectorSize">sector-size; absent means 512.</param>
    /// <param name="physicalSectorSize">physical-sector-size; absent means the sector size.</param>
    /// <param name="info">info; absent means an ordinary disk.</param>
    /// <param name="medium">The medium, when there is no fault.</param>
    public static NegotiationFault Read(NodeNumber sectors, NodeNumber sectorSize, NodeNumber physicalSectorSize, NodeNumber info, out MediumInfo medium)
    {
        medium = default;
        if (!sectors.TryGet(out ulong count) || !new SectorCount512(count).TryToBytes(out _))
        {
            return new(BlockNodes.Sectors, "a number of sectors of 512 bytes", Found(sectors));
        }

        ulong logical = sectorSize.Or(Sector512.Size);
        if (sectorSize.IsMalformed || logical > uint.MaxValue || !DeviceSectorSize.TryCreate((uint)logical, out var size))
        {
            return new(BlockNodes.SectorSize, "a power of two of at least 512", Found(sectorSize));
        }

        ulong physical = physicalSectorSize.Or(logical);
        if (physicalSectorSize.IsMalformed || physical == 0 || physical > uint.MaxValue || physical % logical != 0)
        {
            return new(BlockNodes.PhysicalSectorSize, "a multiple of sector-size", Found(physicalSectorSize));
        }

        if (info.IsMalformed || info.Or(0) > uint.MaxValue)
        {
            return new(BlockNodes.Info, "a 32-bit number", Found(info));
        }

        medium = new(new SectorCount512(count), size, (uint)physical, (VdiskFlags)info.Or(0));
        return NegotiationFault.None;
    }

    private static ulong? Found(NodeNumber node) => node.TryGet(out ulong value) ? value : null;
}
