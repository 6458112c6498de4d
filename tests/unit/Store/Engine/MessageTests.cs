using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Engine;

namespace Conformance.Tests.Unit.Store.Engine;

public class MessageTests
{
    [Theory]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(20)]
    [InlineData(27)]
    [InlineData(65535)]
    [InlineData(uint.MaxValue)]
    [Trait("Clause", "XS-022")]
    public void UnknownType_IsENOSYS(uint type)
    {
        using var store = new Store();
        Assert.Equal("ENOSYS", store.Control.Ask((XsMessageType)type, "/\0"));
        Assert.Equal("ENOSYS", store.Guest(5).Ask((XsMessageType)type, "/\0", tx: 77));
    }

    [Theory]
    [InlineData(XsMessageType.Control, "check\0")]
    [InlineData(XsMessageType.Introduce, "6\0" + "1\0" + "1\0")]
    [InlineData(XsMessageType.Release, "5\0")]
    [InlineData(XsMessageType.IsDomainIntroduced, "5\0")]
    [InlineData(XsMessageType.Resume, "5\0")]
    [InlineData(XsMessageType.SetTarget, "5\0" + "6\0")]
    [InlineData(XsMessageType.SetFeature, "6\0" + "1\0")]
    [InlineData(XsMessageType.GetFeature, "5\0")]
    [InlineData(XsMessageType.GetQuota, "nodes\0")]
    [InlineData(XsMessageType.SetQuota, "nodes\0" + "1\0")]
    [Trait("Clause", "XS-023")]
    public void PrivilegedRequest_FromAGuest_IsEACCES(XsMessageType type, string payload)
    {
        using var store = new Store();
        Assert.Equal("EACCES", store.Guest(5).Ask(type, payload));
    }

    [Fact]
    [Trait("Clause", "XS-016")]
    [Trait("Clause", "XS-019")]
    public void Reply_RepeatsTypeAndIds_AndSaysOk()
    {
        using var store = new Store();
        uint tx = store.Control.Begin();
        var reply = store.Control.Exchange(XsMessageType.Write, "/a\0v", tx);
        Assert.Equal(XsMessageType.Write, reply.Header.Type);
        Assert.Equal("OK\0", reply.Payload);
        var error = store.Control.Exchange(XsMessageType.Read, "/b\0", tx);
        Assert.Equal(XsMessageType.Error, error.Header.Type);
        Assert.Equal("ENOENT\0", error.Payload);
    }

    [Fact]
    public void Process_OfAPayloadOfAnotherLength_Throws()
    {
        using var store = new Store();
        var header = new XsHeader(XsMessageType.Read, 1, 0, 3);
        Assert.Throws<ArgumentException>(() => store.Engine.Process(store.Control.Connection, header, "/\0"u8));
        var huge = new XsHeader(XsMessageType.Read, 1, 0, 4097);
        Assert.Throws<ArgumentException>(() => store.Engine.Process(store.Control.Connection, huge, new byte[4097]));
        Assert.False(store.Control.Connection.HasOutput);
    }

    [Fact]
    public void ReadOfALargestValue_Fits()
    {
        using var store = new Store();
        string value = new('v', 4096 - 3);
        Assert.Equal("OK", store.Control.Write("/a", value));
        Assert.Equal(value, store.Control.Read("/a"));
    }

    [Fact]
    public void Names_TellSocketsAndGuestsApart()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        var second = store.Connect();
        Assert.Equal(("dom0/1", true, 0), (store.Control.Connection.Name, store.Control.Connection.IsSocket, store.Control.Connection.Domain.Value));
        Assert.Equal("dom0/2", second.Connection.Name);
        Assert.Equal(("dom5", false, 5), (guest.Connection.Name, guest.Connection.IsSocket, guest.Connection.Domain.Value));
        second.Connection.Transport = this;
        Assert.Same(this, second.Connection.Transport);
    }

    [Fact]
    public void Close_EndsWatchesTransactionsAndOutput()
    {
        using var store = new Store();
        var client = store.Connect();
        client.WatchQuietly("/a", "t");
        uint tx = client.Begin();
        client.Write("/b", "v", tx);
        store.Control.Write("/a", "v");
        Assert.True(client.Connection.HasOutput);

        store.Engine.Close(client.Connection);

        Assert.False(client.Connection.HasOutput);
        Assert.False(client.Connection.AcceptsRequests);
        Assert.False(client.Connection.IsServed);
        store.Control.Write("/a", "w");
        client.Send(XsMessageType.Read, "/a\0");
        Assert.False(client.Connection.HasOutput);
        Assert.Equal("ENOENT", store.Control.Read("/b"));
        store.Engine.Close(client.Connection);
        Assert.Throws<ArgumentException>(() => store.Engine.Close(store.Guest(5).Connection));
    }

    [Fact]
    public void Constructor_And_Members_RefuseNull()
    {
        using var store = new Store();
        Assert.Throws<ArgumentNullException>(() => new StoreEngine(null!, store.Host));
        Assert.Throws<ArgumentNullException>(() => new StoreEngine(new StoreSettings(), null!));
        Assert.Throws<ArgumentNullException>(() => store.Engine.Close(null!));
        Assert.Throws<ArgumentNullException>(() => store.Engine.Reset(null!));
        Assert.Throws<ArgumentNullException>(() => store.Engine.Abandon(null!));
        Assert.Throws<ArgumentNullException>(() => store.Engine.Process(null!, default, default));
    }

    [Fact]
    public void RequestThatEndsItsOwnSender_GetsNoReply()
    {
        using var store = new Store();
        var guest = store.Guest(5);
        guest.Write("a", "v");
        store.Host.Start(5);
        guest.Send(XsMessageType.SetPerms, "a\0n5\0");
        Assert.False(guest.Connection.HasOutput);
        Assert.False(guest.Connection.IsServed);
    }
}
