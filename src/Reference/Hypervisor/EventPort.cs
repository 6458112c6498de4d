using Conformance.Model.Protocol;

namespace Conformance.Reference.Hypervisor;

/// <summary>
/// A domain's end of an event channel: unbound and reserved for one domain, bound to that domain's end, or closed. A
/// port has one pending bit, so several signals before a wait are one. Any thread.
/// </summary>
public sealed class EventPort : IEventLine
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _waiter;
    private EventPort? _peer;
    private bool _pending;

    internal EventPort(uint number, DomainId reservedFor)
    {
        Number = number;
        ReservedFor = reservedFor;
    }

    /// <summary>The port's number in its own domain; never 0.</summary>
    public uint Number { get; }

    /// <summary>The domain that may bind to it, or is bound to it.</summary>
    public DomainId ReservedFor { get; }

    /// <summary>The other end while bound.</summary>
    public EventPort? Peer => Volatile.Read(ref _peer);

    /// <summary>Sets the peer's pending bit; without a peer nothing happens, as the hypervisor has it.</summary>
    public ValueTask NotifyAsync()
    {
        Peer?.Raise();
        return default;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Somebody waits already.</exception>
    public async ValueTask WaitAsync(CancellationToken cancellation)
    {
        TaskCompletionSource waiter;
        lock (_gate)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_pending)
            {
                _pending = false;
                return;
            }

            if (_waiter is not null)
            {
                throw new InvalidOperationException("expected one waiter on an event port, got a second; share one waiter");
            }

            waiter = _waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        using var registration = cancellation.UnsafeRegister(state => ((EventPort)state!).GiveUp(), this);
        await waiter.Task;
    }

    /// <summary>Joins two ends; the newly bound one is pending at once, since signals may have come too early.</summary>
    internal static void Join(EventPort unbound, EventPort binding)
    {
        Volatile.Write(ref unbound._peer, binding);
        Volatile.Write(ref binding._peer, unbound);
        binding.Raise();
    }

    /// <summary>Parts this end from its peer, which is unbound again.</summary>
    internal void Part()
    {
        var peer = Interlocked.Exchange(ref _peer, null);
        if (peer is not null)
        {
            Volatile.Write(ref peer._peer, null);
        }
    }

    private void Raise()
    {
        TaskCompletionSource? waiter;
        lock (_gate)
        {
            waiter = _waiter;
            _waiter = null;
            _pending = waiter is null;
        }

        waiter?.SetResult();
    }

    private void GiveUp()
    {
        TaskCompletionSource? waiter;
        lock (_gate)
        {
            waiter = _waiter;
            _waiter = null;
        }

        waiter?.SetCanceled();
    }
}
