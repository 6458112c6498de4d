using System.Runtime.CompilerServices;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.Block.Storage;

/// <summary>
/// A medium as a raw device is served (S-45): a request becomes several lower-level operations where its memory is not
/// contiguous and where it exceeds what the device takes at once, many are under way, and they are done in any order. A
/// request is done when the last of them is, with the worst status (BB-015).
/// </summary>
public sealed class QueuedStorage : MediumStorage
{
    private readonly long _largest;
    private readonly List<Piece> _queue = [];
    private readonly Signal _work;
    private bool _isClosed;

    /// <summary>Takes a medium.</summary>
    /// <param name="driver">Performs the steps, and chooses what is done first.</param>
    /// <param name="group">With whom the device's activity lives and dies.</param>
    /// <param name="medium">Closed with the storage.</param>
    /// <param name="key">Tells it from the other storages of the run.</param>
    /// <param name="largest">The most sectors of one lower-level operation; at least one device sector.</param>
    public QueuedStorage(FiberDriver driver, FiberGroup group, IMedium medium, ulong key, SectorCount512 largest)
        : base(driver, medium, key)
    {
        ulong whole = largest.Value - (largest.Value % SectorSize.Units);
        if (whole == 0 || !new SectorCount512(whole).TryToBytes(out _largest))
        {
            throw new ArgumentOutOfRangeException(nameof(largest), largest, $"expected at least one sector of {SectorSize} bytes");
        }

        _work = driver.CreateSignal($"work for {medium?.Name}");
        driver.Start(group, $"disk {Name}", ServeAsync);
    }

    /// <summary>How many lower-level operations were done.</summary>
    public long PiecesDone { get; private set; }

    /// <inheritdoc/>
    public override ValueTask<bool> SubmitAsync(StorageRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Completions is null)
        {
            throw new ArgumentException("expected a request that says where it goes when it is done, got one without", nameof(request));
        }

        return request.IsDirect() ? Driver.PerformAsync<Enqueue, bool>(new Enqueue(this, request)) : BouncedAsync(request);
    }

    /// <inheritdoc/>
    public override ValueTask CloseAsync()
    {
        _isClosed = true;
        _work.Set();
        return base.CloseAsync();
    }

    private async ValueTask<bool> BouncedAsync(StorageRequest request)
    {
        await request.BeginBounceAsync();
        return await Driver.PerformAsync<Enqueue, bool>(new Enqueue(this, request));
    }

    private async ValueTask ServeAsync()
    {
        while (!_isClosed)
        {
            var piece = await Driver.PerformAsync<Pick, Piece>(new Pick(this));
            if (piece.Request is not { } request)
            {
                await Driver.WaitAsync(_work);
                continue;
            }

            bool isLast = await Driver.PerformAsync<DoPiece, bool>(new DoPiece(this, piece));
            if (isLast)
            {
                await FinishAsync(request);
            }
        }
    }

    [AsyncMethodBuilder(typeof(FiberMethodBuilder))]
    private async ValueTask FinishAsync(StorageRequest request)
    {
        if (request.Bounce is not null)
        {
            await request.EndBounceAsync();
        }

        await Driver.PerformAsync<Finish, bool>(new Finish(request));
    }

    /// <summary>Cuts a request where its memory is not contiguous and where it exceeds what the device takes.</summary>
    private bool CutAndEnqueue(StorageRequest request)
    {
        Driver.Audit.Touch(Resource, AccessMode.Write);
        long total = request.Length.TryToBytes(out long bytes) ? bytes : 0;
        int before = _queue.Count;
        long start = 0;
        int at = 0;
        for (int i = 0; i < request.PartCount; i++)
        {
            at += request.Parts[i].Length;
            if (i + 1 == request.PartCount || !IsContiguous(request.Parts[i], request.Parts[i + 1]))
            {
                start = Add(request, start, at);
            }
        }

        // What has no memory: a discard, or a flush, which is an operation of its own (BB-017).
        start = Add(request, start, total);
        if (_queue.Count == before)
        {
            _queue.Add(new Piece(request, start, 0));
        }

        request.PiecesLeft = _queue.Count - before;
        _work.Set();
        return false;
    }

    private long Add(StorageRequest request, long start, long end)
    {
        for (; start < end; start += Math.Min(_largest, end - start))
        {
            _queue.Add(new Piece(request, start, Math.Min(_largest, end - start)));
        }

        return start;
    }

    private static bool IsContiguous(in StoragePart part, in StoragePart next) =>
        part.Offset + part.Length == BlkifLimits.FrameSize && next.Offset == 0;

    private Piece TakeOne()
    {
        Driver.Audit.Touch(Resource, AccessMode.Write);
        if (_queue.Count == 0)
        {
            return default;
        }

        int chosen = Driver.Choose("completion", _queue.Count);
        var piece = _queue[chosen];
        _queue.RemoveAt(chosen);
        return piece;
    }

    private bool Complete(in Piece piece)
    {
        var request = piece.Request!;
        request.Worsen(Do(request, piece.Start, piece.Length));
        PiecesDone++;
        return --request.PiecesLeft == 0;
    }

    private readonly record struct Piece(StorageRequest? Request, long Start, long Length);

    private readonly struct Enqueue(QueuedStorage storage, StorageRequest request) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses)
        {
            accesses.Writes(storage.Resource);
            accesses.Writes(storage._work.Resource);
        }

        public bool Perform() => storage.CutAndEnqueue(request);
    }

    private readonly struct Pick(QueuedStorage storage) : IStep<Piece>
    {
        public void Declare(ref AccessSet accesses) => accesses.Writes(storage.Resource);

        public Piece Perform() => storage.TakeOne();
    }

    private readonly struct DoPiece(QueuedStorage storage, Piece piece) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses) => storage.Declare(ref accesses, piece.Request!);

        public bool Perform() => storage.Complete(in piece);
    }

    private readonly struct Finish(StorageRequest request) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses) => accesses.Writes(request.Completions!.Resource);

        public bool Perform()
        {
            request.Completions!.Put(request);
            return true;
        }
    }
}
