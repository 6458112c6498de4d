using Conformance.Reference.XenBus;

namespace Conformance.Reference.Network;

/// <summary>Serves the network devices of a guest: an interface for each.</summary>
public sealed class NetFrontDriver(NetSettings settings) : IDeviceDriver
{
    private readonly Dictionary<string, NetFront> _fronts = [];

    /// <inheritdoc/>
    public string Type => "vif";

    /// <summary>The interface of a device by its name, such as <c>0</c>; null when there is none.</summary>
    public NetworkInterface? FindInterface(string name) => _fronts.GetValueOrDefault(name)?.Interface;

    /// <summary>The device by its name; null when there is none.</summary>
    public NetFront? FindDevice(string name) => _fronts.GetValueOrDefault(name);

    /// <inheritdoc/>
    public ValueTask<IDeviceInstance?> ProbeAsync(XenBusDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var front = new NetFront(this, device, settings);
        _fronts[device.Name] = front;
        return new ValueTask<IDeviceInstance?>(front);
    }

    internal void Forget(string name, NetFront front)
    {
        if (_fronts.GetValueOrDefault(name) == front)
        {
            _fronts.Remove(name);
        }
    }
}
