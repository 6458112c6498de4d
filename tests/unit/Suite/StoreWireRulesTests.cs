using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Evidence;
using Conformance.Suite.Store;
using Conformance.Suite.Store.Sessions;

namespace Conformance.Tests.Unit.Suite;

public sealed class StoreWireRulesTests
{
    private readonly WireLog log = new();

    [Fact]
    [Trait("Clause", "XS-012")]
    public void AReplyOf4097Bytes_BreaksXS012()
    {
        Ask(XsMessageType.Read, 1);
        log.Add("dom0/1", WireDirection.Received, new XsHeader(XsMessageType.Read, 1, 0, 4097), new byte[4097]);
        AssertBreach("XS-012");
    }

    [Theory]
    [Trait("Clause", "XS-017")]
    [InlineData("EQUOTA\0")]
    [InlineData("ENOENT")]
    [InlineData("ENOENT\0x")]
    [InlineData("")]
    public void AnErrorThatIsNoKnownName_BreaksXS017(string payload)
    {
        Ask(XsMessageType.Read, 1);
        Answer(XsMessageType.Error, 1, payload);
        AssertBreach("XS-017");
    }

    [Theory]
    [Trait("Clause", "XS-073")]
    [InlineData("/a\0token\0", 1, 0)]
    [InlineData("/a\0token\0", 0, 1)]
    [InlineData("/a\0token", 0, 0)]
    [InlineData("/a\0", 0, 0)]
    [InlineData("/a\0token\0more\0", 0, 0)]
    public void AnEventThatIsNotTwoStringsWithZeroIds_BreaksXS073(string payload, uint request, uint transaction)
    {
        log.Add("dom0/1", WireDirection.Received,
            new XsHeader(XsMessageType.WatchEvent, request, transaction, (uint)payload.Length), StorePayload.Raw(payload));
        AssertBreach("XS-073");
    }

    [Fact]
    [Trait("Clause", "XS-019")]
    public void ASuccessWithoutABody_ThatIsNotOK_BreaksXS019()
    {
        Ask(XsMessageType.Write, 1);
        Answer(XsMessageType.Write, 1, "OK");
        AssertBreach("XS-019");
    }

    [Theory]
    [Trait("Clause", "XS-016")]
    [InlineData(XsMessageType.Read, 2)]
    [InlineData(XsMessageType.Directory, 1)]
    public void AReplyThatNobodyAwaits_BreaksXS016(XsMessageType type, uint request)
    {
        Ask(XsMessageType.Read, 1);
        Answer(type, request, "");
        AssertBreach("XS-016");
    }

    [Fact]
    [Trait("Clause", "XS-016")]
    public void ASecondReply_BreaksXS016()
    {
        Ask(XsMessageType.Read, 1);
        Answer(XsMessageType.Read, 1, "");
        Answer(XsMessageType.Read, 1, "");
        AssertBreach("XS-016");
    }

    [Fact]
    public void AfterBytesThatAreNoMessage_NobodyCanSayWhichReplyIsAwaited()
    {
        log.Add("dom0/1", WireDirection.Sent, null, [1, 2, 3], "half a header");
        Answer(XsMessageType.Read, 9, "");
        Assert.Null(StoreWireRules.FindBreach(log.Snapshot()));
    }

    [Fact]
    public void AnExchangeThatKeepsTheRules_HasNoBreach()
    {
        Ask(XsMessageType.Watch, 1);
        Ask(XsMessageType.Read, 2);
        Answer(XsMessageType.WatchEvent, 0, "/a\0token\0");
        Answer(XsMessageType.Error, 2, "ENOENT\0");
        Answer(XsMessageType.Watch, 1, "OK\0");
        log.Note("dom0/1", "something else");
        Assert.Null(StoreWireRules.FindBreach(log.Snapshot()));
    }

    private void Ask(XsMessageType type, uint request) =>
        log.Add("dom0/1", WireDirection.Sent, new XsHeader(type, request, 0, 3), "/a\0"u8);

    private void Answer(XsMessageType type, uint request, string payload) =>
        log.Add("dom0/1", WireDirection.Received, new XsHeader(type, request, 0, (uint)payload.Length), StorePayload.Raw(payload));

    private void AssertBreach(string clause) => Assert.Equal(clause, $"{StoreWireRules.FindBreach(log.Snapshot())?.Clause}");
}
