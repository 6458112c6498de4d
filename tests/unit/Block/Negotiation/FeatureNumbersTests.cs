using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Block.Negotiation;

namespace Conformance.Tests.Unit.Block.Negotiation;

public class FeatureNumbersTests
{
    [Theory]
    [Trait("Clause", "NG-029")]
    [InlineData(0, 256, 0)]
    [InlineData(11, 256, 0)]
    [InlineData(12, 256, 12)]
    [InlineData(256, 256, 256)]
    [InlineData(256, 32, 32)]
    [InlineData(256, 11, 0)]
    [InlineData(5000, 9999, 4096)]
    [InlineData(uint.MaxValue, 4096, 4096)]
    [InlineData(256, -1, 0)]
    public void IndirectSegments_AreTheLeastOfThree_OrNone(uint offered, int own, int effective)
    {
        Assert.Equal(effective, IndirectSegments.Effective(NodeNumber.Of(offered), own));
        Assert.Equal(0, IndirectSegments.Effective(NodeNumber.Absent, own));
        Assert.Equal(0, IndirectSegments.Effective(NodeNumber.Read("12 "u8), own));
    }

    [Theory]
    [Trait("Clause", "NG-030")]
    [InlineData(0, 256, false)]
    [InlineData(1, 256, true)]
    [InlineData(256, 256, true)]
    [InlineData(257, 256, false)]
    [InlineData(4097, 9999, false)]
    [InlineData(1, 0, false)]
    public void IndirectRequest_AboveTheOffer_IsRefused(ushort segments, int offered, bool isAllowed) =>
        Assert.Equal(isAllowed, IndirectSegments.IsAllowed(segments, offered));

    [Theory]
    [Trait("Clause", "NG-010")]
    [Trait("Clause", "NG-032")]
    [InlineData("1", true)]
    [InlineData("4", true)]
    [InlineData("0", false)]
    [InlineData("5", false)]
    [InlineData("4294967295", false)]
    [InlineData("", false)]
    public void Queues_AreFromOneToTheOffer(string requested, bool isTaken)
    {
        var fault = QueueCount.AtBack(NodeNumber.Read(System.Text.Encoding.ASCII.GetBytes(requested)), 4, out int queues);
        Assert.Equal(isTaken, !fault.IsFault);
        Assert.Equal(isTaken ? requested : "0", $"{queues}");
    }

    [Fact]
    [Trait("Clause", "NG-032")]
    public void Queues_AreOne_WithoutTheNode()
    {
        Assert.False(QueueCount.AtBack(NodeNumber.Absent, 4, out int queues).IsFault);
        Assert.Equal(1, queues);
        Assert.Equal(1, QueueCount.AtFront(NodeNumber.Absent, 8));
        Assert.Equal(4, QueueCount.AtFront(NodeNumber.Of(4), 8));
        Assert.Equal(8, QueueCount.AtFront(NodeNumber.Of(uint.MaxValue), 8));
        Assert.Equal(1, QueueCount.AtFront(NodeNumber.Of(0), 8));
    }

    [Fact]
    [Trait("Clause", "NG-033")]
    [Trait("Clause", "NG-034")]
    [Trait("Clause", "NG-035")]
    public void Medium_IsReadWithItsDefaults()
    {
        Assert.Equal(NegotiationFault.None, MediumInfo.Read(NodeNumber.Of(1ul << 40), default, default, default, out var medium));
        Assert.Equal(new MediumInfo(new SectorCount512(1ul << 40), DeviceSectorSize.Bytes512, 512, VdiskFlags.None), medium);
        Assert.Equal(NegotiationFault.None, MediumInfo.Read(NodeNumber.Of(8), NodeNumber.Of(4096), default, NodeNumber.Of(5), out medium));
        Assert.Equal(new MediumInfo(new SectorCount512(8), DeviceSectorSize.Bytes4096, 4096, VdiskFlags.CdRom | VdiskFlags.ReadOnly), medium);
        Assert.Equal(NegotiationFault.None, MediumInfo.Read(NodeNumber.Of(8), NodeNumber.Of(512), NodeNumber.Of(4096), NodeNumber.Of(0), out medium));
        Assert.Equal(4096u, medium.PhysicalSectorBytes);
    }

    [Theory]
    [Trait("Clause", "NG-033")]
    [Trait("Clause", "NG-034")]
    [Trait("Clause", "NG-050")]
    [InlineData(0, null)]
    [InlineData(1, "sector-size")]
    [InlineData(256, "sector-size")]
    [InlineData(511, "sector-size")]
    [InlineData(512, null)]
    [InlineData(513, "sector-size")]
    [InlineData(1536, "sector-size")]
    [InlineData(2048, null)]
    [InlineData(4294966784, "sector-size")]
    public void SectorSize_IsAPowerOfTwo_OrFatal(uint bytes, string? node)
    {
        var sectorSize = bytes == 0 ? NodeNumber.Absent : NodeNumber.Of(bytes);
        Assert.Equal(node ?? "", MediumInfo.Read(NodeNumber.Of(8), sectorSize, default, default, out _).Node);
    }

    [Fact]
    [Trait("Clause", "NG-034")]
    [Trait("Clause", "NG-035")]
    [Trait("Clause", "NG-050")]
    public void Medium_ThatMakesNoSense_IsFatal()
    {
        Assert.Equal("sectors", MediumInfo.Read(default, default, default, default, out _).Node);
        Assert.Equal("sectors", MediumInfo.Read(NodeNumber.Read("8 "u8), default, default, default, out _).Node);
        Assert.Equal("sectors", MediumInfo.Read(NodeNumber.Of(1ul << 54), default, default, default, out _).Node);
        Assert.Equal("sector-size", MediumInfo.Read(NodeNumber.Of(8), NodeNumber.Of(0), default, default, out _).Node);
        Assert.Equal("physical-sector-size", MediumInfo.Read(NodeNumber.Of(8), NodeNumber.Of(4096), NodeNumber.Of(512), default, out _).Node);
        Assert.Equal("physical-sector-size", MediumInfo.Read(NodeNumber.Of(8), default, NodeNumber.Of(0), default, out _).Node);
        Assert.Equal("info", MediumInfo.Read(NodeNumber.Of(8), default, default, NodeNumber.Read("ro"u8), out _).Node);
        Assert.Equal(
            "expected sector-size to be a power of two of at least 512, got no number",
            MediumInfo.Read(NodeNumber.Of(8), NodeNumber.Read("big"u8), default, default, out _).ToString());
    }

    [Theory]
    [Trait("Clause", "NG-027")]
    [InlineData(null, null, true, 4096, 0)]
    [InlineData("65536", "4096", true, 65536, 4096)]
    [InlineData("0", null, false, 0, 0)]
    [InlineData("6144", null, false, 0, 0)]
    [InlineData("8192", "8192", false, 0, 0)]
    [InlineData("8192", "100", false, 0, 0)]
    [InlineData("big", null, false, 0, 0)]
    [InlineData("8192", "-1", false, 0, 0)]
    public void Discard_NeedsSaneExtents(string? granularity, string? alignment, bool isSane, uint bytes, uint offset)
    {
        static NodeNumber Node(string? text) => text is null ? default : NodeNumber.Read(System.Text.Encoding.ASCII.GetBytes(text));
        Assert.Equal(isSane, DiscardGeometry.TryRead(Node(granularity), Node(alignment), DeviceSectorSize.Bytes4096, out var geometry));
        Assert.Equal(new DiscardGeometry(bytes, offset), geometry);
    }
}
