using Conformance.Model.Protocol;
using System.Globalization;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Trace;
using Conformance.Reference.Block.Rings;
using Conformance.Reference.Fibers;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.Ports;
using Conformance.Reference.XenBus;

namespace Conformance.Reference.Block.Back;

/// <summary>
/// One ring of a connection with its port and its worker. It can be taken down at every stage of being set up (BB-029),
/// in the order port, requests, data, ring (BB-028).
/// </summary>
internal sealed class BackQueue
{
    private readonly BackConnection _connection;
    private readonly QueueTerms _terms;
    private readonly int _number;
    private readonly FiberScope _fibers;
    private readonly List<IMappedPage> _mapped = [];
    private readonly IMappedPage?[] _pages;
    private readonly PersistentGrants? _persistent;
    private readonly PageMapper _mapper;
    private readonly Signal _wake;
    private readonly Signal _pushed;
    private IEventChannel? _channel;
    private QueueWorker? _worker;
    private BackRing? _ring;

    internal BackQueue(BackConnection connection, int number)
    {
        _connection = connection;
        _number = number;
        _terms = connection.Terms.Queues[number];
        _fibers = connection.Domain.Fibers;
        _pages = new IMappedPage?[_terms.RingRefs.Count];
        var grants = connection.Domain.Grants;
        _persistent = connection.Terms.IsPersistent ? new PersistentGrants(grants, connection.Settings.PersistentGrantsMax, connection.Statistics) : null;
        _mapper = new PageMapper(grants, _fibers, connection.Peer, _persistent, connection.Statistics);
        _wake = _fibers.CreateSignal($"queue {number} to go on");
        _pushed = _fibers.CreateSignal($"queue {number} to end a push");
    }

    /// <summary>Whether nothing of the front's is being used and no fiber is at work any more.</summary>
    internal bool IsDrained => _worker is null or { IsDrained: true };

    /// <summary>What the queue is, for a trace.</summary>
    private string Name => string.Create(CultureInfo.InvariantCulture, $"queue {_number}");

    /// <summary>Maps the ring in the order of its pages (RG-036), and takes it up where its responses end.</summary>
    internal async ValueTask MapRingAsync()
    {
        for (int i = 0; i < _pages.Length; i++)
        {
            int page = i;
            await _connection.Path.TakeAsync(BackStep.MapRing, (_number * _pages.Length) + page, $"{Name} page {page} ref {_terms.RingRefs[page]}", () => MapPageAsync(page));
        }

        if (Array.TrueForAll(_pages, page => page is not null))
        {
            var ring = new BackRing(new RingMemory([.. _pages.Cast<ISharedPage>()]), BlkifRing.EntrySize(_connection.Terms.Abi));
            if (!await ring.AttachAsync())
            {
                throw new DeviceFailure(Errno.EPROTO, $"{_terms.Directory}: {ring.Fault}");
            }

            _ring = ring;
        }
    }

    /// <summary>Binds the front's port (BB-026).</summary>
    internal ValueTask BindAsync() => _connection.Path.TakeAsync(BackStep.BindPort, _number, $"{Name} port {_terms.Port}", async () =>
    {
        var result = await _connection.Domain.Events.BindInterdomainAsync(_connection.Peer, _terms.Port);
        _channel = result.Channel ?? throw new DeviceFailure(
            Errno.EINVAL,
            $"expected {_terms.Directory}/{BlockNodes.EventChannel} to be a port for this domain, got {_terms.Port}, which cannot be bound: {result.Error}");
    });

    /// <summary>Starts the worker, which looks at the ring before it waits: requests may be there already (EV-004, XB-052).</summary>
    internal ValueTask StartAsync() => _connection.Path.TakeAsync(BackStep.StartWorker, _number, Name, () =>
    {
        if (_worker is null && _ring is not null && _channel is not null)
        {
            var trace = new IoTrace(_connection.Path, _connection.Domain.Trace is not null, _number);
            _worker = new QueueWorker(_connection, _ring, _channel, _mapper, trace, _wake, _pushed);
            _worker.Start(_number);
        }

        return ValueTask.CompletedTask;
    });

    /// <summary>Takes nothing more from now on, and does not use the port any more.</summary>
    internal ValueTask StopAsync() => _worker?.StopAsync() ?? ValueTask.CompletedTask;

    /// <summary>Closes the port.</summary>
    internal async ValueTask ClosePortAsync()
    {
        if (_channel is { } channel)
        {
            _channel = null;
            await channel.CloseAsync();
        }
    }

    /// <summary>Unmaps data and ring, after everything is drained. Nothing here looks at the ring again (RG-037).</summary>
    internal async ValueTask UnmapAsync()
    {
        _ring?.Detach();
        _worker?.Close();
        if (_persistent is not null)
        {
            await _persistent.UnmapAllAsync();
        }

        while (_mapped.Count > 0)
        {
            var page = _mapped[^1];
            _mapped.RemoveAt(_mapped.Count - 1);
            await _mapper.UnmapAsync(page);
        }

        Array.Clear(_pages);
        _ring = null;
    }

    private async ValueTask MapPageAsync(int page)
    {
        var mapping = await _mapper.MapAsync(_terms.RingRefs[page], GrantAccess.ReadWrite);
        if (mapping.Page is not { } mapped)
        {
            throw new DeviceFailure(Errno.EINVAL, $"expected page {page} of the ring in {_terms.Directory} to be granted, got {mapping.Status} for reference {_terms.RingRefs[page]}");
        }

        _mapped.Add(mapped);
        _pages[page] = mapped;
    }
}
