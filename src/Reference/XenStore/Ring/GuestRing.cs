using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.XenStore.Engine;
using Conformance.Reference.XenStore.Wire;

namespace Conformance.Reference.XenStore.Ring;

/// <summary>
/// The store's end of a guest's ring (xenstore-ring.txt). The guest may change any byte of the page at any time: every
/// word is loaded once a use, judged, and then only the loaded value is used (XS-008). The store writes its own two
/// counters and its own words, never the guest's. One call at a time.
/// </summary>
public sealed class GuestRing
{
    private readonly StoreEngine _engine;
    private readonly StoreConnection _connection;
    private readonly ISharedPage _page;
    private readonly IEventLine _line;
    private readonly MessageBuffer _input = new();
    private readonly byte[] _outgoing = new byte[XsInterfacePage.RingSize];
    private bool _ended;

    /// <summary>Makes the store's end; nothing is touched yet.</summary>
    public GuestRing(StoreEngine engine, StoreConnection connection, ISharedPage page, IEventLine line)
    {
        _engine = engine;
        _connection = connection;
        _page = page;
        _line = line;
    }

    /// <summary>Whether the store gave up on this ring (XS-006, XS-013).</summary>
    public bool IsAbandoned { get; private set; }

    private bool IsServed => !_ended && !IsAbandoned && _connection.IsServed;

    /// <summary>
    /// Another ring serves the connection from now on, or none: whatever step this one is in, it touches the
    /// connection no more.
    /// </summary>
    public void End() => _ended = true;

    /// <summary>
    /// Offers the features before the first byte moves (XS-027), lets in a guest that waits for that (XS-026), and
    /// signals, because a request may lie in the ring already (Z-073).
    /// </summary>
    /// <param name="startEmpty">Whether bytes that lie in the queues belong to an earlier connection (XS-029).</param>
    public async ValueTask AttachAsync(bool startEmpty)
    {
        await _page.StoreAsync(XsInterfacePage.ServerFeatures, (uint)_connection.Features);
        await _page.StoreAsync(XsInterfacePage.Error, (uint)XsRingError.None);
        uint state = await _page.LoadAsync(XsInterfacePage.Connection);
        bool guestWaits = state == (uint)XsConnectionState.Reconnect;
        if (startEmpty || guestWaits)
        {
            await EmptyQueuesAsync();
        }

        if (guestWaits)
        {
            await _page.StoreAsync(XsInterfacePage.Connection, (uint)XsConnectionState.Connected);
        }

        await _line.NotifyAsync();
    }

    /// <summary>Takes a bounded number of requests and gives as much output as fits.</summary>
    /// <param name="maximumRequests">How many requests at most.</param>
    /// <returns>Whether more can be taken at once: call again after the others had their turn (Z-070).</returns>
    public async ValueTask<bool> ServeAsync(int maximumRequests)
    {
        if (!IsServed)
        {
            return false;
        }

        if (await IsResetWantedAsync())
        {
            await ResetAsync();
        }

        int taken = 0;
        while (IsServed && taken < maximumRequests && _connection.AcceptsRequests)
        {
            var status = ProcessOne();
            if (status == MessageStatus.Whole)
            {
                taken++;
            }
            else if (status == MessageStatus.Oversized)
            {
                await AbandonAsync(XsRingError.Protocol);
                return false;
            }
            else if (!await FillAsync())
            {
                break;
            }
        }

        await FlushAsync();
        return IsServed && taken == maximumRequests && _connection.AcceptsRequests;
    }

    private async ValueTask<bool> IsResetWantedAsync() =>
        _connection.Features.HasFlag(XsServerFeatures.Reconnection)
        && await _page.LoadAsync(XsInterfacePage.Connection) == (uint)XsConnectionState.Reconnect;

    private async ValueTask ResetAsync()
    {
        if (!IsServed)
        {
            return;
        }

        _input.Clear();
        _engine.Reset(_connection);
        await EmptyQueuesAsync();
        await _page.StoreAsync(XsInterfacePage.Error, (uint)XsRingError.None);
        await _page.StoreAsync(XsInterfacePage.Connection, (uint)XsConnectionState.Connected);
        await _line.NotifyAsync();
    }

    /// <summary>Empties both queues through the store's own counters, whatever the guest's are.</summary>
    private async ValueTask EmptyQueuesAsync()
    {
        await _page.StoreAsync(XsInterfacePage.RequestConsumer, await _page.LoadAsync(XsInterfacePage.RequestProducer));
        await _page.StoreAsync(XsInterfacePage.ResponseProducer, await _page.LoadAsync(XsInterfacePage.ResponseConsumer));
    }

    private MessageStatus ProcessOne()
    {
        var status = _input.TryTake(out var header, out var payload);
        if (status == MessageStatus.Whole)
        {
            _engine.Process(_connection, in header, payload);
        }

        return status;
    }

    /// <summary>Moves request bytes out of the ring; false when there are none or the ring was abandoned.</summary>
    private async ValueTask<bool> FillAsync()
    {
        uint consumer = await _page.LoadAsync(XsInterfacePage.RequestConsumer);
        uint producer = await _page.LoadAsync(XsInterfacePage.RequestProducer);
        var queue = new RingSpan(producer, consumer);
        if (!queue.IsValid)
        {
            await AbandonAsync(XsRingError.RingIndex);
            return false;
        }

        var free = _input.Free;
        int count = Math.Min(queue.FilledToWrap, free.Length);
        if (count == 0)
        {
            return false;
        }

        await _page.CopyOutAsync(XsInterfacePage.Requests + queue.ConsumerOffset, free[..count]);
        await _page.StoreAsync(XsInterfacePage.RequestConsumer, consumer + (uint)count);
        await _line.NotifyAsync();
        _input.Filled(count);
        return true;
    }

    private async ValueTask FlushAsync()
    {
        while (IsServed && _connection.HasOutput)
        {
            uint consumer = await _page.LoadAsync(XsInterfacePage.ResponseConsumer);
            uint producer = await _page.LoadAsync(XsInterfacePage.ResponseProducer);
            var queue = new RingSpan(producer, consumer);
            if (!queue.IsValid)
            {
                await AbandonAsync(XsRingError.RingIndex);
                return;
            }

            int count = IsServed ? TakeOutput(queue.RoomToWrap) : 0;
            if (count == 0)
            {
                return;
            }

            await _page.CopyInAsync(XsInterfacePage.Responses + queue.ProducerOffset, _outgoing.AsMemory(0, count));
            await _page.StoreAsync(XsInterfacePage.ResponseProducer, producer + (uint)count);
            await _line.NotifyAsync();
        }
    }

    /// <summary>Moves output out of the engine, where it might change between two steps.</summary>
    private int TakeOutput(int room)
    {
        var output = _connection.PeekOutput();
        int count = Math.Min(room, output.Length);
        output[..count].CopyTo(_outgoing);
        _connection.ConsumeOutput(count);
        return count;
    }

    private async ValueTask AbandonAsync(XsRingError error)
    {
        if (!IsServed)
        {
            return;
        }

        IsAbandoned = true;
        _input.Clear();
        _engine.Abandon(_connection);
        if (_connection.Features.HasFlag(XsServerFeatures.Error))
        {
            await _page.StoreAsync(XsInterfacePage.Error, (uint)error);
            await _line.NotifyAsync();
        }
    }
}
