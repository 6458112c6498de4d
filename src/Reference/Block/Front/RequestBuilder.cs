using System.Runtime.CompilerServices;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.Block.Front;

/// <summary>
/// Makes requests of pieces: as much of a piece as one request can take, its pages granted, its entries put into the
/// ring. One piece at a time.
/// </summary>
internal sealed partial class RequestBuilder(FrontQueue queue)
{
    /// <summary>Nothing was issued, and the queue knows why.</summary>
    public const int Stopped = -1;

    private readonly byte[] _frame = new byte[BlkifLimits.FrameSize];
    private readonly byte[] _entries = new byte[BlkifRing.EntriesFor(byte.MaxValue, queue.Abi) * BlkifRing.EntrySize(queue.Abi)];

    /// <summary>Issues the beginning of a piece, or all of it.</summary>
    /// <returns>How many bytes are done with, or <see cref="Stopped"/>.</returns>
    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    public async ValueTask<int> IssueAsync(IoPiece piece)
    {
        if (!queue.Features.TryResolve(piece.Io, out var operation))
        {
            return End(piece, DiskResult.NotSupported);
        }

        if (!queue.Table.TryTake(out var request))
        {
            return Stop(StopReasons.NoRequest);
        }

        int bytes = Plan(request, piece, operation);
        if (bytes == 0)
        {
            queue.Table.Return(request);
            return End(piece, DiskResult.Misaligned);
        }

        if (queue.Ring.Free < request.Entries)
        {
            queue.Table.Return(request);
            return Stop(StopReasons.RingFull);
        }

        var shortage = StopReasons.None;
        for (int done = 0; done < request.DataLength && shortage == StopReasons.None; done = request.LentBytes)
        {
            shortage = await LendAsync(request, done);
        }

        if (shortage == StopReasons.None && request.Operation == BlkifOperation.Indirect)
        {
            shortage = await LendTablesAsync(request);
        }

        if (shortage != StopReasons.None || !queue.Ring.IsUsable || queue.Ring.Free < request.Entries)
        {
            return await UndoAsync(request, piece, shortage);
        }

        Put(request);
        if (bytes < piece.Length)
        {
            piece.Io.AddPiece();
        }

        return bytes;
    }

    private static int End(IoPiece piece, DiskResult result)
    {
        piece.Io.EndPiece(result);
        return piece.Length;
    }

    private int Stop(StopReasons reason)
    {
        queue.Stop(reason);
        return Stopped;
    }

    /// <summary>Decides what the request takes and in which form.</summary>
    /// <returns>Bytes of the piece; 0 when the limits allow no whole sector.</returns>
    private int Plan(FrontRequest request, IoPiece piece, BlkifOperation operation)
    {
        request.Operation = operation;
        request.InnerOperation = operation;
        request.Entries = 1;
        request.Piece = piece;
        if (piece.Io.Buffer.Length == 0)
        {
            return piece.Length;
        }

        int direct = queue.Limits.Segments;
        int indirect = operation is BlkifOperation.Read or BlkifOperation.Write ? queue.Features.IndirectSegments : 0;
        int bytesMax = indirect > direct ? int.MaxValue : queue.Limits.RequestBytes;
        int most = Math.Max(direct, indirect);
        int offset = (piece.Io.Buffer.Offset + piece.Position) % BlkifLimits.FrameSize;
        int bytes = RequestSplitting.Fit(offset, piece.Length, most, bytesMax, queue.SectorSize);
        request.IsBounced = bytes == 0 || !queue.Limits.IsTrusted || queue.Pool.IsPersistent;
        if (request.IsBounced)
        {
            offset = 0;
            bytes = RequestSplitting.Fit(0, piece.Length, most, bytesMax, queue.SectorSize);
        }

        int segments = RequestSplitting.SegmentsOf(offset, bytes);
        if (segments > direct)
        {
            request.Operation = BlkifOperation.Indirect;
        }
        else
        {
            request.Entries = BlkifRing.EntriesFor((byte)segments, queue.Abi);
        }

        request.Piece = piece with { Length = bytes };
        return bytes;
    }

    /// <summary>Gives back what the request had got, and has the queue wait for what it had not.</summary>
    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    private async ValueTask<int> UndoAsync(FrontRequest request, IoPiece piece, StopReasons shortage)
    {
        int wanted = RequestSplitting.SegmentsOf(request.IsBounced ? 0 : BlkifLimits.FrameSize - Sector512.Size, request.Piece.Length) + BlkifLimits.IndirectPages;
        bool isReleased = await queue.Responses.ReleasePagesAsync(request, isCopiedBack: false);
        queue.Table.Return(request);
        if (!isReleased)
        {
            return End(piece, DiskResult.BufferLost);
        }

        switch (shortage)
        {
            case StopReasons.NoGrants:
                await queue.WaitForGrantsAsync(wanted);
                return Stopped;
            case StopReasons.NoPages when queue.Table.InFlight == 0:
                return End(piece, DiskResult.NoMemory);
            default:
                return Stop(shortage != StopReasons.None ? shortage : queue.Ring.IsUsable ? StopReasons.RingFull : StopReasons.NotConnected);
        }
    }

    private void Put(FrontRequest request)
    {
        int length = request.Entries * queue.Ring.EntrySize;
        if (request.Operation == BlkifOperation.Indirect)
        {
            PutIndirect(request);
        }
        else if (request.Operation == BlkifOperation.Discard)
        {
            var io = request.Piece.Io;
            new BlkifDiscard(io.IsSecure ? BlkifLimits.DiscardSecure : (byte)0, queue.Handle, (ulong)request.Id, io.First, io.Count).Write(_entries, queue.Abi);
        }
        else
        {
            PutDirect(request);
        }

        queue.Table.Launch(request);
        queue.Ring.PutRequest(_entries.AsSpan(0, length));
        queue.Trace.NoteQueued(request);
    }

    private void PutDirect(FrontRequest request)
    {
        var header = new BlkifRequest
        {
            Operation = request.Operation,
            SegmentCount = (byte)request.PageCount,
            Handle = queue.Handle,
            Id = (ulong)request.Id,
            Sector = request.PageCount == 0 ? default : request.Piece.Sector,
        };
        var slots = header.SegmentSlots;
        int inHeader = Math.Min(request.PageCount, slots.Length);
        for (int i = 0; i < inHeader; i++)
        {
            slots[i] = SegmentOf(request, i);
        }

        header.Write(_entries, queue.Abi);
        int perEntry = BlkifLayout.Of(queue.Abi).SegmentsInSegmentEntry;
        for (int first = inHeader, entry = 1; first < request.PageCount; first += perEntry, entry++)
        {
            var place = _entries.AsSpan(entry * queue.Ring.EntrySize, queue.Ring.EntrySize);
            place.Clear();
            WriteSegments(request, first, Math.Min(perEntry, request.PageCount - first), place);
        }
    }

    private void PutIndirect(FrontRequest request)
    {
        var indirect = new BlkifIndirect
        {
            InnerOperation = request.InnerOperation,
            SegmentCount = (ushort)request.PageCount,
            Handle = queue.Handle,
            Id = (ulong)request.Id,
            Sector = request.Piece.Sector,
        };
        for (int i = 0; i < request.TableCount; i++)
        {
            indirect.PageSlots[i] = request.Table(i).Grant;
        }

        indirect.Write(_entries, queue.Abi);
    }

    private static void WriteSegments(FrontRequest request, int first, int count, Span<byte> destination)
    {
        for (int i = 0; i < count; i++)
        {
            SegmentOf(request, first + i).Write(destination[(i * BlkifSegment.Size)..]);
        }
    }

    private static BlkifSegment SegmentOf(FrontRequest request, int index)
    {
        var lent = request.Page(index);
        return BlkifSegment.OfBytes(lent.Grant, lent.Offset, lent.Length);
    }
}
