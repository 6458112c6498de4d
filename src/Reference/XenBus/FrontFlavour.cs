using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Reference.XenBus;

/// <summary>The bus of the fronts: <c>device/&lt;type&gt;/&lt;name&gt;</c> below the domain's home (XB-057).</summary>
public sealed class FrontFlavour : IBusFlavour
{
    /// <summary>How long a device that a dead kernel left behind may take for each step back to its start (XB-054).</summary>
    public static readonly TimeSpan RenewalLimit = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public string Root => "device";

    /// <inheritdoc/>
    public bool HoldsBoot => true;

    /// <inheritdoc/>
    public (string Node, string Domain) PeerNames => ("backend", "backend-id");

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> EnumerateAsync(DeviceBus bus, string typeNode)
    {
        ArgumentNullException.ThrowIfNull(bus);
        var names = await bus.ListOrNothingAsync(typeNode);
        return [.. names.Select(name => $"{typeNode}/{name}")];
    }

    /// <summary>
    /// A kernel that is gone used the device: closes it in that one's place and waits for the back at each step (XB-054).
    /// </summary>
    /// <inheritdoc/>
    public async ValueTask<bool> RenewAsync(XenBusDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var peer = await device.ReadPeerStateAsync();
        if (peer is XenbusState.Unknown)
        {
            return false;
        }

        if (peer is not (XenbusState.Closed or XenbusState.Initialising))
        {
            await device.SwitchStateAsync(XenbusState.Closing);
            await WaitForPeerAsync(device, state => state is XenbusState.Closing or XenbusState.Closed or XenbusState.Unknown);
            await device.SwitchStateAsync(XenbusState.Closed);
            await WaitForPeerAsync(device, state => state is XenbusState.Closed or XenbusState.Unknown);
        }

        return await device.SwitchStateAsync(XenbusState.Initialising);
    }

    /// <inheritdoc/>
    public ValueTask<bool> PeerChangedAsync(XenBusDevice device, XenbusState peer) => new(true);

    /// <inheritdoc/>
    public ValueTask LocalChangedAsync(XenBusDevice device) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask PublishFailedAttachAsync(XenBusDevice device, DeviceFailure failure) => ValueTask.CompletedTask;

    private static async ValueTask WaitForPeerAsync(XenBusDevice device, Func<XenbusState, bool> isReached) =>
        await NodeWait.UntilAsync(
            device.Domain.Store, device.Domain.Fibers, $"{device.PeerNode}/state", async () => isReached(await device.ReadPeerStateAsync()), RenewalLimit);
}
