using System.Text;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.XenStore.Client;

/// <summary>Waits, as a fiber, for a change in the store.</summary>
internal static class NodeWait
{
    /// <summary>Waits until a look says so, looking at once and whenever something changes at or below a path.</summary>
    /// <returns>False when that took too long.</returns>
    internal static async ValueTask<bool> UntilAsync(IStoreClient store, FiberScope fibers, string path, Func<ValueTask<bool>> look, TimeSpan limit)
    {
        var changed = fibers.CreateSignal($"a change of {path}");
        var watch = new StoreWatch(path, _ =>
        {
            changed.Set();
            return ValueTask.CompletedTask;
        });
        await store.WatchAsync(watch);
        try
        {
            var until = fibers.Now + limit;
            bool isThere;
            while (!(isThere = await look()) && until > fibers.Now)
            {
                await fibers.WaitAsync(changed, until - fibers.Now);
            }

            return isThere;
        }
        finally
        {
            await store.UnwatchAsync(watch);
        }
    }

    /// <summary>Waits until a node holds a value that is as wanted; null stands for no node.</summary>
    internal static ValueTask<bool> ForValueAsync(IStoreClient store, FiberScope fibers, string path, Func<string?, bool> isWanted, TimeSpan limit) =>
        UntilAsync(store, fibers, path, async () => isWanted(await store.FindAsync(path) is { } value ? Encoding.UTF8.GetString(value) : null), limit);
}
