using Conformance.Model.Protocol;
using System.Text;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.XenBus;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Reference.Block.Back;

/// <summary>
/// The medium of a device: which one the tool stack named, when it is ready, and whether it may be written. A device can
/// be in InitWait long before (NG-047); then a watch tells when to look again.
/// </summary>
internal sealed class BackMedium(XenBusDevice device, BackSettings settings, IStorageLookup lookup)
{
    private static readonly string[] Announcements = [BlockNodes.HotplugStatus, BlockNodes.PhysicalDevice, BlockNodes.PhysicalDevicePath];

    private readonly List<StoreWatch> _watches = [];

    /// <summary>The open medium; null while there is none.</summary>
    internal IStorage? Storage { get; private set; }

    /// <summary>Whether the front may not write (BB-004).</summary>
    internal bool IsReadOnly { get; private set; }

    /// <summary>What kind of disk it is to the front.</summary>
    internal VdiskFlags Flags { get; private set; }

    /// <summary>Whether the nodes that announce the medium are watched.</summary>
    internal bool IsWatched => _watches.Count > 0;

    /// <summary>The path of the medium, once it is ready; null before.</summary>
    internal async ValueTask<string?> FindPathAsync()
    {
        if (await TextAsync(BlockNodes.PhysicalDevicePath) is { Length: > 0 } path)
        {
            return path;
        }

        string? named = await TextAsync(BlockNodes.Params);
        if (!settings.WaitsForHotplug && named is { Length: > 0 })
        {
            return named;
        }

        string? numbers = await TextAsync(BlockNodes.PhysicalDevice);
        bool isPlugged = numbers is not null || await TextAsync(BlockNodes.HotplugStatus) == "connected";
        return !isPlugged ? null
            : named is { Length: > 0 } ? named
            : numbers is not null && TryPathOf(numbers, out string device) ? device
            : throw new DeviceFailure(Errno.EINVAL, $"expected {BlockNodes.Params} or {BlockNodes.PhysicalDevice} to name a medium, got '{named ?? numbers}'");
    }

    /// <summary>Opens it and reads how it may be used (BB-001).</summary>
    internal async ValueTask OpenAsync(string path)
    {
        string mode = await TextAsync(BlockNodes.Mode) ?? "r";
        string? kind = await TextAsync(BlockNodes.DeviceType);
        IsReadOnly = !mode.Contains('w', StringComparison.Ordinal);
        Flags = (kind == "cdrom" ? VdiskFlags.CdRom : VdiskFlags.None) | (IsReadOnly ? VdiskFlags.ReadOnly : VdiskFlags.None);
        Storage = await lookup.OpenAsync(path, !IsReadOnly);
    }

    /// <summary>Has the device looked at again whenever the medium may have become ready.</summary>
    internal async ValueTask WatchAsync()
    {
        foreach (string name in Announcements)
        {
            var watch = new StoreWatch($"{device.Node}/{name}", _ =>
            {
                device.LookAgain();
                return ValueTask.CompletedTask;
            });
            await device.Domain.Store.WatchAsync(watch);
            _watches.Add(watch);
        }
    }

    /// <summary>Does not watch any more.</summary>
    internal async ValueTask UnwatchAsync()
    {
        foreach (var watch in _watches)
        {
            await device.Domain.Store.UnwatchAsync(watch);
        }

        _watches.Clear();
    }

    /// <summary>Closes it, if it is open. Nothing may be under way.</summary>
    internal async ValueTask CloseAsync()
    {
        if (Storage is { } storage)
        {
            Storage = null;
            await storage.CloseAsync();
        }
    }

    /// <summary>Two numbers in hexadecimal, such as <c>fd:3</c>, under the name that the system gives such a device.</summary>
    private static bool TryPathOf(string numbers, out string path)
    {
        path = string.Empty;
        string[] parts = numbers.Split(':');
        if (parts.Length != 2 || !TryHex(parts[0], out uint major) || !TryHex(parts[1], out uint minor))
        {
            return false;
        }

        path = $"/dev/block/{major}:{minor}";
        return true;
    }

    private static bool TryHex(string text, out uint value) =>
        uint.TryParse(text, System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out value);

    private async ValueTask<string?> TextAsync(string name) =>
        await device.Domain.Store.FindAsync($"{device.Node}/{name}") is { } value ? Encoding.UTF8.GetString(value) : null;
}
