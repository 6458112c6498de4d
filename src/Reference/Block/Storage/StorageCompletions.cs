using System.Runtime.CompilerServices;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.Block.Storage;

/// <summary>The requests that storages finished later, in the order in which they were done. One fiber takes them.</summary>
public sealed class StorageCompletions
{
    private readonly FiberDriver _driver;
    private readonly FiberScope _fibers;
    private readonly Signal _arrival;
    private readonly Queue<StorageRequest> _done = [];
    private bool _isClosed;

    /// <summary>Makes an empty row.</summary>
    public StorageCompletions(FiberDriver driver, FiberScope fibers, string name)
    {
        ArgumentNullException.ThrowIfNull(driver);
        ArgumentNullException.ThrowIfNull(fibers);
        _driver = driver;
        _fibers = fibers;
        _arrival = fibers.CreateSignal(name);
    }

    /// <summary>What a step touches that puts a request here.</summary>
    public Resource Resource => _arrival.Resource;

    /// <summary>The next one that is done, as soon as there is one.</summary>
    /// <returns>Null once closed.</returns>
    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    public async ValueTask<StorageRequest?> NextAsync()
    {
        while (true)
        {
            if (await _driver.PerformAsync<Take, StorageRequest?>(new Take(this)) is { } request)
            {
                return request;
            }

            if (_isClosed)
            {
                return null;
            }

            await _fibers.WaitAsync(_arrival);
        }
    }

    /// <summary>Lets who waits go on without a request, once and for all.</summary>
    public void Close()
    {
        _isClosed = true;
        _arrival.Set();
    }

    /// <summary>Puts a request that is done; part of a step that declared <see cref="Resource"/>.</summary>
    public void Put(StorageRequest request)
    {
        _driver.Audit.Touch(Resource, AccessMode.Write);
        _done.Enqueue(request);
        _arrival.Set();
    }

    private StorageRequest? TakeFirst()
    {
        _driver.Audit.Touch(Resource, AccessMode.Write);
        return _done.TryDequeue(out var request) ? request : null;
    }

    private readonly struct Take(StorageCompletions completions) : IStep<StorageRequest?>
    {
        public void Declare(ref AccessSet accesses) => accesses.Writes(completions.Resource);

        public StorageRequest? Perform() => completions.TakeFirst();
    }
}
