using Conformance.Model.Protocol.XenBus;

namespace Conformance.Reference.XenBus;

/// <summary>
/// Where the bus of the fronts and that of the backs differ, and nothing else: how devices of a type are found, where the
/// peer's nodes are, and what follows from a change at either end (the seed's <c>xenbusb_if.m</c>).
/// </summary>
public interface IBusFlavour
{
    /// <summary>The directory below the domain's home that holds the devices: <c>device</c> or <c>backend</c>.</summary>
    string Root { get; }

    /// <summary>Whether devices of this bus hold up the boot of their domain until they are connected (XB-044).</summary>
    bool HoldsBoot { get; }

    /// <summary>Names of the two nodes in a device's directory that lead to the peer: its directory and its domain.</summary>
    (string Node, string Domain) PeerNames { get; }

    /// <summary>Lists the directories of all devices of a type.</summary>
    /// <param name="bus">The bus that asks.</param>
    /// <param name="typeNode">The absolute path of the type's directory.</param>
    ValueTask<IReadOnlyList<string>> EnumerateAsync(DeviceBus bus, string typeNode);

    /// <summary>
    /// Brings a device that was found in another state than Initialising when the bus started into that state: whoever
    /// used it did not clean up (XB-053, XB-054).
    /// </summary>
    /// <returns>False to leave the device alone.</returns>
    ValueTask<bool> RenewAsync(XenBusDevice device);

    /// <summary>The peer's state may have changed.</summary>
    /// <returns>Whether the driver is to be told.</returns>
    ValueTask<bool> PeerChangedAsync(XenBusDevice device, XenbusState peer);

    /// <summary>One of the device's own nodes that the bus watches has changed, or the device has just closed.</summary>
    ValueTask LocalChangedAsync(XenBusDevice device);

    /// <summary>An attach failed; publishes what this kind of device owes the tool stack beyond the error node (XB-041).</summary>
    ValueTask PublishFailedAttachAsync(XenBusDevice device, DeviceFailure failure);
}
