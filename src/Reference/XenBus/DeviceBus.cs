using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Reference.XenBus;

/// <summary>
/// Finds the devices of a domain, gives each to its driver, and tells the driver what happens at either end. One engine
/// for fronts and backs; a flavour says where they differ. Nothing here knows what a device does.
/// </summary>
public sealed class DeviceBus
{
    private readonly IBusFlavour _flavour;
    private readonly Dictionary<string, IDeviceDriver> _drivers;
    private readonly SortedDictionary<string, XenBusDevice> _devices = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _changedTypes = new(StringComparer.Ordinal);
    private readonly Signal _changed;
    private readonly Signal _scanned;
    private StoreWatch? _watch;
    private Fiber? _scanner;
    private bool _isAllChanged;
    private bool _wasListed;
    private bool _hasScanned;
    private bool _isStopping;

    /// <summary>Makes a bus that has not started.</summary>
    /// <param name="domain">The domain whose devices these are.</param>
    /// <param name="flavour">Fronts or backs.</param>
    /// <param name="drivers">At most one a type; devices of other types are left alone.</param>
    public DeviceBus(IDomain domain, IBusFlavour flavour, params IEnumerable<IDeviceDriver> drivers)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(flavour);
        Domain = domain;
        _flavour = flavour;
        _drivers = drivers.ToDictionary(driver => driver.Type);
        Home = $"/local/domain/{domain.Id}";
        Root = $"{Home}/{flavour.Root}";
        BootHold = new BootHold(domain.Fibers);
        _changed = domain.Fibers.CreateSignal($"a change below {Root}");
        _scanned = domain.Fibers.CreateSignal($"the first scan of {Root}");
    }

    /// <summary>The domain whose devices these are.</summary>
    public IDomain Domain { get; }

    /// <summary>The absolute path of the domain's home.</summary>
    public string Home { get; }

    /// <summary>The absolute path below which the devices are.</summary>
    public string Root { get; }

    /// <summary>Holds up the boot while devices of this bus connect.</summary>
    public BootHold BootHold { get; }

    /// <summary>The devices that are known now.</summary>
    public IReadOnlyList<DeviceInfo> Devices => [.. _devices.Values.Select(device => device.Info)];

    /// <summary>Starts, and returns when every device that was there has been found; they attach in parallel.</summary>
    public async ValueTask StartAsync()
    {
        // The watch comes first: its own first event makes the first scan, so no device falls between the two (XB-037).
        _watch = new StoreWatch(Root, OnChangeAsync);
        await Domain.Store.WatchAsync(_watch);
        _scanner = Domain.Fibers.Start($"bus {_flavour.Root}", ScanAllAsync);
        await Domain.Fibers.WaitAsync(_scanned);
    }

    /// <summary>Detaches every device and stops looking for new ones.</summary>
    public async ValueTask StopAsync()
    {
        if (_scanner is null)
        {
            return;
        }

        // A scan that is under way could still find a device.
        _isStopping = true;
        _changed.Set();
        await Domain.Store.UnwatchAsync(_watch!);
        await _scanner.JoinAsync();
        foreach (var device in _devices.Values.ToArray())
        {
            device.End();
            await device.Fiber!.JoinAsync();
        }
    }

    /// <summary>
    /// Asks the devices one after the other whether the domain may be suspended (CT-010). One that refuses ends it, and
    /// those that had agreed go on as before (CT-011).
    /// </summary>
    /// <returns>Whether all agreed.</returns>
    public async ValueTask<bool> SuspendAsync()
    {
        var agreed = new List<XenBusDevice>();
        foreach (var device in _devices.Values.ToArray())
        {
            bool agrees = false;
            await device.RequestAsync(async () => agrees = await device.SuspendAsync());
            if (!agrees)
            {
                await CancelSuspendAsync(agreed);
                return false;
            }

            agreed.Add(device);
        }

        return true;
    }

    /// <summary>The suspend did not happen: nothing is made again (CT-012).</summary>
    public ValueTask CancelSuspendAsync() => CancelSuspendAsync([.. _devices.Values]);

    /// <summary>The domain runs in a new world: every device begins anew, each on its own fiber (CT-013, RS-002).</summary>
    public void Resume()
    {
        foreach (var device in _devices.Values)
        {
            Domain.Fibers.Start($"resume {device.Name}", () => device.RequestAsync(device.ResumeAsync));
        }
    }

    internal async ValueTask<IReadOnlyList<string>> ListOrNothingAsync(string node)
    {
        try
        {
            return await Domain.Store.ListAsync(node);
        }
        catch (StoreException exception) when (exception.Error is XsError.ENOENT or XsError.EACCES)
        {
            return [];
        }
    }

    /// <summary>A device has ended; if its directory is there still, or again, it is looked at anew on the next change.</summary>
    internal void Forget(XenBusDevice device, bool lookAgain)
    {
        if (_devices.GetValueOrDefault(device.Node) == device)
        {
            _devices.Remove(device.Node);
            if (lookAgain || device.WasSeenAgain)
            {
                NoteType(device.Type);
            }
        }
    }

    private static async ValueTask CancelSuspendAsync(List<XenBusDevice> devices)
    {
        foreach (var device in devices)
        {
            await device.RequestAsync(device.CancelSuspendAsync);
        }
    }

    private ValueTask OnChangeAsync(string path)
    {
        // Below the root stands the type; a change at or above the root may be anything.
        string type = path.Length > Root.Length + 1 ? path[(Root.Length + 1)..].Split('/')[0] : string.Empty;
        if (type.Length > 0)
        {
            NoteType(type);
        }
        else
        {
            _isAllChanged = true;
            _changed.Set();
        }

        return ValueTask.CompletedTask;
    }

    private void NoteType(string type)
    {
        if (_drivers.ContainsKey(type))
        {
            _changedTypes.Add(type);
            _changed.Set();
        }
    }

    private async ValueTask ScanAllAsync()
    {
        while (!_isStopping)
        {
            // Whoever notes a change from here on sets it again.
            _changed.TryClear();
            if (_isAllChanged)
            {
                _isAllChanged = false;
                _wasListed = true;
                _changedTypes.UnionWith(_drivers.Keys);
            }

            if (_changedTypes.Min is { } type)
            {
                _changedTypes.Remove(type);
                await ScanAsync(type);
            }
            else
            {
                if (_wasListed && !_hasScanned)
                {
                    _hasScanned = true;
                    _scanned.Set();
                }

                await Domain.Fibers.WaitAsync(_changed);
            }
        }
    }

    private async ValueTask ScanAsync(string type)
    {
        var found = await _flavour.EnumerateAsync(this, $"{Root}/{type}");
        if (_isStopping)
        {
            return;
        }

        bool isBoot = !_hasScanned;
        foreach (var device in _devices.Values.Where(device => device.Type == type).ToArray())
        {
            if (!found.Contains(device.Node))
            {
                device.LookAtOwnNodes();
            }
        }

        foreach (string node in found)
        {
            if (_devices.TryGetValue(node, out var known))
            {
                known.WasSeenAgain = true;
                continue;
            }

            var device = new XenBusDevice(this, _flavour, node, type);
            _devices.Add(node, device);
            if (isBoot && _flavour.HoldsBoot)
            {
                device.HoldBoot();
            }

            device.Fiber = Domain.Fibers.Start($"{_flavour.Root} {type} {device.Name}", () => device.RunAsync(_drivers[type], isBoot));
        }
    }
}
