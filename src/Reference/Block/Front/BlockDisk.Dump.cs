using Conformance.Model.Protocol.Block;

namespace Conformance.Reference.Block.Front;

/// <content>
/// The way of a system that has failed and writes its memory to the disk: no other fiber of the driver need run, and
/// none is waited for (BF-019). Nothing else is issued once it was taken.
/// </content>
public sealed partial class BlockDisk
{
    private static readonly TimeSpan PollPause = TimeSpan.FromMilliseconds(1);

    private FrontDump? _dump;

    /// <summary>Writes from own pages and looks for the response itself.</summary>
    public ValueTask<DiskResult> DumpWriteAsync(Sector512 first, DiskBuffer source) =>
        DumpAsync(DiskOperation.Write, first, SectorCount512.FromBytes(source.Length), source);

    /// <summary>As <see cref="FlushAsync"/>, by whichever way the back offers.</summary>
    public ValueTask<DiskResult> DumpFlushAsync() => DumpAsync(DiskOperation.Flush, default, SectorCount512.Zero, default);

    private async ValueTask<DiskResult> DumpAsync(DiskOperation operation, Sector512 first, SectorCount512 count, DiskBuffer buffer)
    {
        var refusal = Judge(operation, first, count);
        if (refusal != DiskResult.Ok || _dispatch.Connection is not { IsDisabled: false } connection)
        {
            return refusal != DiskResult.Ok ? refusal : DiskResult.Gone;
        }

        if (_dump?.Queue != connection.Queues[0])
        {
            connection.Stop(StopReasons.Dumping, isStopped: true);
            _dump = new FrontDump(connection.Queues[0]);
        }

        var io = new DiskIo(_domain.Fibers.CreateSignal($"a dump to disk {Name}"));
        io.Begin(operation, first, count, buffer, isSecure: false);
        var until = _domain.Fibers.Now + connection.Settings.DrainLimit;
        var piece = new IoPiece(io, 0, io.Length);
        while (piece.Length > 0 || !io.Done.TryClear())
        {
            int taken = piece.Length > 0 ? await _dump.IssueAsync(piece) : 0;
            piece = taken == RequestBuilder.Stopped ? piece : piece.After(taken);
            if (!await _dump.PollAsync() || _domain.Fibers.Now > until)
            {
                return DiskResult.Gone;
            }

            if (piece.Length > 0 ? taken == RequestBuilder.Stopped : !io.Done.IsSet)
            {
                await _domain.Fibers.DelayAsync(PollPause);
            }
        }

        return io.Result;
    }
}
