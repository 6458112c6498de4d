using System.Net.Sockets;
using Conformance.Model.Protocol.XenStore;

namespace Conformance.Tests.Unit.Store;

public sealed class DaemonSocketTests : IAsyncDisposable
{
    private readonly DaemonFixture _store = new();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    [Trait("Clause", "XS-015")]
    public async Task Request_InSingleBytes_IsServed()
    {
        using var client = await _store.ConnectRawAsync();
        foreach (byte b in DaemonRawClient.Message(XsMessageType.Write, 1, "/a\0value"))
        {
            await client.SendAsync(new[] { b });
        }

        Assert.Equal("OK\0", (await client.ReceiveAsync())!.Value.Payload);
        Assert.Equal("Read value", await client.AskAsync(XsMessageType.Read, "/a\0"));
    }

    [Fact]
    [Trait("Clause", "XS-015")]
    public async Task Request_WithoutPayload_IsServedAtOnce()
    {
        using var client = await _store.ConnectRawAsync();
        await client.SendAsync(XsMessageType.GetFeature, 5, "");
        Assert.Equal(5u, (await client.ReceiveAsync())!.Value.Header.RequestId);
    }

    [Theory]
    [Trait("Clause", "XS-013")]
    [Trait("Clause", "XS-130")]
    [InlineData(4097u)]
    [InlineData(0x80000000u)]
    [InlineData(uint.MaxValue)]
    public async Task Header_ThatAnnouncesTooMuch_EndsThatClientAlone(uint announced)
    {
        using var other = await _store.ConnectRawAsync();
        using var client = await _store.ConnectRawAsync();
        await client.SendAsync(XsMessageType.Write, 1, "/a\0before");
        await client.SendAsync(DaemonRawClient.Message(XsMessageType.Write, 2, "", announced));
        Assert.Equal("OK\0", (await client.ReceiveAsync())!.Value.Payload);
        Assert.Null(await client.ReceiveAsync());
        Assert.Equal("Read before", await other.AskAsync(XsMessageType.Read, "/a\0"));
    }

    [Fact]
    [Trait("Clause", "XS-012")]
    public async Task Payload_OfTheLargestSize_IsServed()
    {
        using var client = await _store.ConnectRawAsync();
        string value = new('v', 4096 - 3);
        Assert.Equal("Write OK\0", await client.AskAsync(XsMessageType.Write, "/a\0" + value));
        Assert.Equal("Read " + value, await client.AskAsync(XsMessageType.Read, "/a\0"));
    }

    [Fact]
    [Trait("Clause", "XS-020")]
    public async Task PipelinedRequests_AreAllAnswered()
    {
        using var client = await _store.ConnectRawAsync();
        var stream = new MemoryStream();
        for (uint id = 1; id <= 2000; id++)
        {
            stream.Write(DaemonRawClient.Message(XsMessageType.Write, id, $"/p/{id % 7}\0{id}"));
        }

        var sending = client.SendAsync(stream.ToArray());
        for (uint id = 1; id <= 2000; id++)
        {
            Assert.Equal(id, (await client.ReceiveAsync())!.Value.Header.RequestId);
        }

        await sending;
    }

    [Fact]
    public async Task Client_ThatEndsItsStream_GetsItsAnswersFirst()
    {
        using var client = await _store.ConnectRawAsync();
        var stream = new MemoryStream();
        for (uint id = 1; id <= 200; id++)
        {
            stream.Write(DaemonRawClient.Message(XsMessageType.Mkdir, id, "/a\0"));
        }

        await client.SendAsync(stream.ToArray());
        client.Socket.Shutdown(SocketShutdown.Send);
        int answers = 0;
        while (await client.ReceiveAsync() is not null)
        {
            answers++;
        }

        Assert.Equal(200, answers);
    }

    [Fact]
    [Trait("Clause", "XS-125")]
    public async Task Client_ThatDoesNotRead_BlocksNobody_AndLosesNothing()
    {
        using var setup = await _store.ConnectRawAsync();
        await setup.AskAsync(XsMessageType.Write, "/big\0" + new string('b', 4000));
        using var slow = await _store.ConnectRawAsync();
        byte[] request = DaemonRawClient.Message(XsMessageType.Read, 1, "/big\0");
        slow.Socket.Blocking = false;
        int sentBytes = 0;
        while (await TrySendAsync(slow.Socket, request, setup) is var sent and > 0)
        {
            sentBytes += sent;
        }

        Assert.Equal("Read " + new string('b', 4000), await setup.AskAsync(XsMessageType.Read, "/big\0"));
        for (int i = 0; i < sentBytes / request.Length; i++)
        {
            Assert.Equal(4000, (await slow.ReceiveAsync())!.Value.Payload.Length);
        }
    }

    [Fact]
    [Trait("Clause", "XS-125")]
    public async Task Client_ThatDoesNotRead_AndLeaves_IsForgotten()
    {
        using var setup = await _store.ConnectRawAsync();
        await setup.AskAsync(XsMessageType.Write, "/big\0" + new string('b', 4000));
        using (var slow = await _store.ConnectRawAsync())
        {
            slow.Socket.Blocking = false;
            while (await TrySendAsync(slow.Socket, DaemonRawClient.Message(XsMessageType.Read, 1, "/big\0"), setup) > 0)
            {
            }
        }

        Assert.Equal("Read " + new string('b', 4000), await setup.AskAsync(XsMessageType.Read, "/big\0"));
    }

    [Fact]
    [Trait("Clause", "XS-091")]
    [Trait("Clause", "XS-115")]
    public async Task Client_ThatLeaves_LeavesNoWatchAndNoTransaction()
    {
        using var other = await _store.ConnectRawAsync();
        string before = await AccountAsync(other);
        using (var leaver = await _store.ConnectRawAsync())
        {
            await leaver.SendAsync(XsMessageType.Watch, 1, "/w\0token\0");
            Assert.NotNull(await leaver.ReceiveAsync());
            Assert.NotNull(await leaver.ReceiveAsync());
            Assert.StartsWith("TransactionStart ", await leaver.AskAsync(XsMessageType.TransactionStart, "\0"), StringComparison.Ordinal);
            Assert.NotEqual(before, await AccountAsync(other));
        }

        // The daemon looks at what came first first: it has seen the end of the stream before it sees this question.
        Assert.Equal(before, await AccountAsync(other));
    }

    [Fact]
    [Trait("Clause", "XS-071")]
    public async Task Event_ReachesAnotherClient_AndAClosedOneIsForgotten()
    {
        using var writer = await _store.ConnectRawAsync();
        using (var leaver = await _store.ConnectRawAsync())
        {
            await leaver.SendAsync(XsMessageType.Watch, 1, "/w\0leaver\0");
            await leaver.ReceiveAsync();
        }

        using var watcher = await _store.ConnectRawAsync();
        await watcher.SendAsync(XsMessageType.Watch, 1, "/w\0token\0");
        var first = new[] { await watcher.ReceiveAsync(), await watcher.ReceiveAsync() };
        Assert.Contains(first, message => message!.Value.Payload == "/w\0token\0");
        await writer.AskAsync(XsMessageType.Write, "/w/x\01");
        Assert.Equal("/w/x\0token\0", (await watcher.ReceiveAsync())!.Value.Payload);
    }

    [Fact]
    [Trait("Clause", "XS-125")]
    public async Task ManyClients_AreAllServed()
    {
        var clients = new List<DaemonRawClient>();
        for (int i = 0; i < 100; i++)
        {
            clients.Add(await _store.ConnectRawAsync());
        }

        await Task.WhenAll(clients.Select(async (client, number) =>
        {
            for (int i = 0; i < 50; i++)
            {
                Assert.Equal("Write OK\0", await client.AskAsync(XsMessageType.Write, $"/c/{number}\0{i}"));
                Assert.Equal($"Read {i}", await client.AskAsync(XsMessageType.Read, $"/c/{number}\0"));
            }

            client.Dispose();
        }));

        using var last = await _store.ConnectRawAsync();
        Assert.Equal("Read 49", await last.AskAsync(XsMessageType.Read, "/c/99\0"));
    }

    [Theory]
    [Trait("Clause", "XS-128")]
    [InlineData(XsMessageType.Read, "/a\0")]
    [InlineData(XsMessageType.Write, "/a\0other")]
    [InlineData(XsMessageType.Directory, "/\0")]
    public async Task Requests_InSteadyState_AllocateNothing(XsMessageType type, string payload)
    {
        using var client = await _store.ConnectRawAsync();
        await client.AskAsync(XsMessageType.Write, "/a\0value");
        for (int i = 0; i < 300; i++)
        {
            await client.AskAsync(type, payload);
        }

        long before = await _store.Daemon.InvokeAsync(_ => GC.GetAllocatedBytesForCurrentThread());
        for (int i = 0; i < 3000; i++)
        {
            await client.AskAsync(type, payload);
        }

        // The question itself costs a little; one object a request would cost at least 72,000 bytes.
        long after = await _store.Daemon.InvokeAsync(_ => GC.GetAllocatedBytesForCurrentThread());
        Assert.InRange(after - before, 0, 10_000);
    }

    [Fact]
    [Trait("Clause", "XS-125")]
    public async Task Watcher_ThatLeftWithEventsUnsent_IsForgotten()
    {
        using var writer = await _store.ConnectRawAsync();
        using (var watcher = await _store.ConnectRawAsync())
        {
            await watcher.AskAsync(XsMessageType.Watch, "/w\0" + new string('t', 2000) + "\0");
            for (int i = 0; i < 300; i++)
            {
                await writer.AskAsync(XsMessageType.Write, $"/w/{i}\0x");
            }
        }

        Assert.Equal("Write OK\0", await writer.AskAsync(XsMessageType.Write, "/w/last\0x"));
        Assert.Equal("Read x", await writer.AskAsync(XsMessageType.Read, "/w/last\0"));
    }

    /// <summary>What all clients on sockets have between them, as the store counts it.</summary>
    private static Task<string> AccountAsync(DaemonRawClient client) => client.AskAsync(XsMessageType.Control, "quota\0" + "0\0");

    /// <summary>Bytes that went out; 0 when the daemon takes no more although it is served everything else.</summary>
    private static async Task<int> TrySendAsync(Socket socket, byte[] request, DaemonRawClient other)
    {
        for (int attempt = 0; attempt < 20; attempt++)
        {
            int sent = socket.Send(request, SocketFlags.None, out var error);
            if (error == SocketError.Success)
            {
                Assert.Equal(request.Length, sent);
                return sent;
            }

            // A round trip gives the daemon a turn for the slow client before the next attempt.
            await other.AskAsync(XsMessageType.Mkdir, "/turn\0");
        }

        return 0;
    }
}
