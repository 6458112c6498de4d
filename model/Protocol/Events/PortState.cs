namespace Conformance.Model.Protocol.Events;

/// <summary>What a port is (<c>EVTCHNSTAT_*</c>, event_channel.h; EV-001).</summary>
public enum PortState
{
    /// <summary>Not in use.</summary>
    Closed = 0,

    /// <summary>Waits for one domain to bind to it.</summary>
    Unbound = 1,

    /// <summary>Connected to another port.</summary>
    Interdomain = 2,

    /// <summary>Bound to a physical interrupt.</summary>
    Pirq = 3,

    /// <summary>Bound to a virtual interrupt.</summary>
    Virq = 4,

    /// <summary>Bound to a virtual CPU, for signals between CPUs.</summary>
    Ipi = 5,
}
