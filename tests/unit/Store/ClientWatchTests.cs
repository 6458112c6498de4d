using System.Threading.Channels;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Tests.Unit.Store;

public sealed class ClientWatchTests : IAsyncDisposable
{
    private readonly ClientScriptedPeer _peer = new();

    public ValueTask DisposeAsync() => _peer.DisposeAsync();

    [Fact]
    [Trait("Clause", "XS-093")]
    public async Task Callbacks_RunOneAtATime_InTheOrderOfTheEvents()
    {
        await using var client = new StoreClient(_peer);
        var calls = Channel.CreateUnbounded<string>();
        var release = new SemaphoreSlim(0);
        var watch = new StoreWatch("/w", async path =>
        {
            calls.Writer.TryWrite("begin " + path);
            await release.WaitAsync();
            calls.Writer.TryWrite("end " + path);
        });
        var other = new StoreWatch("/o", path =>
        {
            calls.Writer.TryWrite("other " + path);
            return default;
        });
        string token = await RegisterAsync(client, watch);
        string otherToken = await RegisterAsync(client, other);
        Assert.NotEqual(token, otherToken);

        _peer.Event($"/w/1\0{token}\0");
        _peer.Event($"/o\0{otherToken}\0");
        _peer.Event($"/w/2\0{token}\0");
        Assert.Equal("begin /w/1", await calls.Reader.ReadAsync());
        release.Release();
        Assert.Equal("end /w/1", await calls.Reader.ReadAsync());
        Assert.Equal("other /o", await calls.Reader.ReadAsync());
        Assert.Equal("begin /w/2", await calls.Reader.ReadAsync());
        release.Release();
        Assert.Equal("end /w/2", await calls.Reader.ReadAsync());
    }

    [Fact]
    [Trait("Clause", "XS-070")]
    public async Task Event_BeforeTheReplyToItsWatch_IsDelivered()
    {
        await using var client = new StoreClient(_peer);
        var called = new TaskCompletionSource<string>();
        var watch = new StoreWatch("/w", path =>
        {
            called.TrySetResult(path);
            return default;
        });
        var register = client.WatchAsync(watch).AsTask();
        var request = await _peer.NextAsync(XsMessageType.Watch);
        _peer.Event(request.Text.Replace('|', '\0'));
        Assert.Equal("/w", await called.Task);
        _peer.Reply(request, "OK\0");
        await register;
    }

    [Fact]
    [Trait("Clause", "XS-094")]
    public async Task Unwatch_WaitsForTheRunningCallback_AndPurgesTheRest()
    {
        await using var client = new StoreClient(_peer);
        var running = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        int calls = 0;
        var watch = new StoreWatch("/w", async _ =>
        {
            calls++;
            running.TrySetResult();
            await release.Task;
        });
        string token = await RegisterAsync(client, watch);
        _peer.Event($"/w\0{token}\0");
        _peer.Event($"/w/x\0{token}\0");
        await running.Task;

        var unwatch = client.UnwatchAsync(watch).AsTask();
        Assert.Equal($"/w|{token}|", await _peer.AnswerAsync(XsMessageType.Unwatch, "OK\0"));
        await RoundTripAsync(client);
        Assert.False(unwatch.IsCompleted);
        release.SetResult();
        await unwatch;
        _peer.Event($"/w\0{token}\0");
        await RoundTripAsync(client);
        Assert.Equal(1, calls);
    }

    [Fact]
    [Trait("Clause", "XS-094")]
    public async Task Unwatch_FromItsOwnCallback_DoesNotWait()
    {
        await using var client = new StoreClient(_peer);
        var done = new TaskCompletionSource();
        StoreWatch? watch = null;
        watch = new StoreWatch("/w", async _ =>
        {
            await client.UnwatchAsync(watch!);
            done.SetResult();
        });
        string token = await RegisterAsync(client, watch);
        _peer.Event($"/w\0{token}\0");
        await _peer.AnswerAsync(XsMessageType.Unwatch, "OK\0");
        await done.Task;
    }

    [Fact]
    [Trait("Clause", "XS-095")]
    public async Task Flood_IsHeldWithinTheLimit_AndEndsAsOneEventForThePath()
    {
        await using var client = new StoreClient(_peer);
        var paths = Channel.CreateUnbounded<string>();
        var release = new SemaphoreSlim(0);
        var watch = new StoreWatch("/w", async path =>
        {
            paths.Writer.TryWrite(path);
            await release.WaitAsync();
        }, queueLimit: 2);
        string token = await RegisterAsync(client, watch);
        _peer.Event($"/w/first\0{token}\0");
        Assert.Equal("/w/first", await paths.Reader.ReadAsync());
        foreach (string name in (string[])["a", "a", "b", "c"])
        {
            _peer.Event($"/w/{name}\0{token}\0");
        }

        await RoundTripAsync(client);
        release.Release(10);
        Assert.Equal("/w", await paths.Reader.ReadAsync());
        _peer.Event($"/w/last\0{token}\0");
        Assert.Equal("/w/last", await paths.Reader.ReadAsync());
    }

    [Theory]
    [Trait("Clause", "XS-096")]
    [Trait("Clause", "XS-083")]
    [InlineData("")]
    [InlineData("/w")]
    [InlineData("/w\0")]
    [InlineData("/w\0{0}")]
    [InlineData("/w\0{0}\0more\0")]
    [InlineData("/w\0unknown\0")]
    public async Task Event_ThatIsNobodys_IsIgnored(string payload)
    {
        await using var client = new StoreClient(_peer);
        var paths = Channel.CreateUnbounded<string>();
        string token = await RegisterAsync(client, new StoreWatch("/w", path =>
        {
            paths.Writer.TryWrite(path);
            return default;
        }));
        _peer.Event(payload.Replace("{0}", token, StringComparison.Ordinal));
        _peer.Event($"/w/right\0{token}\0");
        Assert.Equal("/w/right", await paths.Reader.ReadAsync());
    }

    [Fact]
    public async Task Callback_ThatFails_IsReported_AndTheNextRuns()
    {
        var failures = Channel.CreateUnbounded<Exception>();
        await using var client = new StoreClient(_peer, (_, failure) => failures.Writer.TryWrite(failure));
        string token = await RegisterAsync(client, new StoreWatch("/w", path => throw new FormatException(path)));
        _peer.Event($"/w/1\0{token}\0");
        _peer.Event($"/w/2\0{token}\0");
        Assert.Equal("/w/1", (await failures.Reader.ReadAsync()).Message);
        Assert.Equal("/w/2", (await failures.Reader.ReadAsync()).Message);
    }

    [Fact]
    public async Task Callback_ThatFails_ClosesTheClientThatNobodyWatches()
    {
        await using var client = new StoreClient(_peer);
        var pending = client.ReadAsync("/never").AsTask();
        await _peer.NextAsync(XsMessageType.Read);
        string token = await RegisterAsync(client, new StoreWatch("/w", _ => throw new FormatException("broken callback")));
        _peer.Event($"/w\0{token}\0");
        var failure = await Assert.ThrowsAsync<StoreClosedException>(() => pending);
        Assert.Contains("broken callback", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_ThatIsRefused_MayBeRegisteredAgain_ButNeverTwice()
    {
        await using var client = new StoreClient(_peer);
        var watch = new StoreWatch("/w", _ => default);
        var register = client.WatchAsync(watch).AsTask();
        var refused = await _peer.NextAsync(XsMessageType.Watch);
        _peer.Fail(refused, "ENOSPC");
        Assert.Equal(XsError.ENOSPC, (await Assert.ThrowsAsync<StoreException>(() => register)).Error);
        string token = await RegisterAsync(client, watch);
        Assert.NotEqual(refused.Text, $"/w|{token}|");
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.WatchAsync(watch).AsTask());
    }

    [Fact]
    public async Task Unwatch_ThatTheStoreHasForgotten_IsDone_AndOtherRefusalsAreTold()
    {
        await using var client = new StoreClient(_peer);
        var watch = new StoreWatch("/w", _ => default);
        await RegisterAsync(client, watch);
        var unwatch = client.UnwatchAsync(watch).AsTask();
        _peer.Fail(await _peer.NextAsync(XsMessageType.Unwatch), "ENOENT");
        await unwatch;

        await RegisterAsync(client, watch);
        unwatch = client.UnwatchAsync(watch).AsTask();
        _peer.Fail(await _peer.NextAsync(XsMessageType.Unwatch), "EINVAL");
        await Assert.ThrowsAsync<StoreException>(() => unwatch);
    }

    [Fact]
    [Trait("Clause", "XS-141")]
    public async Task Resume_RegistersEveryWatch_BeforeRequestsGoOut()
    {
        await using var client = new StoreClient(_peer);
        string one = await RegisterAsync(client, new StoreWatch("/one", _ => default));
        string two = await RegisterAsync(client, new StoreWatch("/two", _ => default));
        await client.SuspendAsync();
        var heldBack = client.ReadTextAsync("/a").AsTask();

        var fresh = new ClientScriptedPeer();
        var resume = client.ResumeAsync(_ =>
        {
            Assert.True(_peer.IsDisposed);
            return new(fresh);
        });
        var first = await fresh.NextAsync(XsMessageType.Watch);
        Assert.False(resume.IsCompleted);
        fresh.Reply(first, "OK\0");
        var second = await fresh.NextAsync(XsMessageType.Watch);
        Assert.False(fresh.HasRequest);
        fresh.Fail(second, "EEXIST");
        Assert.Equal([$"/one|{one}|", $"/two|{two}|"], new[] { first.Text, second.Text }.Order());
        Assert.Empty(await resume);
        await fresh.AnswerAsync(XsMessageType.Read, "x");
        Assert.Equal("x", await heldBack);
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.ResumeAsync(_ => new(fresh)));
    }

    [Fact]
    [Trait("Clause", "XS-141")]
    public async Task Resume_TellsWhichWatchesWereRefused_AndRegistersTheOthers()
    {
        await using var client = new StoreClient(_peer);
        var watches = new[] { new StoreWatch("/one", _ => default), new StoreWatch("/two", _ => default) };
        await RegisterAsync(client, watches[0]);
        await RegisterAsync(client, watches[1]);
        await client.SuspendAsync();

        var fresh = new ClientScriptedPeer();
        var resume = client.ResumeAsync(_ => new(fresh));
        var first = await fresh.NextAsync(XsMessageType.Watch);
        fresh.Fail(first, "EACCES");
        var second = await fresh.NextAsync(XsMessageType.Watch);
        fresh.Reply(second, "OK\0");

        var refused = Assert.Single(await resume);
        Assert.StartsWith(refused.Path, first.Text, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.UnwatchAsync(refused).AsTask());
    }

    [Fact]
    [Trait("Clause", "XS-142")]
    public async Task CancelledSuspend_RegistersNothingAgain()
    {
        await using var client = new StoreClient(_peer);
        await RegisterAsync(client, new StoreWatch("/one", _ => default));
        await client.SuspendAsync();
        client.CancelSuspend();
        await RoundTripAsync(client);
    }

    [Theory]
    [Trait("Clause", "XS-147")]
    [InlineData("1", true)]
    [InlineData("0", false)]
    [InlineData("junk", false)]
    public async Task CrashKernel_ResetsWatches_WhenThePlatformAllowsIt(string feature, bool expected)
    {
        await using var client = new StoreClient(_peer);
        var reset = client.ResetStaleWatchesAsync().AsTask();
        Assert.Equal("control/platform-feature-xs_reset_watches|", await _peer.AnswerAsync(XsMessageType.Read, feature));
        if (expected)
        {
            await _peer.AnswerAsync(XsMessageType.ResetWatches, "OK\0");
        }

        Assert.Equal(expected, await reset);
        Assert.False(_peer.HasRequest);
    }

    [Fact]
    public async Task Dispose_FromACallback_DoesNotWaitForItself()
    {
        var client = new StoreClient(_peer);
        var done = new TaskCompletionSource();
        string token = await RegisterAsync(client, new StoreWatch("/w", async _ =>
        {
            await client.DisposeAsync();
            done.SetResult();
        }));
        _peer.Event($"/w\0{token}\0");
        await done.Task;
    }

    private async Task<string> RegisterAsync(StoreClient client, StoreWatch watch)
    {
        var register = client.WatchAsync(watch).AsTask();
        string request = await _peer.AnswerAsync(XsMessageType.Watch, "OK\0");
        await register;
        return request.Split('|')[1];
    }

    /// <summary>When the reply is there, everything sent before it was taken.</summary>
    private async Task RoundTripAsync(StoreClient client)
    {
        var read = client.ReadAsync("/sync").AsTask();
        await _peer.AnswerAsync(XsMessageType.Read, "");
        await read;
    }
}
