using Conformance.Model.Protocol.XenStore;

namespace Conformance.Reference.XenStore.Client;

/// <summary>
/// What a driver may ask of the store. Every member throws <see cref="StoreException"/> when the store refuses, and
/// <see cref="StoreClosedException"/> when the connection is gone. Members may be called from any thread, and several
/// requests may be outstanding at once.
/// </summary>
public interface IStoreClient
{
    /// <summary>The value of a node, byte for byte (XS-049).</summary>
    ValueTask<byte[]> ReadAsync(string path, StoreTransaction transaction = default, CancellationToken cancellation = default);

    /// <summary>The value of a node; null when there is no such node, or nothing above it either.</summary>
    async ValueTask<byte[]?> FindAsync(string path, StoreTransaction transaction = default, CancellationToken cancellation = default)
    {
        try
        {
            return await ReadAsync(path, transaction, cancellation).ConfigureAwait(false);
        }
        catch (StoreException exception) when (exception.Error == XsError.ENOENT)
        {
            return null;
        }
    }

    /// <summary>Sets a value; makes the node and its ancestors if absent (XS-046).</summary>
    ValueTask WriteAsync(string path, ReadOnlyMemory<byte> value, StoreTransaction transaction = default, CancellationToken cancellation = default);

    /// <summary>Makes a node and its ancestors if absent; an existing one is left alone (XS-050).</summary>
    ValueTask MakeDirectoryAsync(string path, StoreTransaction transaction = default, CancellationToken cancellation = default);

    /// <summary>Removes a node with everything below it; an absent one is no error if its parent exists (XS-051).</summary>
    ValueTask RemoveAsync(string path, StoreTransaction transaction = default, CancellationToken cancellation = default);

    /// <summary>The names of a node's children, however many: read in parts, from one and the same state, if need be (XS-054).</summary>
    ValueTask<IReadOnlyList<string>> ListAsync(string path, StoreTransaction transaction = default, CancellationToken cancellation = default);

    /// <summary>The permission list of a node, the owner first (XS-055).</summary>
    ValueTask<IReadOnlyList<XsPermission>> GetPermissionsAsync(string path, StoreTransaction transaction = default, CancellationToken cancellation = default);

    /// <summary>Replaces the permission list of a node.</summary>
    ValueTask SetPermissionsAsync(string path, IReadOnlyList<XsPermission> permissions, StoreTransaction transaction = default, CancellationToken cancellation = default);

    /// <summary>Opens a transaction. It must be committed or aborted, or suspending waits for ever (XS-140).</summary>
    ValueTask<StoreTransaction> BeginAsync(CancellationToken cancellation = default);

    /// <summary>Makes all changes of the transaction visible at once. EAGAIN means: redo everything from <see cref="BeginAsync"/> (XS-117).</summary>
    ValueTask CommitAsync(StoreTransaction transaction, CancellationToken cancellation = default);

    /// <summary>Drops the transaction without a trace (XS-115).</summary>
    ValueTask AbortAsync(StoreTransaction transaction, CancellationToken cancellation = default);

    /// <summary>Registers a watch; its callback is called once soon, whether or not the node exists (XS-070).</summary>
    /// <exception cref="InvalidOperationException">It is registered already.</exception>
    ValueTask WatchAsync(StoreWatch watch, CancellationToken cancellation = default);

    /// <summary>
    /// Removes a watch. When this returns, its callback is not running and will not run again, unless this was called
    /// from that callback (XS-094).
    /// </summary>
    /// <exception cref="InvalidOperationException">It is not registered.</exception>
    ValueTask UnwatchAsync(StoreWatch watch, CancellationToken cancellation = default);
}
