using System.Globalization;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.XenStore.Ring;
using Conformance.Reference.XenStore.Wire;

namespace Conformance.Reference.XenStore.Client;

/// <summary>
/// A guest's end of its ring (xenstore-ring.txt). Words that the store may change are loaded once a use (XS-008); the
/// guest writes its own two counters and the connection word, never the features (XS-027). One reader and one writer
/// at a time.
/// </summary>
public sealed class RingTransport : IStoreTransport
{
    private readonly ISharedPage _page;
    private readonly IEventLine _line;
    private readonly CancellationTokenSource _ended = new();
    private readonly Pulse _doorbell = new();
    private readonly Task _listener;

    private RingTransport(ISharedPage page, IEventLine line)
    {
        _page = page;
        _line = line;
        _listener = ListenAsync();
    }

    /// <summary>
    /// Begins to use the ring, wherever its counters stand (XS-010): waits while the connection word says that nobody
    /// serves it yet (XS-026), then throws away what lies in the response queue (XS-011).
    /// </summary>
    /// <param name="page">The interface page.</param>
    /// <param name="line">The guest's end of the event channel; the transport waits on it alone.</param>
    /// <param name="keepResponses">True in a crash kernel, which must see the end of a reply that is under way (XS-011).</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <exception cref="IOException">The store gave up on the ring.</exception>
    public static async ValueTask<RingTransport> AttachAsync(ISharedPage page, IEventLine line, bool keepResponses = false, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(line);
        var transport = new RingTransport(page, line);
        try
        {
            // 1 alone tells a guest to wait. Any other value is either 0 or of a store that gives the word no meaning.
            if (await page.LoadAsync(XsInterfacePage.Connection).ConfigureAwait(false) == (uint)XsConnectionState.Reconnect)
            {
                await transport.WaitUntilConnectedAsync(cancellation).ConfigureAwait(false);
            }

            if (!keepResponses)
            {
                await transport.DiscardResponsesAsync().ConfigureAwait(false);
            }

            return transport;
        }
        catch
        {
            await transport.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Asks the store to reset the connection on a message boundary and waits until it has (XS-024). Watches and
    /// transactions are gone then. Nobody may read or write meanwhile.
    /// </summary>
    /// <returns>False when the store does not offer that; nothing has happened then.</returns>
    public async ValueTask<bool> ReconnectAsync(CancellationToken cancellation = default)
    {
        var features = (XsServerFeatures)await _page.LoadAsync(XsInterfacePage.ServerFeatures).ConfigureAwait(false);
        if (!features.HasFlag(XsServerFeatures.Reconnection))
        {
            return false;
        }

        await _page.StoreAsync(XsInterfacePage.Connection, (uint)XsConnectionState.Reconnect).ConfigureAwait(false);
        await _line.NotifyAsync().ConfigureAwait(false);
        await WaitUntilConnectedAsync(cancellation).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        while (true)
        {
            var doorbell = _doorbell.Next;
            var queue = await LoadAsync(XsInterfacePage.ResponseProducer, XsInterfacePage.ResponseConsumer).ConfigureAwait(false);
            int count = Math.Min(queue.FilledToWrap, buffer.Length);
            if (count > 0)
            {
                await _page.CopyOutAsync(XsInterfacePage.Responses + queue.ConsumerOffset, buffer[..count]).ConfigureAwait(false);
                await _page.StoreAsync(XsInterfacePage.ResponseConsumer, queue.Consumer + (uint)count).ConfigureAwait(false);
                await _line.NotifyAsync().ConfigureAwait(false);
                return count;
            }

            await WaitAsync(doorbell, cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        while (!bytes.IsEmpty)
        {
            var doorbell = _doorbell.Next;
            var queue = await LoadAsync(XsInterfacePage.RequestProducer, XsInterfacePage.RequestConsumer).ConfigureAwait(false);
            int count = Math.Min(queue.RoomToWrap, bytes.Length);
            if (count > 0)
            {
                await _page.CopyInAsync(XsInterfacePage.Requests + queue.ProducerOffset, bytes[..count]).ConfigureAwait(false);
                await _page.StoreAsync(XsInterfacePage.RequestProducer, queue.Producer + (uint)count).ConfigureAwait(false);
                await _line.NotifyAsync().ConfigureAwait(false);
                bytes = bytes[count..];
            }
            else
            {
                await WaitAsync(doorbell, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        await _listener.ConfigureAwait(false);
    }

    private async ValueTask WaitUntilConnectedAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var doorbell = _doorbell.Next;
            uint state = await _page.LoadAsync(XsInterfacePage.Connection).ConfigureAwait(false);
            if (state == (uint)XsConnectionState.Connected)
            {
                return;
            }

            await doorbell.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    private async ValueTask DiscardResponsesAsync()
    {
        uint producer = await _page.LoadAsync(XsInterfacePage.ResponseProducer).ConfigureAwait(false);
        uint consumer = await _page.LoadAsync(XsInterfacePage.ResponseConsumer).ConfigureAwait(false);
        if (producer != consumer)
        {
            await _page.StoreAsync(XsInterfacePage.ResponseConsumer, producer).ConfigureAwait(false);
            await _line.NotifyAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask<RingSpan> LoadAsync(int producer, int consumer)
    {
        var queue = new RingSpan(
            await _page.LoadAsync(producer).ConfigureAwait(false),
            await _page.LoadAsync(consumer).ConfigureAwait(false));
        return queue.IsValid ? queue : throw new IOException(string.Create(
            CultureInfo.InvariantCulture,
            $"expected at most {XsInterfacePage.RingSize} bytes in a queue of the store's ring, got counters {queue.Producer} and {queue.Consumer}; reconnect"));
    }

    /// <summary>Waits for the doorbell, unless the store says that it no longer serves this ring.</summary>
    private async ValueTask WaitAsync(Task doorbell, CancellationToken cancellation)
    {
        var features = (XsServerFeatures)await _page.LoadAsync(XsInterfacePage.ServerFeatures).ConfigureAwait(false);
        uint error = await _page.LoadAsync(XsInterfacePage.Error).ConfigureAwait(false);
        if (features.HasFlag(XsServerFeatures.Error) && error != (uint)XsRingError.None)
        {
            throw new IOException(string.Create(
                CultureInfo.InvariantCulture,
                $"expected a ring that the store serves, got its error {error} ({(XsRingError)error}); reconnect"));
        }

        await doorbell.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Reader and writer may both wait, but a port has one waiter.</summary>
    private async Task ListenAsync()
    {
        try
        {
            while (true)
            {
                await _line.WaitAsync(_ended.Token).ConfigureAwait(false);
                _doorbell.Fire();
            }
        }
        catch (OperationCanceledException exception)
        {
            _doorbell.Fail(new IOException("the ring is closed", exception));
        }
        catch (Exception exception)
        {
            // Without a listener nobody who waits would ever wake.
            _doorbell.Fail(new IOException($"the event channel of the ring failed: {exception.Message}", exception));
        }
    }
}
