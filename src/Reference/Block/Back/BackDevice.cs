using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenBus;
using Conformance.Model.Trace;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Deviations;
using Conformance.Reference.XenBus;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Reference.Block.Back;

/// <summary>
/// One disk that a back serves, through all its connections: blkback's part of the state machine. Called by the bus from
/// the device's own fiber; the workers of its rings run beside that.
/// </summary>
public sealed class BackDevice : IDeviceInstance
{
    private readonly XenBusDevice _device;
    private readonly BackSettings _settings;
    private readonly ConnectionPath _path;
    private readonly BackMedium _medium;
    private readonly BackPublisher _publisher;
    private readonly Action<BackDevice> _detached;
    private BackConnection? _connection;
    private XenbusState _servedPeer;
    private bool _wasAttached;
    private bool _isMediumGone;
    private bool _hasAskedToClose;

    internal BackDevice(XenBusDevice device, BackSettings settings, IStorageLookup lookup, ConnectionPath path, Action<BackDevice> detached)
    {
        _device = device;
        _settings = settings;
        _path = path;
        _detached = detached;
        _medium = new BackMedium(device, settings, lookup);
        _publisher = new BackPublisher(device, settings);
    }

    /// <summary>The directory of the device.</summary>
    public string Node => _device.Node;

    /// <summary>What the device did so far.</summary>
    public BackStatistics Statistics { get; } = new();

    /// <summary>The open medium; null while there is none.</summary>
    public IStorage? Storage => _medium.Storage;

    /// <summary>What holds for the present connection; null while there is none.</summary>
    public ConnectionTerms? Terms => _connection?.Terms;

    /// <inheritdoc/>
    public async ValueTask AttachAsync()
    {
        _hasAskedToClose = false;
        if (_isMediumGone)
        {
            _isMediumGone = false;
            await _medium.CloseAsync();
        }

        bool isThere = true;
        await _path.TakeAsync(BackStep.PublishLimits, Node, async () => isThere = await _publisher.PublishLimitsAsync());
        if (!isThere)
        {
            return;
        }

        if (!await TryOpenMediumAsync() && !_medium.IsWatched)
        {
            await _path.TakeAsync(BackStep.WatchMedium, Node, _medium.WatchAsync);
        }

        string step = _wasAttached ? BackStep.InitWaitAgain : BackStep.InitWait;
        _wasAttached = true;
        await _path.TakeAsync(step, Node, () => SwitchAsync(XenbusState.InitWait));
    }

    /// <inheritdoc/>
    public async ValueTask PeerChangedAsync(XenbusState peer)
    {
        await AskToCloseIfMediumGoneAsync();
        switch (peer)
        {
            case XenbusState.Initialised or XenbusState.Connected:
                await ServeAsync(peer);
                break;
            case XenbusState.Closing when _device.State is not (XenbusState.Closing or XenbusState.Closed):
                await _path.TakeAsync(BackStep.Closing, Node, () => SwitchAsync(XenbusState.Closing));
                break;
            case XenbusState.Closed or XenbusState.Unknown:
                await FinishCloseAsync();
                break;
            default:
                // A front may be in InitWait, or reconfigure: that is its own affair (D-11, D-12).
                await TryOpenMediumAsync();
                break;
        }
    }

    /// <summary>
    /// The tool stack wants the device closed. As long as the front is there it decides when, and is served until then
    /// (XB-024); the bus closes a device without a front (XB-029).
    /// </summary>
    /// <inheritdoc/>
    public ValueTask CloseAsync()
    {
        _path.Record(BackStep.Closing, Node, "asked");
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisconnectAsync(bool isPeerGone)
    {
        if (_connection is { } connection)
        {
            await connection.CloseAsync();
            _connection = null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DetachAsync()
    {
        await _medium.UnwatchAsync();
        await _medium.CloseAsync();
        _detached(this);
    }

    /// <summary>What a front uses cannot move with this domain: its pages and ports would stay behind (RS-012).</summary>
    /// <inheritdoc/>
    public ValueTask<bool> SuspendAsync()
    {
        if (_connection is not null)
        {
            _path.Record(BackStep.Suspend, Node, "EBUSY");
        }

        return new ValueTask<bool>(_connection is null);
    }

    /// <inheritdoc/>
    public ValueTask CancelSuspendAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask ResumeAsync() => ValueTask.CompletedTask;

    /// <summary>
    /// Looks how large the medium is now, and tells the front if that changed (NG-036). Requests under way that lie beyond
    /// a new end fail.
    /// </summary>
    /// <returns>Whether it changed.</returns>
    public async ValueTask<bool> ResizeAsync()
    {
        if (_medium.Storage is not { } storage)
        {
            return false;
        }

        var before = storage.Size;
        await storage.RefreshAsync();
        if (storage.Size == before)
        {
            return false;
        }

        _connection?.TakeSize();
        if (_device.State == XenbusState.Connected)
        {
            await _publisher.PublishSizeAsync(storage.Size);
        }

        return true;
    }

    /// <summary>Connects to a front that has published everything, in whichever state either end is (XB-011, XB-053, S-58).</summary>
    private async ValueTask ServeAsync(XenbusState peer)
    {
        if (_device.State is XenbusState.Closing or XenbusState.Closed)
        {
            return;
        }

        if (_connection is { } present && !await IsNewGenerationAsync(present, peer))
        {
            _servedPeer = peer;
            return;
        }

        await DisconnectAsync(isPeerGone: false);
        if (await TryOpenMediumAsync())
        {
            _servedPeer = peer;
            await ConnectUnlessFrontMovedOnAsync();
        }
    }

    /// <summary>
    /// Connects. What fails while the front takes back what it had published says nothing about this end: the front's next
    /// state is looked at instead.
    /// </summary>
    private async ValueTask ConnectUnlessFrontMovedOnAsync()
    {
        try
        {
            await ConnectAsync();
        }
        catch (Exception exception) when (exception is DeviceFailure or StoreException)
        {
            // Whatever was set up is given back before anybody is told (BB-025 to BB-027).
            await DisconnectAsync(isPeerGone: false);
            if (await _device.ReadPeerStateAsync() is XenbusState.Initialised or XenbusState.Connected)
            {
                throw;
            }

            _device.LookAgain();
        }
    }

    /// <summary>
    /// Whether the front published another ring since (D-1). Its own step from Initialised to Connected is no occasion to
    /// look; whatever else brought us here is.
    /// </summary>
    private async ValueTask<bool> IsNewGenerationAsync(BackConnection present, XenbusState peer)
    {
        if (_servedPeer == XenbusState.Initialised && peer == XenbusState.Connected)
        {
            return false;
        }

        try
        {
            var terms = await BackNegotiation.ReadAsync(_device.Domain.Store, _device.PeerNode, _settings);
            return !terms.IsSameGeneration(present.Terms);
        }
        catch (DeviceFailure)
        {
            // What a connected front does to its nodes is no new ring.
            return false;
        }
    }

    private async ValueTask ConnectAsync()
    {
        ConnectionTerms? terms = null;
        _path.Generation++;
        await _path.TakeAsync(BackStep.ReadFront, _device.PeerNode, async () =>
            terms = await BackNegotiation.ReadAsync(_device.Domain.Store, _device.PeerNode, _settings));
        if (terms is null)
        {
            throw new DeviceFailure(Errno.EINVAL, $"nothing is known of the rings of {_device.PeerNode}");
        }

        bool hasDiscard = _settings.OffersDiscard && _medium.Storage!.CanDiscard && !_medium.IsReadOnly && await _publisher.MayDiscardAsync();
        _connection = new BackConnection(_device, _settings, _path, terms, _medium, hasDiscard, Statistics, NoteMediumGone);
        await _connection.OpenAsync();
        await _path.TakeAsync(BackStep.PublishMedium, Node, async () => await _publisher.PublishMediumAsync(_medium, hasDiscard));
        await _path.TakeAsync(BackStep.Connected, Node, () => SwitchAsync(XenbusState.Connected));
        Statistics.Connections++;
    }

    /// <summary>
    /// The front is closed or gone: releases everything and closes. While something is in flight there is nothing to do
    /// but to come back when it is not (D-8).
    /// </summary>
    private async ValueTask FinishCloseAsync()
    {
        if (_device.State == XenbusState.Closed)
        {
            return;
        }

        if (_device.State != XenbusState.Closing)
        {
            await _path.TakeAsync(BackStep.Closing, Node, () => SwitchAsync(XenbusState.Closing));
        }

        if (_connection is { } connection)
        {
            if (!await connection.TryCloseAsync())
            {
                return;
            }

            _connection = null;
        }

        await _path.TakeAsync(BackStep.Closed, Node, () => SwitchAsync(XenbusState.Closed));
    }

    private async ValueTask<bool> TryOpenMediumAsync()
    {
        if (_medium.Storage is null && await _medium.FindPathAsync() is { } path)
        {
            await _path.TakeAsync(BackStep.OpenMedium, path, () => _medium.OpenAsync(path));
            await _medium.UnwatchAsync();
        }

        return _medium.Storage is not null;
    }

    private void NoteMediumGone()
    {
        if (!_isMediumGone)
        {
            _isMediumGone = true;
            _device.LookAgain();
        }
    }

    /// <summary>A disk that was pulled out: asks the front, once, to close (BB-031).</summary>
    private async ValueTask AskToCloseIfMediumGoneAsync()
    {
        if (_isMediumGone && !_hasAskedToClose && _device.State == XenbusState.Connected)
        {
            _hasAskedToClose = true;
            await _device.ReportAsync(new DeviceFailure(Errno.ENXIO, $"the medium of {Node} is gone"));
            await _path.TakeAsync(BackStep.Closing, Node, () => SwitchAsync(XenbusState.Closing));
        }
    }

    /// <summary>A directory that is gone stops everything: the bus detaches the device (D-3).</summary>
    private async ValueTask SwitchAsync(XenbusState state) => await _device.SwitchStateAsync(state);
}
