using Conformance.Reference.XenBus;

namespace Conformance.Reference.Network;

/// <summary>Serves the network devices of other domains: a port at a bridge for each.</summary>
public sealed class NetBackDriver(NetSettings settings, Bridge bridge) : IDeviceDriver
{
    /// <inheritdoc/>
    public string Type => "vif";

    /// <inheritdoc/>
    public ValueTask<IDeviceInstance?> ProbeAsync(XenBusDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return new ValueTask<IDeviceInstance?>(new NetBack(device, settings, bridge));
    }
}
