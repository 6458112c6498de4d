using Conformance.Model.Protocol;
using System.Runtime.CompilerServices;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Trace;
using Conformance.Reference.Block.Rings;
using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;
using Conformance.Reference.XenBus;

namespace Conformance.Reference.Block.Back;

/// <summary>
/// Takes requests off one ring, has them done, and answers each exactly once (RG-025). It sleeps only after a last look
/// (RG-019), and wakes for the front's event or, when it ran out of request structures, for the next one that is free
/// (BB-020, BB-021).
/// </summary>
internal sealed class QueueWorker
{
    private readonly BackConnection _connection;
    private readonly BackRing _ring;
    private readonly IEventChannel _channel;
    private readonly PageMapper _pages;
    private readonly IoTrace _trace;
    private readonly FiberScope _fibers;
    private readonly Signal _wake;
    private readonly Signal _pushed;
    private readonly RequestReader _reader;
    private readonly BackRequestPool _pool;
    private readonly RequestExecutor _executor;
    private readonly byte[] _response;
    private bool _isStopping;
    private bool _isIdle;
    private bool _hasEnded;
    private int _pushers;

    internal QueueWorker(BackConnection connection, BackRing ring, IEventChannel channel, PageMapper pages, IoTrace trace, Signal wake, Signal pushed)
    {
        _connection = connection;
        _ring = ring;
        _channel = channel;
        _pages = pages;
        _trace = trace;
        _fibers = connection.Domain.Fibers;
        _wake = wake;
        _pushed = pushed;
        _reader = new RequestReader(ring, connection.Terms);
        _pool = new BackRequestPool(Math.Min(connection.RequestsMax, ring.Entries), _reader.EntryBytes);
        _executor = new RequestExecutor(connection, pages, trace, wake, Answer);
        _response = new byte[BlkifLayout.Of(connection.Terms.Abi).ResponseSize];
    }

    /// <summary>Whether the worker does nothing any more and every request that it took is answered.</summary>
    internal bool IsDrained => (_hasEnded || (_isIdle && _isStopping)) && _pool.InUse == 0 && _pushers == 0;

    /// <summary>Starts the fibers.</summary>
    internal void Start(int number)
    {
        _fibers.Start($"{_connection.Name} queue {number}", RunAsync);
        _fibers.Start($"{_connection.Name} queue {number} completions", () => _executor.EndPendingAsync(PushAsync));
    }

    /// <summary>Takes nothing more; waits until nobody is about to use the port.</summary>
    internal async ValueTask StopAsync()
    {
        _isStopping = true;
        _wake.Set();
        while (_pushers > 0)
        {
            await _fibers.WaitAsync(_pushed);
        }
    }

    /// <summary>Nothing is under way any more.</summary>
    internal void Close() => _executor.Close();

    private async ValueTask RunAsync()
    {
        do
        {
            await ServeAsync();
        }
        while (!_isStopping && _ring.IsUsable && await WaitForEventAsync());

        if (_ring.Fault.Kind != RingFaultKind.None && !_isStopping)
        {
            await ReportHaltAsync();
        }

        _hasEnded = true;
        _connection.NoteProgress();
    }

    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    private async ValueTask<bool> WaitForEventAsync()
    {
        _isIdle = true;
        bool isOpen = await _channel.WaitAsync();
        _isIdle = false;
        return isOpen;
    }

    [AsyncMethodBuilder(typeof(FiberMethodBuilder))]
    private async ValueTask ServeAsync()
    {
        int turn = 0;
        do
        {
            while (!_isStopping && _ring.AvailableRequests > 0)
            {
                if (_pool.TryTake() is not { } request)
                {
                    _connection.Statistics.Shortages++;
                    await PushAsync();
                    await _fibers.WaitAsync(_wake);
                    continue;
                }

                if (!await _reader.TakeAsync(request))
                {
                    _pool.Return(request);
                    break;
                }

                await DoAsync(request);
                if (++turn == _connection.Settings.RequestsPerTurn)
                {
                    turn = 0;
                    _connection.Statistics.Yields++;
                    await PushAsync();
                    await _fibers.YieldAsync();
                }
            }

            await PushAsync();
        }
        while (!_isStopping && await _ring.FinalCheckForRequestsAsync());
    }

    private ValueTask DoAsync(BackRequest request)
    {
        var rejection = _reader.Understand(request, in _connection.Rules);
        _trace.Note(IoStep.Consume, request, Rejection.None);
        return rejection == Rejection.None && request.Operation == BlkifOperation.Indirect
            ? DoIndirectAsync(request)
            : DoJudgedAsync(request, rejection);
    }

    [AsyncMethodBuilder(typeof(FiberMethodBuilder))]
    private async ValueTask DoIndirectAsync(BackRequest request)
    {
        var rejection = await _pages.ReadIndirectAsync(request)
            ? RequestReader.JudgeSegments(request, long.MaxValue, in _connection.Rules)
            : Rejection.BadIndirectPages;
        await DoJudgedAsync(request, rejection);
    }

    private ValueTask DoJudgedAsync(BackRequest request, Rejection rejection)
    {
        _trace.Note(IoStep.Validate, request, rejection);
        if (rejection != Rejection.None)
        {
            _connection.Statistics.Rejected++;
            Answer(request, RequestValidator.StatusOf(rejection));
            return default;
        }

        // What may wait should not keep the front waiting for what is done.
        return _connection.Gate.IsOpen && request.Action is not (BlkifOperation.WriteBarrier or BlkifOperation.FlushDiskCache)
            ? _executor.ExecuteAsync(request)
            : PushAndExecuteAsync(request);
    }

    [AsyncMethodBuilder(typeof(FiberMethodBuilder))]
    private async ValueTask PushAndExecuteAsync(BackRequest request)
    {
        await PushAsync();
        await _executor.ExecuteAsync(request);
    }

    /// <summary>Puts the response and gives the structure back; <see cref="PushAsync"/> publishes it.</summary>
    private void Answer(BackRequest request, BlkifStatus status)
    {
        new BlkifResponse(request.Id, request.Operation, status).Write(_response, _connection.Terms.Abi);
        _trace.Note(IoStep.Answer, request, status);
        _ring.PutResponse(_response, request.EntryCount);
        _pool.Return(request);
    }

    /// <summary>Publishes the responses, and notifies the front if it asked for that (RG-018).</summary>
    [AsyncMethodBuilder(typeof(FiberMethodBuilder))]
    private async ValueTask PushAsync()
    {
        _pushers++;
        if (await _ring.PushResponsesAsync() && !_isStopping)
        {
            _trace.NoteRing(IoStep.PushResponses, "notified");
            await _channel.NotifyAsync();
        }

        if (--_pushers == 0)
        {
            _pushed.Set();
            _connection.NoteProgress();
        }
    }

    /// <summary>The front broke the rules of the ring: nothing more is taken from it, and the device closes (RG-015, BB-043).</summary>
    private async ValueTask ReportHaltAsync()
    {
        _connection.Statistics.RingsHalted++;
        _trace.NoteRing(IoStep.Halt, _ring.Fault.ToString());
        await _connection.FailAsync(new DeviceFailure(Errno.EPROTO, _ring.Fault.ToString()));
    }
}
