using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Rings;

namespace Conformance.Tests.Unit.Block.Abi;

public class BlkifRingTests
{
    public static TheoryData<BlkifAbi> Abis => [BlkifAbi.X64, BlkifAbi.X86, BlkifAbi.Arm];

    [Theory]
    [Trait("Clause", "RG-004")]
    [InlineData(1, 32)]
    [InlineData(2, 64)]
    [InlineData(4, 128)]
    [InlineData(8, 256)]
    [InlineData(16, 512)]
    public void PowersOfTwo_GiveTheSameEntriesInEveryAbi(int pages, uint entries) =>
        Assert.All(Enum.GetValues<BlkifAbi>(), abi => Assert.Equal(entries, BlkifRing.Entries(pages, abi)));

    [Theory]
    [Trait("Clause", "RG-005")]
    [InlineData(7, 128, 256)]
    [InlineData(14, 256, 512)]
    [InlineData(28, 512, 1024)]
    public void OtherCounts_GiveMoreToTheNarrowAbi(int pages, uint wide, uint narrow)
    {
        Assert.Equal(wide, BlkifRing.Entries(pages, BlkifAbi.X64));
        Assert.Equal(narrow, BlkifRing.Entries(pages, BlkifAbi.X86));
    }

    [Theory]
    [MemberData(nameof(Abis))]
    [Trait("Clause", "RG-003")]
    public void Entries_AreTheLargestPowerOfTwoThatFits(BlkifAbi abi)
    {
        int size = BlkifRing.EntrySize(abi);
        for (int pages = 1; pages <= SharedRing.PagesMax; pages++)
        {
            long entries = BlkifRing.Entries(pages, abi);
            long room = (pages * 4096L) - 64;
            Assert.Equal(0, entries & (entries - 1));
            Assert.True(entries * size <= room && 2 * entries * size > room, $"{entries} entries in {pages} pages");
        }
    }

    [Theory]
    [MemberData(nameof(Abis))]
    [Trait("Clause", "RG-031")]
    public void PagesFor_IsTheFewestThatHoldThem(BlkifAbi abi)
    {
        for (uint entries = 1; entries <= BlkifRing.Entries(SharedRing.PagesMax, abi); entries += 1 + (entries / 64))
        {
            int pages = BlkifRing.PagesFor(entries, abi);
            Assert.True(BlkifRing.Entries(pages, abi) >= entries, $"{entries} entries do not fit in {pages} pages");
            Assert.True(pages == 1 || BlkifRing.Entries(pages - 1, abi) < entries, $"{entries} entries fit in {pages - 1} pages");
        }
    }

    [Fact]
    [Trait("Clause", "RG-031")]
    public void SeedPagesFor_RoundsDownFirst_SoTheRingIsTooSmall()
    {
        Assert.Equal(15, BlkifRing.SeedPagesFor(768, BlkifAbi.X64));
        Assert.Equal(512u, BlkifRing.Entries(15, BlkifAbi.X64));
        Assert.Equal(29, BlkifRing.PagesFor(768, BlkifAbi.X64));
        foreach (uint exact in new uint[] { 1, 32, 64, 512 })
        {
            Assert.Equal(BlkifRing.PagesFor(exact, BlkifAbi.X64), BlkifRing.SeedPagesFor(exact, BlkifAbi.X64));
        }
    }

    [Theory]
    [Trait("Clause", "BI-029")]
    [InlineData(BlkifAbi.X64, 14)]
    [InlineData(BlkifAbi.Arm, 14)]
    [InlineData(BlkifAbi.X86, 13)]
    public void EntriesFor_IsTheFewestThatHoldTheSegments(BlkifAbi abi, int perEntry)
    {
        for (int segments = 0; segments <= 255; segments++)
        {
            int entries = BlkifRing.EntriesFor((byte)segments, abi);
            Assert.True(entries >= 1 && 11 + ((entries - 1) * perEntry) >= segments, $"{segments} segments in {entries} entries");
            Assert.True(entries == 1 || 11 + ((entries - 2) * perEntry) < segments, $"{segments} segments fit in {entries - 1} entries");
        }
    }

    [Theory]
    [Trait("Clause", "BI-029")]
    [InlineData(0, 1)]
    [InlineData(11, 1)]
    [InlineData(12, 2)]
    [InlineData(25, 2)]
    [InlineData(26, 3)]
    [InlineData(33, 3)]
    [InlineData(39, 3)]
    [InlineData(40, 4)]
    [InlineData(255, 19)]
    public void EntriesFor_IsTheHeadersMacro(byte segments, int entries) =>
        Assert.Equal(entries, BlkifRing.EntriesFor(segments, BlkifAbi.X64));

    [Fact]
    [Trait("Clause", "BI-032")]
    public void SegmentConstants_AreTwo()
    {
        Assert.Equal(11, BlkifLimits.SegmentsInHeaderEntry);
        Assert.Equal(255, BlkifLimits.SegmentsOf2010Request);
        Assert.DoesNotContain(typeof(BlkifLimits).GetFields(), field => field.Name.Contains("PerRequest", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    [Trait("Clause", "NG-012")]
    public void Capacity_IsWholeRequests()
    {
        Assert.Equal(32u, BlkifRing.Capacity(1, 11, BlkifAbi.X64));
        Assert.Equal(1u, BlkifRing.Capacity(1, 255, BlkifAbi.X64));
        Assert.Equal(170u, BlkifRing.Capacity(16, 33, BlkifAbi.X64));
    }

    [Theory]
    [Trait("Clause", "BI-025")]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(512, 1)]
    [InlineData(513, 2)]
    [InlineData(4096, 8)]
    [InlineData(65535, 128)]
    public void IndirectPages_AreRoundedUp(ushort segments, int pages) => Assert.Equal(pages, BlkifRing.IndirectPagesFor(segments));

    [Fact]
    [Trait("Clause", "RG-006")]
    public void EntryOffset_FollowsTheIndexModuloTheEntries_AcrossPages()
    {
        Assert.Equal(64, SharedRing.EntryOffset(0, 64, 112));
        Assert.Equal(4060, SharedRing.EntryOffset(64 + 37, 64, 108));
        Assert.Equal(4168, SharedRing.EntryOffset(38, 64, 108));
        Assert.Equal(64 + (63 * 112), SharedRing.EntryOffset(uint.MaxValue, 64, 112));
    }
}
