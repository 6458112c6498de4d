using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Fibers;

namespace Conformance.Tests.Unit.Block.Storage;

public sealed class MediumTests
{
    private const int Sector = 512;

    [Fact]
    public void Memory_KeepsWhatIsWritten_AcrossItsPieces()
    {
        var medium = new MemoryMedium("m", SectorCount512.FromBytes(3 << 20));
        var bytes = Enumerable.Range(0, 8192).Select(i => (byte)(i * 7)).ToArray();
        long position = (1 << 20) - 4096;
        Assert.Equal(StorageStatus.Ok, medium.Write(position, bytes));
        var found = new byte[8192];
        Assert.Equal(StorageStatus.Ok, medium.Read(position, found));
        Assert.Equal(bytes, found);
        Assert.Equal(StorageStatus.Ok, medium.Discard(position + 4096, 1 << 20));
        medium.Read(position, found);
        Assert.Equal(bytes[..4096], found[..4096]);
        Assert.All(found[4096..], value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData(-1, 512)]
    [InlineData(4096, 512)]
    [InlineData(3584, 1024)]
    [InlineData(long.MaxValue, 512)]
    [Trait("Clause", "BB-007")]
    public void Memory_RefusesWhatLiesOutside(long position, int length)
    {
        var medium = new MemoryMedium("m", new SectorCount512(8));
        Assert.Equal(StorageStatus.Error, medium.Read(position, new byte[length]));
        Assert.Equal(StorageStatus.Error, medium.Write(position, new byte[length]));
        Assert.Equal(StorageStatus.Error, medium.Discard(position, length));
    }

    [Fact]
    public void Memory_ThatShrinksAndGrows_HasZeroesAtItsEnd()
    {
        var medium = new MemoryMedium("m", new SectorCount512(8));
        medium.Write(0, Enumerable.Repeat((byte)9, 4096).ToArray());
        medium.Resize(new SectorCount512(4));
        Assert.Equal(StorageStatus.Error, medium.Read(2048, new byte[512]));
        medium.Resize(new SectorCount512(8));
        var found = new byte[4096];
        Assert.Equal(StorageStatus.Ok, medium.Read(0, found));
        Assert.Equal([9, 0], new[] { found[2047], found[2048] });
    }

    [Fact]
    [Trait("Clause", "BI-023")]
    public void VolatileCache_LosesUnflushedSectorsOneByOne_AndTearsNone()
    {
        var outcomes = new HashSet<string>();
        for (ulong seed = 1; seed <= 200; seed++)
        {
            var disk = new VolatileCacheMedium("cached", new SectorCount512(4));
            disk.Write(0, Filled(1, 4));
            disk.Flush();
            disk.Write(0, Filled(2, 2));
            disk.Write(0, Filled(3, 1));
            Assert.Equal(2, disk.Unflushed);
            disk.LosePower(new SeededChoices(seed));
            var found = new byte[4 * Sector];
            disk.Read(0, found);
            foreach (var sector in found.Chunk(Sector))
            {
                Assert.All(sector, value => Assert.Equal(sector[0], value));
            }

            outcomes.Add(string.Concat(found.Chunk(Sector).Select(sector => sector[0])));
        }

        Assert.Equal(["1111", "1211", "2111", "2211", "3111", "3211"], outcomes.Order());
    }

    [Fact]
    [Trait("Clause", "BI-023")]
    public void VolatileCache_KeepsWhatWasFlushed()
    {
        var disk = new VolatileCacheMedium("cached", new SectorCount512(4));
        disk.Write(0, Filled(5, 4));
        disk.Flush();
        disk.LosePower(new SeededChoices(1));
        var found = new byte[4 * Sector];
        disk.Read(0, found);
        Assert.Equal(Filled(5, 4), found);
    }

    private static byte[] Filled(byte value, int sectors) => Enumerable.Repeat(value, sectors * Sector).ToArray();
}
