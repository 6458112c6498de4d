using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenBus;
using Conformance.Reference.Fibers;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Reference.XenBus;

/// <content>
/// The device's own fiber. Watch callbacks only say that there is something to look at, so that no driver can keep the
/// watch thread from the other devices (XB-061), and no two calls into one driver overlap.
/// </content>
public sealed partial class XenBusDevice
{
    private readonly Signal _work;
    private readonly Queue<Func<ValueTask>> _requests = [];
    private StoreWatch? _peerWatch;
    private StoreWatch? _stateWatch;
    private StoreWatch? _policyWatch;
    private bool _isPeerChanged;
    private bool _isLocalChanged;
    private bool _isFailed;
    private bool _isAttachingAgain;
    private bool _isSuspended;
    private bool _isEnding;
    private bool _isReplaced;
    private bool _holdsBoot;
    private bool _hasEnded;

    /// <summary>What serves it; null while nothing does.</summary>
    internal IDeviceInstance? Instance { get; private set; }

    /// <summary>What runs <see cref="RunAsync"/>.</summary>
    internal Fiber? Fiber { get; set; }

    /// <summary>Whether something changed in the directory since the device was found.</summary>
    internal bool WasSeenAgain { get; set; }

    /// <summary>Counts among those that the boot waits for, until it is settled.</summary>
    internal void HoldBoot()
    {
        _holdsBoot = true;
        _bus.BootHold.Take();
    }

    /// <summary>Finds a driver, attaches, and serves the device until it is gone.</summary>
    internal async ValueTask RunAsync(IDeviceDriver driver, bool isBoot)
    {
        try
        {
            if (await TryProbeAsync(driver, isBoot))
            {
                await BeginAsync();
                await ServeAsync();
            }
        }
        finally
        {
            ReleaseBoot();
        }

        await EndAsync();
    }

    /// <summary>Has something done between two changes, and waits for it.</summary>
    internal async ValueTask RequestAsync(Func<ValueTask> request)
    {
        if (_hasEnded)
        {
            await request();
            return;
        }

        var done = Domain.Fibers.CreateSignal($"{Node} to do as asked");
        _requests.Enqueue(async () =>
        {
            try
            {
                await request();
            }
            finally
            {
                done.Set();
            }
        });
        _work.Set();
        await Domain.Fibers.WaitAsync(done);
    }

    /// <summary>Asks the driver whether the domain may be suspended now (CT-010); true as well when there is no driver.</summary>
    internal async ValueTask<bool> SuspendAsync()
    {
        _isSuspended = Instance is null || await Instance.SuspendAsync();
        return _isSuspended;
    }

    /// <summary>The suspend did not happen (CT-012).</summary>
    internal async ValueTask CancelSuspendAsync()
    {
        if (_isSuspended && Instance is not null)
        {
            _isSuspended = false;
            await Instance.CancelSuspendAsync();
        }
    }

    /// <summary>The domain runs in a new world: finds the peer again and begins from the start (RS-002 to RS-004).</summary>
    internal async ValueTask ResumeAsync()
    {
        _isSuspended = false;
        if (Instance is null || IsGone)
        {
            return;
        }

        Failure = null;
        await UnwatchAsync(_peerWatch);
        _peerWatch = null;
        await Instance.ResumeAsync();
        await GuardAsync(async () =>
        {
            if (!await FindStateAsync() || !await FindPeerAsync())
            {
                throw new DeviceFailure(Errno.ENOENT, "no back after the resume");
            }
        });
        if (!_isFailed && await SwitchStateAsync(XenbusState.Initialising))
        {
            await BeginAsync();
        }
    }

    /// <summary>Ends serving the device, as when its driver is unloaded.</summary>
    internal void End()
    {
        _isEnding = true;
        _work.Set();
    }

    /// <summary>The directory is gone or may be: looks.</summary>
    internal void LookAtOwnNodes()
    {
        _isLocalChanged = true;
        _work.Set();
    }

    /// <summary>Begins a connection anew after one has ended: says so, and takes the driver's first phase (XB-008, XB-025).</summary>
    internal async ValueTask ReviveAsync()
    {
        if (await SwitchStateAsync(XenbusState.Initialising))
        {
            await AttachAgainAsync();
        }
    }

    /// <summary>
    /// Takes the driver's first phase again after a connection has ended; the state stays Closed until the driver says
    /// InitWait (XB-009, XB-025, XB-026).
    /// </summary>
    internal async ValueTask AttachAgainAsync()
    {
        Failure = null;
        _isAttachingAgain = true;
        await GuardAsync(Instance!.AttachAsync);
        _isAttachingAgain = _isFailed;
        LookAgain();
    }

    /// <summary>Releases the connection and says that it is closed, after Closing (XB-009, XB-020).</summary>
    internal async ValueTask CloseAsync(bool isPeerGone)
    {
        if (State is not (XenbusState.Closing or XenbusState.Closed))
        {
            await TrySwitchStateAsync(XenbusState.Closing);
        }

        await Instance!.DisconnectAsync(isPeerGone);
        await TrySwitchStateAsync(XenbusState.Closed);
        _isLocalChanged = true;
        _work.Set();
    }

    private async ValueTask<bool> TryProbeAsync(IDeviceDriver driver, bool isBoot)
    {
        try
        {
            if (!await FindStateAsync() || !await FindPeerAsync())
            {
                return false;
            }

            if (State != XenbusState.Initialising && (!isBoot || !await _flavour.RenewAsync(this)))
            {
                return false;
            }

            Instance = await driver.ProbeAsync(this);
            return Instance is not null;
        }
        catch (Exception exception) when (AsFailure(exception) is not null)
        {
            var failure = AsFailure(exception)!;
            Failure = failure;
            await ReportAsync(failure);
            await _flavour.PublishFailedAttachAsync(this, failure);
            await TrySwitchStateAsync(XenbusState.Closing);
            await TrySwitchStateAsync(XenbusState.Closed);
            return false;
        }
    }

    private async ValueTask BeginAsync()
    {
        await GuardAsync(async () =>
        {
            await Instance!.AttachAsync();
            _peerWatch = await WatchAsync($"{PeerNode}/state", LookAgain);
            _stateWatch ??= await WatchAsync($"{Node}/state", LookAtOwnNodes);
            _policyWatch ??= await WatchAsync($"{Node}/online", LookAtOwnNodes);
        });
    }

    private async ValueTask ServeAsync()
    {
        while (IsOurs && !_isEnding)
        {
            // Whoever asks for a look from here on sets it again.
            _work.TryClear();
            if (_isFailed)
            {
                _isFailed = false;
                await CloseFailedAsync();
            }
            else if (_requests.TryDequeue(out var request))
            {
                await GuardAsync(request);
            }
            else if (!_isSuspended && _isLocalChanged)
            {
                _isLocalChanged = false;
                await GuardAsync(LocalChangedAsync);
            }
            else if (!_isSuspended && _isPeerChanged)
            {
                _isPeerChanged = false;
                await GuardAsync(PeerChangedAsync);
            }
            else
            {
                await Domain.Fibers.WaitAsync(_work);
            }
        }
    }

    private async ValueTask PeerChangedAsync()
    {
        var peer = await ReadPeerStateAsync();
        if (await _flavour.PeerChangedAsync(this, peer))
        {
            await Instance!.PeerChangedAsync(peer);
        }

        if (peer is XenbusState.Closed or XenbusState.Closing or XenbusState.Unknown)
        {
            ReleaseBoot();
        }
    }

    private async ValueTask LocalChangedAsync()
    {
        var before = State;
        var text = await Domain.Store.FindAsync($"{Node}/state");
        var owner = OwnerBy(text);
        Note(owner);
        if (owner != DirectoryOwner.Self)
        {
            return;
        }

        TakeState(text);
        if (State == XenbusState.Closing && before != XenbusState.Closing)
        {
            await Instance!.CloseAsync();
        }

        await _flavour.LocalChangedAsync(this);
    }

    /// <summary>Runs part of a driver; what fails in it is published and closes the device.</summary>
    private async ValueTask GuardAsync(Func<ValueTask> body)
    {
        try
        {
            await body();
        }
        catch (Exception exception) when (AsFailure(exception) is not null)
        {
            await FailAsync(AsFailure(exception)!);
        }
    }

    private async ValueTask<StoreWatch> WatchAsync(string path, Action changed)
    {
        var watch = new StoreWatch(path, _ =>
        {
            changed();
            return ValueTask.CompletedTask;
        });
        await Domain.Store.WatchAsync(watch);
        return watch;
    }

    private async ValueTask UnwatchAsync(StoreWatch? watch)
    {
        if (watch is not null)
        {
            try
            {
                await Domain.Store.UnwatchAsync(watch);
            }
            catch (Exception exception) when (exception is StoreException or StoreClosedException)
            {
                // A watch that the store forgot is as good as removed.
            }
        }
    }

    private void ReleaseBootIfSettled()
    {
        if (State is XenbusState.Connected or XenbusState.Closing or XenbusState.Closed)
        {
            ReleaseBoot();
        }
    }

    private void ReleaseBoot()
    {
        if (_holdsBoot)
        {
            _holdsBoot = false;
            _bus.BootHold.Release();
        }
    }

    private static DeviceFailure? AsFailure(Exception exception) => exception switch
    {
        DeviceFailure failure => failure,
        StoreException store => new DeviceFailure(Errno.EIO, $"the store refused {store.Message}"),
        StoreClosedException closed => new DeviceFailure(Errno.EIO, closed.Message),
        _ => null,
    };
}
