using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Tests.Unit.Store;

public sealed class ClientTransactionTests
{
    [Fact]
    [Trait("Clause", "XS-117")]
    [Trait("Clause", "XS-118")]
    public async Task Transaction_AfterConflict_IsDoneAgainFromTheStart()
    {
        var peer = new ClientScriptedPeer();
        await using var client = new StoreClient(peer);
        var result = client.InTransactionAsync(async transaction =>
        {
            string value = await client.ReadTextAsync("/in", transaction);
            await client.WriteTextAsync("/out", $"{value}", transaction);
            return value;
        }).AsTask();

        await peer.AnswerAsync(XsMessageType.TransactionStart, "1\0");
        var read = await peer.NextAsync(XsMessageType.Read);
        Assert.Equal(1u, read.Header.TransactionId);
        peer.Reply(read, "old");
        Assert.Equal("/out|old", await peer.AnswerAsync(XsMessageType.Write, "OK\0"));
        var end = await peer.NextAsync(XsMessageType.TransactionEnd);
        Assert.Equal("T|", end.Text);
        peer.Fail(end, "EAGAIN");

        Assert.Equal("|", await peer.AnswerAsync(XsMessageType.TransactionStart, "2\0"));
        await peer.AnswerAsync(XsMessageType.Read, "new");
        Assert.Equal("/out|new", await peer.AnswerAsync(XsMessageType.Write, "OK\0"));
        await peer.AnswerAsync(XsMessageType.TransactionEnd, "OK\0");
        Assert.Equal("new", await result);
    }

    [Fact]
    [Trait("Clause", "XS-115")]
    public async Task Transaction_WhoseBodyFails_IsAborted()
    {
        var peer = new ClientScriptedPeer();
        await using var client = new StoreClient(peer);
        var result = client.InTransactionAsync(_ => throw new FormatException("body")).AsTask();
        await peer.AnswerAsync(XsMessageType.TransactionStart, "1\0");
        Assert.Equal("F|", await peer.AnswerAsync(XsMessageType.TransactionEnd, "OK\0"));
        await Assert.ThrowsAsync<FormatException>(() => result);

        result = client.InTransactionAsync(_ => throw new FormatException("body")).AsTask();
        await peer.AnswerAsync(XsMessageType.TransactionStart, "1\0");
        peer.Fail(await peer.NextAsync(XsMessageType.TransactionEnd), "ENOENT");
        await Assert.ThrowsAsync<FormatException>(() => result);
    }

    [Fact]
    public async Task Transaction_RefusedForAnotherReason_IsNotDoneAgain()
    {
        var peer = new ClientScriptedPeer();
        await using var client = new StoreClient(peer);
        var result = client.InTransactionAsync(_ => ValueTask.CompletedTask).AsTask();
        await peer.AnswerAsync(XsMessageType.TransactionStart, "1\0");
        peer.Fail(await peer.NextAsync(XsMessageType.TransactionEnd), "ENOSPC");
        Assert.Equal(XsError.ENOSPC, (await Assert.ThrowsAsync<StoreException>(() => result)).Error);
        Assert.False(peer.HasRequest);
    }

    [Fact]
    public async Task RemoveTree_TakesLeavesFirst_InOneTransaction()
    {
        var peer = new ClientScriptedPeer();
        await using var client = new StoreClient(peer);
        var removal = client.RemoveTreeAsync("/a").AsTask();
        await peer.AnswerAsync(XsMessageType.TransactionStart, "9\0");
        await peer.AnswerAsync(XsMessageType.Read, "");
        Assert.Equal("/a|", await peer.AnswerAsync(XsMessageType.Directory, "b\0"));
        Assert.Equal("/a/b|", await peer.AnswerAsync(XsMessageType.Directory, ""));
        var first = await peer.NextAsync(XsMessageType.Rm);
        Assert.Equal(("/a/b|", 9u), (first.Text, first.Header.TransactionId));
        peer.Reply(first, "OK\0");
        Assert.Equal("/a|", await peer.AnswerAsync(XsMessageType.Rm, "OK\0"));
        Assert.Equal("T|", await peer.AnswerAsync(XsMessageType.TransactionEnd, "OK\0"));
        await removal;
    }

    [Fact]
    public async Task RemoveTree_OfAnAbsentNode_ChangesNothing()
    {
        var peer = new ClientScriptedPeer();
        await using var client = new StoreClient(peer);
        var removal = client.RemoveTreeAsync("/a").AsTask();
        await peer.AnswerAsync(XsMessageType.TransactionStart, "9\0");
        peer.Fail(await peer.NextAsync(XsMessageType.Read), "ENOENT");
        await peer.AnswerAsync(XsMessageType.TransactionEnd, "OK\0");
        await removal;
    }

    [Fact]
    [Trait("Clause", "XS-140")]
    public async Task Suspend_WaitsForOpenTransactions_AndHoldsBackNewRequests()
    {
        var peer = new ClientScriptedPeer();
        await using var client = new StoreClient(peer);
        var begin = client.BeginAsync().AsTask();
        await peer.AnswerAsync(XsMessageType.TransactionStart, "3\0");
        var transaction = await begin;

        var suspend = client.SuspendAsync();
        var heldBack = client.ReadTextAsync("/later").AsTask();
        var inside = client.ReadTextAsync("/inside", transaction).AsTask();
        Assert.Equal("/inside|", await peer.AnswerAsync(XsMessageType.Read, "x"));
        await inside;
        Assert.False(suspend.IsCompleted);
        Assert.False(peer.HasRequest);

        var commit = client.CommitAsync(transaction).AsTask();
        await peer.AnswerAsync(XsMessageType.TransactionEnd, "OK\0");
        await commit;
        await suspend;
        Assert.False(peer.HasRequest);
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.SuspendAsync());

        client.CancelSuspend();
        Assert.Equal("/later|", await peer.AnswerAsync(XsMessageType.Read, "y"));
        Assert.Equal("y", await heldBack);
        Assert.Throws<InvalidOperationException>(client.CancelSuspend);
    }

    [Fact]
    [Trait("Clause", "XS-140")]
    public async Task Suspend_GivenUp_LetsRequestsInAgain()
    {
        var peer = new ClientScriptedPeer();
        await using var client = new StoreClient(peer);
        var begin = client.BeginAsync().AsTask();
        await peer.AnswerAsync(XsMessageType.TransactionStart, "3\0");
        await begin;
        using var cancellation = new CancellationTokenSource();
        var suspend = client.SuspendAsync(cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => suspend);
        var read = client.ReadTextAsync("/a").AsTask();
        await peer.AnswerAsync(XsMessageType.Read, "x");
        Assert.Equal("x", await read);
    }

    [Fact]
    [Trait("Clause", "XS-091")]
    public async Task ResetWatches_EndsTransactionsAndWatches_ForTheClientToo()
    {
        var peer = new ClientScriptedPeer();
        await using var client = new StoreClient(peer);
        var watch = new StoreWatch("/w", _ => default);
        var begin = client.BeginAsync().AsTask();
        await peer.AnswerAsync(XsMessageType.TransactionStart, "3\0");
        await begin;
        var register = client.WatchAsync(watch).AsTask();
        await peer.AnswerAsync(XsMessageType.Watch, "OK\0");
        await register;
        var reset = client.ResetWatchesAsync().AsTask();
        await peer.AnswerAsync(XsMessageType.ResetWatches, "OK\0");
        await reset;
        await client.SuspendAsync();
        client.CancelSuspend();
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.UnwatchAsync(watch).AsTask());
    }

    [Fact]
    [Trait("Clause", "XS-146")]
    public async Task Request_HeldBackBySuspend_IsReleasedWhenTheClientCloses()
    {
        var client = new StoreClient(new ClientScriptedPeer());
        await client.SuspendAsync();
        var heldBack = client.ReadAsync("/a").AsTask();
        await client.DisposeAsync();
        await Assert.ThrowsAsync<StoreClosedException>(() => heldBack);
    }
}
