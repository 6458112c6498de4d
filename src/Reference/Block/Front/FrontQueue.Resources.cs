using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block.Rings;
using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;
using Conformance.Reference.XenBus;

namespace Conformance.Reference.Block.Front;

/// <content>What a queue shares with the back, and the fibers that wait on its behalf.</content>
internal sealed partial class FrontQueue
{
    private readonly IOwnPage?[] _pages;
    private readonly List<GrantRef> _spareReferences = [];
    private readonly List<IEventChannel> _channels = [];
    private readonly Signal _grantsFree;
    private readonly Signal _quiet;
    private IEventChannel? _channel;
    private IGrantCallback? _callback;
    private Fiber? _restarter;
    private Fiber? _purger;
    private long _quietSince;
    private bool _isReleased;

    /// <summary>The references of the ring's pages, in order.</summary>
    public GrantRef[] References { get; }

    /// <summary>The port for the back to bind; null when there is none.</summary>
    public PortNumber? Port => _channel?.Port;

    /// <summary>Takes the ring's pages and writes its header, before anybody else can see them (BF-002, RG-008, RG-009).</summary>
    public async ValueTask AllocateRingAsync()
    {
        for (int i = 0; i < _pages.Length; i++)
        {
            _pages[i] = await Domain.Memory.AllocateAsync()
                ?? throw new DeviceFailure(Errno.ENOMEM, $"no memory for page {i} of the ring");
        }

        Ring = new FrontRing(new RingMemory([.. _pages.Select(page => page!)]), BlkifRing.EntrySize(Abi));
        await Ring.InitialiseAsync(_connection.Settings.FirstRingIndex);
    }

    /// <summary>Grants one page of the ring to the back.</summary>
    public async ValueTask GrantRingPageAsync(int page)
    {
        if (References[page].IsValid)
        {
            _spareReferences.Add(References[page]);
        }

        References[page] = await Domain.Grants.GrantAsync(Peer, _pages[page]!, GrantAccess.ReadWrite);
        if (!References[page].IsValid)
        {
            throw new DeviceFailure(Errno.ENOSPC, $"no grant reference for page {page} of the ring");
        }
    }

    /// <summary>Makes the port, and a fiber that answers it. What comes before the back is Connected is let pass (BF-034).</summary>
    public async ValueTask AllocatePortAsync()
    {
        var result = await Domain.Events.AllocateUnboundAsync(Peer);
        if (result.Error != Errno.None)
        {
            throw new DeviceFailure(Errno.ENOSPC, $"no event channel ({result.Error})");
        }

        _channel = result.Channel!;
        _channels.Add(_channel);
        var channel = _channel;
        Domain.Fibers.Start($"blkfront {_connection.Name} events {Index}", () => ServeAsync(channel));
    }

    /// <summary>The back is Connected: issues from now on.</summary>
    public void Start()
    {
        Pool.IsPersistent = Features.IsPersistent;
        if (Features.IsPersistent && _connection.Settings.PersistentIdle is { } idle)
        {
            _purger ??= Domain.Fibers.Start($"blkfront {_connection.Name} purge {Index}", () => PurgeIdleAsync(idle));
        }

        Restart(StopReasons.NotConnected);
    }

    /// <summary>
    /// Waits, without holding anything, until so many references are free or idle in the pool. Idle ones that the back has
    /// let go of are freed first (BF-029).
    /// </summary>
    public async ValueTask WaitForGrantsAsync(int count)
    {
        await Pool.TrimAsync();
        int missing = count - Pool.IdleGrants;
        if (missing <= 0)
        {
            return;
        }

        Stop(StopReasons.NoGrants);
        if (_callback is { IsArmed: true } earlier)
        {
            await Domain.Grants.CancelAsync(earlier);
        }

        _restarter ??= Domain.Fibers.Start($"blkfront {_connection.Name} restart {Index}", RestartOnGrantsAsync);
        _callback = await Domain.Grants.NotifyWhenFreeAsync(missing, _grantsFree);
    }

    /// <summary>
    /// Gives everything back but the ring: first the channel, then the data. Nobody is at work on the queue. In a world
    /// that is another the port is gone, and references grant nothing, but they are this guest's still (RS-002).
    /// </summary>
    public async ValueTask CloseAsync(bool isWorldGone)
    {
        Stop(StopReasons.NotConnected);
        Ring?.Detach();
        _callback = isWorldGone ? null : _callback;
        await EndFibersAsync();
        foreach (var channel in isWorldGone ? [] : _channels)
        {
            await channel.CloseAsync();
        }

        _channels.Clear();
        _channel = null;
        await Pool.CloseAsync();
    }

    /// <summary>No callback stays armed, and no fiber waits for one (BF-026).</summary>
    private async ValueTask EndFibersAsync()
    {
        _isReleased = true;
        if (_callback is { IsArmed: true } callback)
        {
            _callback = null;
            await Domain.Grants.CancelAsync(callback);
        }

        _grantsFree.Set();
        _quiet.Set();
        if (_restarter is { } restarter)
        {
            await restarter.JoinAsync();
        }
    }

    /// <summary>Gives the ring back, once. A page that the back maps still is freed when it lets go, and not before (XB-021).</summary>
    public async ValueTask ReleaseRingAsync()
    {
        foreach (var reference in _spareReferences)
        {
            await Domain.Grants.RevokeLaterAsync(reference, null);
        }

        _spareReferences.Clear();
        for (int i = 0; i < _pages.Length; i++)
        {
            if (_pages[i] is not { } page)
            {
                continue;
            }

            var reference = References[i];
            _pages[i] = null;
            References[i] = GrantRef.Invalid;
            if (!reference.IsValid || await Domain.Grants.TryRevokeAsync(reference))
            {
                await Domain.Memory.FreeAsync(page);
            }
            else
            {
                await Domain.Grants.RevokeLaterAsync(reference, page);
            }
        }
    }

    private async ValueTask ServeAsync(IEventChannel channel)
    {
        while (await channel.WaitAsync() && !_isReleased)
        {
            if ((Stops & StopReasons.NotConnected) == 0 && !IsHeld && !_isHandling)
            {
                await HandleAsync();
            }
        }
    }

    private async ValueTask RestartOnGrantsAsync()
    {
        while (true)
        {
            await Domain.Fibers.WaitAsync(_grantsFree);
            if (_isReleased)
            {
                return;
            }

            _callback = null;
            Restart(StopReasons.NoGrants);
            await PumpAsync();
        }
    }

    /// <summary>Gives persistent grants back when no request has ended for a while.</summary>
    private async ValueTask PurgeIdleAsync(TimeSpan idle)
    {
        while (!_isReleased)
        {
            await Domain.Fibers.WaitAsync(_quiet);
            for (long seen = -1; seen != _quietSince && !_isReleased;)
            {
                seen = _quietSince;
                await Domain.Fibers.DelayAsync(idle);
            }

            if (!_isReleased && Table.InFlight == 0)
            {
                await Pool.PurgeAsync();
            }
        }
    }
}
