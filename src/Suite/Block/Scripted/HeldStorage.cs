using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Fibers;

namespace Conformance.Suite.Block.Scripted;

/// <summary>
/// A storage that keeps a log, and that can be made slow: while it holds, operations are accepted and not done until the
/// case lets them go.
/// </summary>
public sealed class HeldStorage : IStorage
{
    private readonly FiberDriver driver;
    private readonly IStorage inner;
    private readonly List<StorageRequest> held = [];
    private readonly List<StorageLogEntry> log = [];

    /// <summary>Wraps a storage.</summary>
    public HeldStorage(FiberDriver driver, IStorage inner)
    {
        ArgumentNullException.ThrowIfNull(driver);
        ArgumentNullException.ThrowIfNull(inner);
        this.driver = driver;
        this.inner = inner;
    }

    /// <summary>Whether operations that come now are held.</summary>
    public bool Holds { get; set; }

    /// <summary>Those that are held.</summary>
    public IReadOnlyList<StorageLogEntry> Held => [.. held.Select(Describe)];

    /// <summary>All operations in the order in which they came.</summary>
    public IReadOnlyList<StorageLogEntry> Log => log;

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

    /// <summary>Has a path of the context name such a storage over a medium.</summary>
    public static HeldStorage Add(BackContext context, string path, IMedium medium)
    {
        ArgumentNullException.ThrowIfNull(context);
        var storage = new HeldStorage(context.Driver, new SynchronousStorage(context.Driver, medium, 0x4000_0000));
        context.Media.Add(path, _ => storage);
        return storage;
    }

    /// <inheritdoc/>
    public ValueTask<bool> SubmitAsync(StorageRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        log.Add(Describe(request));
        if (!Holds)
        {
            return inner.SubmitAsync(request);
        }

        held.Add(request);
        return new ValueTask<bool>(false);
    }

    /// <summary>Has one held operation done.</summary>
    /// <param name="index">Which, in the order in which they came.</param>
    public async ValueTask ReleaseAsync(int index = 0)
    {
        var request = held[index];
        held.RemoveAt(index);
        if (await inner.SubmitAsync(request))
        {
            await driver.DoAsync(new Finish(request));
        }
    }

    /// <summary>Holds no more, and has all held operations done.</summary>
    public async ValueTask ReleaseAllAsync()
    {
        Holds = false;
        while (held.Count > 0)
        {
            await ReleaseAsync();
        }
    }

    /// <inheritdoc/>
    public StorageCompletions CreateCompletions(FiberScope fibers, string name) => inner.CreateCompletions(fibers, name);

    /// <inheritdoc/>
    public ValueTask RefreshAsync() => inner.RefreshAsync();

    /// <inheritdoc/>
    public ValueTask CloseAsync() => inner.CloseAsync();

    private static StorageLogEntry Describe(StorageRequest request) => new(request.Operation, request.Sector, request.Length);

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
