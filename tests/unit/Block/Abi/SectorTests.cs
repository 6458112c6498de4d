using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;

namespace Conformance.Tests.Unit.Block.Abi;

public class SectorTests
{
    [Fact]
    [Trait("Clause", "BI-016")]
    public void Segment_IsValid_ExactlyInsideItsFrame()
    {
        for (int pair = 0; pair <= ushort.MaxValue; pair++)
        {
            (byte first, byte last) = ((byte)(pair >> 8), (byte)pair);
            BlkifSegment segment = new(default, first, last);
            bool isValid = first <= last && last <= 7;
            Assert.Equal(isValid, segment.IsValid);
            Assert.Equal(isValid ? 512 * (last - first + 1) : 0, segment.Length);
            Assert.Equal((ulong)segment.Length, segment.Sectors.Value * 512);
            Assert.True(segment.Offset + segment.Length <= 4096, $"{first} to {last} leaves the frame");
            Assert.True(!isValid || BlkifSegment.OfBytes(default, segment.Offset, segment.Length) == segment, $"{first} to {last} is made otherwise");
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 4608)]
    [InlineData(512, 4096)]
    [InlineData(100, 512)]
    [InlineData(0, 100)]
    [InlineData(-512, 512)]
    [InlineData(4096, 512)]
    public void Segment_OfBytesOutsideTheFrame_IsTheCallersError(int offset, int length) =>
        Assert.Throws<ArgumentException>(() => BlkifSegment.OfBytes(default, offset, length));

    [Fact]
    [Trait("Clause", "BI-018")]
    public void Segments_AreMeasured_WhenAllAreValidAndAligned()
    {
        BlkifSegment whole = new(default, 0, 7);
        BlkifSegment half = new(default, 4, 7);
        Assert.True(BlkifSegment.TryMeasure([whole, half], DeviceSectorSize.Bytes512, out var total));
        Assert.Equal(new SectorCount512(12), total);
        Assert.False(BlkifSegment.TryMeasure([whole, half], DeviceSectorSize.Bytes4096, out total));
        Assert.Equal(SectorCount512.Zero, total);
        Assert.True(DeviceSectorSize.TryCreate(1024, out var kilobyte));
        Assert.False(BlkifSegment.TryMeasure([new(default, 1, 2)], kilobyte, out _));
        Assert.False(BlkifSegment.TryMeasure([whole, new(default, 5, 4)], DeviceSectorSize.Bytes512, out _));
        Assert.True(BlkifSegment.TryMeasure([], DeviceSectorSize.Bytes4096, out total));
        Assert.Equal(SectorCount512.Zero, total);
    }

    [Theory]
    [Trait("Clause", "BI-017")]
    [Trait("Clause", "NG-035")]
    [InlineData(0, true, 0)]
    [InlineData(4294967296, true, 2199023255552)]
    [InlineData(18014398509481983, true, 9223372036854775296)]
    [InlineData(18014398509481984, false, 0)]
    [InlineData(ulong.MaxValue, false, 0)]
    public void Bytes_AreCountedIn64Bits(ulong sectors, bool fits, long bytes)
    {
        Assert.Equal(fits, new Sector512(sectors).TryToBytes(out long position));
        Assert.Equal(bytes, position);
        Assert.Equal(fits, new SectorCount512(sectors).TryToBytes(out long length));
        Assert.Equal(bytes, length);
    }

    [Theory]
    [InlineData(0, 10, 10, true)]
    [InlineData(10, 0, 10, true)]
    [InlineData(10, 1, 10, false)]
    [InlineData(11, 0, 10, false)]
    [InlineData(ulong.MaxValue, 2, 10, false)]
    [InlineData(1, ulong.MaxValue, 10, false)]
    [InlineData(5, 5, 10, true)]
    [InlineData(5, 6, 10, false)]
    public void Range_IsInside_WithoutOverflow(ulong start, ulong count, ulong medium, bool isInside) =>
        Assert.Equal(isInside, new Sector512(start).IsInside(new SectorCount512(count), new SectorCount512(medium)));

    [Fact]
    public void Sum_ThatPassesTheLastSector_Throws()
    {
        Assert.Throws<OverflowException>(() => new Sector512(ulong.MaxValue) + new SectorCount512(1));
        Assert.Throws<OverflowException>(() => new SectorCount512(ulong.MaxValue) + new SectorCount512(1));
        Assert.Equal(new Sector512(9), new Sector512(4) + new SectorCount512(5));
        Assert.Equal(new SectorCount512(7), SectorCount512.FromBytes(4095));
    }

    [Fact]
    [Trait("Clause", "NG-033")]
    public void DeviceSectorSize_IsAPowerOfTwoFrom512()
    {
        var taken = Enumerable.Range(0, 1 << 16).Where(bytes => DeviceSectorSize.TryCreate((uint)bytes, out _));
        Assert.Equal([512, 1024, 2048, 4096, 8192, 16384, 32768], taken);
        Assert.True(DeviceSectorSize.TryCreate(1u << 31, out var largest));
        Assert.Equal(1u << 31, largest.Bytes);
        Assert.Equal(512u, default(DeviceSectorSize).Bytes);
        Assert.Equal(8u, DeviceSectorSize.Bytes4096.Units);
        Assert.True(new Sector512(16).IsAligned(DeviceSectorSize.Bytes4096));
        Assert.False(new Sector512(12).IsAligned(DeviceSectorSize.Bytes4096));
    }

    [Fact]
    [Trait("Clause", "GT-016")]
    [Trait("Clause", "NG-002")]
    public void GrantAndPort_HaveOneSentinelEach()
    {
        Assert.Equal(uint.MaxValue, GrantRef.Invalid.Value);
        Assert.True(new GrantRef(0).IsValid);
        Assert.True(GrantRef.TryParse("4294967294"u8, out var grant) && grant.Value == 4294967294);
        Assert.False(GrantRef.TryParse("4294967295"u8, out grant));
        Assert.Equal(GrantRef.Invalid, grant);
        Assert.True(PortNumber.TryParse("4294967295"u8, out _));
        Assert.False(PortNumber.TryParse("0"u8, out var port) || port.IsValid);
        Assert.False(PortNumber.TryParse("-1"u8, out _));
    }
}
