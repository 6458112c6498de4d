using Conformance.Model.Judging;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Evidence;
using Conformance.Suite.StoreClient;

namespace Conformance.Tests.Unit.Suite.StoreClient;

public sealed class StoreClientWireRulesTests
{
    [Fact]
    [Trait("Clause", "XS-020")]
    public void NumberOfAnOutstandingRequest_UsedAgain_IsBlamed()
    {
        var breach = StoreClientWireRules.FindBreach([Request(0, XsMessageType.Read, 4), Request(1, XsMessageType.Write, 4)]);
        Assert.Equal(("XS-020", Blame.Client), (breach?.Clause.ToString(), breach?.Blame));
    }

    [Fact]
    [Trait("Clause", "XS-020")]
    public void NumberOfAnAnsweredRequest_UsedAgain_IsFine() => Assert.Null(StoreClientWireRules.FindBreach(
        [Request(0, XsMessageType.Read, 0), Reply(1, 0), Request(2, XsMessageType.Read, 0), Reply(3, 0)]));

    [Theory]
    [Trait("Clause", "XS-002")]
    [InlineData(XsMessageType.WatchEvent)]
    [InlineData(XsMessageType.Error)]
    [InlineData(XsMessageType.Restrict)]
    [InlineData(XsMessageType.Invalid)]
    [InlineData((XsMessageType)99)]
    public void TypeThatNoClientMaySend_IsBlamed(XsMessageType type) =>
        Assert.Equal("XS-002", StoreClientWireRules.FindBreach([Request(0, type, 1)])?.Clause.ToString());

    private static WireRecord Request(int time, XsMessageType type, uint id) =>
        new(time, "store/1", WireDirection.Received, new XsHeader(type, id, 0, 0), default, "");

    private static WireRecord Reply(int time, uint id) =>
        new(time, "store/1", WireDirection.Sent, new XsHeader(XsMessageType.Read, id, 0, 0), default, "");
}
