using System.Text;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Tests.Unit.Store;

/// <summary>The guest's end of the ring; the test plays the store with bare loads and stores.</summary>
public sealed class RingTransportTests
{
    private readonly InProcessHypervisor _hypervisor = new();
    private readonly MemoryPage _page;
    private readonly EventPort _guestEnd;
    private readonly EventPort _storeEnd;

    public RingTransportTests()
    {
        var guest = _hypervisor.Create();
        _page = guest.StorePage;
        _guestEnd = guest.StorePort;
        _storeEnd = _hypervisor.Bind(_hypervisor.Find(DomainId.Zero)!, guest.Id, guest.StorePort.Number)!;
    }

    [Fact]
    [Trait("Clause", "XS-026")]
    public async Task Attach_WaitsForConnected()
    {
        await _page.StoreAsync(XsInterfacePage.Connection, 1);
        var attach = RingTransport.AttachAsync(_page, _guestEnd).AsTask();
        await _storeEnd.NotifyAsync();
        Assert.False(attach.IsCompleted);
        await _page.StoreAsync(XsInterfacePage.Connection, 0);
        await _storeEnd.NotifyAsync();
        await using var transport = await attach;
    }

    [Fact]
    [Trait("Clause", "XS-026")]
    public async Task Attach_WaitsForNoOtherWord_SinceAStoreWithoutTheFeatureGivesItNoMeaning()
    {
        await _page.StoreAsync(XsInterfacePage.Connection, 0xDEAD);
        await using var transport = await RingTransport.AttachAsync(_page, _guestEnd).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(0xDEADu, await _page.LoadAsync(XsInterfacePage.Connection));
    }

    [Fact]
    [Trait("Clause", "XS-026")]
    public async Task Attach_GivenUp_LeavesThePortFree()
    {
        await _page.StoreAsync(XsInterfacePage.Connection, 1);
        using var cancellation = new CancellationTokenSource();
        var attach = RingTransport.AttachAsync(_page, _guestEnd, cancellation: cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attach);
        await _storeEnd.NotifyAsync();
        await _guestEnd.WaitAsync(default);
    }

    [Theory]
    [Trait("Clause", "XS-011")]
    [InlineData(false, 8u)]
    [InlineData(true, 0xFFFFFFFEu)]
    public async Task StaleResponses_AreDiscarded_ExceptInACrashKernel(bool crashKernel, uint expectedConsumer)
    {
        await SeedAsync(XsInterfacePage.ResponseProducer, XsInterfacePage.ResponseConsumer, 0xFFFFFFFE);
        await _page.StoreAsync(XsInterfacePage.ResponseProducer, 8);
        await using var transport = await RingTransport.AttachAsync(_page, _guestEnd, crashKernel);
        Assert.Equal(expectedConsumer, await _page.LoadAsync(XsInterfacePage.ResponseConsumer));
    }

    [Theory]
    [Trait("Clause", "XS-004")]
    [Trait("Clause", "XS-010")]
    [Trait("Clause", "XS-009")]
    [InlineData(0u)]
    [InlineData(1000u)]
    [InlineData(0xFFFFFFF0u)]
    public async Task Bytes_GoWhereTheCountersSay_AndEachUpdateIsSignalled(uint start)
    {
        await SeedAsync(XsInterfacePage.RequestProducer, XsInterfacePage.RequestConsumer, start);
        await SeedAsync(XsInterfacePage.ResponseProducer, XsInterfacePage.ResponseConsumer, start);
        await _storeEnd.WaitAsync(default);
        await using var transport = await RingTransport.AttachAsync(_page, _guestEnd);
        await transport.WriteAsync(Encoding.ASCII.GetBytes(new string('q', 40)), default);
        Assert.Equal(start + 40, await _page.LoadAsync(XsInterfacePage.RequestProducer));
        await _storeEnd.WaitAsync(default);
        Assert.Equal(new string('q', 40), await RingBytesAsync(XsInterfacePage.Requests, start, 40));

        for (uint i = 0; i < 40; i++)
        {
            await _page.CopyInAsync(XsInterfacePage.Responses + (int)((start + i) % 1024), new[] { (byte)('a' + (i % 26)) });
        }

        await _page.StoreAsync(XsInterfacePage.ResponseProducer, start + 40);
        var answer = new byte[40];
        for (int taken = 0; taken < 40;)
        {
            taken += await transport.ReadAsync(answer.AsMemory(taken), default);
            await _storeEnd.WaitAsync(default);
        }

        Assert.Equal("abcdefghijklmnopqrstuvwxyzabcdefghijklmn", Encoding.ASCII.GetString(answer));
    }

    [Fact]
    [Trait("Clause", "XS-005")]
    public async Task Write_OfMoreThanTheRingHolds_WaitsForRoom()
    {
        await using var transport = await RingTransport.AttachAsync(_page, _guestEnd);
        var reading = transport.ReadAsync(new byte[10], default).AsTask();
        var writing = transport.WriteAsync(new byte[3000], default).AsTask();
        Assert.Equal(1024u, await _page.LoadAsync(XsInterfacePage.RequestProducer));
        for (uint taken = 1024; taken < 3000; taken += 1024)
        {
            await _page.StoreAsync(XsInterfacePage.RequestConsumer, taken);
            await _storeEnd.NotifyAsync();
            do
            {
                await _storeEnd.WaitAsync(default);
            }
            while (await _page.LoadAsync(XsInterfacePage.RequestProducer) != Math.Min(taken + 1024, 3000));
        }

        await writing;
        Assert.False(reading.IsCompleted);
    }

    [Theory]
    [Trait("Clause", "XS-006")]
    [InlineData(XsInterfacePage.ResponseProducer)]
    [InlineData(XsInterfacePage.ResponseConsumer)]
    public async Task Read_WithImpossibleCounters_IsAnError(int word)
    {
        await using var transport = await RingTransport.AttachAsync(_page, _guestEnd);
        await _page.StoreAsync(word, word == XsInterfacePage.ResponseProducer ? 1025u : 1u);
        await Assert.ThrowsAsync<IOException>(() => transport.ReadAsync(new byte[10], default).AsTask());
    }

    [Fact]
    [Trait("Clause", "XS-006")]
    public async Task Wait_EndsWhenTheStoreGaveUp()
    {
        await _page.StoreAsync(XsInterfacePage.ServerFeatures, (uint)XsServerFeatures.Error);
        await using var transport = await RingTransport.AttachAsync(_page, _guestEnd);
        var reading = transport.ReadAsync(new byte[10], default).AsTask();
        await _page.StoreAsync(XsInterfacePage.Error, 3);
        await _storeEnd.NotifyAsync();
        var failure = await Assert.ThrowsAsync<IOException>(() => reading);
        Assert.Contains("3 (Protocol)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Clause", "XS-024")]
    public async Task Reconnect_SetsTheWord_Signals_AndWaits()
    {
        await using var transport = await RingTransport.AttachAsync(_page, _guestEnd);
        Assert.False(await transport.ReconnectAsync());
        await _page.StoreAsync(XsInterfacePage.ServerFeatures, (uint)XsServerFeatures.Reconnection);
        await _storeEnd.WaitAsync(default);
        var reconnect = transport.ReconnectAsync().AsTask();
        await _storeEnd.WaitAsync(default);
        Assert.Equal(1u, await _page.LoadAsync(XsInterfacePage.Connection));
        Assert.False(reconnect.IsCompleted);
        await _page.StoreAsync(XsInterfacePage.Connection, 0);
        await _storeEnd.NotifyAsync();
        Assert.True(await reconnect);
    }

    [Fact]
    [Trait("Clause", "XS-146")]
    public async Task Waiters_AreReleased_WhenTheTransportCloses()
    {
        var transport = await RingTransport.AttachAsync(_page, _guestEnd);
        var reading = transport.ReadAsync(new byte[10], default).AsTask();
        await transport.DisposeAsync();
        await Assert.ThrowsAsync<IOException>(() => reading);
    }

    [Fact]
    [Trait("Clause", "XS-146")]
    public async Task Waiters_AreReleased_WhenTheEventChannelFails()
    {
        await using var transport = await RingTransport.AttachAsync(_page, _guestEnd);
        await using var second = await RingTransport.AttachAsync(_page, _guestEnd);
        var failure = await Assert.ThrowsAsync<IOException>(() => second.ReadAsync(new byte[10], default).AsTask().WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Contains("share one waiter", failure.Message, StringComparison.Ordinal);
    }

    private async Task SeedAsync(int producer, int consumer, uint value)
    {
        await _page.StoreAsync(producer, value);
        await _page.StoreAsync(consumer, value);
    }

    private async Task<string> RingBytesAsync(int queue, uint start, int count)
    {
        var bytes = new byte[count];
        for (uint i = 0; i < count; i++)
        {
            await _page.CopyOutAsync(queue + (int)((start + i) % 1024), bytes.AsMemory((int)i, 1));
        }

        return Encoding.ASCII.GetString(bytes);
    }
}
