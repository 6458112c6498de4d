using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Network;
using Conformance.Model.Protocol.XenBus;
using Conformance.Model.Trace;
using Conformance.Reference.Deviations;
using Conformance.Reference.XenBus;

namespace Conformance.Reference.Network;

/// <summary>One network device at the front: from the directory to an interface with carrier, and back.</summary>
public sealed class NetFront : IDeviceInstance
{
    private readonly NetFrontDriver _driver;
    private readonly XenBusDevice _device;
    private readonly NetSettings _settings;
    private readonly ConnectionPath _path;
    private FrontLink? _linkOfBefore;

    /// <summary>Whether the back was closed already when this connection began: that is no wish to close (XB-026).</summary>
    private bool _isPeerStale;

    internal NetFront(NetFrontDriver driver, XenBusDevice device, NetSettings settings, ConnectionPath path)
    {
        _path = path;
        _driver = driver;
        _device = device;
        _settings = settings;
        Interface = new NetworkInterface(device.Name);
    }

    /// <summary>The interface that users see.</summary>
    public NetworkInterface Interface { get; }

    /// <summary>The connection; null while there is none.</summary>
    internal FrontLink? Link { get; private set; }

    /// <inheritdoc/>
    public async ValueTask AttachAsync()
    {
        await _path.TakeAsync(FrontStep.See, _device.Node, static () => default);
        await _path.TakeAsync(FrontStep.Resolve, _device.PeerNode, ReadAddressAsync);
        var peer = await _device.ReadPeerStateAsync();
        _isPeerStale = peer is XenbusState.Closing or XenbusState.Closed;
        if (await _device.SwitchStateAsync(XenbusState.Initialising) && peer == XenbusState.Connected)
        {
            await WalkPeerBackAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask PeerChangedAsync(XenbusState peer)
    {
        switch (peer)
        {
            case XenbusState.Initialising or XenbusState.InitWait or XenbusState.Initialised:
                _isPeerStale = false;
                await NegotiateAsync(peer);
                break;
            case XenbusState.Connected when Link is not null:
                await _path.TakeAsync(FrontStep.Announce, Interface.Name, () =>
                {
                    Interface.HasCarrier = true;
                    return default;
                });
                break;
            case XenbusState.Connected when _device.State == XenbusState.Initialising:
                await WalkPeerBackAsync();
                break;
            case XenbusState.Closing or XenbusState.Closed when !_isPeerStale && _device.State != XenbusState.Closed:
                await CloseNowAsync(isPeerGone: peer == XenbusState.Closed);
                break;
            case XenbusState.Unknown when _device.State != XenbusState.Closed && (Link is not null || _device.State != XenbusState.Initialising):
                await CloseNowAsync(isPeerGone: true);
                break;
        }
    }

    /// <inheritdoc/>
    public ValueTask CloseAsync() => CloseNowAsync(isPeerGone: false);

    /// <inheritdoc/>
    public async ValueTask DisconnectAsync(bool isPeerGone)
    {
        var (link, before) = (Link, _linkOfBefore);
        Forget();
        _linkOfBefore = null;
        await CloseAsync(link);
        await CloseAsync(before);
    }

    /// <inheritdoc/>
    public ValueTask DetachAsync()
    {
        _driver.Forget(_device.Name, this);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> SuspendAsync()
    {
        if (Link is not null)
        {
            await Link.StopAsync();
        }

        return true;
    }

    /// <inheritdoc/>
    public ValueTask CancelSuspendAsync()
    {
        Link?.Start();
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Keeps the old link until the new one is published: its references grant nothing any more, and are free only when
    /// the new ones have other numbers (RS-008).
    /// </summary>
    /// <inheritdoc/>
    public async ValueTask ResumeAsync()
    {
        await CloseAsync(_linkOfBefore);
        _linkOfBefore = Link;
        Link?.Transmitter.Close();
        Forget();
    }

    /// <summary>Closes the connection, if there is one, and begins anew (XB-025, XB-026).</summary>
    public ValueTask ReconnectAsync() => _device.RequestAsync(async () =>
    {
        if (_device.State != XenbusState.Closed)
        {
            await CloseNowAsync(isPeerGone: false);
        }

        await _path.TakeAsync(FrontStep.Renew, _device.Node, _device.ReviveAsync);
    });

    private static ValueTask CloseAsync(FrontLink? link) => link?.CloseAsync() ?? ValueTask.CompletedTask;

    private async ValueTask ReadAddressAsync()
    {
        if (await _device.Domain.Store.FindAsync($"{_device.Node}/{NetworkNodes.Mac}") is not { } text || !MacAddress.TryParse(text, out var address))
        {
            throw new DeviceFailure(Errno.EINVAL, $"expected {_device.Node}/{NetworkNodes.Mac} to be an address");
        }

        Interface.Address = address;
    }

    private async ValueTask NegotiateAsync(XenbusState peer)
    {
        if (Interface.HasCarrier)
        {
            // The back left Connected by itself, as one that was started anew (RS-015).
            await _path.TakeAsync(FrontStep.Recover, _device.Node, () => DisconnectAsync(isPeerGone: true));
            await _device.SwitchStateAsync(XenbusState.Initialising);
        }

        if (peer != XenbusState.Initialising && Link is null && _device.State == XenbusState.Initialising)
        {
            await PublishAsync();
        }
    }

    private async ValueTask PublishAsync()
    {
        await _path.TakeAsync(FrontStep.SeeInitWait, $"{_device.PeerNode}/state", static () => default);
        if (!await LinkNodes.IsOfferedByPeerAsync(_device, NetworkNodes.FeatureRxCopy))
        {
            throw new DeviceFailure(Errno.ENODEV, $"expected a back that copies, got none of {_device.PeerNode}/{NetworkNodes.FeatureRxCopy}");
        }

        bool isSplit = _settings.SplitsEventChannels && await LinkNodes.IsOfferedByPeerAsync(_device, NetworkNodes.FeatureSplitEventChannels);
        _path.Record(FrontStep.ReadLimits, _device.PeerNode, "OK", new KeyValuePair<string, string>("ports", isSplit ? "2" : "1"));
        var link = new FrontLink(_device, _settings, Interface.Take);
        bool isPublished = false;
        try
        {
            await _path.TakeAsync(FrontStep.GrantRingPage, Interface.Name, link.MakeRingsAsync);
            await _path.TakeAsync(FrontStep.AllocatePort, Interface.Name, () => link.MakePortsAsync(isSplit));
            await _path.TakeAsync(FrontStep.Publish, _device.Node, async () => isPublished = await link.PublishAsync());
        }
        finally
        {
            if (!isPublished)
            {
                await link.CloseAsync();
            }
        }

        await CloseAsync(_linkOfBefore);
        _linkOfBefore = null;
        if (isPublished)
        {
            Link = link;
            Interface.Transmitter = link.IsWhole ? link.Transmitter : null;
            link.Start();
            _path.Generation++;
            await _path.TakeAsync(FrontStep.Commit, _device.Node, () => SwitchAsync(XenbusState.Connected));
        }
    }

    /// <summary>Somebody else's connection is still up: closes it in that one's place, then begins (XB-054).</summary>
    private async ValueTask WalkPeerBackAsync()
    {
        _path.Record(FrontStep.Renew, _device.PeerNode, "the back is Connected to somebody else");
        if (await new FrontFlavour().RenewAsync(_device) && _device.PeerState == XenbusState.Connected)
        {
            throw new DeviceFailure(Errno.EBUSY, "expected the back to close what an earlier front left, it stays Connected");
        }

        _isPeerStale = true;
        _device.LookAgain();
    }

    private async ValueTask CloseNowAsync(bool isPeerGone)
    {
        await _path.TakeAsync(FrontStep.BeginClose, _device.Node, () => SwitchAsync(XenbusState.Closing));
        await _path.TakeAsync(FrontStep.Release, Interface.Name, () => DisconnectAsync(isPeerGone));
        await _path.TakeAsync(FrontStep.Close, _device.Node, () => SwitchAsync(XenbusState.Closed));
    }

    private async ValueTask SwitchAsync(XenbusState state) => await _device.SwitchStateAsync(state);

    private void Forget()
    {
        Link = null;
        Interface.HasCarrier = false;
        Interface.Transmitter = null;
    }
}
