using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Client;
using Conformance.Reference.XenStore.Engine;

namespace Conformance.Reference.World;

/// <content>What lasts longer than a request: transactions, watches, and the connection itself.</content>
public sealed partial class WorldStoreClient
{
    /// <inheritdoc/>
    public async ValueTask<StoreTransaction> BeginAsync(CancellationToken cancellation = default)
    {
        var request = new StorePayload(XsMessageType.TransactionStart).Text(string.Empty);
        await _gate.EnterAsync();
        try
        {
            var transaction = new StoreTransaction(StoreReply.Number(Payload(await ExchangeAsync(request, default), request), request));
            _open.Add(transaction);
            return transaction;
        }
        catch
        {
            _gate.Leave();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask CommitAsync(StoreTransaction transaction, CancellationToken cancellation = default) => EndAsync(transaction, "T");

    /// <inheritdoc/>
    public ValueTask AbortAsync(StoreTransaction transaction, CancellationToken cancellation = default) => EndAsync(transaction, "F");

    /// <inheritdoc/>
    public async ValueTask WatchAsync(StoreWatch watch, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(watch);
        await _gate.EnterAsync();
        try
        {
            // The first event comes before the reply, so the token must be known by then.
            _watches.Add(watch);
            var request = Registration(watch);
            var reply = await ExchangeAsync(request, default);
            if (reply.Error == XsError.EEXIST)
            {
                // It was registered with all others, as the connection began anew.
                return;
            }

            if (reply.Error != XsError.None)
            {
                _watches.Remove(watch);
            }

            StoreReply.Done(Payload(reply, request), request);
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
        string token = _watches.Remove(watch);
        var request = new StorePayload(XsMessageType.Unwatch, watch.Path).Text(watch.Path).Text(token);
        var reply = await CallAsync(request, default);
        await _watches.QuiesceAsync(watch);

        // The store forgot it first, by a reset or in another world: gone is gone.
        if (reply.Error != XsError.ENOENT)
        {
            StoreReply.Done(Payload(reply, request), request);
        }
    }

    /// <summary>
    /// The domain is about to be suspended: keeps new requests out and waits until those under way and all transactions
    /// have ended (XS-140). The callbacks of watches may still run, and wait when they ask for something.
    /// </summary>
    public async ValueTask SuspendAsync()
    {
        if (_reconnecting is { } reconnecting)
        {
            await reconnecting.JoinAsync();
        }

        await _gate.CloseAsync();
    }

    /// <summary>The suspend did not happen: goes on, and registers nothing again (XS-142).</summary>
    public void CancelSuspend() => _gate.Open();

    /// <summary>
    /// The domain came up in a new world: nothing of the old connection is left in the store. Registers every watch again,
    /// each of which fires once, and then lets requests in (XS-141).
    /// </summary>
    /// <param name="connection">The new connection.</param>
    /// <exception cref="InvalidOperationException">Not suspended.</exception>
    public async ValueTask ResumeAsync(StoreConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        _gate.CheckClosed();
        _connection.Transport = null;
        _connection = connection;
        connection.Transport = this;
        await RegisterAllAsync();
        _gate.Open();
    }

    private static StorePayload Registration(StoreWatch watch) =>
        new StorePayload(XsMessageType.Watch, watch.Path).Text(watch.Path).Text(watch.Token!);

    private async ValueTask EndAsync(StoreTransaction transaction, string how)
    {
        try
        {
            // As if somebody else had changed what the transaction saw: it leaves nothing behind.
            bool isRefused = how == "T" && _store.Happens(Whims.FailedCommits, "a commit that fails for nothing");
            var request = new StorePayload(XsMessageType.TransactionEnd).Text(isRefused ? "F" : how);
            await DoAsync(request, transaction);
            if (isRefused)
            {
                throw new StoreException(XsError.EAGAIN, request.Description);
            }
        }
        finally
        {
            _lost.Remove(transaction);
            if (_open.Remove(transaction))
            {
                _gate.Leave();
            }
        }
    }
}
