using System.Globalization;
using System.Text;
using Conformance.Model.Protocol.XenStore;

namespace Conformance.Reference.XenStore.Client;

/// <summary>What drivers do with a store, in terms of <see cref="IStoreClient"/>.</summary>
public static class StoreClientExtensions
{
    /// <summary>The value of a node as UTF-8 text.</summary>
    public static async ValueTask<string> ReadTextAsync(this IStoreClient store, string path, StoreTransaction transaction = default, CancellationToken cancellation = default) =>
        Encoding.UTF8.GetString(await store.ReadAsync(path, transaction, cancellation).ConfigureAwait(false));

    /// <summary>The value of a node that may be absent: then null. A refusal is still an error.</summary>
    public static async ValueTask<string?> ReadOptionalAsync(this IStoreClient store, string path, StoreTransaction transaction = default, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        return await store.FindAsync(path, transaction, cancellation).ConfigureAwait(false) is { } value ? Encoding.UTF8.GetString(value) : null;
    }

    /// <summary>Sets a value given as text, formatted the same way everywhere: <c>$"{sectors}"</c>.</summary>
    public static ValueTask WriteTextAsync(this IStoreClient store, string path, FormattableString value, StoreTransaction transaction = default, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(value);
        return store.WriteAsync(path, Encoding.UTF8.GetBytes(value.ToString(CultureInfo.InvariantCulture)), transaction, cancellation);
    }

    /// <summary>
    /// Reads a value of a type. When there is none, or it is not of that type, or does not fit into it, the answer
    /// holds <paramref name="defaultValue"/> and says why (XS-144, XS-145).
    /// </summary>
    public static async ValueTask<StoreScan<T>> ScanAsync<T>(this IStoreClient store, string path, T defaultValue, StoreTransaction transaction = default, CancellationToken cancellation = default)
        where T : IUtf8SpanParsable<T>
    {
        ArgumentNullException.ThrowIfNull(store);
        try
        {
            var text = await store.ReadAsync(path, transaction, cancellation).ConfigureAwait(false);
            return T.TryParse(text, CultureInfo.InvariantCulture, out var value)
                ? new StoreScan<T>(value, XsError.None)
                : new StoreScan<T>(defaultValue, XsError.EINVAL);
        }
        catch (StoreException exception)
        {
            return new StoreScan<T>(defaultValue, exception.Error);
        }
    }

    /// <summary>
    /// Reads several nodes below a directory. The first required one that is absent ends the whole with ENOENT; each
    /// optional one is read by itself, and is not in the answer if absent (XS-143).
    /// </summary>
    public static async ValueTask<IReadOnlyDictionary<string, string>> GatherAsync(this IStoreClient store, string directory, IReadOnlyList<string> required, IReadOnlyList<string> optional, StoreTransaction transaction = default, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(required);
        ArgumentNullException.ThrowIfNull(optional);
        var values = new Dictionary<string, string>();
        foreach (string name in required)
        {
            values[name] = await store.ReadTextAsync(StorePath.Join(directory, name), transaction, cancellation).ConfigureAwait(false);
        }

        foreach (string name in optional)
        {
            if (await store.ReadOptionalAsync(StorePath.Join(directory, name), transaction, cancellation).ConfigureAwait(false) is { } value)
            {
                values[name] = value;
            }
        }

        return values;
    }

    /// <summary>Whether a node is there, as far as the caller may know (XS-058).</summary>
    public static async ValueTask<bool> ExistsAsync(this IStoreClient store, string path, StoreTransaction transaction = default, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        try
        {
            await store.ReadAsync(path, transaction, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (StoreException exception) when (exception.Error == XsError.ENOENT)
        {
            return false;
        }
    }

    /// <summary>
    /// Removes a node and everything below it, leaf by leaf and at once, so that each node's own permissions count. An
    /// absent node is no error.
    /// </summary>
    public static ValueTask RemoveTreeAsync(this IStoreClient store, string path, CancellationToken cancellation = default) =>
        store.InTransactionAsync(transaction => RemoveTreeOnceAsync(store, path, transaction, cancellation), cancellation);

    /// <summary>
    /// Does something in a transaction and commits. If the store saw a conflict, or forgot the transaction as it began anew,
    /// everything is done again from the start, so the body must read its inputs itself, every time (XS-117, XS-118). If the
    /// body fails, the transaction is dropped.
    /// </summary>
    public static async ValueTask<T> InTransactionAsync<T>(this IStoreClient store, Func<StoreTransaction, ValueTask<T>> body, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(body);
        while (true)
        {
            var transaction = await store.BeginAsync(cancellation).ConfigureAwait(false);
            try
            {
                var result = await RunAsync(store, body, transaction).ConfigureAwait(false);
                await store.CommitAsync(transaction, cancellation).ConfigureAwait(false);
                return result;
            }
            catch (StoreException exception) when (exception.Error == XsError.EAGAIN)
            {
                cancellation.ThrowIfCancellationRequested();
            }
        }
    }

    /// <inheritdoc cref="InTransactionAsync{T}"/>
    public static async ValueTask InTransactionAsync(this IStoreClient store, Func<StoreTransaction, ValueTask> body, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        await store.InTransactionAsync(
            async transaction =>
            {
                await body(transaction).ConfigureAwait(false);
                return true;
            },
            cancellation).ConfigureAwait(false);
    }

    private static async ValueTask<T> RunAsync<T>(IStoreClient store, Func<StoreTransaction, ValueTask<T>> body, StoreTransaction transaction)
    {
        try
        {
            return await body(transaction).ConfigureAwait(false);
        }
        catch
        {
            await AbortAfterFailureAsync(store, transaction).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The body's own failure is the one to tell, so that of the abort is not.</summary>
    private static async ValueTask AbortAfterFailureAsync(IStoreClient store, StoreTransaction transaction)
    {
        try
        {
            await store.AbortAsync(transaction).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is StoreException or IOException)
        {
        }
    }

    private static async ValueTask RemoveTreeOnceAsync(IStoreClient store, string path, StoreTransaction transaction, CancellationToken cancellation)
    {
        if (!await store.ExistsAsync(path, transaction, cancellation).ConfigureAwait(false))
        {
            return;
        }

        // Depth is the peer's choice, so the walk keeps its own stack (XS-129).
        var open = new Stack<string>([path]);
        var found = new List<string>();
        while (open.TryPop(out string? node))
        {
            found.Add(node);
            foreach (string child in await store.ListAsync(node, transaction, cancellation).ConfigureAwait(false))
            {
                open.Push(StorePath.Join(node, child));
            }
        }

        for (int i = found.Count - 1; i >= 0; i--)
        {
            await store.RemoveAsync(found[i], transaction, cancellation).ConfigureAwait(false);
        }
    }
}
