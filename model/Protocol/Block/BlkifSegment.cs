using System.Buffers.Binary;

namespace Conformance.Model.Protocol.Block;

/// <summary>
/// A run of sectors in one granted frame; 8 bytes in every ABI (BI-003). Both sectors are in units of 512 bytes within
/// the frame, and both ends belong to the run (BI-016). As read from a peer it may be anything.
/// </summary>
/// <param name="Grant">The frame.</param>
/// <param name="FirstSector">First sector, 0 to 7.</param>
/// <param name="LastSector">Last sector, from the first to 7.</param>
public readonly record struct BlkifSegment(GrantRef Grant, byte FirstSector, byte LastSector)
{
    /// <summary>Bytes of a segment.</summary>
    public const int Size = 8;

    private const int LastOfFrame = (BlkifLimits.FrameSize / Sector512.Size) - 1;

    /// <summary>Whether the run lies in its frame and is not empty (BI-016).</summary>
    public bool IsValid => FirstSector <= LastSector && LastSector <= LastOfFrame;

    /// <summary>Sectors of a valid run, 1 to 8; 0 of an invalid one.</summary>
    public SectorCount512 Sectors => new(IsValid ? (ulong)(LastSector - FirstSector + 1) : 0);

    /// <summary>Where a valid run starts in its frame, in bytes; 0 of an invalid one.</summary>
    public int Offset => IsValid ? FirstSector * Sector512.Size : 0;

    /// <summary>Bytes of a valid run, 512 to 4096; 0 of an invalid one.</summary>
    public int Length => IsValid ? (LastSector - FirstSector + 1) * Sector512.Size : 0;

    /// <summary>A valid run of so many bytes of a frame.</summary>
    /// <param name="grant">The frame.</param>
    /// <param name="offset">First byte, a multiple of 512 below 4096.</param>
    /// <param name="length">Bytes, a multiple of 512 above 0, inside the frame.</param>
    /// <exception cref="ArgumentException">No such run.</exception>
    public static BlkifSegment OfBytes(GrantRef grant, int offset, int length)
    {
        if (offset < 0 || length <= 0 || offset > BlkifLimits.FrameSize - length || (offset | length) % Sector512.Size != 0)
        {
            throw new ArgumentException($"expected whole sectors inside a frame, got {length} bytes from {offset}", nameof(length));
        }

        return new(grant, (byte)(offset / Sector512.Size), (byte)(((offset + length) / Sector512.Size) - 1));
    }

    /// <summary>
    /// The length of a transfer of these segments; false when one is invalid (BI-016) or not of whole device sectors
    /// (BI-018).
    /// </summary>
    public static bool TryMeasure(ReadOnlySpan<BlkifSegment> segments, DeviceSectorSize size, out SectorCount512 total)
    {
        ulong sectors = 0;
        bool isValid = true;
        foreach (var segment in segments)
        {
            isValid &= segment.IsValid && segment.Sectors.IsAligned(size) && new Sector512(segment.FirstSector).IsAligned(size);
            sectors += segment.Sectors.Value;
        }

        total = new SectorCount512(isValid ? sectors : 0);
        return isValid;
    }

    /// <summary>Reads the first 8 bytes.</summary>
    public static BlkifSegment Read(ReadOnlySpan<byte> source) =>
        new(new GrantRef(BinaryPrimitives.ReadUInt32LittleEndian(source)), source[4], source[5]);

    /// <summary>Writes the first 8 bytes, padding included.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, Grant.Value);
        destination[4] = FirstSector;
        destination[5] = LastSector;
        destination[6] = 0;
        destination[7] = 0;
    }

    /// <summary>Reads as many segments as <paramref name="segments"/> holds.</summary>
    public static void ReadAll(ReadOnlySpan<byte> source, Span<BlkifSegment> segments)
    {
        for (int i = 0; i < segments.Length; i++)
        {
            segments[i] = Read(source[(i * Size)..]);
        }
    }

    /// <summary>Writes all of <paramref name="segments"/>.</summary>
    public static void WriteAll(Span<byte> destination, ReadOnlySpan<BlkifSegment> segments)
    {
        for (int i = 0; i < segments.Length; i++)
        {
            segments[i].Write(destination[(i * Size)..]);
        }
    }
}
