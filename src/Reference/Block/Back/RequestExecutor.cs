using System.Runtime.CompilerServices;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Trace;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.Block.Back;

/// <summary>
/// Does one request after the other for a queue: pages mapped, data moved, pages let go, one response (BB-013, BB-015).
/// With a storage that finishes later many requests are under way; the queue's other fiber ends those.
/// </summary>
internal sealed class RequestExecutor
{
    private readonly BackConnection _connection;
    private readonly PageMapper _pages;
    private readonly IoTrace _trace;
    private readonly Signal _wake;
    private readonly StorageCompletions _completions;
    private readonly IStorage _storage;
    private readonly Action<BackRequest, BlkifStatus> _answer;

    /// <param name="connection">What all queues share.</param>
    /// <param name="pages">The front's pages.</param>
    /// <param name="trace">Takes the steps.</param>
    /// <param name="wake">Set when a request has ended, or when a barrier is through.</param>
    /// <param name="answer">Puts the response and takes the structure back.</param>
    internal RequestExecutor(BackConnection connection, PageMapper pages, IoTrace trace, Signal wake, Action<BackRequest, BlkifStatus> answer)
    {
        _connection = connection;
        _pages = pages;
        _trace = trace;
        _wake = wake;
        _answer = answer;
        _storage = connection.Storage;
        _completions = _storage.CreateCompletions(connection.Domain.Fibers, "storage to finish");
    }

    /// <summary>Does a request that was judged good; it may end later.</summary>
    [AsyncMethodBuilder(typeof(FiberMethodBuilder))]
    internal async ValueTask ExecuteAsync(BackRequest request)
    {
        if (request.Action == BlkifOperation.WriteBarrier)
        {
            request.IsExclusive = true;
            await _connection.Gate.EnterAloneAsync(_wake);
        }
        else
        {
            await _connection.Gate.EnterAsync(_wake);
        }

        for (int i = 0; i < request.SegmentCount; i++)
        {
            if (!await _pages.TryMapAsync(request, i))
            {
                await EndAsync(request, StorageStatus.Error);
                return;
            }
        }

        Prepare(request);
        if (request.IsExclusive || (request.Action == BlkifOperation.FlushDiskCache && request.SegmentCount > 0))
        {
            await EndAsync(request, await RunInStagesAsync(request));
        }
        else if (await SubmitAsync(request.Storage, request))
        {
            await EndAsync(request, request.Storage.Status);
        }
    }

    /// <summary>Ends the requests that the storage finishes later, until <see cref="Close"/>.</summary>
    /// <param name="push">Publishes the responses.</param>
    internal async ValueTask EndPendingAsync(Func<ValueTask> push)
    {
        while (await _completions.NextAsync() is { } done)
        {
            var request = (BackRequest)done.Owner!;
            if (request.IsStage)
            {
                request.IsStageDone = true;
                _wake.Set();
            }
            else
            {
                await EndAsync(request, done.Status);
                await push();
            }
        }
    }

    /// <summary>Nothing is under way any more.</summary>
    internal void Close() => _completions.Close();

    private static void Prepare(BackRequest request)
    {
        var storage = request.Storage;
        storage.Begin(OperationOf(request), request.SegmentCount == 0 && request.Action != BlkifOperation.Discard ? default : request.Sector, request.Length);
        for (int i = 0; i < request.SegmentCount; i++)
        {
            var segment = request.Segments[i];
            storage.Add(request.PageAt(i), segment.Offset, segment.Length);
        }
    }

    private static StorageOperation OperationOf(BackRequest request) => request.Action switch
    {
        BlkifOperation.Read => StorageOperation.Read,
        BlkifOperation.Discard => StorageOperation.Discard,
        _ when request.SegmentCount == 0 => StorageOperation.Flush,
        _ => StorageOperation.Write,
    };

    /// <summary>
    /// A barrier makes what came before durable, writes, and makes that durable before anything follows (BI-022); a
    /// flush with data flushes, then writes (BI-021).
    /// </summary>
    private async ValueTask<StorageStatus> RunInStagesAsync(BackRequest request)
    {
        var status = await FlushAsync(request);
        if (status == StorageStatus.Ok && request.SegmentCount > 0)
        {
            status = await RunStageAsync(request.Storage, request);
            if (status == StorageStatus.Ok && request.IsExclusive)
            {
                status = await FlushAsync(request);
            }
        }

        return status;
    }

    private ValueTask<StorageStatus> FlushAsync(BackRequest request)
    {
        request.Flush.Begin(StorageOperation.Flush, default, SectorCount512.Zero);
        return RunStageAsync(request.Flush, request);
    }

    private async ValueTask<StorageStatus> RunStageAsync(StorageRequest stage, BackRequest request)
    {
        request.IsStage = true;
        request.IsStageDone = false;
        if (!await SubmitAsync(stage, request))
        {
            while (!request.IsStageDone)
            {
                await _connection.Domain.Fibers.WaitAsync(_wake);
            }
        }

        request.IsStage = false;
        return stage.Status;
    }

    private ValueTask<bool> SubmitAsync(StorageRequest operation, BackRequest request)
    {
        _trace.Note(IoStep.Submit, request, StorageStatus.Ok);
        operation.Completions = _completions;
        return _storage.SubmitAsync(operation);
    }

    /// <summary>Lets go of the pages, and answers.</summary>
    private ValueTask EndAsync(BackRequest request, StorageStatus status)
    {
        _trace.Note(IoStep.Complete, request, status);
        bool hadPages = request.PageCount > 0;
        while (request.PageCount > 0)
        {
            var release = _pages.ReleaseLastAsync(request);
            if (!release.IsCompletedSuccessfully)
            {
                return EndAfterAsync(release, request, status);
            }
        }

        Answer(request, status, hadPages);
        return default;
    }

    [AsyncMethodBuilder(typeof(FiberMethodBuilder))]
    private async ValueTask EndAfterAsync(ValueTask release, BackRequest request, StorageStatus status)
    {
        await release;
        while (request.PageCount > 0)
        {
            await _pages.ReleaseLastAsync(request);
        }

        Answer(request, status, hadPages: true);
    }

    private void Answer(BackRequest request, StorageStatus status, bool hadPages)
    {
        if (hadPages)
        {
            _trace.Note(IoStep.Release, request, StorageStatus.Ok);
        }

        if (status == StorageStatus.Gone)
        {
            _connection.NoteMediumGone();
        }

        Count(request, status);
        bool wasAlone = request.IsExclusive;
        _answer(request, status switch
        {
            StorageStatus.Ok => BlkifStatus.Ok,
            StorageStatus.NotSupported => BlkifStatus.NotSupported,
            _ => BlkifStatus.Error,
        });
        _connection.Gate.Leave(wasAlone);
        _wake.Set();
    }

    private void Count(BackRequest request, StorageStatus status)
    {
        var statistics = _connection.Statistics;
        if (status != StorageStatus.Ok)
        {
            statistics.Failed++;
            return;
        }

        switch (request.Action)
        {
            case BlkifOperation.Read:
                statistics.Reads++;
                statistics.SectorsRead += request.Length.Value;
                break;
            case BlkifOperation.Discard:
                statistics.Discards++;
                break;
            case BlkifOperation.FlushDiskCache:
                statistics.Flushes++;
                statistics.SectorsWritten += request.Length.Value;
                break;
            default:
                statistics.Writes += request.IsExclusive ? 0 : 1;
                statistics.Barriers += request.IsExclusive ? 1 : 0;
                statistics.SectorsWritten += request.Length.Value;
                break;
        }
    }
}
