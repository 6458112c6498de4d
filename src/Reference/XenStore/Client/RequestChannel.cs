using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Wire;

namespace Conformance.Reference.XenStore.Client;

/// <summary>
/// Requests out, replies and events in, over one transport. Replies are paired by request and transaction number, in
/// whatever order they come (XS-020).
/// </summary>
internal sealed class RequestChannel : IAsyncDisposable
{
    private readonly IStoreTransport _transport;
    private readonly Action<ReadOnlyMemory<byte>> _onEvent;
    private readonly CancellationTokenSource _ended = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, Outstanding> _outstanding = [];
    private readonly Task _reader;
    private StoreClosedException? _closed;
    private uint _lastId;

    internal RequestChannel(IStoreTransport transport, Action<ReadOnlyMemory<byte>> onEvent)
    {
        _transport = transport;
        _onEvent = onEvent;
        _reader = ReadAllAsync();
    }

    /// <summary>Sends one request and waits for its reply.</summary>
    /// <exception cref="StoreException">The store answered with an error.</exception>
    /// <exception cref="StoreClosedException">The connection is gone.</exception>
    internal async Task<byte[]> CallAsync(StorePayload request, uint transaction, CancellationToken cancellation)
    {
        var payload = request.Bytes;
        var (id, waiter) = Expect(request, transaction);
        try
        {
            await SendAsync(new XsHeader(request.Type, id, transaction, (uint)payload.Length), payload, cancellation).ConfigureAwait(false);
            return await waiter.Reply.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            Forget(id);
        }
    }

    /// <summary>
    /// Ends the channel: reader and writer stop, and every waiter gets the reason. The first reason stays; the answer is
    /// an exception that tells it.
    /// </summary>
    internal StoreClosedException Break(StoreClosedException reason)
    {
        Outstanding[] waiters;
        lock (_gate)
        {
            reason = _closed ??= reason;
            waiters = [.. _outstanding.Values];
        }

        // A writer that waits for room would never hear of it otherwise; not here, where it would run on this stack.
        _ = _ended.CancelAsync();
        foreach (var waiter in waiters)
        {
            waiter.Reply.TrySetException(new StoreClosedException(reason.Message, reason));
        }

        return new StoreClosedException(reason.Message, reason);
    }

    /// <summary>Closes the transport and releases everyone who waits (XS-146).</summary>
    public async ValueTask DisposeAsync()
    {
        Break(new StoreClosedException("the client closed its connection to the store"));
        await _reader.ConfigureAwait(false);
        await _transport.DisposeAsync().ConfigureAwait(false);
    }

    private (uint Id, Outstanding Waiter) Expect(StorePayload request, uint transaction)
    {
        lock (_gate)
        {
            if (_closed is not null)
            {
                throw new StoreClosedException(_closed.Message, _closed);
            }

            // 0 is what events carry, and a number comes round again after 2^32 requests.
            do
            {
                _lastId++;
            }
            while (_lastId == 0 || _outstanding.ContainsKey(_lastId));

            var waiter = new Outstanding(request, transaction);
            _outstanding.Add(_lastId, waiter);
            return (_lastId, waiter);
        }
    }

    private async Task SendAsync(XsHeader header, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        var message = new byte[XsHeader.Size + payload.Length];
        header.Write(message);
        payload.CopyTo(message.AsMemory(XsHeader.Size));
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            // Half a message would shift the whole stream, so only the end of the channel interrupts a write.
            await _transport.WriteAsync(message, _ended.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Whatever it was, nobody knows how much of the message went out.
            throw Break(Broken(exception));
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task ReadAllAsync()
    {
        var buffer = new MessageBuffer();
        try
        {
            while (await _transport.ReadAsync(buffer.Free, _ended.Token).ConfigureAwait(false) is var count and > 0)
            {
                buffer.Filled(count);
                TakeAll(buffer);
            }

            Break(new StoreClosedException("the store closed the connection"));
        }
        catch (Exception exception)
        {
            // Whatever it was, nobody would answer the waiters any more (XS-146).
            Break(Broken(exception));
        }
    }

    private void TakeAll(MessageBuffer buffer)
    {
        MessageStatus status;
        while ((status = buffer.TryTake(out var header, out var payload)) == MessageStatus.Whole)
        {
            if (header.Type == XsMessageType.WatchEvent)
            {
                _onEvent(payload.ToArray());
            }
            else
            {
                Find(header)?.Answer(header.Type, payload);
            }
        }

        if (status == MessageStatus.Oversized)
        {
            throw new StoreClosedException(
                $"expected a reply of at most {XsLimits.PayloadMax} bytes, got a header that announces more; the store is broken");
        }
    }

    /// <summary>Who waits for that reply; nobody, if it is nobody's or its owner gave up (XS-021).</summary>
    private Outstanding? Find(in XsHeader header)
    {
        lock (_gate)
        {
            return _outstanding.GetValueOrDefault(header.RequestId) is { } waiter && waiter.Transaction == header.TransactionId
                ? waiter
                : null;
        }
    }

    private void Forget(uint id)
    {
        lock (_gate)
        {
            _outstanding.Remove(id);
        }
    }

    private static StoreClosedException Broken(Exception cause) =>
        cause as StoreClosedException ?? new StoreClosedException($"the connection to the store broke: {cause.Message}", cause);

    private sealed class Outstanding(StorePayload request, uint transaction)
    {
        internal uint Transaction => transaction;

        internal TaskCompletionSource<byte[]> Reply { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal void Answer(XsMessageType type, ReadOnlySpan<byte> payload)
        {
            if (type == request.Type)
            {
                Reply.TrySetResult(payload.ToArray());
                return;
            }

            // A reply of yet another type is no answer; an unknown error name is EINVAL, never success (XS-018).
            var error = type != XsMessageType.Error ? XsError.EIO
                : XsErrors.TryParse(payload, out var named) ? named
                : XsError.EINVAL;
            Reply.TrySetException(new StoreException(error, request.Description));
        }
    }
}
