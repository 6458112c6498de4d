using System.Runtime.CompilerServices;
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
        return request.IsDirect() ? DirectAsync(request) : BouncedAsync(request);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> DirectAsync(StorageRequest request)
    {
        request.Status = await Driver.PerformAsync<Whole, StorageStatus>(new Whole(this, request));
        return true;
    }

    private async ValueTask<bool> BouncedAsync(StorageRequest request)
    {
        await request.BeginBounceAsync();
        request.Status = await Driver.PerformAsync<Whole, StorageStatus>(new Whole(this, request));
        await request.EndBounceAsync();
        return true;
    }

    private StorageStatus DoWhole(StorageRequest request) =>
        request.Length.TryToBytes(out long length) ? Do(request, 0, length) : StorageStatus.Error;

    private readonly struct Whole(SynchronousStorage storage, StorageRequest request) : IStep<StorageStatus>
    {
        public void Declare(ref AccessSet accesses) => storage.Declare(ref accesses, request);

        public StorageStatus Perform() => storage.DoWhole(request);
    }
}
