using System.Globalization;
using System.Text;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Control;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.World;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Reference.ToolStack;

/// <summary>
/// The tool stack's part in the life of a guest: asks it to end or to stand still, sees that it did, and lets it go on,
/// here or elsewhere (the other side of the CT family).
/// </summary>
public sealed class GuestControl
{
    /// <summary>How long a guest may take to acknowledge a command; libxl waits as long for a suspend.</summary>
    public static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);

    private readonly XenWorld _world;
    private readonly WorldStoreClient _store;
    private readonly DeviceManager _devices;

    /// <summary>Makes a tool stack that runs in the control domain.</summary>
    public GuestControl(XenWorld world)
    {
        ArgumentNullException.ThrowIfNull(world);
        _world = world;
        _store = world.Control.StoreClient;
        _devices = new DeviceManager(world.Control);
    }

    /// <summary>Gives a command, and waits until the guest has acknowledged it.</summary>
    /// <returns>False when the guest says that it cannot (CT-006), or does not answer; then the command is taken back.</returns>
    public async ValueTask<bool> AskAsync(WorldDomain guest, ShutdownCommand command, TimeSpan? limit = null)
    {
        ArgumentNullException.ThrowIfNull(guest);
        if (FeatureFor(command) is { } feature && await _store.ReadOptionalAsync(Node(guest, feature)) == "0")
        {
            return false;
        }

        string node = Node(guest, ControlNodes.Shutdown);
        await _store.WriteAsync(node, Encoding.ASCII.GetBytes(command.Word()));
        return await NodeWait.ForValueAsync(_store, _world.Control.Fibers, node, static value => value is null or "", limit ?? AnswerLimit)
            || !await TryRetractAsync(node, command);
    }

    /// <summary>Presses a key of the guest's kernel; nobody waits for it (CT-008).</summary>
    public ValueTask PressKeyAsync(WorldDomain guest, char key) =>
        _store.WriteAsync(Node(guest, ControlNodes.SysRq), Encoding.ASCII.GetBytes([key]));

    /// <summary>
    /// Waits until the domain stopped. What tells of it is <c>@releaseDomain</c>, and only if the store was told of every
    /// resume before (CT-016).
    /// </summary>
    /// <returns>Why it stopped; null when it has not in time.</returns>
    public async ValueTask<ShutdownReason?> WaitForShutdownAsync(WorldDomain guest, TimeSpan? limit = null)
    {
        ShutdownReason? reason = null;
        await NodeWait.UntilAsync(
            _store,
            _world.Control.Fibers,
            "@releaseDomain",
            async () => (reason = await _world.FindShutdownAsync(guest)) is not null,
            limit ?? AnswerLimit);
        return reason;
    }

    /// <summary>Asks the guest to stand still, through its port if it offers one (CT-014), and waits until it does.</summary>
    /// <returns>False when it did not acknowledge, or refused: then it runs on.</returns>
    public async ValueTask<bool> SuspendAsync(WorldDomain guest, TimeSpan? limit = null)
    {
        ArgumentNullException.ThrowIfNull(guest);
        bool isAsked = await TryRingAsync(guest) || await AskAsync(guest, ShutdownCommand.Suspend, limit);
        return isAsked && await WaitForShutdownAsync(guest, limit) == ShutdownReason.Suspend;
    }

    /// <summary>Lets a suspended guest go on where it is, and tells the store, so that its next shutdown is told (CT-016).</summary>
    public async ValueTask ResumeAsync(WorldDomain guest)
    {
        ArgumentNullException.ThrowIfNull(guest);
        await _world.ResumeAsync(guest);
        await _store.ResumeDomainAsync(guest.Id);
    }

    /// <summary>
    /// Lets a suspended guest go on on what is to it a new host: takes away what the old host had of its devices, makes
    /// a home and the devices anew, and lets it run.
    /// </summary>
    /// <param name="guest">The guest.</param>
    /// <param name="devices">Its devices, with their backs on the new host.</param>
    /// <param name="plug">Tells the back of a device what its medium is; null when none needs that.</param>
    public async ValueTask RestoreAsync(WorldDomain guest, IEnumerable<DeviceRequest> devices, Func<DeviceRequest, ValueTask>? plug = null)
    {
        ArgumentNullException.ThrowIfNull(guest);
        ArgumentNullException.ThrowIfNull(devices);
        await _world.RestoreAsync(guest);
        foreach (var device in devices)
        {
            if (!await _devices.RemoveAsync(device))
            {
                await _devices.ForceAsync(device);
            }

            // What the old host's back said of its failure stayed there too: it may have found the guest gone in mid-attach.
            await _devices.EraseAsync(ErrorNode.DirectoryOf(device.BackNode));
            await _devices.AddAsync(device);
            if (plug is not null)
            {
                await plug(device);
            }
        }

        await _world.ContinueAsync(guest);
    }

    /// <summary>Says how much memory the guest is to have.</summary>
    /// <param name="guest">The guest.</param>
    /// <param name="pages">Pages of 4096 bytes.</param>
    public ValueTask SetMemoryTargetAsync(WorldDomain guest, int pages) =>
        _store.WriteTextAsync(Node(guest, ControlNodes.MemoryTarget), $"{(long)pages * (MachinePage.Size / 1024)}");

    private static string? FeatureFor(ShutdownCommand command) => command switch
    {
        ShutdownCommand.PowerOff or ShutdownCommand.Halt => ControlNodes.FeaturePowerOff,
        ShutdownCommand.Reboot => ControlNodes.FeatureReboot,
        ShutdownCommand.Suspend => ControlNodes.FeatureSuspend,
        _ => null,
    };

    private static string Node(WorldDomain guest, string node)
    {
        ArgumentNullException.ThrowIfNull(guest);
        return string.Create(CultureInfo.InvariantCulture, $"/local/domain/{guest.Id}/{node}");
    }

    /// <summary>Takes a command back that nobody has acknowledged, so that it is not obeyed when nobody expects it any more.</summary>
    private ValueTask<bool> TryRetractAsync(string node, ShutdownCommand command) => _store.InTransactionAsync(async transaction =>
    {
        if (await _store.ReadOptionalAsync(node, transaction) != command.Word())
        {
            return false;
        }

        await _store.WriteAsync(node, ReadOnlyMemory<byte>.Empty, transaction);
        return true;
    });

    private async ValueTask<bool> TryRingAsync(WorldDomain guest)
    {
        if (await _store.FindAsync(Node(guest, ControlNodes.SuspendEventChannel)) is not { } text || !PortNumber.TryParse(text, out var port))
        {
            return false;
        }

        var result = await _world.Control.Events.BindInterdomainAsync(guest.Id, port);
        if (result.Channel is not { } channel)
        {
            return false;
        }

        await channel.NotifyAsync();
        await channel.CloseAsync();
        return true;
    }
}
