using System.Globalization;

namespace Conformance.Model.Protocol.Block;

/// <summary>A number of sectors of 512 bytes (BI-017): the size of a medium (<c>sectors</c>), or the length of a transfer.</summary>
public readonly record struct SectorCount512(ulong Value)
{
    /// <summary>No sector.</summary>
    public static readonly SectorCount512 Zero = new(0);

    /// <summary>The number in bytes; false when it does not fit in a file length (NG-035).</summary>
    public bool TryToBytes(out long bytes) => new Sector512(Value).TryToBytes(out bytes);

    /// <summary>Whole sectors in so many bytes; a rest is cut off.</summary>
    /// <param name="bytes">0 or more.</param>
    public static SectorCount512 FromBytes(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        return new((ulong)bytes / Sector512.Size);
    }

    /// <summary>Whether this is a whole number of device sectors (BI-018).</summary>
    public bool IsAligned(DeviceSectorSize size) => (Value & (size.Units - 1)) == 0;

    /// <summary>The sum.</summary>
    /// <exception cref="OverflowException">It would pass 2^64.</exception>
    public static SectorCount512 operator +(SectorCount512 left, SectorCount512 right) => new(checked(left.Value + right.Value));

    /// <inheritdoc cref="op_Addition"/>
    public static SectorCount512 Add(SectorCount512 left, SectorCount512 right) => left + right;

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
