using System.Text;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenBus;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Reference.ToolStack;

/// <summary>
/// The tool stack's part in the life of a device (T in the connection model): makes both directories, says when the
/// medium is there, takes the device away. Runs in a domain that may write everywhere in the store.
/// </summary>
public sealed class DeviceManager
{
    /// <summary>How long a back may take to close before its device is taken by force; libxl's default.</summary>
    public static readonly TimeSpan RemovalLimit = TimeSpan.FromSeconds(10);

    private readonly IStoreClient _store;
    private readonly FiberScope _fibers;

    /// <summary>Makes a tool stack that runs in a domain.</summary>
    public DeviceManager(IDomain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        _store = domain.Store;
        _fibers = domain.Fibers;
    }

    /// <summary>
    /// Makes a device: both directories, the pointers between them, both states Initialising, online, in one transaction
    /// (T.add; XB-002, XB-003). A device that is there already gets the back that is named now, as for a front that moved to
    /// another host.
    /// </summary>
    public async ValueTask AddAsync(DeviceRequest device)
    {
        ArgumentNullException.ThrowIfNull(device);
        await _store.InTransactionAsync(async transaction =>
        {
            await MakeAsync(device.FrontNode, device.Front, device.Back, transaction);
            await MakeAsync(device.BackNode, device.Back, device.Front, transaction);
            await WriteAllAsync(device.BackNode, transaction,
            [
                new("frontend", device.FrontNode), new("frontend-id", $"{device.Front}"), new("online", "1"),
                .. device.BackNodes, new("state", "1"),
            ]);
            await WriteAllAsync(device.FrontNode, transaction,
            [
                new("backend", device.BackNode), new("backend-id", $"{device.Back}"), .. device.FrontNodes, new("state", "1"),
            ]);
        });
    }

    /// <summary>The scripts are done: tells the back what its medium is (T.hot; NG-047).</summary>
    public async ValueTask HotplugAsync(DeviceRequest device, IReadOnlyDictionary<string, string> medium)
    {
        ArgumentNullException.ThrowIfNull(device);
        await _store.InTransactionAsync(async transaction =>
        {
            // A device that went while its medium was made ready is not made again.
            if (await _store.FindAsync($"{device.BackNode}/state", transaction) is not null)
            {
                await WriteAllAsync(device.BackNode, transaction, [.. medium, new("hotplug-status", "connected")]);
            }
        });
    }

    /// <summary>Asks both ends to close: offline and, unless closed already, Closing, in one transaction (T.off; XB-027).</summary>
    /// <returns>False when the back's directory is gone already.</returns>
    public async ValueTask<bool> AskToCloseAsync(DeviceRequest device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return await _store.InTransactionAsync(async transaction =>
        {
            var state = await _store.ReadOptionalAsync($"{device.BackNode}/state", transaction);
            if (state is null)
            {
                return false;
            }

            await WriteAllAsync(device.BackNode, transaction, [new("online", "0")]);
            if (state != $"{(int)XenbusState.Closed}")
            {
                await WriteAllAsync(device.BackNode, transaction, [new("state", $"{(int)XenbusState.Closing}")]);
            }

            return true;
        });
    }

    /// <summary>Takes a device away: asks, waits until the back has closed, and removes both directories (T.off, T.wait, T.rm).</summary>
    /// <param name="device">The device.</param>
    /// <param name="limit">How long to wait; null for <see cref="RemovalLimit"/>.</param>
    /// <returns>Whether the back closed in time; if not, the device is there still, and <see cref="ForceAsync"/> takes it.</returns>
    public async ValueTask<bool> RemoveAsync(DeviceRequest device, TimeSpan? limit = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (await AskToCloseAsync(device) && !await WaitForStateAsync($"{device.BackNode}/state", state => state is XenbusState.Closed or XenbusState.Unknown, limit ?? RemovalLimit))
        {
            return false;
        }

        await EraseAsync(device.FrontNode, device.BackNode);
        return true;
    }

    /// <summary>Removes both directories whatever their states, the front's first (T.force).</summary>
    public async ValueTask ForceAsync(DeviceRequest device)
    {
        ArgumentNullException.ThrowIfNull(device);
        await EraseAsync(device.FrontNode, device.BackNode);
    }

    /// <summary>Removes directories that may be gone already, with all that is in them.</summary>
    internal async ValueTask EraseAsync(params string[] nodes)
    {
        foreach (string node in nodes)
        {
            try
            {
                await _store.RemoveAsync(node);
            }
            catch (StoreException exception) when (exception.Error == XsError.ENOENT)
            {
                // Gone with its parents: as wanted.
            }
        }
    }

    /// <summary>Waits until a state node holds a state, or there is none, that is as asked for.</summary>
    public async ValueTask<bool> WaitForStateAsync(string node, Func<XenbusState, bool> isReached, TimeSpan limit)
    {
        ArgumentNullException.ThrowIfNull(isReached);
        return await NodeWait.UntilAsync(_store, _fibers, node, async () => isReached(await ReadStateAsync(node)), limit);
    }

    private async ValueTask<XenbusState> ReadStateAsync(string node) =>
        await _store.FindAsync(node) is { } text && XenbusStates.TryParse(text, out var state) ? state : XenbusState.Unknown;

    private async ValueTask MakeAsync(string node, DomainId owner, DomainId reader, StoreTransaction transaction)
    {
        // What an earlier device of that name left behind goes; its parents must be there for that.
        await _store.MakeDirectoryAsync(node, transaction);
        await _store.RemoveAsync(node, transaction);
        await _store.MakeDirectoryAsync(node, transaction);
        await _store.SetPermissionsAsync(node, [new XsPermission(owner, XsAccess.None), new XsPermission(reader, XsAccess.Read)], transaction);
    }

    private async ValueTask WriteAllAsync(string node, StoreTransaction transaction, IEnumerable<KeyValuePair<string, string>> values)
    {
        foreach (var (name, value) in values)
        {
            await _store.WriteAsync($"{node}/{name}", Encoding.UTF8.GetBytes(value), transaction);
        }
    }
}
