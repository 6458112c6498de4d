using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Ports;

namespace Conformance.Reference.XenBus;

/// <summary>
/// One end of one device, as its driver sees it: where its nodes are, who its peer is, and the services that every
/// driver needs.
/// </summary>
public sealed partial class XenBusDevice
{
    /// <summary>The domain of this end.</summary>
    public IDomain Domain => throw new NotImplementedException();

    /// <summary>The absolute path of the own directory, such as <c>/local/domain/1/device/vbd/51712</c>.</summary>
    public string Node => throw new NotImplementedException();

    /// <summary>The type, such as <c>vbd</c>.</summary>
    public string Type => throw new NotImplementedException();

    /// <summary>The device's name below its type: the virtual device number of a block device.</summary>
    public string Name => throw new NotImplementedException();

    /// <summary>The absolute path of the peer's directory.</summary>
    public string PeerNode => throw new NotImplementedException();

    /// <summary>The peer's domain.</summary>
    public DomainId Peer => throw new NotImplementedException();

    /// <summary>The own state as last written or found.</summary>
    public XenbusState State => throw new NotImplementedException();

    /// <summary>
    /// Writes the own state, unless it is that already or the directory is gone: test and write are one transaction
    /// (XB-005, XB-006).
    /// </summary>
    /// <returns>False when the directory is gone; the device is about to be detached then.</returns>
    public ValueTask<bool> SwitchStateAsync(XenbusState state) => throw new NotImplementedException();

    /// <summary>The peer's state now; <see cref="XenbusState.Unknown"/> when there is none.</summary>
    public ValueTask<XenbusState> ReadPeerStateAsync() => throw new NotImplementedException();

    /// <summary>Has <see cref="IDeviceInstance.PeerChangedAsync"/> called again soon with the latest state; from any fiber.</summary>
    public void LookAgain() => throw new NotImplementedException();

    /// <summary>Publishes a failure and closes (XB-040); from any fiber of the domain. Never fails itself (XB-042).</summary>
    public ValueTask FailAsync(DeviceFailure failure) => throw new NotImplementedException();

    /// <summary>Publishes that something went wrong without closing, as when a close is refused (XB-023).</summary>
    public ValueTask ReportAsync(DeviceFailure failure) => throw new NotImplementedException();
}
