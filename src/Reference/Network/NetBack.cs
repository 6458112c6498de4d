using Conformance.Model.Protocol.Network;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.XenBus;

namespace Conformance.Reference.Network;

/// <summary>One network device at the back.</summary>
internal sealed class NetBack(XenBusDevice device, NetSettings settings, Bridge bridge) : IDeviceInstance
{
    private BackLink? _link;

    public async ValueTask AttachAsync()
    {
        if (await LinkNodes.TryPublishAsync(device,
            [
                (NetworkNodes.FeatureRxCopy, "1"),
                (NetworkNodes.FeatureScatterGather, "0"),
                (NetworkNodes.FeatureSplitEventChannels, settings.SplitsEventChannels ? "1" : "0"),
            ]))
        {
            await device.SwitchStateAsync(XenbusState.InitWait);
        }
    }

    public async ValueTask PeerChangedAsync(XenbusState peer)
    {
        switch (peer)
        {
            case XenbusState.Initialised or XenbusState.Connected when _link is null && device.State == XenbusState.InitWait:
                await ConnectAsync();
                break;
            case XenbusState.Closing when device.State != XenbusState.Closed:
                await DisconnectAsync(isPeerGone: false);
                await device.SwitchStateAsync(XenbusState.Closing);
                break;
            case XenbusState.Closed or XenbusState.Unknown when device.State is not (XenbusState.Closed or XenbusState.Initialising):
                await device.CloseAsync(isPeerGone: peer == XenbusState.Unknown);
                break;
        }
    }

    /// <summary>The link goes when the front has closed, or at once when there is none to wait for (XB-029).</summary>
    public ValueTask CloseAsync() => ValueTask.CompletedTask;

    public async ValueTask DisconnectAsync(bool isPeerGone)
    {
        var link = _link;
        _link = null;
        if (link is not null)
        {
            await link.CloseAsync();
        }
    }

    public ValueTask DetachAsync() => ValueTask.CompletedTask;

    /// <summary>What others use cannot move with this domain (RS-012).</summary>
    public ValueTask<bool> SuspendAsync() => new(_link is null);

    public ValueTask CancelSuspendAsync() => ValueTask.CompletedTask;

    public async ValueTask ResumeAsync()
    {
        var link = _link;
        _link = null;
        if (link is not null)
        {
            await link.ForgetAsync();
        }
    }

    private async ValueTask ConnectAsync()
    {
        var link = new BackLink(device, settings, bridge);
        _link = link;
        try
        {
            await link.OpenAsync(settings.SplitsEventChannels);
        }
        catch
        {
            _link = null;
            await link.CloseAsync();
            throw;
        }

        await device.SwitchStateAsync(XenbusState.Connected);
    }
}
