using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block.Negotiation;
using Conformance.Model.Protocol.XenBus;
using Conformance.Model.Trace;
using Conformance.Reference.XenBus;

namespace Conformance.Reference.Block.Front;

/// <content>Making a connection, losing it, and making it again.</content>
public sealed partial class FrontDevice
{
    /// <inheritdoc/>
    public async ValueTask<bool> SuspendAsync()
    {
        if (_connection is not { } connection || !_isConnected)
        {
            return true;
        }

        connection.Stop(StopReasons.Suspended, isStopped: true);
        if (_settings.DrainsBeforeSuspend && !await connection.DrainAsync())
        {
            await CancelSuspendAsync();
            return false;
        }

        await connection.HoldAsync();
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask CancelSuspendAsync()
    {
        if (_connection is { } connection && _isConnected)
        {
            connection.Stop(StopReasons.Suspended, isStopped: false);
            await connection.UnholdAsync();
            await connection.PumpAsync();
        }
    }

    /// <inheritdoc/>
    public ValueTask ResumeAsync() => AbandonAsync(isWorldGone: true);

    /// <summary>Makes rings and ports and tells the back. Nothing stays when that fails half-way (BF-003).</summary>
    private async ValueTask PublishAsync(bool readsLimits)
    {
        var limits = FrontLimits.Legacy(_settings.Abi, _isTrusted);
        if (readsLimits)
        {
            await _path.TakeAsync(FrontStep.ReadLimits, _device.PeerNode, async () => limits = await _negotiation.ReadLimitsAsync(_isTrusted));
        }

        _path.Record(
            FrontStep.ReadLimits,
            "limits in force",
            "OK",
            new("ring-pages", $"{limits.RingPages}"),
            new("queues", $"{limits.Queues} of {_settings.Queues}"),
            new("requests", $"{limits.Requests}"),
            new("segments", $"{limits.Segments} of {_settings.Limits.Segments}"),
            new("request-bytes", $"{limits.RequestBytes} of {_settings.Limits.RequestBytes}"));
        var connection = new FrontConnection(_device, _path, _settings, limits, _handle);
        _connection = connection;
        bool isThere = true;
        try
        {
            await connection.OpenAsync();
            await _path.TakeAsync(FrontStep.Publish, _device.Node, async () => isThere = await FrontPublication.PublishAsync(_device, _settings, connection));
            if (isThere)
            {
                await CommitAsync();
            }
        }
        finally
        {
            if (!_isPublished)
            {
                _connection = null;
                await connection.ReleaseAsync();
            }
        }
    }

    private async ValueTask CommitAsync()
    {
        _path.Generation++;
        await _path.TakeAsync(FrontStep.Commit, _device.Node, async () =>
            _isPublished = await _device.SwitchStateAsync(_settings.ConnectsAtOnce ? XenbusState.Connected : XenbusState.Initialised));
        await ReleaseAbandonedAsync();
    }

    private async ValueTask ConnectAsync()
    {
        if (_isConnected)
        {
            await ResizeAsync();
        }
        else if (_isPublished)
        {
            await ConnectPublishedAsync(_connection!);
        }
        else if (_device.State == XenbusState.Initialising)
        {
            await WalkPeerBackAsync();
        }
    }

    private async ValueTask ConnectPublishedAsync(FrontConnection connection)
    {
        (MediumInfo Medium, FrontFeatures Features) read = (default, new FrontFeatures());
        await _path.TakeAsync(FrontStep.ReadMedium, _device.PeerNode, async () => read = await _negotiation.ReadMediumAsync(connection.Limits));
        if (Disk.IsKnown && Disk.SectorSize != read.Medium.SectorSize)
        {
            throw new DeviceFailure(Errno.EINVAL, $"expected sector-size {Disk.SectorSize} as before, got {read.Medium.SectorSize}");
        }

        await _path.TakeAsync(FrontStep.Connect, _device.Node, () => Switch(XenbusState.Connected));
        _isConnected = true;
        await _path.TakeAsync(FrontStep.Announce, Name, () =>
        {
            if (Disk.Announce(read.Medium))
            {
                _driver.Announced?.Invoke(Disk);
            }

            return default;
        });
        await _path.TakeAsync(FrontStep.StartIo, Name, () =>
        {
            connection.Start(read.Features, read.Medium.SectorSize);
            return _dispatch.StartAsync(connection);
        });
    }

    /// <summary>The back says Connected again: the medium may have another size; nothing else is looked at (NG-036).</summary>
    private async ValueTask ResizeAsync()
    {
        if (await _negotiation.ReadSizeAsync() is { } size)
        {
            Disk.Resize(size);
        }
    }

    /// <summary>The back left Connected by itself, as one that was started anew: the connection is lost (D-9, RS-015).</summary>
    private async ValueTask RecoverAsync()
    {
        await _path.TakeAsync(FrontStep.Recover, _device.Node, () => AbandonAsync(isWorldGone: false));
        await _device.SwitchStateAsync(XenbusState.Initialising);
        if (_settings.SkipsInitWait)
        {
            await PublishAsync(readsLimits: false);
        }
    }

    /// <summary>Keeps what users asked for and nothing else; it is issued in the next connection (RS-005 to RS-009).</summary>
    private async ValueTask AbandonAsync(bool isWorldGone)
    {
        var connection = _connection;
        bool wasDead = _dispatch.IsDead;
        Forget();
        _isEndOwed = false;
        if (!wasDead)
        {
            _dispatch.Hold();
        }

        if (connection is not null)
        {
            await ReleaseAbandonedAsync();
            _abandoned = connection;
            _dispatch.PutBack(await connection.AbandonAsync(isWorldGone));
        }
    }

    private async ValueTask ReleaseAbandonedAsync()
    {
        var abandoned = _abandoned;
        _abandoned = null;
        if (abandoned is not null)
        {
            await abandoned.ReleaseRingsAsync();
        }
    }
}
