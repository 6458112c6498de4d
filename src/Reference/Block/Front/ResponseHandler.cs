using System.Globalization;
using System.Runtime.CompilerServices;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.Block.Front;

/// <summary>
/// Takes responses out of a ring and ends what they answer. A response is copied, then judged against the front's own
/// record, and only then believed (BF-005 to BF-009). One fiber at a time.
/// </summary>
internal sealed class ResponseHandler(FrontQueue queue)
{
    private readonly byte[] _entry = new byte[BlkifRing.EntrySize(queue.Abi)];
    private readonly byte[] _frame = new byte[BlkifLimits.FrameSize];

    /// <summary>What the back did wrong; null when nothing.</summary>
    public string? Violation { get; private set; }

    /// <summary>Takes all responses there are, until none is left and the back knows that it must notify (RG-019).</summary>
    /// <returns>False when the back broke the protocol.</returns>
    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    public async ValueTask<bool> TakeAllAsync()
    {
        do
        {
            if (!await TakePublishedAsync())
            {
                return false;
            }
        }
        while (!queue.IsHeld && await queue.Ring.FinalCheckForResponsesAsync());

        return NoFault();
    }

    /// <summary>Takes the responses up to one look at the producer, and not one more (BF-040).</summary>
    /// <returns>False when the back broke the protocol.</returns>
    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    public async ValueTask<bool> TakePublishedAsync(bool isPolled = false)
    {
        await queue.Ring.SampleResponsesAsync();
        while (queue.Ring.AvailableResponses > 0 && (isPolled || !queue.IsHeld))
        {
            if (!await queue.Ring.ReadResponseAsync(_entry) || (queue.IsHeld && !isPolled))
            {
                break;
            }

            var response = BlkifResponse.Read(_entry, queue.Abi);
            if (!TryMatch(response, out var request) || !queue.Ring.ConsumeResponse(request.Entries))
            {
                return NoFault() && Violation is null;
            }

            queue.Table.Land(request);
            queue.Restart(StopReasons.RingFull);
            queue.Trace.NoteDone(request, response.Outcome);
            bool isReleased = await ReleasePagesAsync(request, IsCopiedBack(request, response.Outcome));
            Complete(request, response.Outcome, isReleased);
            if (!isReleased)
            {
                return Break("expected the back to have let go of the pages of a request that it answered, it has not");
            }
        }

        return NoFault();
    }

    /// <summary>Ends the grants of a request's pages and, for a read into a copy, brings the data to the user's pages.</summary>
    /// <returns>False when the back holds a page still.</returns>
    public ValueTask<bool> ReleasePagesAsync(FrontRequest request, bool isCopiedBack) =>
        request is { IsBounced: false, PageCount: 1, TableCount: 0 }
            ? TakeBackAsync(request.Page(0).Grant)
            : ReleaseAllAsync(request, isCopiedBack);

    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    private async ValueTask<bool> ReleaseAllAsync(FrontRequest request, bool isCopiedBack)
    {
        bool isReleased = true;
        int position = request.Piece.Position;
        for (int i = 0; i < request.PageCount; i++)
        {
            var lent = request.Page(i);
            if (request.IsBounced)
            {
                isReleased &= await ReturnAsync(lent, request.Piece.Io, position, isCopiedBack);
            }
            else
            {
                isReleased &= await TakeBackAsync(lent.Grant);
            }

            position += lent.Length;
        }

        for (int i = 0; i < request.TableCount; i++)
        {
            isReleased &= await ReturnAsync(request.Table(i), null, 0, isCopiedBack: false);
        }

        return isReleased;
    }

    /// <summary>Ends a request that the back will not answer (BF-039).</summary>
    public async ValueTask GiveUpAsync(FrontRequest request)
    {
        queue.Table.Land(request);
        queue.Trace.NoteGivenUp(request);
        bool isReleased = await ReleasePagesAsync(request, isCopiedBack: false);
        request.Piece.Io.EndPiece(isReleased ? DiskResult.Gone : DiskResult.BufferLost);
        queue.Table.Return(request);
    }

    /// <summary>Ends the grant of a user's page; one that the back holds is never granted or used again here.</summary>
    private ValueTask<bool> TakeBackAsync(GrantRef grant)
    {
        var revoking = queue.Domain.Grants.TryRevokeAsync(grant);
        return revoking is { IsCompletedSuccessfully: true, Result: true } ? revoking : TakeBackLaterAsync(revoking, grant);
    }

    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    private async ValueTask<bool> TakeBackLaterAsync(ValueTask<bool> revoking, GrantRef grant)
    {
        if (await revoking)
        {
            return true;
        }

        await queue.Domain.Grants.RevokeLaterAsync(grant, null);
        return false;
    }

    private static bool IsCopiedBack(FrontRequest request, BlkifStatus status) =>
        request.IsBounced && request.Piece.Io.IsRead && status == BlkifStatus.Ok;

    /// <summary>Tells the user how a request ended whose pages were released, or could not be.</summary>
    private void Complete(FrontRequest request, BlkifStatus status, bool isReleased)
    {
        var piece = request.Piece;
        if (!isReleased)
        {
            piece.Io.EndPiece(DiskResult.BufferLost);
        }
        else if (status == BlkifStatus.NotSupported && queue.Features.TryTurnOff(request.Operation))
        {
            // Asked again it takes another way, or ends as what this connection cannot do (BF-013).
            queue.Pending.PushFront(piece);
        }
        else
        {
            piece.Io.EndPiece(status switch
            {
                BlkifStatus.Ok => DiskResult.Ok,
                BlkifStatus.NotSupported => DiskResult.NotSupported,
                _ => DiskResult.Error,
            });
        }

        queue.Table.Return(request);
        queue.Restart(StopReasons.NoRequest | StopReasons.NoPages);
        queue.NoteProgress();
    }

    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    private async ValueTask<bool> ReturnAsync(LentPage lent, DiskIo? io, int position, bool isCopiedBack)
    {
        if (!await queue.Pool.EndLoanAsync(lent))
        {
            return false;
        }

        if (isCopiedBack)
        {
            await lent.Page.CopyOutAsync(0, _frame.AsMemory(0, lent.Length));
            for (int copied = 0; copied < lent.Length;)
            {
                var page = io!.Buffer.PageOf(position + copied, out int offset);
                int count = Math.Min(BlkifLimits.FrameSize - offset, lent.Length - copied);
                await page.CopyInAsync(offset, _frame.AsMemory(copied, count));
                copied += count;
            }
        }

        await queue.Pool.ReturnAsync(lent);
        return true;
    }

    private bool TryMatch(in BlkifResponse response, out FrontRequest request)
    {
        request = queue.Table.FindInFlight(response.Id)!;
        if (request is null)
        {
            return Break(string.Create(CultureInfo.InvariantCulture, $"expected a response to a request in flight, got one to {response.Id}"));
        }

        return request.IsAnsweredBy(response.Operation)
            || Break(string.Create(CultureInfo.InvariantCulture, $"expected a response to operation {(byte)request.Operation}, got one to {(byte)response.Operation}"));
    }

    private bool NoFault() => queue.Ring.Fault.Kind == Rings.RingFaultKind.None || Break(queue.Ring.Fault.ToString());

    private bool Break(string violation)
    {
        Violation ??= violation;
        return false;
    }
}
