using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Events;

namespace Conformance.Reference.Hypervisor;

/// <summary>What a port is at the moment (<c>evtchn_status</c>, event_channel.h).</summary>
/// <param name="State">What kind.</param>
/// <param name="Vcpu">The virtual CPU that is interrupted for it.</param>
/// <param name="Remote">Unbound or interdomain: the other domain.</param>
/// <param name="RemotePort">Interdomain: the other port.</param>
/// <param name="Source">Virq or pirq: which interrupt.</param>
public readonly record struct PortStatus(PortState State, uint Vcpu, DomainId Remote, uint RemotePort, uint Source);
