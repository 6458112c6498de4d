using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Reference.XenBus;

/// <summary>
/// The bus of the backs: <c>backend/&lt;type&gt;/&lt;front's domain&gt;/&lt;name&gt;</c> below the domain's home
/// (XB-057). A device outlives its connections as long as the tool stack wants it: <c>online</c> decides.
/// </summary>
public sealed class BackFlavour : IBusFlavour
{
    private const string Online = "online";
    private const string HotplugStatus = "hotplug-status";

    /// <inheritdoc/>
    public string Root => "backend";

    /// <inheritdoc/>
    public bool HoldsBoot => false;

    /// <inheritdoc/>
    public (string Node, string Domain) PeerNames => ("frontend", "frontend-id");

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> EnumerateAsync(DeviceBus bus, string typeNode)
    {
        ArgumentNullException.ThrowIfNull(bus);
        var nodes = new List<string>();
        foreach (string domain in await bus.ListOrNothingAsync(typeNode))
        {
            foreach (string name in await bus.ListOrNothingAsync($"{typeNode}/{domain}"))
            {
                nodes.Add($"{typeNode}/{domain}/{name}");
            }
        }

        return nodes;
    }

    /// <summary>An earlier back is gone; the device begins anew, unless it was to be removed (XB-053, RS-015).</summary>
    /// <inheritdoc/>
    public async ValueTask<bool> RenewAsync(XenBusDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (await IsOnlineAsync(device))
        {
            return await device.SwitchStateAsync(XenbusState.Initialising);
        }

        await device.SwitchStateAsync(XenbusState.Closed);
        await RemoveHotplugStatusAsync(device);
        return false;
    }

    /// <summary>
    /// A peer that begins anew is given a new connection, after what is left of the old one is released: it may have
    /// closed so fast that nobody saw it (XB-014, XB-025).
    /// </summary>
    /// <inheritdoc/>
    public async ValueTask<bool> PeerChangedAsync(XenBusDevice device, XenbusState peer)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (peer != XenbusState.Initialising || device.State is XenbusState.Initialising or XenbusState.InitWait)
        {
            return true;
        }

        if (device.State != XenbusState.Closed)
        {
            await device.CloseAsync(isPeerGone: false);
        }

        await FollowPolicyAsync(device);
        return false;
    }

    /// <inheritdoc/>
    public async ValueTask LocalChangedAsync(XenBusDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.State == XenbusState.Closing && !IsServed(await device.ReadPeerStateAsync()))
        {
            // Nobody at the other end would ever close (XB-029).
            await device.CloseAsync(isPeerGone: device.PeerState == XenbusState.Unknown);
        }

        await FollowPolicyAsync(device);
    }

    /// <inheritdoc/>
    public async ValueTask PublishFailedAttachAsync(XenBusDevice device, DeviceFailure failure)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(failure);
        try
        {
            await device.UpdateAsync(async transaction =>
            {
                await device.Domain.Store.WriteTextAsync($"{device.Node}/hotplug-error", $"{failure.Message}", transaction);
                await device.Domain.Store.WriteTextAsync($"{device.Node}/{HotplugStatus}", $"error", transaction);
                await device.Domain.Store.WriteTextAsync($"{device.Node}/{Online}", $"0", transaction);
            });
        }
        catch (Exception exception) when (exception is StoreException or StoreClosedException)
        {
            // What reports a failure must not fail because of it (XB-042).
        }
    }

    /// <summary>Whether a front in that state holds something of this back or is about to.</summary>
    private static bool IsServed(XenbusState peer) =>
        peer is XenbusState.Initialised or XenbusState.Connected or XenbusState.Closing;

    /// <summary>A closed device is destroyed or begins anew; looked at after every change, as either end may be late (XB-027).</summary>
    private static async ValueTask FollowPolicyAsync(XenBusDevice device)
    {
        if (device.State != XenbusState.Closed || device.IsGone)
        {
            return;
        }

        if (!await IsOnlineAsync(device))
        {
            if (device.Failure is null)
            {
                await RemoveHotplugStatusAsync(device);
            }

            device.End();
        }
        else if (await device.ReadPeerStateAsync() == XenbusState.Initialising)
        {
            await device.AttachAgainAsync();
        }
    }

    private static async ValueTask<bool> IsOnlineAsync(XenBusDevice device) =>
        await device.Domain.Store.FindAsync($"{device.Node}/{Online}") is { } online && online.AsSpan().SequenceEqual("1"u8);

    /// <summary>Tells the tool stack that it can take the device away (XB-028).</summary>
    private static async ValueTask RemoveHotplugStatusAsync(XenBusDevice device)
    {
        try
        {
            await device.Domain.Store.RemoveAsync($"{device.Node}/{HotplugStatus}");
        }
        catch (StoreException)
        {
            // The tool stack was faster and took the whole directory.
        }
    }
}
