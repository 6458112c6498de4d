using System.Globalization;
using System.Numerics;

namespace Conformance.Model.Protocol.Block;

/// <summary>
/// The logical sector of a disk, in bytes: a power of two of at least 512 (NG-033). It rules alignment and length, and
/// is the unit of no field (BI-017). The default is 512.
/// </summary>
public readonly record struct DeviceSectorSize
{
    private readonly byte shift;

    private DeviceSectorSize(byte shift) => this.shift = shift;

    /// <summary>512 bytes.</summary>
    public static readonly DeviceSectorSize Bytes512;

    /// <summary>4096 bytes.</summary>
    public static readonly DeviceSectorSize Bytes4096 = new(3);

    /// <summary>Bytes of a device sector.</summary>
    public uint Bytes => (uint)Sector512.Size << shift;

    /// <summary>Sectors of 512 bytes in a device sector.</summary>
    public uint Units => 1u << shift;

    /// <summary>Takes a power of two of at least 512, nothing else.</summary>
    public static bool TryCreate(uint bytes, out DeviceSectorSize size)
    {
        bool isSize = bytes >= Sector512.Size && BitOperations.IsPow2(bytes);
        size = isSize ? new DeviceSectorSize((byte)BitOperations.Log2(bytes / Sector512.Size)) : default;
        return isSize;
    }

    /// <inheritdoc/>
    public override string ToString() => Bytes.ToString(CultureInfo.InvariantCulture);
}
