using Conformance.Model.Protocol;

namespace Conformance.Adapters.SoftwareXen;

/// <summary>Whoever is told that a port became pending.</summary>
internal interface IPortOwner
{
    /// <summary>Sets the port's pending bit.</summary>
    void Raise(uint port);
}

/// <summary>One port of a domain (EV family; event_channel.h).</summary>
internal sealed class EventPort(SoftwareDomain domain, uint number, IPortOwner owner)
{
    /// <summary>The domain whose port it is.</summary>
    public SoftwareDomain Domain => domain;

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
