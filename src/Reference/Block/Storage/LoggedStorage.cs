using Conformance.Model.Protocol.Block;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.Block.Storage;

/// <summary>One operation that a back-end asked of its storage.</summary>
/// <param name="Operation">What.</param>
/// <param name="Sector">First sector.</param>
/// <param name="Length">Sectors.</param>
public readonly record struct StorageLogEntry(StorageOperation Operation, Sector512 Sector, SectorCount512 Length);

/// <summary>Keeps the operations in the order in which they were asked for: the same whatever kind of medium lies below (S-44).</summary>
public sealed class LoggedStorage : IStorage
{
    private readonly IStorage _inner;
    private readonly List<StorageLogEntry> _log = [];

    /// <summary>Wraps a storage.</summary>
    public LoggedStorage(IStorage inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner;
    }

    /// <summary>The operations so far.</summary>
    public IReadOnlyList<StorageLogEntry> Log => _log;

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
    public ValueTask<bool> SubmitAsync(StorageRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        _log.Add(new StorageLogEntry(request.Operation, request.Sector, request.Length));
        return _inner.SubmitAsync(request);
    }

    /// <inheritdoc/>
    public StorageCompletions CreateCompletions(FiberScope fibers, string name) => _inner.CreateCompletions(fibers, name);

    /// <inheritdoc/>
    public ValueTask RefreshAsync() => _inner.RefreshAsync();

    /// <inheritdoc/>
    public ValueTask CloseAsync() => _inner.CloseAsync();
}
