using Conformance.Reference.Deviations;
using Conformance.Reference.XenBus;

namespace Conformance.Reference.Network;

/// <summary>Serves the network devices of a guest: an interface for each.</summary>
/// <param name="settings">What its devices can do.</param>
/// <param name="plan">Where they leave their path; null for nowhere.</param>
/// <param name="die">Ends its domain, for a plan that wants that.</param>
public sealed class NetFrontDriver(NetSettings settings, DeviationPlan? plan = null, Func<ValueTask>? die = null) : IDeviceDriver
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
        var path = new ConnectionPath(device.Domain, $"dom{device.Domain.Id}/netfront {device.Name}", plan ?? DeviationPlan.None, die);
        var front = new NetFront(this, device, settings, path);
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
