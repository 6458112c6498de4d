using Conformance.Model.Protocol;
using Conformance.Model.Trace;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Deviations;
using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;
using Conformance.Reference.XenBus;

namespace Conformance.Reference.Block.Back;

/// <summary>
/// One connection with a front: all that it holds is made here and goes with it, so nothing of one generation is seen by
/// the next (BB-047, BB-048). Taken down in two halves, so that nobody has to wait for the storage (XB-061): first the
/// ports, then, once everything is drained, the pages.
/// </summary>
internal sealed class BackConnection
{
    private readonly XenBusDevice _device;
    private readonly BackMedium _medium;
    private readonly Action _mediumGone;
    private readonly List<BackQueue> _queues = [];
    private readonly Signal _drained;
    private RequestRules _rules;
    private bool _isStopping;
    private bool _isClosed;

    internal BackConnection(XenBusDevice device, BackSettings settings, ConnectionPath path, ConnectionTerms terms, BackMedium medium, bool hasDiscard, BackStatistics statistics, Action mediumGone)
    {
        _device = device;
        _medium = medium;
        _mediumGone = mediumGone;
        Settings = settings;
        Path = path;
        Terms = terms;
        Storage = medium.Storage!;
        Statistics = statistics;
        _drained = Domain.Fibers.CreateSignal($"{Name} to drain");
        Gate = new BarrierGate(Domain.Fibers) { Emptied = NoteProgress };
        _rules = new RequestRules(
            (int)terms.Limits.Segments,
            settings.IndirectSegmentsMax,
            terms.Limits.RequestBytes,
            medium.IsReadOnly,
            settings.OffersFlush,
            settings.OffersBarrier,
            hasDiscard,
            Storage.Size,
            Storage.SectorSize);
    }

    internal IDomain Domain => _device.Domain;

    internal DomainId Peer => _device.Peer;

    internal string Name => $"blkback {Peer}/{_device.Name}";

    internal BackSettings Settings { get; }

    internal ConnectionPath Path { get; }

    internal ConnectionTerms Terms { get; }

    internal IStorage Storage { get; }

    internal BackStatistics Statistics { get; }

    internal BarrierGate Gate { get; }

    /// <summary>What a request may ask; the size of the medium in it may change (NG-036).</summary>
    internal ref readonly RequestRules Rules => ref _rules;

    /// <summary>Requests under way at once on each queue.</summary>
    internal int RequestsMax => Settings.Limits is null ? Settings.RequestsMax : (int)Terms.Limits.Requests;

    /// <summary>Maps the rings, binds the ports, starts the workers. What fails leaves the rest for <see cref="CloseAsync"/>.</summary>
    internal async ValueTask OpenAsync()
    {
        for (int i = 0; i < Terms.Queues.Count; i++)
        {
            var queue = new BackQueue(this, i);
            _queues.Add(queue);
            await queue.MapRingAsync();
            await queue.BindAsync();
        }

        foreach (var queue in _queues)
        {
            await queue.StartAsync();
        }
    }

    /// <summary>Closes the ports. Idempotent.</summary>
    internal async ValueTask StopAsync()
    {
        if (_isStopping)
        {
            return;
        }

        _isStopping = true;
        foreach (var queue in _queues)
        {
            await queue.StopAsync();
        }

        await TakeAnywayAsync(BackStep.ClosePort, ClosePortsAsync);
    }

    /// <summary>Takes down what there is, if nothing is in flight any more (D-8).</summary>
    /// <returns>False when something is: the device is looked at again when it is not.</returns>
    internal async ValueTask<bool> TryCloseAsync()
    {
        await StopAsync();
        if (!IsDrained)
        {
            return false;
        }

        if (!_isClosed)
        {
            _isClosed = true;
            await TakeAnywayAsync(BackStep.Drain, static () => ValueTask.CompletedTask);
            await TakeAnywayAsync(BackStep.Unmap, UnmapAsync);
        }

        return true;
    }

    /// <summary>Takes down what there is, after what is in flight.</summary>
    internal async ValueTask CloseAsync()
    {
        while (!await TryCloseAsync())
        {
            await Domain.Fibers.WaitAsync(_drained);
        }
    }

    /// <summary>The medium has another size.</summary>
    internal void TakeSize() => _rules = _rules with { Medium = _medium.Storage!.Size };

    /// <summary>The medium is no more (BB-031).</summary>
    internal void NoteMediumGone() => _mediumGone();

    /// <summary>Something has ended; if it was the last, the close can go on.</summary>
    internal void NoteProgress()
    {
        if (Gate.InFlight == 0)
        {
            _drained.Set();
        }

        if (_isStopping && !_isClosed && IsDrained)
        {
            _device.LookAgain();
        }
    }

    /// <summary>Publishes a failure from a worker's fiber.</summary>
    internal ValueTask FailAsync(DeviceFailure failure) => _device.FailAsync(failure);

    private bool IsDrained => _queues.TrueForAll(queue => queue.IsDrained);

    /// <summary>A close goes on whatever fails in it; that is reported, and done all the same (XB-042, I-34).</summary>
    private async ValueTask TakeAnywayAsync(string step, Func<ValueTask> body)
    {
        try
        {
            await Path.TakeAsync(step, Name, body);
        }
        catch (DeviceFailure failure)
        {
            await _device.ReportAsync(failure);
            await body();
        }
    }

    private async ValueTask ClosePortsAsync()
    {
        foreach (var queue in _queues)
        {
            await queue.ClosePortAsync();
        }
    }

    private async ValueTask UnmapAsync()
    {
        foreach (var queue in _queues)
        {
            await queue.UnmapAsync();
        }
    }
}
