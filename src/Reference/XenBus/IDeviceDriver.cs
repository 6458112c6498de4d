using Conformance.Model.Protocol.XenBus;

namespace Conformance.Reference.XenBus;

/// <summary>Serves the devices of one type on one bus.</summary>
public interface IDeviceDriver
{
    /// <summary>The type in the path of its devices, such as <c>vbd</c>.</summary>
    string Type { get; }

    /// <summary>Takes a device, or leaves it alone: then its nodes stay as they are (XB-038). Shares nothing yet.</summary>
    /// <returns>What serves the device; null when it is not for this driver.</returns>
    /// <exception cref="DeviceFailure">It is, but cannot be served.</exception>
    ValueTask<IDeviceInstance?> ProbeAsync(XenBusDevice device);
}

/// <summary>
/// One device in the hands of its driver. The bus calls one member at a time, from the device's own fiber; the driver's
/// other fibers may run at every await. What throws <see cref="DeviceFailure"/> is published and closed by the bus.
/// </summary>
public interface IDeviceInstance
{
    /// <summary>
    /// Gets ready up to the first state that the peer waits for. Also called when the device begins anew after it was
    /// closed (XB-026), with everything of the earlier connection released.
    /// </summary>
    ValueTask AttachAsync();

    /// <summary>
    /// The peer's state may have changed. Acts on the latest state and does all skipped work exactly once (XB-014); the
    /// same state again does nothing (XB-015). Never waits without bound (XB-061).
    /// </summary>
    /// <param name="peer">The latest state; <see cref="XenbusState.Unknown"/> when the peer is gone.</param>
    ValueTask PeerChangedAsync(XenbusState peer);

    /// <summary>
    /// The own end is asked to close: somebody else wrote Closing to its state (XB-029, XB-030).
    /// </summary>
    ValueTask CloseAsync();

    /// <summary>
    /// Releases everything of the present connection, however far it came, in the order channel, data, ring (BB-028,
    /// BB-029). Drains what is in flight first. May be called at any time and again.
    /// </summary>
    /// <param name="isPeerGone">Whether nobody at the other end will answer any more.</param>
    ValueTask DisconnectAsync(bool isPeerGone);

    /// <summary>The device is no more: called once, last, after <see cref="DisconnectAsync"/>.</summary>
    ValueTask DetachAsync();

    /// <summary>The domain is about to be suspended.</summary>
    /// <returns>False to refuse, which leaves everything as it was (CT-011).</returns>
    ValueTask<bool> SuspendAsync();

    /// <summary>A suspend that was agreed to did not happen: everything goes on as before (CT-012).</summary>
    ValueTask CancelSuspendAsync();

    /// <summary>
    /// The domain runs in a new world: ports and foreign mappings are gone, own references grant nothing any more, the peer
    /// may be another (RS-002). Forgets the former and gives the references back; <see cref="AttachAsync"/> comes next.
    /// </summary>
    ValueTask ResumeAsync();
}
