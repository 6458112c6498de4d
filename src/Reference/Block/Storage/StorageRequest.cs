using Conformance.Model.Protocol.Block;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.Ports;

namespace Conformance.Reference.Block.Storage;

/// <summary>A run of bytes in one page.</summary>
/// <param name="Page">Where they are.</param>
/// <param name="Offset">First byte in the page.</param>
/// <param name="Length">Bytes, at least one, inside the page.</param>
public readonly record struct StoragePart(ISharedPage Page, int Offset, int Length);

/// <summary>
/// One operation on a storage: where on the medium, and the memory in the order of the medium (BI-019). Made once and
/// used for many operations; it belongs to the storage from <see cref="IStorage.SubmitAsync"/> until it is done.
/// </summary>
public sealed class StorageRequest
{
    private StoragePart[] _parts = new StoragePart[16];

    /// <summary>What is asked.</summary>
    public StorageOperation Operation { get; private set; }

    /// <summary>First sector; 0 for a flush.</summary>
    public Sector512 Sector { get; private set; }

    /// <summary>Sectors; 0 for a flush.</summary>
    public SectorCount512 Length { get; private set; }

    /// <summary>How many parts the memory has; 0 for a flush or discard.</summary>
    public int PartCount { get; private set; }

    /// <summary>The bytes of all parts together.</summary>
    public int DataLength { get; private set; }

    /// <summary>How it ended, once it is done: of several lower-level operations the worst (BB-015).</summary>
    public StorageStatus Status { get; internal set; }

    /// <summary>Where a storage puts the request when it is done later.</summary>
    public StorageCompletions? Completions { get; set; }

    /// <summary>Whose request it is, for who takes it out of the completions.</summary>
    public object? Owner { get; init; }

    /// <summary>The memory, in the order of the medium.</summary>
    public ReadOnlySpan<StoragePart> Parts => _parts.AsSpan(0, PartCount);

    /// <summary>Private memory that stands for pages that a step cannot reach; null while there is none.</summary>
    internal byte[]? Bounce { get; private set; }

    /// <summary>Lower-level operations that are not done.</summary>
    internal int PiecesLeft { get; set; }

    /// <summary>Begins another operation, without memory.</summary>
    public void Begin(StorageOperation operation, Sector512 sector, SectorCount512 length)
    {
        Array.Clear(_parts, 0, PartCount);
        Operation = operation;
        Sector = sector;
        Length = length;
        PartCount = 0;
        DataLength = 0;
        Status = StorageStatus.Ok;
        PiecesLeft = 0;
        Bounce = null;
    }

    /// <summary>Adds memory behind what is there.</summary>
    public void Add(ISharedPage page, int offset, int length)
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        if (PartCount == _parts.Length)
        {
            Array.Resize(ref _parts, 2 * _parts.Length);
        }

        _parts[PartCount++] = new StoragePart(page, offset, length);
        DataLength += length;
    }

    /// <summary>Notes how one lower-level operation ended.</summary>
    internal void Worsen(StorageStatus status) => Status = status > Status ? status : Status;

    /// <summary>Whether a step can reach all of the memory.</summary>
    internal bool IsDirect()
    {
        foreach (var part in Parts)
        {
            if (part.Page is not IDirectPage)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes private memory for all parts (BB-023), filled from the pages when it is to be written.</summary>
    internal async ValueTask BeginBounceAsync()
    {
        var bounce = new byte[DataLength];
        if (Operation == StorageOperation.Write)
        {
            int done = 0;
            for (int i = 0; i < PartCount; i++)
            {
                await _parts[i].Page.CopyOutAsync(_parts[i].Offset, bounce.AsMemory(done, _parts[i].Length));
                done += _parts[i].Length;
            }
        }

        Bounce = bounce;
    }

    /// <summary>Copies what was read into the pages.</summary>
    internal async ValueTask EndBounceAsync()
    {
        if (Bounce is { } bounce && Operation == StorageOperation.Read && Status == StorageStatus.Ok)
        {
            int done = 0;
            for (int i = 0; i < PartCount; i++)
            {
                await _parts[i].Page.CopyInAsync(_parts[i].Offset, bounce.AsMemory(done, _parts[i].Length));
                done += _parts[i].Length;
            }
        }

        Bounce = null;
    }
}
