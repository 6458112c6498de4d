using System.Threading.Channels;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Tests.Unit.Store;

/// <summary>The store's end of a guest's ring, inside a real daemon.</summary>
public sealed class RingServerTests : IAsyncDisposable
{
    private readonly DaemonFixture _store = new();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Theory]
    [Trait("Clause", "XS-004")]
    [InlineData(0u)]
    [InlineData(0xFFFFFF00u)]
    public async Task Guest_IsServed_WhereverItsCountersStart(uint start)
    {
        await using var administrator = await _store.ConnectAsync();
        var guest = _store.Hypervisor.Create();
        foreach (int word in (int[])[XsInterfacePage.RequestConsumer, XsInterfacePage.RequestProducer, XsInterfacePage.ResponseConsumer, XsInterfacePage.ResponseProducer])
        {
            await guest.StorePage.StoreAsync(word, start);
        }

        await administrator.IntroduceAsync(guest.Id, Domain.StoreFrame, guest.StorePort.Number);
        await administrator.MakeDirectoryAsync("/local/domain/1");
        await administrator.SetPermissionsAsync("/local/domain/1", [new(guest.Id, XsAccess.None)]);
        await using var client = await DaemonFixture.GuestClientAsync(guest);
        for (int i = 0; i < 20; i++)
        {
            string value = new((char)('a' + i), 1900);
            await client.WriteTextAsync("data", $"{value}");
            Assert.Equal(value, await client.ReadTextAsync("data"));
        }

        Assert.Equal(new string('t', 1900), await administrator.ReadTextAsync("/local/domain/1/data"));
    }

    [Fact]
    [Trait("Clause", "XS-020")]
    public async Task PipelinedRequests_OfAGuest_AreAllAnswered()
    {
        await using var administrator = await _store.ConnectAsync();
        var guest = await _store.IntroduceAsync(administrator);
        await using var client = await DaemonFixture.GuestClientAsync(guest);
        await client.WriteTextAsync("data", $"x");
        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => client.ReadTextAsync("data").AsTask()));
        Assert.All(answers, answer => Assert.Equal("x", answer));
    }

    [Fact]
    [Trait("Clause", "XS-027")]
    public async Task Features_AreThere_BeforeTheFirstByte()
    {
        await using var administrator = await _store.ConnectAsync();
        var guest = _store.Hypervisor.Create();
        await administrator.IntroduceAsync(guest.Id, Domain.StoreFrame, guest.StorePort.Number);
        Assert.Equal(7u, await guest.StorePage.LoadAsync(XsInterfacePage.ServerFeatures));
        await guest.StorePort.WaitAsync(default);
    }

    [Fact]
    [Trait("Clause", "XS-009")]
    public async Task Request_BeforeTheIntroduction_IsServedAfterIt()
    {
        await using var administrator = await _store.ConnectAsync();
        var guest = _store.Hypervisor.Create();
        await using var client = await DaemonFixture.GuestClientAsync(guest);
        var path = client.GetDomainPathAsync(guest.Id).AsTask();
        Assert.False(path.IsCompleted);
        await administrator.IntroduceAsync(guest.Id, Domain.StoreFrame, guest.StorePort.Number);
        Assert.Equal("/local/domain/1", await path);
    }

    [Fact]
    [Trait("Clause", "XS-026")]
    public async Task Guest_ThatWaitsForTheConnection_IsLetIn()
    {
        await using var administrator = await _store.ConnectAsync();
        var guest = _store.Hypervisor.Create();
        await guest.StorePage.StoreAsync(XsInterfacePage.Connection, 1);
        await guest.StorePage.StoreAsync(XsInterfacePage.RequestProducer, 12345);
        var attach = RingTransport.AttachAsync(guest.StorePage, guest.StorePort).AsTask();
        Assert.False(attach.IsCompleted);
        await administrator.IntroduceAsync(guest.Id, Domain.StoreFrame, guest.StorePort.Number);
        await using var client = new StoreClient(await attach);
        Assert.Equal("/local/domain/1", await client.GetDomainPathAsync(guest.Id));
    }

    [Theory]
    [Trait("Clause", "XS-028")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PortInThePage_CountsMoreThanThatOfTheRequest(bool pageIsRight)
    {
        await using var administrator = await _store.ConnectAsync();
        var guest = _store.Hypervisor.Create();
        uint right = guest.StorePort.Number;
        await guest.StorePage.StoreAsync(XsInterfacePage.EventChannelPort, pageIsRight ? right : 999);
        var introduce = administrator.IntroduceAsync(guest.Id, Domain.StoreFrame, pageIsRight ? 999 : right).AsTask();
        if (pageIsRight)
        {
            await introduce;
        }
        else
        {
            await Assert.ThrowsAsync<StoreException>(() => introduce);
        }

        Assert.Equal(pageIsRight, await administrator.IsIntroducedAsync(guest.Id));
    }

    [Fact]
    [Trait("Clause", "XS-132")]
    public async Task Introduction_WithoutSuchAPage_ChangesNothing()
    {
        await using var administrator = await _store.ConnectAsync();
        var guest = _store.Hypervisor.Create();
        await Assert.ThrowsAsync<StoreException>(() => administrator.IntroduceAsync(guest.Id, 1, guest.StorePort.Number).AsTask());
        Assert.False(await administrator.IsIntroducedAsync(guest.Id));
        Assert.Null(guest.StorePort.Peer);
        await administrator.IntroduceAsync(guest.Id, Domain.StoreFrame, guest.StorePort.Number);
        Assert.True(await administrator.IsIntroducedAsync(guest.Id));
    }

    [Theory]
    [Trait("Clause", "XS-029")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Introduction_Again_StartsTheConnectionAnew(bool samePort)
    {
        await using var administrator = await _store.ConnectAsync();
        var guest = await _store.IntroduceAsync(administrator);
        var port = guest.StorePort;
        await using (var client = await DaemonFixture.GuestClientAsync(guest))
        {
            await client.WriteTextAsync("kept", $"1");
            await client.WatchAsync(new StoreWatch("kept", _ => default));
        }

        await guest.StorePage.CopyInAsync(0, new byte[8]);
        await guest.StorePage.StoreAsync(XsInterfacePage.RequestProducer, await guest.StorePage.LoadAsync(XsInterfacePage.RequestProducer) + 8);
        port = samePort ? port : guest.AllocatePort(DomainId.Zero);
        await administrator.IntroduceAsync(guest.Id, Domain.StoreFrame, port.Number);
        Assert.Equal(samePort, guest.StorePort.Peer is not null);

        await using var again = new StoreClient(await RingTransport.AttachAsync(guest.StorePage, port));
        Assert.Equal("1", await again.ReadTextAsync("kept"));
    }

    [Theory]
    [Trait("Clause", "XS-013")]
    [Trait("Clause", "XS-090")]
    [InlineData(4097u)]
    [InlineData(uint.MaxValue)]
    public async Task Header_ThatAnnouncesTooMuch_IsErrorThree_AndTheDomainStaysKnown(uint announced)
    {
        await using var administrator = await _store.ConnectAsync();
        var guest = await _store.IntroduceAsync(administrator);
        await PutAsync(guest, DaemonRawClient.Message(XsMessageType.Write, 1, "", announced));
        await AbandonedAsync(guest, administrator, XsRingError.Protocol);
    }

    [Theory]
    [Trait("Clause", "XS-006")]
    [InlineData(XsInterfacePage.RequestProducer, 1025u)]
    [InlineData(XsInterfacePage.RequestProducer, 0x80000000u)]
    [InlineData(XsInterfacePage.RequestConsumer, 1u)]
    public async Task ImpossibleRequestCounters_AreErrorTwo_AndTheDomainStaysKnown(int word, uint value)
    {
        await using var administrator = await _store.ConnectAsync();
        var guest = await _store.IntroduceAsync(administrator);
        await guest.StorePage.StoreAsync(word, value);
        await guest.StorePort.NotifyAsync();
        await AbandonedAsync(guest, administrator, XsRingError.RingIndex);
    }

    [Fact]
    [Trait("Clause", "XS-006")]
    public async Task ImpossibleResponseCounters_AreErrorTwo()
    {
        await using var administrator = await _store.ConnectAsync();
        var guest = await _store.IntroduceAsync(administrator);
        await guest.StorePage.StoreAsync(XsInterfacePage.ResponseConsumer, 77);
        await PutAsync(guest, DaemonRawClient.Message(XsMessageType.Read, 1, "data\0"));
        await AbandonedAsync(guest, administrator, XsRingError.RingIndex);
    }

    [Fact]
    [Trait("Clause", "XS-024")]
    [Trait("Clause", "XS-025")]
    public async Task Reconnection_DropsHalfARequest_UnreadReplies_AndWatches()
    {
        await using var administrator = await _store.ConnectAsync();
        var guest = await _store.IntroduceAsync(administrator);
        await PutAsync(guest, DaemonRawClient.Message(XsMessageType.Watch, 1, "data\0token\0"));
        await PutAsync(guest, DaemonRawClient.Message(XsMessageType.Write, 2, "data\0lost")[..20]);
        var transport = await RingTransport.AttachAsync(guest.StorePage, guest.StorePort, keepResponses: true);
        Assert.True(await transport.ReconnectAsync());
        Assert.Equal(
            await guest.StorePage.LoadAsync(XsInterfacePage.ResponseProducer),
            await guest.StorePage.LoadAsync(XsInterfacePage.ResponseConsumer));
        Assert.Equal(
            await guest.StorePage.LoadAsync(XsInterfacePage.RequestProducer),
            await guest.StorePage.LoadAsync(XsInterfacePage.RequestConsumer));

        await using var client = new StoreClient(transport);
        await client.WriteTextAsync("data", $"kept");
        Assert.Equal("kept", await client.ReadTextAsync("data"));
        var watched = Channel.CreateUnbounded<string>();
        await client.WatchAsync(new StoreWatch("data", path =>
        {
            watched.Writer.TryWrite(path);
            return default;
        }));
        Assert.Equal("data", await watched.Reader.ReadAsync());
    }

    [Fact]
    [Trait("Clause", "XS-088")]
    public async Task DeathOfADomain_IsTold_AndItsRingIsLetGo()
    {
        await using var administrator = await _store.ConnectAsync();
        var guest = await _store.IntroduceAsync(administrator);
        var client = await DaemonFixture.GuestClientAsync(guest);
        await client.WriteTextAsync("data", $"1");
        var events = Channel.CreateUnbounded<string>();
        await administrator.WatchAsync(new StoreWatch("@releaseDomain", path =>
        {
            events.Writer.TryWrite(path);
            return default;
        }));
        Assert.Equal("@releaseDomain", await events.Reader.ReadAsync());
        await client.DisposeAsync();
        _store.Hypervisor.Shutdown(guest, ShutdownReason.Crash);
        Assert.Equal("@releaseDomain", await events.Reader.ReadAsync());
        Assert.True(await administrator.IsIntroducedAsync(guest.Id));
        _store.Hypervisor.Destroy(guest);
        Assert.Equal("@releaseDomain", await events.Reader.ReadAsync());
        Assert.False(await administrator.IsIntroducedAsync(guest.Id));

        var next = await _store.IntroduceAsync(administrator, guest.Id);
        await using var nextClient = await DaemonFixture.GuestClientAsync(next);
        Assert.False(await nextClient.ExistsAsync("data"));
    }

    [Fact]
    [Trait("Clause", "XS-125")]
    public async Task Guest_ThatLeavesEventsUnread_IsGivenUpInTime()
    {
        await using var administrator = await _store.ConnectAsync();
        var guest = await _store.IntroduceAsync(administrator);
        await PutAsync(guest, DaemonRawClient.Message(XsMessageType.Watch, 1, "data\0token\0"));
        for (int i = 0; i < 60; i++)
        {
            await administrator.WriteTextAsync($"/local/domain/1/data/{i}", $"1");
        }

        _store.Time.Advance(TimeSpan.FromSeconds(1));
        await administrator.ReadAsync("/");
        _store.Time.Advance(TimeSpan.FromSeconds(60));
        _store.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.True(await administrator.IsIntroducedAsync(guest.Id));
        Assert.Null(guest.StorePort.Peer);
    }

    [Fact]
    [Trait("Clause", "XS-029")]
    [Trait("Clause", "XS-125")]
    public async Task Introduction_AfterTheGuestWasGivenUp_StartsWithEmptyQueues()
    {
        await using var administrator = await _store.ConnectAsync();
        var guest = await _store.IntroduceAsync(administrator);
        await PutAsync(guest, DaemonRawClient.Message(XsMessageType.Watch, 1, "data\0token\0"));
        for (int i = 0; i < 60; i++)
        {
            await administrator.WriteTextAsync($"/local/domain/1/data/{i}", $"1");
        }

        for (int i = 0; i < 3; i++)
        {
            _store.Time.Advance(TimeSpan.FromSeconds(60));
            await administrator.ReadAsync("/");
        }

        Assert.Null(guest.StorePort.Peer);
        await PutAsync(guest, DaemonRawClient.Message(XsMessageType.Write, 2, "data\0lost")[..20]);
        await administrator.IntroduceAsync(guest.Id, Domain.StoreFrame, guest.StorePort.Number);
        await using var client = await DaemonFixture.GuestClientAsync(guest);
        Assert.Equal("1", await client.ReadTextAsync("data/0").AsTask().WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task ReleasedDomain_IsServedNoMore()
    {
        await using var administrator = await _store.ConnectAsync();
        var guest = await _store.IntroduceAsync(administrator);
        await administrator.ReleaseAsync(guest.Id);
        Assert.Null(guest.StorePort.Peer);
        Assert.False(await administrator.IsIntroducedAsync(guest.Id));
    }

    /// <summary>Puts bytes at the guest's own counter, as a guest with nothing outstanding does.</summary>
    private static async Task PutAsync(Domain guest, byte[] bytes)
    {
        uint producer = await guest.StorePage.LoadAsync(XsInterfacePage.RequestProducer);
        for (uint i = 0; i < bytes.Length; i++)
        {
            await guest.StorePage.CopyInAsync((int)((producer + i) % 1024), bytes.AsMemory((int)i, 1));
        }

        await guest.StorePage.StoreAsync(XsInterfacePage.RequestProducer, producer + (uint)bytes.Length);
        await guest.StorePort.NotifyAsync();
    }

    private async Task AbandonedAsync(Domain guest, StoreClient administrator, XsRingError expected)
    {
        while (await guest.StorePage.LoadAsync(XsInterfacePage.Error) != (uint)expected)
        {
            await guest.StorePort.WaitAsync(default).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        }

        Assert.True(await administrator.IsIntroducedAsync(guest.Id));
        await guest.StorePage.StoreAsync(XsInterfacePage.Connection, 1);
        await guest.StorePort.NotifyAsync();
        await administrator.ReadAsync("/");
        Assert.Equal(1u, await guest.StorePage.LoadAsync(XsInterfacePage.Connection));
        _store.Hypervisor.Destroy(guest);
        while (await administrator.IsIntroducedAsync(guest.Id))
        {
        }
    }
}
