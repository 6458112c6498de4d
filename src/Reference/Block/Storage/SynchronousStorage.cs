using Conformance.Reference.Fibers;

namespace Conformance.Reference.Block.Storage;

/// <summary>
/// A medium with one operation under way at a time, done in the step that asks for it: how a regular file is served
/// (S-47), and memory. Order is trivially kept.
/// </summary>
public sealed class SynchronousStorage : MediumStorage
{
    /// <summary>Takes a medium.</summary>
    /// <param name="driver">Performs the steps.</param>
    /// <param name="medium">Closed with the storage.</param>
    /// <param name="key">Tells it from the other storages of the run.</param>
    public SynchronousStorage(FiberDriver driver, IMedium medium, ulong key)
        : base(driver, medium, key)
    {
    }

    /// <inheritdoc/>
    public override ValueTask<bool> SubmitAsync(StorageRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.IsDirect() ? DoWholeAsync(request) : BouncedAsync(request);
    }

    private ValueTask<bool> DoWholeAsync(StorageRequest request) => Driver.PerformAsync<Whole, bool>(new Whole(this, request));

    private async ValueTask<bool> BouncedAsync(StorageRequest request)
    {
        await request.BeginBounceAsync();
        await DoWholeAsync(request);
        await request.EndBounceAsync();
        return true;
    }

    private bool DoWhole(StorageRequest request)
    {
        request.Status = request.Length.TryToBytes(out long length) ? Do(request, 0, length) : StorageStatus.Error;
        return true;
    }

    /// <summary>The request is done when the step is; its status says how.</summary>
    private readonly struct Whole(SynchronousStorage storage, StorageRequest request) : IStep<bool>
    {
        public void Declare(ref AccessSet accesses) => storage.Declare(ref accesses, request);

        public bool Perform() => storage.DoWhole(request);
    }
}
