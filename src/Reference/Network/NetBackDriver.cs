using Conformance.Model.Trace;
using Conformance.Reference.Deviations;
using Conformance.Reference.XenBus;

namespace Conformance.Reference.Network;

/// <summary>Serves the network devices of other domains: a port at a bridge for each.</summary>
/// <param name="settings">What it offers.</param>
/// <param name="bridge">Where its devices have their ports.</param>
/// <param name="plan">Where they leave their path; null for nowhere.</param>
/// <param name="die">Ends its domain, for a plan that wants that.</param>
public sealed class NetBackDriver(NetSettings settings, Bridge bridge, DeviationPlan? plan = null, Func<ValueTask>? die = null) : IDeviceDriver
{
    /// <inheritdoc/>
    public string Type => "vif";

    /// <inheritdoc/>
    public async ValueTask<IDeviceInstance?> ProbeAsync(XenBusDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var path = new ConnectionPath(device.Domain, $"dom{device.Domain.Id}/netback {device.Peer}/{device.Name}", plan ?? DeviationPlan.None, die);
        await path.TakeAsync(BackStep.SeeDirectory, device.Node, static () => default);
        await path.TakeAsync(BackStep.FindFront, device.PeerNode, static () => default);
        return new NetBack(device, settings, bridge, path);
    }
}
