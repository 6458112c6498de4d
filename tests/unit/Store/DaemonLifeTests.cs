using System.Net.Sockets;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Client;
using Conformance.Reference.XenStore.Daemon;

namespace Conformance.Tests.Unit.Store;

public sealed class DaemonLifeTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("xs").FullName;

    private string SocketPath => Path.Combine(_directory, "socket");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Path_OfTheLargestLength_IsServed_AndOneMoreIsRefused()
    {
        string longest = Path.Combine(_directory, new string('s', 107 - _directory.Length - 1));
        await using (Start(longest))
        {
            await using var client = await StoreClient.ConnectAsync(longest);
            Assert.True(await client.ExistsAsync("/"));
        }

        Assert.Contains("108 bytes", Refusal(longest + "s"), StringComparison.Ordinal);
        Assert.Contains("0 bytes", Refusal(""), StringComparison.Ordinal);
        Assert.Contains("without NUL", Refusal("/tmp/a\0b"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Path_InUse_IsRefused_AndTheOtherDaemonGoesOn()
    {
        await using var daemon = Start(SocketPath);
        Assert.Contains("running store", Refusal(SocketPath), StringComparison.Ordinal);
        await using var client = await StoreClient.ConnectAsync(SocketPath);
        Assert.True(await client.ExistsAsync("/"));
    }

    [Fact]
    public async Task SocketOfADeadDaemon_IsReplaced()
    {
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(SocketPath));
            File.Move(SocketPath, SocketPath + ".kept");
        }

        File.Move(SocketPath + ".kept", SocketPath);
        await using (Start(SocketPath))
        {
            await using var client = await StoreClient.ConnectAsync(SocketPath);
            Assert.True(await client.ExistsAsync("/"));
        }

        Assert.False(File.Exists(SocketPath));
    }

    [Fact]
    public void FileThatIsNoSocket_IsRefusedAndKept()
    {
        File.WriteAllText(SocketPath, "precious");
        Assert.Contains("no socket", Refusal(SocketPath), StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(SocketPath));
        Assert.Contains("no socket", Refusal(_directory), StringComparison.Ordinal);
    }

    [Fact]
    public void SocketOfAnotherKind_IsRefusedAndKept()
    {
        using var datagram = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        datagram.Bind(new UnixDomainSocketEndPoint(SocketPath));
        Assert.Contains(SocketPath, Refusal(SocketPath), StringComparison.Ordinal);
        Assert.True(File.Exists(SocketPath));
    }

    [Fact]
    public void DirectoryThatIsMissing_IsNamed()
    {
        string path = Path.Combine(_directory, "missing", "socket");
        Assert.Contains(path, Refusal(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Socket_IsForItsOwnerAlone()
    {
        await using var daemon = Start(SocketPath);
        Assert.Equal(SocketPath, daemon.SocketPath);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SocketPath));
        }
    }

    [Fact]
    public async Task Stop_EndsClients_AndRemovesTheSocket()
    {
        using var stop = new CancellationTokenSource();
        var daemon = Start(SocketPath, stop.Token);
        using var client = await DaemonRawClient.ConnectAsync(SocketPath);
        await client.AskAsync(XsMessageType.Mkdir, "/a\0");
        await stop.CancelAsync();
        await daemon.Completion;
        Assert.Null(await client.ReceiveAsync());
        Assert.False(File.Exists(SocketPath));
        await daemon.StopAsync();
        daemon.Post(_ => { });
        await Assert.ThrowsAsync<ObjectDisposedException>(() => daemon.InvokeAsync(_ => 1));
    }

    [Fact]
    public async Task Stop_KeepsAFileThatSomebodyElsePutThere()
    {
        var daemon = Start(SocketPath);
        File.Delete(SocketPath);
        File.WriteAllText(SocketPath, "precious");
        await daemon.StopAsync();
        Assert.Equal("precious", File.ReadAllText(SocketPath));
    }

    [Fact]
    public async Task Question_IsAnsweredOnTheStoresThread_AndItsFailureIsTheAskers()
    {
        await using var daemon = Start(SocketPath);
        Assert.Equal("xenstore", await daemon.InvokeAsync(_ => Thread.CurrentThread.Name));
        await Assert.ThrowsAsync<FormatException>(() => daemon.InvokeAsync<int>(_ => throw new FormatException()));
        Assert.False(daemon.Completion.IsCompleted);
        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => daemon.InvokeAsync(_ => i)));
        Assert.Equal(Enumerable.Range(0, 500), answers);
    }

    [Fact]
    public async Task PostedFailure_EndsTheDaemon_AndItsSocket()
    {
        var daemon = Start(SocketPath);
        using var client = await DaemonRawClient.ConnectAsync(SocketPath);
        await client.AskAsync(XsMessageType.Mkdir, "/a\0");
        daemon.Post(_ => throw new FormatException("posted"));
        Assert.Equal("posted", (await Assert.ThrowsAsync<FormatException>(() => daemon.Completion)).Message);
        Assert.Null(await client.ReceiveAsync());
        Assert.False(File.Exists(SocketPath));
        await daemon.DisposeAsync();
    }

    [Fact]
    public async Task WithoutAHypervisor_NoDomainCanBeIntroduced()
    {
        await using var daemon = Start(SocketPath);
        await using var client = await StoreClient.ConnectAsync(SocketPath);
        await Assert.ThrowsAsync<StoreException>(() => client.IntroduceAsync(new(1), 1, 1).AsTask());
        Assert.False(await client.IsIntroducedAsync(new(1)));
    }

    private static StoreDaemon Start(string path, CancellationToken stop = default) =>
        StoreDaemon.Start(new StoreDaemonOptions { SocketPath = path }, stop);

    private static string Refusal(string path)
    {
        string message = Assert.Throws<SocketPathException>(() => Start(path)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }
}
