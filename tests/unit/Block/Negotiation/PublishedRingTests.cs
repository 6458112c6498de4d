using System.Text;
using Conformance.Model.Protocol.Block.Negotiation;

namespace Conformance.Tests.Unit.Block.Negotiation;

public class PublishedRingTests
{
    [Theory]
    [Trait("Clause", "NG-013")]
    [Trait("Clause", "NG-014")]
    [Trait("Clause", "NG-015")]
    [Trait("Clause", "NG-016")]
    [InlineData(null, null, null, 1, RingRefNaming.Single)]
    [InlineData("0", null, null, 1, RingRefNaming.NumberedOrSingle)]
    [InlineData("0", "1", "1", 1, RingRefNaming.NumberedOrSingle)]
    [InlineData("2", null, null, 4, RingRefNaming.Numbered)]
    [InlineData("4", "16", null, 16, RingRefNaming.Numbered)]
    [InlineData("2", null, "4", 4, RingRefNaming.Numbered)]
    [InlineData(null, "1", null, 1, RingRefNaming.Single)]
    [InlineData(null, "8", null, 8, RingRefNaming.Numbered)]
    [InlineData(null, "8", "8", 8, RingRefNaming.Numbered)]
    [InlineData(null, null, "1", 1, RingRefNaming.Single)]
    [InlineData(null, null, "7", 7, RingRefNaming.Seed2010)]
    public void OneScheme_DecidesCountAndNames(string? order, string? num, string? seed, int pages, RingRefNaming naming)
    {
        var fault = new PublishedRing(Node(order), Node(num), Node(seed)).Decide(16, out int decided, out var names);
        Assert.Equal(NegotiationFault.None, fault);
        Assert.Equal((pages, naming), (decided, names));
    }

    [Theory]
    [Trait("Clause", "NG-002")]
    [Trait("Clause", "NG-010")]
    [Trait("Clause", "NG-015")]
    [Trait("Clause", "NG-017")]
    [Trait("Clause", "NG-018")]
    [InlineData("5", null, null, "ring-page-order")]
    [InlineData("32", null, null, "ring-page-order")]
    [InlineData("4294967295", null, null, "ring-page-order")]
    [InlineData("2x", null, null, "ring-page-order")]
    [InlineData("", null, null, "ring-page-order")]
    [InlineData("2", "8", null, "num-ring-pages")]
    [InlineData("2", null, "8", "ring-pages")]
    [InlineData(null, "4", "8", "ring-pages")]
    [InlineData(null, "3", null, "num-ring-pages")]
    [InlineData(null, "0", null, "num-ring-pages")]
    [InlineData(null, "32", null, "num-ring-pages")]
    [InlineData(null, "-1", null, "num-ring-pages")]
    [InlineData(null, null, "0", "ring-pages")]
    [InlineData(null, null, "17", "ring-pages")]
    [InlineData(null, null, "one", "ring-pages")]
    public void RingThatCannotBeMapped_IsRefused(string? order, string? num, string? seed, string node)
    {
        var fault = new PublishedRing(Node(order), Node(num), Node(seed)).Decide(16, out int pages, out _);
        Assert.Equal(node, fault.Node);
        Assert.Equal(0, pages);
    }

    [Fact]
    [Trait("Clause", "NG-017")]
    public void BackEndsOwnMaximum_BoundsEveryScheme()
    {
        Assert.False(new PublishedRing(NodeNumber.Of(2), default, default).Decide(4, out _, out _).IsFault);
        Assert.True(new PublishedRing(NodeNumber.Of(3), default, default).Decide(4, out _, out _).IsFault);
        Assert.True(new PublishedRing(NodeNumber.Of(3), default, default).Decide(7, out _, out _).IsFault);
        Assert.True(new PublishedRing(default, NodeNumber.Of(8), default).Decide(4, out _, out _).IsFault);
        Assert.True(new PublishedRing(default, default, NodeNumber.Of(5)).Decide(4, out _, out _).IsFault);
    }

    [Theory]
    [Trait("Clause", "NG-017")]
    [InlineData(null, null, 4, 0)]
    [InlineData("3", null, 4, 3)]
    [InlineData(null, "8", 4, 3)]
    [InlineData("1", "8", 4, 3)]
    [InlineData("3", "2", 4, 3)]
    [InlineData("9", null, 4, 4)]
    [InlineData("3", null, 2, 2)]
    [InlineData(null, "7", 4, 2)]
    [InlineData(null, "0", 4, 0)]
    [InlineData("4294967295", "4294967295", 4, 4)]
    [InlineData("x", "y", 4, 0)]
    public void FrontEndsOrder_IsTheLargerOfferUpToItsOwn(string? order, string? pages, int own, int largest) =>
        Assert.Equal(largest, RingPageOrder.Largest(Node(order), Node(pages), own));

    [Fact]
    [Trait("Clause", "NG-018")]
    public void Order_IsBounded_BeforeAnythingIsShifted()
    {
        for (ulong order = 0; order < 200; order++)
        {
            bool isAllowed = RingPageOrder.TryToPages(order, 4, out int pages);
            Assert.Equal(order <= 4, isAllowed);
            Assert.Equal(order <= 4 ? (int)Math.Pow(2, order) : 0, pages);
        }

        Assert.False(RingPageOrder.TryToPages(ulong.MaxValue, 4, out _));
        Assert.False(RingPageOrder.TryToPages(1ul << 32, 4, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => RingPageOrder.TryToPages(0, 5, out _));
    }

    [Theory]
    [Trait("Clause", "NG-013")]
    [Trait("Clause", "NG-014")]
    [InlineData(RingRefNaming.Single, 0, "ring-ref")]
    [InlineData(RingRefNaming.NumberedOrSingle, 0, "ring-ref0")]
    [InlineData(RingRefNaming.Numbered, 0, "ring-ref0")]
    [InlineData(RingRefNaming.Numbered, 15, "ring-ref15")]
    [InlineData(RingRefNaming.Seed2010, 0, "ring-ref")]
    [InlineData(RingRefNaming.Seed2010, 1, "ring-ref1")]
    [InlineData(RingRefNaming.Seed2010, 112, "ring-ref112")]
    public void Name_FollowsItsScheme(RingRefNaming naming, int page, string name) => Assert.Equal(name, Name(naming, page));

    [Fact]
    [Trait("Clause", "NG-049")]
    public void Names_StayDistinct()
    {
        foreach (var naming in new[] { RingRefNaming.Numbered, RingRefNaming.Seed2010 })
        {
            Assert.Equal(1024, Enumerable.Range(0, 1024).Select(page => Name(naming, page)).Distinct().Count());
            Assert.EndsWith("2147483647", Name(naming, int.MaxValue), StringComparison.Ordinal);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => Name(RingRefNaming.Single, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => RingRefName.Write(RingRefNaming.Numbered, 0, new byte[19]));
    }

    private static string Name(RingRefNaming naming, int page)
    {
        byte[] name = new byte[RingRefName.LengthMax];
        return Encoding.ASCII.GetString(name, 0, RingRefName.Write(naming, page, name));
    }

    private static NodeNumber Node(string? text) => text is null ? NodeNumber.Absent : NodeNumber.Read(Encoding.ASCII.GetBytes(text));
}
