using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Fibers;

namespace Conformance.Suite.Block;

/// <summary>A storage that takes its time for each operation, so that a case finds some under way.</summary>
/// <param name="inner">Does the work.</param>
/// <param name="driver">Passes the time.</param>
/// <param name="time">How long each operation takes.</param>
public sealed class SlowStorage(IStorage inner, FiberDriver driver, TimeSpan time) : IStorage
{
    /// <summary>How many operations are under way.</summary>
    public int UnderWay { get; private set; }

    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public SectorCount512 Size => inner.Size;

    /// <inheritdoc/>
    public DeviceSectorSize SectorSize => inner.SectorSize;

    /// <inheritdoc/>
    public DeviceSectorSize PhysicalSectorSize => inner.PhysicalSectorSize;

    /// <inheritdoc/>
    public bool IsReadOnly => inner.IsReadOnly;

    /// <inheritdoc/>
    public bool CanDiscard => inner.CanDiscard;

    /// <inheritdoc/>
    public async ValueTask<bool> SubmitAsync(StorageRequest request)
    {
        UnderWay++;
        await driver.DelayAsync(time);
        UnderWay--;
        return await inner.SubmitAsync(request);
    }

    /// <inheritdoc/>
    public StorageCompletions CreateCompletions(FiberScope fibers, string name) => inner.CreateCompletions(fibers, name);

    /// <inheritdoc/>
    public ValueTask RefreshAsync() => inner.RefreshAsync();

    /// <inheritdoc/>
    public ValueTask CloseAsync() => inner.CloseAsync();
}
