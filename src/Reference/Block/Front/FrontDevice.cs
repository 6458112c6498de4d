using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenBus;
using Conformance.Model.Trace;
using Conformance.Reference.Deviations;
using Conformance.Reference.XenBus;

namespace Conformance.Reference.Block.Front;

/// <summary>
/// One block device at the front: its way from the directory to a disk in use and back. The disk outlives connections
/// that are lost and made again (RS-016).
/// </summary>
public sealed partial class FrontDevice : IDeviceInstance
{
    private readonly FrontDriver _driver;
    private readonly XenBusDevice _device;
    private readonly FrontSettings _settings;
    private readonly ConnectionPath _path;
    private readonly FrontNegotiation _negotiation;
    private readonly IoDispatch _dispatch = new();
    private FrontConnection? _connection;

    /// <summary>The connection before, whose rings stay until the next is published (RS-008).</summary>
    private FrontConnection? _abandoned;
    private ushort _handle;
    private bool _isTrusted;

    /// <summary>Whether references and port are published for the back to take.</summary>
    private bool _isPublished;

    /// <summary>Whether the back was seen Connected to what was published.</summary>
    private bool _isConnected;

    /// <summary>Whether the back was closed already when this connection began: that is no wish to close (XB-026).</summary>
    private bool _isPeerStale;

    /// <summary>
    /// Whether this end closed, and the back was not seen to begin anew since: what it says of closing may be about the
    /// connection before, which it is late to end (I-25).
    /// </summary>
    private bool _isEndOwed;

    /// <summary>Whether a wish to close was refused because of users.</summary>
    private bool _isVetoed;

    /// <summary>Whether that wish was one to this end, which the back knows nothing of.</summary>
    private bool _isCloseWanted;

    internal FrontDevice(FrontDriver driver, XenBusDevice device, FrontSettings settings, ConnectionPath path)
    {
        _driver = driver;
        _device = device;
        _settings = settings;
        _path = path;
        _negotiation = new FrontNegotiation(device, settings);
        Disk = new BlockDisk(this, device.Domain, _dispatch);
    }

    /// <summary>The disk that users see.</summary>
    public BlockDisk Disk { get; }

    internal string Name => _device.Name;

    /// <inheritdoc/>
    public async ValueTask AttachAsync()
    {
        await _path.TakeAsync(FrontStep.See, _device.Node, static () => default);
        _isVetoed = false;
        _isCloseWanted = false;
        await _path.TakeAsync(FrontStep.Resolve, _device.PeerNode, async () =>
        {
            _handle = await _negotiation.ReadHandleAsync();
            _isTrusted = await _negotiation.ReadTrustAsync();
        });
        _dispatch.Hold();
        await _path.TakeAsync(FrontStep.WatchPeer, $"{_device.PeerNode}/state", static () => default);
        var peer = await _device.ReadPeerStateAsync();

        // Where a connection is to be made up for, after a move, a back that is closed has failed: it is a new one (RS-002).
        _isPeerStale = (peer is XenbusState.Closing or XenbusState.Closed) && _abandoned is null;
        if (!await _device.SwitchStateAsync(XenbusState.Initialising))
        {
            return;
        }

        if (peer == XenbusState.Connected)
        {
            await WalkPeerBackAsync();
        }
        else if (_settings.SkipsInitWait && !_isPeerStale)
        {
            await PublishAsync(readsLimits: false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask PeerChangedAsync(XenbusState peer)
    {
        if (_isCloseWanted && Disk.Users == 0)
        {
            await CloseNowAsync(isPeerGone: peer is XenbusState.Closed or XenbusState.Unknown);
            return;
        }

        switch (peer)
        {
            case XenbusState.Initialising:
                _isPeerStale = _isEndOwed = false;
                await StandByAsync();
                break;
            case XenbusState.InitWait or XenbusState.Initialised:
                _isPeerStale = _isEndOwed = false;
                await NegotiateAsync();
                break;
            case XenbusState.Connected:
                _isPeerStale = false;
                _isVetoed = _isCloseWanted;
                await ConnectAsync();
                break;
            case XenbusState.Closing or XenbusState.Closed when _device.State == XenbusState.Initialising && !_isPublished && _isEndOwed:
                // It will come to InitWait. A back that left by itself and was seen to begin anew owes no end: it fails (I-14).
                _isPeerStale = true;
                break;
            case XenbusState.Closing or XenbusState.Closed when !_isPeerStale:
                await PeerClosesAsync(peer);
                break;
            case XenbusState.Unknown:
                await PeerVanishedAsync();
                break;
        }
    }

    /// <inheritdoc/>
    public async ValueTask CloseAsync()
    {
        if (Disk.Users > 0 && _isConnected)
        {
            _isCloseWanted = true;
            await RefuseToCloseAsync();
            await _device.SwitchStateAsync(XenbusState.Connected);
        }
        else
        {
            await CloseNowAsync(isPeerGone: false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisconnectAsync(bool isPeerGone)
    {
        Disk.Withdraw();
        var connection = _connection;
        bool drains = connection is not null && _isConnected && !isPeerGone && !connection.IsDisabled;
        _dispatch.Kill();
        Forget();
        _isEndOwed = true;
        if (connection is not null)
        {
            if (drains)
            {
                await connection.DrainAsync();
            }

            await connection.ReleaseAsync();
        }

        await ReleaseAbandonedAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DetachAsync()
    {
        await Disk.DestroyAsync();
        _driver.Forget(this);
    }

    /// <summary>
    /// Closes the connection, if there is one, and begins anew: the back stays as long as the tool stack wants it
    /// (XB-025, XB-026).
    /// </summary>
    /// <returns>Once the new beginning is made; the disk is announced later.</returns>
    public ValueTask ReconnectAsync() => _device.RequestAsync(async () =>
    {
        if (_device.State != XenbusState.Closed)
        {
            await CloseNowAsync(isPeerGone: false);
        }

        await _path.TakeAsync(FrontStep.Renew, _device.Node, _device.ReviveAsync);
    });

    /// <summary>The last user is gone: a close that was refused is due (XB-023, BF-041).</summary>
    internal void OnLastUserGone()
    {
        if (_isVetoed)
        {
            _device.LookAgain();
        }
    }

    /// <summary>The back is there but not ready: nothing to do, unless it was (D-9).</summary>
    private ValueTask StandByAsync() => _isConnected ? RecoverAsync() : default;

    private async ValueTask NegotiateAsync()
    {
        if (_isConnected)
        {
            await RecoverAsync();
        }

        if (!_isPublished && _device.State == XenbusState.Initialising)
        {
            await _path.TakeAsync(FrontStep.SeeInitWait, $"{_device.PeerNode}/state", static () => default);
            await PublishAsync(readsLimits: !_settings.SkipsInitWait);
        }
    }

    private async ValueTask PeerClosesAsync(XenbusState peer)
    {
        if (peer == XenbusState.Closing && Disk.Users > 0 && _isConnected)
        {
            await RefuseToCloseAsync();
        }
        else if (_device.State != XenbusState.Closed)
        {
            // A back that is Closed has let go of the ring: nobody would answer, so users cannot hold it up (BF-024).
            await CloseNowAsync(isPeerGone: peer == XenbusState.Closed);
        }
    }

    private async ValueTask RefuseToCloseAsync()
    {
        if (!_isVetoed)
        {
            _isVetoed = true;
            _path.Record(FrontStep.CheckUsers, _device.Node, "EBUSY");
            await _device.ReportAsync(new DeviceFailure(Errno.EBUSY, $"the disk has {Disk.Users} users; it closes with the last"));
        }
    }

    /// <summary>The back's directory is gone: releases all, and writes nothing there (D-2, XB-032).</summary>
    private async ValueTask PeerVanishedAsync()
    {
        if (_device.State != XenbusState.Closed && (_isPublished || _device.State != XenbusState.Initialising))
        {
            await CloseNowAsync(isPeerGone: true);
        }
    }

    /// <summary>Somebody else's connection is still up: closes it in that one's place, then begins (XB-013, XB-059, I-32).</summary>
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
        _isVetoed = false;
        _isCloseWanted = false;
        if (_settings.WritesClosing)
        {
            await _path.TakeAsync(FrontStep.BeginClose, _device.Node, () => Switch(XenbusState.Closing));
        }

        await _path.TakeAsync(FrontStep.CheckUsers, _device.Node, static () => default);
        var connection = _connection;
        await _path.TakeAsync(FrontStep.StopQueues, Name, async () =>
        {
            Disk.Withdraw();
            _dispatch.Kill();
            if (connection is not null && _isConnected && !isPeerGone && !connection.IsDisabled)
            {
                await connection.DrainAsync();
            }
        });
        await _path.TakeAsync(FrontStep.Close, _device.Node, () => Switch(XenbusState.Closed));
        await _path.TakeAsync(FrontStep.Release, Name, () => DisconnectAsync(isPeerGone: true));
    }

    private async ValueTask Switch(XenbusState state) => await _device.SwitchStateAsync(state);

    private void Forget()
    {
        _connection = null;
        _isPublished = false;
        _isConnected = false;
    }
}
