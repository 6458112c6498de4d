using System.Threading.Channels;
using Conformance.Model.Protocol;
using Conformance.Reference.Hypervisor;

namespace Conformance.Adapters.SoftwareXen;

/// <summary>Whoever is told that a port became pending.</summary>
internal interface IPortOwner
{
    /// <summary>Sets the port's pending bit.</summary>
    void Raise(uint port);
}

/// <summary>One port of a domain (EV family; event_channel.h).</summary>
internal sealed class EventPort(DomainId domain, uint number, IPortOwner owner)
{
    /// <summary>The domain whose port it is.</summary>
    public DomainId Domain => domain;

    /// <summary>Its number, unique in its domain, never 0.</summary>
    public uint Number => number;

    /// <summary>Who is told of events.</summary>
    public IPortOwner Owner => owner;

    /// <summary>The domain that may bind the other end, while there is none.</summary>
    public DomainId? Awaits { get; set; }

    /// <summary>The other end; null when unbound or a virtual interrupt.</summary>
    public EventPort? Peer { get; set; }

    /// <summary>The virtual interrupt that it stands for, or null.</summary>
    public uint? Virq { get; set; }
}

/// <summary>The guest's end of an event channel: its port number and its doorbell.</summary>
public sealed class SoftwareEventLine : IEventLine, IPortOwner
{
    // One bit: however often it is set before it is seen, it is seen once.
    private readonly Channel<bool> pending =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly SoftwareHypervisor hypervisor;
    private EventPort? bound;

    internal SoftwareEventLine(SoftwareHypervisor hypervisor) => this.hypervisor = hypervisor;

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
        hypervisor.Notify(Bound);
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
