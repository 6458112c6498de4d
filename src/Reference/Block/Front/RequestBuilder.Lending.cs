using System.Runtime.CompilerServices;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;

namespace Conformance.Reference.Block.Front;

/// <content>How the pages of a request come to be the back's to use: the user's own, or copies in pages of the pool.</content>
internal sealed partial class RequestBuilder
{
    /// <summary>Grants the next page of the request; says what was short if it could not be.</summary>
    private ValueTask<StopReasons> LendAsync(FrontRequest request, int done)
    {
        // The direction comes from the front's own record, never from the ring (BF-037).
        var access = request.Piece.Io.IsRead ? GrantAccess.ReadWrite : GrantAccess.ReadOnly;
        return request.IsBounced ? LendCopyAsync(request, done, access) : LendOwnAsync(request, done, access);
    }

    /// <summary>Lends the user's page itself: the run of the buffer that lies in it.</summary>
    private ValueTask<StopReasons> LendOwnAsync(FrontRequest request, int done, GrantAccess access)
    {
        var piece = request.Piece;
        var page = piece.Io.Buffer.PageOf(piece.Position + done, out int offset);
        var lent = new LentPage(page, GrantRef.Invalid, offset, Math.Min(BlkifLimits.FrameSize - offset, piece.Length - done));
        var grant = queue.Domain.Grants.GrantAsync(queue.Peer, page, access);
        return grant.IsCompletedSuccessfully ? new ValueTask<StopReasons>(AddOwn(request, lent, grant.Result)) : AddOwnAsync(request, lent, grant);
    }

    private static StopReasons AddOwn(FrontRequest request, in LentPage lent, GrantRef grant)
    {
        if (!grant.IsValid)
        {
            return StopReasons.NoGrants;
        }

        request.AddPage(lent with { Grant = grant });
        return StopReasons.None;
    }

    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    private static async ValueTask<StopReasons> AddOwnAsync(FrontRequest request, LentPage lent, ValueTask<GrantRef> grant) =>
        AddOwn(request, lent, await grant);

    /// <summary>Lends a page of the pool; one that is to be written holds a copy of the data before the back sees it.</summary>
    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    private async ValueTask<StopReasons> LendCopyAsync(FrontRequest request, int done, GrantAccess access)
    {
        var piece = request.Piece;
        int length = Math.Min(BlkifLimits.FrameSize, piece.Length - done);
        var (page, grant) = await queue.Pool.TakeAsync();
        if (page is null)
        {
            return StopReasons.NoPages;
        }

        if (!piece.Io.IsRead)
        {
            await CopyFromUserAsync(piece.Io.Buffer, piece.Position + done, length);
            await page.CopyInAsync(0, _frame.AsMemory(0, length));
        }

        return await FinishLoanAsync(request, page, grant, length, access, isTable: false);
    }

    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    private async ValueTask<StopReasons> FinishLoanAsync(FrontRequest request, IOwnPage page, GrantRef grant, int length, GrantAccess access, bool isTable)
    {
        grant = grant.IsValid ? grant : await queue.Pool.LendAsync(page, access);
        if (!grant.IsValid)
        {
            await queue.Pool.ReturnAsync(page);
            return StopReasons.NoGrants;
        }

        var lent = new LentPage(page, grant, 0, length);
        if (isTable)
        {
            request.AddTable(lent);
        }
        else
        {
            request.AddPage(lent);
        }

        return StopReasons.None;
    }

    /// <summary>Writes the segments of an indirect request into pages of their own (BI-025).</summary>
    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    private async ValueTask<StopReasons> LendTablesAsync(FrontRequest request)
    {
        for (int first = 0; first < request.PageCount; first += BlkifLimits.SegmentsInIndirectPage)
        {
            int count = Math.Min(BlkifLimits.SegmentsInIndirectPage, request.PageCount - first);
            var (page, grant) = await queue.Pool.TakeAsync();
            if (page is null)
            {
                return StopReasons.NoPages;
            }

            WriteSegments(request, first, count, _frame);
            await page.CopyInAsync(0, _frame.AsMemory(0, count * BlkifSegment.Size));
            var shortage = await FinishLoanAsync(request, page, grant, count * BlkifSegment.Size, GrantAccess.ReadOnly, isTable: true);
            if (shortage != StopReasons.None)
            {
                return shortage;
            }
        }

        return StopReasons.None;
    }

    [AsyncMethodBuilder(typeof(FiberMethodBuilder))]
    private async ValueTask CopyFromUserAsync(DiskBuffer buffer, int position, int length)
    {
        for (int copied = 0; copied < length;)
        {
            var page = buffer.PageOf(position + copied, out int offset);
            int count = Math.Min(BlkifLimits.FrameSize - offset, length - copied);
            await page.CopyOutAsync(offset, _frame.AsMemory(copied, count));
            copied += count;
        }
    }
}
