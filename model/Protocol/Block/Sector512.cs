using System.Globalization;

namespace Conformance.Model.Protocol.Block;

/// <summary>
/// A position on a disk in sectors of 512 bytes, which is the unit of every field of blkif whatever the disk's
/// sector-size is (BI-017). The number may be a peer's, so no operation on it can overflow unseen.
/// </summary>
public readonly record struct Sector512(ulong Value)
{
    /// <summary>Bytes of the unit.</summary>
    public const int Size = 512;

    /// <summary>The position in bytes; false when it does not fit in a file position.</summary>
    public bool TryToBytes(out long bytes)
    {
        bool fits = Value <= long.MaxValue / Size;
        bytes = fits ? (long)Value * Size : 0;
        return fits;
    }

    /// <summary>Whether so many sectors from here lie on a medium of <paramref name="medium"/> sectors.</summary>
    public bool IsInside(SectorCount512 count, SectorCount512 medium) =>
        Value <= medium.Value && count.Value <= medium.Value - Value;

    /// <summary>Whether this is the start of a device sector (BI-018).</summary>
    public bool IsAligned(DeviceSectorSize size) => (Value & (size.Units - 1)) == 0;

    /// <summary>The position so many sectors on.</summary>
    /// <exception cref="OverflowException">It would pass 2^64: the caller did not check the range.</exception>
    public static Sector512 operator +(Sector512 start, SectorCount512 count) => new(checked(start.Value + count.Value));

    /// <inheritdoc cref="op_Addition"/>
    public static Sector512 Add(Sector512 start, SectorCount512 count) => start + count;

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
