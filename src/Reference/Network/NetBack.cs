using Conformance.Model.Protocol.Network;
using Conformance.Model.Protocol.XenBus;
using Conformance.Model.Trace;
using Conformance.Reference.Deviations;
using Conformance.Reference.XenBus;

namespace Conformance.Reference.Network;

/// <summary>One network device at the back.</summary>
internal sealed class NetBack(XenBusDevice device, NetSettings settings, Bridge bridge, ConnectionPath path) : IDeviceInstance
{
    private BackLink? _link;

    public async ValueTask AttachAsync()
    {
        bool isThere = true;
        await path.TakeAsync(BackStep.PublishLimits, device.Node, async () => isThere = await LinkNodes.TryPublishAsync(
            device,
            [
                (NetworkNodes.FeatureRxCopy, "1"),
                (NetworkNodes.FeatureScatterGather, "0"),
                (NetworkNodes.FeatureSplitEventChannels, settings.SplitsEventChannels ? "1" : "0"),
            ]));
        if (isThere)
        {
            await path.TakeAsync(BackStep.InitWait, device.Node, () => SwitchAsync(XenbusState.InitWait));
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
                await path.TakeAsync(BackStep.Closing, device.Node, () => SwitchAsync(XenbusState.Closing));
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
            await ReleaseAsync(link);
        }
    }

    public ValueTask DetachAsync() => ValueTask.CompletedTask;

    /// <summary>What others use cannot move with this domain (RS-012).</summary>
    public ValueTask<bool> SuspendAsync() => new(_link is null);

    public ValueTask CancelSuspendAsync() => ValueTask.CompletedTask;

    public ValueTask ResumeAsync() => ValueTask.CompletedTask;

    private async ValueTask ConnectAsync()
    {
        var link = new BackLink(device, settings, bridge);
        _link = link;
        try
        {
            path.Generation++;
            await path.TakeAsync(BackStep.ReadFront, device.PeerNode, link.CheckFrontAsync);
            await path.TakeAsync(BackStep.MapRing, device.PeerNode, link.MapRingsAsync);
            await path.TakeAsync(BackStep.BindPort, device.PeerNode, () => link.BindPortsAsync(settings.SplitsEventChannels));
            await path.TakeAsync(BackStep.StartWorker, device.Node, link.StartWorkersAsync);
        }
        catch
        {
            _link = null;
            await link.CloseAsync();
            throw;
        }

        await path.TakeAsync(BackStep.Connected, device.Node, () => SwitchAsync(XenbusState.Connected));
    }

    /// <summary>What fails here is reported, and everything is given back all the same (XB-042).</summary>
    private async ValueTask ReleaseAsync(BackLink link)
    {
        try
        {
            await path.TakeAsync(BackStep.Unmap, device.Node, link.CloseAsync);
        }
        catch (DeviceFailure failure)
        {
            await device.ReportAsync(failure);
            await link.CloseAsync();
        }
    }

    private async ValueTask SwitchAsync(XenbusState state) => await device.SwitchStateAsync(state);
}
