using System.Globalization;
using Conformance.Model.Trace;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Deviations;
using Conformance.Reference.XenBus;

namespace Conformance.Reference.Block.Back;

/// <summary>blkback: serves every block device that the tool stack makes in its domain.</summary>
public sealed class BackDriver : IDeviceDriver
{
    private readonly BackSettings _settings;
    private readonly IStorageLookup _lookup;
    private readonly DeviationPlan _plan;
    private readonly Func<ValueTask>? _die;
    private readonly List<BackDevice> _devices = [];

    /// <summary>Makes a driver without devices.</summary>
    /// <param name="settings">What it offers.</param>
    /// <param name="lookup">Finds media.</param>
    /// <param name="plan">Where its devices leave their path; null for nowhere.</param>
    /// <param name="die">Ends its domain, for a plan that wants that.</param>
    public BackDriver(BackSettings settings, IStorageLookup lookup, DeviationPlan? plan = null, Func<ValueTask>? die = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(lookup);
        _settings = settings;
        _lookup = lookup;
        _plan = plan ?? DeviationPlan.None;
        _die = die;
    }

    /// <inheritdoc/>
    public string Type => "vbd";

    /// <summary>The devices that are served now.</summary>
    public IReadOnlyList<BackDevice> Devices => _devices;

    /// <inheritdoc/>
    public async ValueTask<IDeviceInstance?> ProbeAsync(XenBusDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        string actor = string.Create(CultureInfo.InvariantCulture, $"dom{device.Domain.Id}/blkback {device.Peer}/{device.Name}");
        var path = new ConnectionPath(device.Domain, actor, _plan, _die);
        await path.TakeAsync(BackStep.SeeDirectory, device.Node, () => ValueTask.CompletedTask);
        await path.TakeAsync(BackStep.FindFront, device.PeerNode, () => ValueTask.CompletedTask);
        var served = new BackDevice(device, _settings, _lookup, path, gone => _devices.Remove(gone));
        _devices.Add(served);
        return served;
    }
}
