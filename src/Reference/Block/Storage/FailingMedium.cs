using Conformance.Model.Protocol.Block;

namespace Conformance.Reference.Block.Storage;

/// <summary>A medium that can be told to fail, as disks do: a range that cannot be read, a device that was pulled out.</summary>
public sealed class FailingMedium : IMedium
{
    private readonly IMedium _inner;

    /// <summary>Wraps a medium that works.</summary>
    public FailingMedium(IMedium inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner;
    }

    /// <summary>Says how an operation of so many bytes at a position ends; <see cref="StorageStatus.Ok"/> lets it through.</summary>
    public Func<StorageOperation, long, long, StorageStatus> Judge { get; set; } = static (_, _, _) => StorageStatus.Ok;

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <inheritdoc/>
    public SectorCount512 Size => _inner.Size;

    /// <inheritdoc/>
    public DeviceSectorSize SectorSize => _inner.SectorSize;

    /// <inheritdoc/>
    public DeviceSectorSize PhysicalSectorSize => _inner.PhysicalSectorSize;

    /// <inheritdoc/>
    public bool IsReadOnly => _inner.IsReadOnly;

    /// <inheritdoc/>
    public bool CanDiscard => _inner.CanDiscard;

    /// <inheritdoc/>
    public bool PrefersLongTransfers => _inner.PrefersLongTransfers;

    /// <inheritdoc/>
    public void Refresh() => _inner.Refresh();

    /// <inheritdoc/>
    public StorageStatus Read(long position, Span<byte> destination) =>
        Judge(StorageOperation.Read, position, destination.Length) is var status && status == StorageStatus.Ok ? _inner.Read(position, destination) : status;

    /// <inheritdoc/>
    public StorageStatus Write(long position, ReadOnlySpan<byte> source) =>
        Judge(StorageOperation.Write, position, source.Length) is var status && status == StorageStatus.Ok ? _inner.Write(position, source) : status;

    /// <inheritdoc/>
    public StorageStatus Flush() => Judge(StorageOperation.Flush, 0, 0) is var status && status == StorageStatus.Ok ? _inner.Flush() : status;

    /// <inheritdoc/>
    public StorageStatus Discard(long position, long length) =>
        Judge(StorageOperation.Discard, position, length) is var status && status == StorageStatus.Ok ? _inner.Discard(position, length) : status;

    /// <inheritdoc/>
    public void Dispose() => _inner.Dispose();
}
