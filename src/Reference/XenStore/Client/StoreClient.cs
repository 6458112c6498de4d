using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Wire;

namespace Conformance.Reference.XenStore.Client;

/// <summary>A client of a store, over a socket or a ring. Members may be called from any thread.</summary>
public sealed partial class StoreClient : IStoreClient, IStoreAdministrator, IAsyncDisposable
{
    private readonly SuspendGate _gate = new();
    private readonly WatchTable _watches;
    private readonly HashSet<uint> _openTransactions = [];
    private RequestChannel _channel;

    /// <summary>Begins to use a transport, which then belongs to the client.</summary>
    /// <param name="transport">The stream to the store.</param>
    /// <param name="onWatchFailure">
    /// Takes what a watch's callback throws. Without it, such a failure closes the client, so that it is not overlooked.
    /// </param>
    public StoreClient(IStoreTransport transport, Action<StoreWatch, Exception>? onWatchFailure = null)
    {
        ArgumentNullException.ThrowIfNull(transport);
        _watches = new WatchTable(onWatchFailure ?? CloseForFailure);
        _channel = new RequestChannel(transport, _watches.Take);
    }

    /// <summary>Connects to the socket of a store.</summary>
    /// <exception cref="IOException">No store listens there; the message is one line for the operator.</exception>
    public static async Task<StoreClient> ConnectAsync(string socketPath, CancellationToken cancellation = default) =>
        new(await UnixSocketTransport.ConnectAsync(socketPath, cancellation).ConfigureAwait(false));

    /// <summary>
    /// Waits until no transaction is open and no request is outstanding, and holds back new ones (XS-140). Follow with
    /// <see cref="ResumeAsync"/> or <see cref="CancelSuspend"/>.
    /// </summary>
    /// <exception cref="OperationCanceledException">The wait was given up; the client is in use again.</exception>
    public Task SuspendAsync(CancellationToken cancellation = default) => _gate.CloseAsync(cancellation);

    /// <summary>The suspend did not happen: everything goes on, nothing is registered again (XS-142).</summary>
    public void CancelSuspend() => _gate.Open();

    /// <summary>
    /// The domain runs again, before another store for all it knows: takes a fresh transport, registers every watch
    /// again, and then lets requests in (XS-141). Resume device drivers when this has returned.
    /// </summary>
    /// <param name="attach">Makes the new transport; called when the old one is closed.</param>
    /// <param name="cancellation">Gives up; the client stays suspended.</param>
    /// <returns>The watches that the store refused, one bad watch being no reason to lose the others; they are not registered any more.</returns>
    public async Task<IReadOnlyList<StoreWatch>> ResumeAsync(Func<CancellationToken, ValueTask<IStoreTransport>> attach, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(attach);
        _gate.AssertClosed();
        await _channel.DisposeAsync().ConfigureAwait(false);
        _channel = new RequestChannel(await attach(cancellation).ConfigureAwait(false), _watches.Take);
        var refused = new List<StoreWatch>();
        foreach (var watch in _watches.Registered)
        {
            if (!await TryRegisterAgainAsync(watch, cancellation).ConfigureAwait(false))
            {
                refused.Add(watch);
            }
        }

        refused.ForEach(watch => _watches.Remove(watch));
        _gate.Open();
        return refused;
    }

    /// <summary>
    /// To be called first by a kernel that was started from the crash of another: makes the store forget the watches of
    /// that one, if the platform says that it can (XS-147).
    /// </summary>
    /// <returns>Whether the store was asked to.</returns>
    public async ValueTask<bool> ResetStaleWatchesAsync(CancellationToken cancellation = default)
    {
        var allowed = await this.ScanAsync("control/platform-feature-xs_reset_watches", 0u, default, cancellation).ConfigureAwait(false);
        if (allowed.Value == 0)
        {
            return false;
        }

        await ResetWatchesAsync(cancellation).ConfigureAwait(false);
        return true;
    }

    /// <summary>Closes the connection, releases all waiters, and ends the callbacks (XS-146).</summary>
    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync().ConfigureAwait(false);
        _gate.Release();
        await _watches.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask WatchAsync(StoreWatch watch, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(watch);
        await _gate.EnterAsync(cancellation).ConfigureAwait(false);
        try
        {
            // The first event may come before the reply, so the token must be known by then.
            _watches.Add(watch);
            await RegisterAsync(watch, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is StoreException or IOException or OperationCanceledException)
        {
            _watches.Remove(watch);
            throw;
        }
        finally
        {
            _gate.Leave();
        }
    }

    /// <inheritdoc/>
    public async ValueTask UnwatchAsync(StoreWatch watch, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(watch);
        await _gate.EnterAsync(cancellation).ConfigureAwait(false);
        try
        {
            string token = _watches.Remove(watch);
            var request = new StorePayload(XsMessageType.Unwatch, watch.Path).Text(watch.Path).Text(token);
            StoreReply.Done(await _channel.CallAsync(request, 0, cancellation).ConfigureAwait(false), request);
        }
        catch (StoreException exception) when (exception.Error == XsError.ENOENT)
        {
            // The store forgot it first, by a reset or its own restart: gone is gone.
        }
        finally
        {
            _gate.Leave();
            await _watches.QuiesceAsync(watch).ConfigureAwait(false);
        }
    }

    private async ValueTask RegisterAsync(StoreWatch watch, CancellationToken cancellation)
    {
        var request = new StorePayload(XsMessageType.Watch, watch.Path).Text(watch.Path).Text(watch.Token!);
        StoreReply.Done(await _channel.CallAsync(request, 0, cancellation).ConfigureAwait(false), request);
    }

    private async ValueTask<bool> TryRegisterAgainAsync(StoreWatch watch, CancellationToken cancellation)
    {
        try
        {
            await RegisterAsync(watch, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (StoreException exception)
        {
            // EEXIST: the store is the same one and kept the watch.
            return exception.Error == XsError.EEXIST;
        }
    }

    private void CloseForFailure(StoreWatch watch, Exception failure) =>
        _channel.Break(new StoreClosedException($"the callback of the watch on {watch.Path} failed: {failure.Message}", failure));

    /// <summary>Sends a request when the client is not suspended; those of an open transaction pass, as it is waited for.</summary>
    private async ValueTask<byte[]> CallAsync(StorePayload request, StoreTransaction transaction, CancellationToken cancellation)
    {
        if (IsOpen(transaction))
        {
            return await _channel.CallAsync(request, transaction.Id, cancellation).ConfigureAwait(false);
        }

        await _gate.EnterAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await _channel.CallAsync(request, transaction.Id, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _gate.Leave();
        }
    }

    private async ValueTask CallDoneAsync(StorePayload request, StoreTransaction transaction, CancellationToken cancellation) =>
        StoreReply.Done(await CallAsync(request, transaction, cancellation).ConfigureAwait(false), request);

    private bool IsOpen(StoreTransaction transaction)
    {
        lock (_openTransactions)
        {
            return _openTransactions.Contains(transaction.Id);
        }
    }
}
