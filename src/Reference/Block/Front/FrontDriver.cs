using Conformance.Reference.Deviations;
using Conformance.Reference.XenBus;

namespace Conformance.Reference.Block.Front;

/// <summary>Serves the block devices of a domain: one disk for each.</summary>
public sealed class FrontDriver : IDeviceDriver
{
    private readonly FrontSettings _settings;
    private readonly DeviationPlan _plan;
    private readonly Func<ValueTask>? _die;
    private readonly Dictionary<string, FrontDevice> _devices = [];

    /// <summary>Makes a driver without devices.</summary>
    /// <param name="settings">What its fronts can do.</param>
    /// <param name="plan">Where they leave their path; null for nowhere.</param>
    /// <param name="die">Ends the whole domain when the plan says so; does not return.</param>
    public FrontDriver(FrontSettings settings, DeviationPlan? plan = null, Func<ValueTask>? die = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _plan = plan ?? DeviationPlan.None;
        _die = die;
    }

    /// <inheritdoc/>
    public string Type => "vbd";

    /// <summary>
    /// Called when a disk is announced, by the device's own fiber: may start fibers that use the disk, and must not wait
    /// for it itself (BF-020).
    /// </summary>
    public Action<BlockDisk>? Announced { get; set; }

    /// <summary>The disk of a device by its name, such as <c>51712</c>; null when there is no such device.</summary>
    public BlockDisk? FindDisk(string name) => _devices.GetValueOrDefault(name)?.Disk;

    /// <inheritdoc/>
    public ValueTask<IDeviceInstance?> ProbeAsync(XenBusDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var path = new ConnectionPath(device.Domain, $"dom{device.Domain.Id}/blkfront {device.Name}", _plan, _die);
        var instance = new FrontDevice(this, device, _settings, path);
        _devices[device.Name] = instance;
        return new ValueTask<IDeviceInstance?>(instance);
    }

    internal void Forget(FrontDevice device)
    {
        if (_devices.GetValueOrDefault(device.Name) == device)
        {
            _devices.Remove(device.Name);
        }
    }
}
