using System.Runtime.CompilerServices;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Ports;

namespace Conformance.Reference.Block.Front;

/// <content>How the pages of a request come to be the back's to use: the user's own, or copies in pages of the pool.</content>
internal sealed partial class RequestBuilder
{
    /// <summary>Grants every page of the request; says what was short if not all could be.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<StopReasons> LendAsync(FrontRequest request)
    {
        // The direction comes from the front's own record, never from the ring (BF-037).
        var access = request.Piece.Io.IsRead ? GrantAccess.ReadWrite : GrantAccess.ReadOnly;
        for (int done = 0; done < request.Piece.Length;)
        {
            int before = request.PageCount;
            var shortage = request.IsBounced
                ? await LendCopyAsync(request, done, access)
                : await LendOwnAsync(request, done, access);
            if (shortage != StopReasons.None)
            {
                return shortage;
            }

            done += request.Page(before).Length;
        }

        return request.Operation == BlkifOperation.Indirect ? await LendTablesAsync(request) : StopReasons.None;
    }

    /// <summary>Lends the user's page itself: the run of the buffer that lies in it.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<StopReasons> LendOwnAsync(FrontRequest request, int done, GrantAccess access)
    {
        var piece = request.Piece;
        var page = piece.Io.Buffer.PageOf(piece.Position + done, out int offset);
        int length = Math.Min(BlkifLimits.FrameSize - offset, piece.Length - done);
        var grant = await queue.Domain.Grants.GrantAsync(queue.Peer, page, access);
        if (!grant.IsValid)
        {
            return StopReasons.NoGrants;
        }

        request.AddPage(new LentPage(page, grant, offset, length));
        return StopReasons.None;
    }

    /// <summary>Lends a page of the pool; one that is to be written holds a copy of the data before the back sees it.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
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

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
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
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
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

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
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
