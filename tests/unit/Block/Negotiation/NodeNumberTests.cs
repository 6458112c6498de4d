using System.Text;
using Conformance.Model.Protocol.Block.Negotiation;

namespace Conformance.Tests.Unit.Block.Negotiation;

public class NodeNumberTests
{
    [Theory]
    [Trait("Clause", "NG-001")]
    [Trait("Clause", "NG-002")]
    [InlineData("0", 0)]
    [InlineData("7", 7)]
    [InlineData("007", 7)]
    [InlineData("4294967295", 4294967295)]
    public void Digits_AreANumber(string text, ulong value)
    {
        var node = NodeNumber.Read(Encoding.ASCII.GetBytes(text));
        Assert.True(node.TryGet(out ulong number));
        Assert.Equal(value, number);
        Assert.Equal(value, node.Or(99));
        Assert.False(node.IsAbsent || node.IsMalformed);
    }

    [Theory]
    [Trait("Clause", "NG-001")]
    [Trait("Clause", "NG-002")]
    [InlineData("")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1\0")]
    [InlineData("1\n")]
    [InlineData("0x10")]
    [InlineData("16k")]
    [InlineData("1.0")]
    [InlineData("4294967296")]
    [InlineData("18446744073709551616")]
    [InlineData("99999999999999999999999999")]
    public void AnythingElse_IsMalformed_AndNeverItsFirstDigits(string text)
    {
        var node = NodeNumber.Read(Encoding.ASCII.GetBytes(text));
        Assert.True(node.IsMalformed);
        Assert.False(node.TryGet(out _));
        Assert.Equal(99ul, node.Or(99));
        Assert.False(node.IsEnabled);
    }

    [Theory]
    [Trait("Clause", "NG-023")]
    [InlineData("1", true)]
    [InlineData("2", true)]
    [InlineData("0", false)]
    [InlineData("00", false)]
    [InlineData("", false)]
    [InlineData("yes", false)]
    public void Feature_IsEnabled_OnlyByANumberOtherThanZero(string text, bool isEnabled) =>
        Assert.Equal(isEnabled, NodeNumber.Read(Encoding.ASCII.GetBytes(text)).IsEnabled);

    [Fact]
    [Trait("Clause", "NG-001")]
    public void AbsentNode_IsTheDefault_AndReadsAsTheDocumentedOne()
    {
        Assert.Equal(default, NodeNumber.Absent);
        Assert.True(NodeNumber.Absent.IsAbsent);
        Assert.False(NodeNumber.Absent.IsEnabled);
        Assert.Equal(32ul, NodeNumber.Absent.Or(32));
        Assert.NotEqual(NodeNumber.Absent, NodeNumber.Of(0));
    }
}
