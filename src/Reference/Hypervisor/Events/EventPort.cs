using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Events;

namespace Conformance.Reference.Hypervisor;

/// <summary>
/// A port of a domain from its allocation to its closing: unbound and reserved for one domain, bound to that domain's
/// port, or bound to a source of interrupts. It has one pending bit, so several signals before a look are one. Any thread.
/// </summary>
public sealed class EventPort : IEventLine
{
    private TaskCompletionSource? _waiter;
    private EventPort? _peer;
    private Action? _upcall;
    private bool _isDelivered;

    internal EventPort(Domain owner, uint number, PortState state, DomainId reservedFor, VirtualCpu cpu)
    {
        Owner = owner;
        Number = number;
        State = state;
        ReservedFor = reservedFor;
        NotifiedCpu = cpu;
    }

    /// <summary>Whose port it is.</summary>
    public Domain Owner { get; }

    /// <summary>The port's number in its own domain; never 0 (EV-014).</summary>
    public uint Number { get; }

    /// <summary>Its identity: domain in the high half, number in the low one. A later port of that number has the same.</summary>
    public ulong Key => ((ulong)Owner.Id.Value << 32) | Number;

    /// <summary>What it is; closed for good once it was closed, even if its number is used again.</summary>
    public PortState State { get; internal set; }

    /// <summary>The domain that may bind to it, or is bound to it.</summary>
    public DomainId ReservedFor { get; }

    /// <summary>The other end while bound.</summary>
    public EventPort? Peer => Volatile.Read(ref _peer);

    /// <summary>The virtual interrupt or the physical one that it is bound to.</summary>
    public uint Source { get; internal init; }

    /// <summary>Which virtual CPU is interrupted for it.</summary>
    public uint Vcpu => NotifiedCpu.Number;

    /// <summary>With FIFO events, the queue that it is put in; 0 is served first.</summary>
    public int Priority { get; internal set; } = EventLimits.FifoDefaultPriority;

    /// <summary>Whether the pending bit is set.</summary>
    public bool IsPending
    {
        get
        {
            lock (Owner.Gate)
            {
                return State != PortState.Closed && Owner.Events.Bits.IsPending(Number);
            }
        }
    }

    /// <summary>
    /// Called whenever the port becomes pending while unmasked, or is unmasked while pending; also at once if it is so
    /// when this is set. It is called under the hypervisor's lock, so it only notes the fact. The pending bit stays set
    /// until <see cref="TryConsume"/>, which comes before looking at what the signal is about (EV-012).
    /// </summary>
    public Action? Upcall
    {
        get => _upcall;
        set
        {
            lock (Owner.Gate)
            {
                _upcall = value;
                if (IsDeliverable && value is not null)
                {
                    _isDelivered = true;
                    value();
                }
            }
        }
    }

    internal VirtualCpu NotifiedCpu { get; set; }

    /// <summary>For a port whose consumer is the hypervisor itself (EV-017).</summary>
    internal Action? Consumer { get; init; }

    private bool IsDeliverable => State != PortState.Closed && Owner.Events.Bits.IsPending(Number) && !Owner.Events.Bits.IsMasked(Number);

    /// <summary>Signals the other end: EINVAL once the port is closed (EV-005, EV-006).</summary>
    public Errno Send()
    {
        lock (Owner.Gate)
        {
            return Owner.Events.SendBy(this);
        }
    }

    /// <summary>Clears the pending bit; says whether it was set.</summary>
    public bool TryConsume()
    {
        lock (Owner.Gate)
        {
            _isDelivered = false;
            return State != PortState.Closed && Owner.Events.Bits.ClearPending(Number);
        }
    }

    /// <summary>Sets the peer's pending bit; without a peer, or after closing, nothing happens.</summary>
    public ValueTask NotifyAsync()
    {
        Send();
        return default;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Somebody waits already.</exception>
    public async ValueTask WaitAsync(CancellationToken cancellation)
    {
        TaskCompletionSource waiter;
        lock (Owner.Gate)
        {
            cancellation.ThrowIfCancellationRequested();
            if (IsDeliverable)
            {
                TryConsume();
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

    /// <summary>What is pending is to be delivered again once the port is unmasked.</summary>
    internal void ForgetDelivery() => _isDelivered = false;

    /// <summary>The guest's interrupt handler came to this port.</summary>
    internal void Deliver()
    {
        // A bit that is left set is seen again with the next event of its word; it is no news then.
        if (_isDelivered)
        {
            return;
        }

        _isDelivered = true;
        if (_waiter is { } waiter)
        {
            _waiter = null;
            TryConsume();
            waiter.SetResult();
        }

        _upcall?.Invoke();
    }

    /// <summary>Joins two ends; the newly bound one is pending at once, since signals may have come too early (EV-004).</summary>
    internal static void Join(EventPort unbound, EventPort binding)
    {
        Volatile.Write(ref unbound._peer, binding);
        Volatile.Write(ref binding._peer, unbound);
        unbound.State = PortState.Interdomain;
        binding.State = PortState.Interdomain;
        binding.Owner.Events.Raise(binding);
    }

    /// <summary>Closes this end; the peer is unbound again, its pending bit as it was (EV-007, EV-008).</summary>
    internal void Close()
    {
        State = PortState.Closed;
        var peer = Interlocked.Exchange(ref _peer, null);
        if (peer is not null)
        {
            Volatile.Write(ref peer._peer, null);
            peer.State = PortState.Unbound;
        }
    }

    private void GiveUp()
    {
        TaskCompletionSource? waiter;
        lock (Owner.Gate)
        {
            waiter = _waiter;
            _waiter = null;
        }

        waiter?.SetCanceled();
    }
}
