using Conformance.Model.Protocol.Block;
using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;

namespace Conformance.Reference.Block.Storage;

/// <summary>What the ways to use a medium have in common: the medium in steps, and the move of bytes.</summary>
public abstract class MediumStorage : IStorage
{
    private byte[] _staging = [];

    private protected MediumStorage(FiberDriver driver, IMedium medium, ulong key)
    {
        ArgumentNullException.ThrowIfNull(driver);
        ArgumentNullException.ThrowIfNull(medium);
        Driver = driver;
        Medium = medium;
        Resource = new Resource(ResourceKind.Storage, key);
        Size = medium.Size;
    }

    /// <inheritdoc/>
    public string Name => Medium.Name;

    /// <inheritdoc/>
    public SectorCount512 Size { get; private set; }

    /// <inheritdoc/>
    public DeviceSectorSize SectorSize => Medium.SectorSize;

    /// <inheritdoc/>
    public DeviceSectorSize PhysicalSectorSize => Medium.PhysicalSectorSize;

    /// <inheritdoc/>
    public bool IsReadOnly => Medium.IsReadOnly;

    /// <inheritdoc/>
    public bool CanDiscard => Medium.CanDiscard;

    /// <summary>What a step on the medium touches.</summary>
    public Resource Resource { get; }

    private protected FiberDriver Driver { get; }

    private protected IMedium Medium { get; }

    /// <inheritdoc/>
    public abstract ValueTask<bool> SubmitAsync(StorageRequest request);

    /// <inheritdoc/>
    public StorageCompletions CreateCompletions(FiberScope fibers, string name) => new(Driver, fibers, name);

    /// <inheritdoc/>
    public async ValueTask RefreshAsync() => Size = await Driver.PerformAsync<Look, SectorCount512>(new Look(this));

    /// <inheritdoc/>
    public virtual async ValueTask CloseAsync() => await Driver.PerformAsync<Close, bool>(new Close(this));

    /// <summary>Declares what an operation on a stretch of a request touches.</summary>
    internal void Declare(ref AccessSet accesses, StorageRequest request)
    {
        accesses.Writes(Resource);
        if (request.Bounce is not null)
        {
            return;
        }

        foreach (var part in request.Parts)
        {
            if (request.Operation == StorageOperation.Read)
            {
                accesses.Writes(((IDirectPage)part.Page).Resource);
            }
            else
            {
                accesses.Reads(((IDirectPage)part.Page).Resource);
            }
        }
    }

    /// <summary>Does what a request asks on a stretch of it, inside a step.</summary>
    /// <param name="request">Whose memory it is.</param>
    /// <param name="start">First byte of the stretch in the request.</param>
    /// <param name="length">Bytes.</param>
    internal StorageStatus Do(StorageRequest request, long start, long length)
    {
        Driver.Audit.Touch(Resource, AccessMode.Write);
        if (request.Operation == StorageOperation.Flush)
        {
            return Medium.Flush();
        }

        if (!request.Sector.TryToBytes(out long position) || position > long.MaxValue - start - length)
        {
            return StorageStatus.Error;
        }

        return request.Operation == StorageOperation.Discard
            ? Medium.Discard(position + start, length)
            : Move(request, position + start, (int)start, (int)length);
    }

    private StorageStatus Move(StorageRequest request, long position, int start, int length)
    {
        if (request.Bounce is { } bounce)
        {
            return Transfer(request.Operation, position, bounce.AsSpan(start, length));
        }

        if (Medium.PrefersLongTransfers && length > FrameSize)
        {
            return MoveStaged(request, position, start, length);
        }

        int at = 0;
        foreach (var part in request.Parts)
        {
            int from = Math.Max(start, at);
            int to = Math.Min(start + length, at + part.Length);
            if (from < to && Transfer(request.Operation, position + from - start, Bytes(request, part, from - at, to - from)) is var status && status != StorageStatus.Ok)
            {
                return status;
            }

            at += part.Length;
        }

        return StorageStatus.Ok;
    }

    /// <summary>As one transfer of the medium and a copy for each page: cheaper than a system call for each.</summary>
    private StorageStatus MoveStaged(StorageRequest request, long position, int start, int length)
    {
        if (_staging.Length < length)
        {
            _staging = new byte[length];
        }

        var staging = _staging.AsSpan(0, length);
        bool isRead = request.Operation == StorageOperation.Read;
        var status = isRead ? Medium.Read(position, staging) : StorageStatus.Ok;
        int at = 0;
        foreach (var part in request.Parts)
        {
            int from = Math.Max(start, at);
            int to = Math.Min(start + length, at + part.Length);
            if (from < to && status == StorageStatus.Ok)
            {
                var inPage = Bytes(request, part, from - at, to - from);
                var staged = staging[(from - start)..(to - start)];
                (isRead ? staged : inPage).CopyTo(isRead ? inPage : staged);
            }

            at += part.Length;
        }

        return isRead ? status : Medium.Write(position, staging);
    }

    private StorageStatus Transfer(StorageOperation operation, long position, Span<byte> bytes) =>
        operation == StorageOperation.Read ? Medium.Read(position, bytes) : Medium.Write(position, bytes);

    private static Span<byte> Bytes(StorageRequest request, in StoragePart part, int start, int length) =>
        ((IDirectPage)part.Page).Access(part.Offset + start, length, request.Operation == StorageOperation.Read ? AccessMode.Write : AccessMode.Read);

    private const int FrameSize = BlkifLimits.FrameSize;

    private SectorCount512 LookAtSize()
    {
        Driver.Audit.Touch(Resource, AccessMode.Read);
        Medium.Refresh();
        return Medium.Size;
    }

    private bool GiveBack()
    {
        Driver.Audit.Touch(Resource, AccessMode.Write);
        Medium.Dispose();
        return true;
    }

    private readonly struct Look(MediumStorage storage) : IStep<SectorCount512>
    {
        public void Declare(ref AccessSet accesses) => accesses.Reads(storage.Resource);

        public SectorCount512 Perform() => storage.LookAtSize();
    }

    private readonly struct Close(MediumStorage storage) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses) => accesses.Writes(storage.Resource);

        public bool Perform() => storage.GiveBack();
    }
}
