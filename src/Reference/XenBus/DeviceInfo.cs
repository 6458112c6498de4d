using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenBus;

namespace Conformance.Reference.XenBus;

/// <summary>What an operator can see of a device (S-34 of the seed: its sysctl nodes).</summary>
/// <param name="Node">Its directory.</param>
/// <param name="Type">Its type.</param>
/// <param name="State">Its own state.</param>
/// <param name="Peer">The peer's domain.</param>
/// <param name="PeerNode">The peer's directory.</param>
/// <param name="PeerState">The peer's state as last seen.</param>
/// <param name="HasDriver">Whether a driver serves it.</param>
/// <param name="Failure">Why it failed; null if it did not.</param>
public sealed record DeviceInfo(
    string Node,
    string Type,
    XenbusState State,
    DomainId Peer,
    string PeerNode,
    XenbusState PeerState,
    bool HasDriver,
    string? Failure);
