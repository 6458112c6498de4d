using System.Threading.Channels;
using Conformance.Reference.Hypervisor;

namespace Conformance.Adapters.SoftwareXen;

/// <summary>The guest's end of an event channel: its port number and its doorbell.</summary>
public sealed class SoftwareEventLine : IEventLine, IPortOwner
{
    // One bit: however often it is set before it is seen, it is seen once.
    private readonly Channel<bool> pending =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly EventChannels events;
    private EventPort? bound;

    internal SoftwareEventLine(EventChannels events) => this.events = events;

    /// <summary>The port's number in its own domain: what INTRODUCE names.</summary>
    public uint Port => Bound.Number;

    internal EventPort Bound
    {
        get => bound ?? throw new InvalidOperationException("The line has no port yet.");
        set => bound = value;
    }

    /// <inheritdoc/>
    /// <remarks>Nothing happens when the other end is not bound, or the domain is gone.</remarks>
    public ValueTask NotifyAsync()
    {
        events.Notify(Bound);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The hypervisor was shut down.</exception>
    public async ValueTask WaitAsync(CancellationToken cancellation)
    {
        try
        {
            await pending.Reader.ReadAsync(cancellation);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(SoftwareHypervisor), "The hypervisor was shut down.");
        }
    }

    void IPortOwner.Raise(uint port) => pending.Writer.TryWrite(true);

    internal void End() => pending.Writer.TryComplete();
}
