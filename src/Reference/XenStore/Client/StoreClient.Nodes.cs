using System.Text;
using Conformance.Model.Protocol.XenStore;

namespace Conformance.Reference.XenStore.Client;

/// <content>Nodes and transactions.</content>
public sealed partial class StoreClient
{
    /// <summary>Bytes of a list of children that is read in parts: a store that never ends one must not fill our memory.</summary>
    private const int ListingMax = 16 << 20;

    /// <inheritdoc/>
    public ValueTask<byte[]> ReadAsync(string path, StoreTransaction transaction = default, CancellationToken cancellation = default) =>
        CallAsync(On(XsMessageType.Read, path), transaction, cancellation);

    /// <inheritdoc/>
    public ValueTask WriteAsync(string path, ReadOnlyMemory<byte> value, StoreTransaction transaction = default, CancellationToken cancellation = default) =>
        CallDoneAsync(On(XsMessageType.Write, path).Raw(value.Span), transaction, cancellation);

    /// <inheritdoc/>
    public ValueTask MakeDirectoryAsync(string path, StoreTransaction transaction = default, CancellationToken cancellation = default) =>
        CallDoneAsync(On(XsMessageType.Mkdir, path), transaction, cancellation);

    /// <inheritdoc/>
    public ValueTask RemoveAsync(string path, StoreTransaction transaction = default, CancellationToken cancellation = default) =>
        CallDoneAsync(On(XsMessageType.Rm, path), transaction, cancellation);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> ListAsync(string path, StoreTransaction transaction = default, CancellationToken cancellation = default)
    {
        var request = On(XsMessageType.Directory, path);
        try
        {
            return StoreReply.Strings(await CallAsync(request, transaction, cancellation).ConfigureAwait(false), request);
        }
        catch (StoreException exception) when (exception.Error == XsError.E2BIG)
        {
            return await ListInPartsAsync(path, transaction, cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<XsPermission>> GetPermissionsAsync(string path, StoreTransaction transaction = default, CancellationToken cancellation = default)
    {
        var request = On(XsMessageType.GetPerms, path);
        var reply = await CallAsync(request, transaction, cancellation).ConfigureAwait(false);
        var permissions = new List<XsPermission>();
        foreach (string text in StoreReply.Strings(reply, request))
        {
            permissions.Add(XsPermission.TryParse(Encoding.Latin1.GetBytes(text), out var permission)
                ? permission
                : throw new StoreException(XsError.EIO, request.Description));
        }

        return permissions;
    }

    /// <inheritdoc/>
    public ValueTask SetPermissionsAsync(string path, IReadOnlyList<XsPermission> permissions, StoreTransaction transaction = default, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(permissions);
        var request = On(XsMessageType.SetPerms, path);
        foreach (var permission in permissions)
        {
            request.Text(permission.ToString());
        }

        return CallDoneAsync(request, transaction, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask<StoreTransaction> BeginAsync(CancellationToken cancellation = default)
    {
        var request = new StorePayload(XsMessageType.TransactionStart).Text(string.Empty);
        await _gate.EnterAsync(cancellation).ConfigureAwait(false);
        try
        {
            uint id = StoreReply.Number(await _channel.CallAsync(request, 0, cancellation).ConfigureAwait(false), request);
            lock (_openTransactions)
            {
                // 0 would turn every request of the transaction into one that takes effect at once.
                return id != 0 && _openTransactions.Add(id)
                    ? new StoreTransaction(id)
                    : throw new StoreException(XsError.EIO, request.Description);
            }
        }
        catch
        {
            _gate.Leave();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask CommitAsync(StoreTransaction transaction, CancellationToken cancellation = default) =>
        EndAsync(transaction, "T", cancellation);

    /// <inheritdoc/>
    public ValueTask AbortAsync(StoreTransaction transaction, CancellationToken cancellation = default) =>
        EndAsync(transaction, "F", cancellation);

    private static StorePayload On(XsMessageType type, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new StorePayload(type, path).Text(path);
    }

    /// <summary>Ends a transaction; whatever the answer is, it is not open any more (XS-112).</summary>
    private async ValueTask EndAsync(StoreTransaction transaction, string how, CancellationToken cancellation)
    {
        try
        {
            await CallDoneAsync(new StorePayload(XsMessageType.TransactionEnd).Text(how), transaction, cancellation).ConfigureAwait(false);
        }
        finally
        {
            bool wasOpen;
            lock (_openTransactions)
            {
                wasOpen = _openTransactions.Remove(transaction.Id);
            }

            if (wasOpen)
            {
                _gate.Leave();
            }
        }
    }

    /// <summary>Reads a long list, from the start again if it changed between two parts (XS-054).</summary>
    private async ValueTask<IReadOnlyList<string>> ListInPartsAsync(string path, StoreTransaction transaction, CancellationToken cancellation)
    {
        var names = new List<byte>();
        string? generation = null;
        while (true)
        {
            var request = On(XsMessageType.DirectoryPart, path).Number((ulong)names.Count);
            var reply = await CallPartAsync(request, transaction, cancellation).ConfigureAwait(false);
            int end = Array.IndexOf(reply, (byte)0);
            if (end < 0 || end == reply.Length - 1 || reply[^1] != 0)
            {
                throw new StoreException(XsError.EIO, request.Description);
            }

            string current = Encoding.Latin1.GetString(reply, 0, end);
            if (generation is not null && current != generation)
            {
                generation = null;
                names.Clear();
                continue;
            }

            generation = current;
            names.AddRange(reply.AsSpan(end + 1));
            if (names.Count > ListingMax)
            {
                throw new StoreException(XsError.E2BIG, request.Description);
            }

            // An empty name marks the end of the list.
            if (names.Count == 1 || names[^2] == 0)
            {
                names.RemoveAt(names.Count - 1);
                return StoreReply.Strings(names.ToArray(), request);
            }
        }
    }

    private async ValueTask<byte[]> CallPartAsync(StorePayload request, StoreTransaction transaction, CancellationToken cancellation)
    {
        try
        {
            return await CallAsync(request, transaction, cancellation).ConfigureAwait(false);
        }
        catch (StoreException exception) when (exception.Error == XsError.ENOSYS)
        {
            throw new StoreException(XsError.E2BIG, request.Description);
        }
    }
}
