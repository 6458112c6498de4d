using System.Text;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Fibers;
using Conformance.Reference.XenStore.Client;
using Conformance.Reference.XenStore.Engine;

namespace Conformance.Reference.World;

/// <summary>
/// A domain's client of the <see cref="WorldStore"/>. Each member is one step, but for lists that need several messages
/// and for a change that the store holds back for another's transaction (XS-126). Used by fibers of one driver;
/// cancellation is not needed there and is ignored.
/// </summary>
public sealed partial class WorldStoreClient : IStoreClient
{
    private readonly FiberDriver _driver;
    private readonly WorldStore _store;
    private readonly WorldWatches _watches;
    private readonly List<Held> _held = [];
    private readonly FiberScope _fibers;
    private readonly StoreGate _gate;
    private readonly HashSet<StoreTransaction> _open = [];
    private StoreConnection _connection;
    [NotState]
    private uint _lastId;
    [NotState]
    private uint _asked;
    [NotState]
    private Reply? _answer;

    /// <summary>Makes a client over a connection of the store's engine, which then belongs to it.</summary>
    public WorldStoreClient(WorldStore store, StoreConnection connection, FiberDriver driver, FiberScope fibers)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(connection);
        _driver = driver;
        _store = store;
        _fibers = fibers;
        Resource = store.Add(this);
        _watches = new WorldWatches(store, driver, fibers, Resource);
        _gate = new StoreGate(fibers);
        _connection = connection;
        connection.Transport = this;
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]> ReadAsync(string path, StoreTransaction transaction = default, CancellationToken cancellation = default)
    {
        var request = On(XsMessageType.Read, path);
        return Payload(await CallAsync(request, transaction), request);
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]?> FindAsync(string path, StoreTransaction transaction = default, CancellationToken cancellation = default)
    {
        var request = On(XsMessageType.Read, path);
        var reply = await CallAsync(request, transaction);
        return reply.Error == XsError.ENOENT ? null : Payload(reply, request);
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(string path, ReadOnlyMemory<byte> value, StoreTransaction transaction = default, CancellationToken cancellation = default) =>
        DoAsync(On(XsMessageType.Write, path).Raw(value.Span), transaction);

    /// <inheritdoc/>
    public ValueTask MakeDirectoryAsync(string path, StoreTransaction transaction = default, CancellationToken cancellation = default) =>
        DoAsync(On(XsMessageType.Mkdir, path), transaction);

    /// <inheritdoc/>
    public ValueTask RemoveAsync(string path, StoreTransaction transaction = default, CancellationToken cancellation = default) =>
        DoAsync(On(XsMessageType.Rm, path), transaction);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> ListAsync(string path, StoreTransaction transaction = default, CancellationToken cancellation = default)
    {
        var request = On(XsMessageType.Directory, path);
        return StoreReply.Strings(Payload(await CallAsync(request, transaction), request), request);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<XsPermission>> GetPermissionsAsync(string path, StoreTransaction transaction = default, CancellationToken cancellation = default)
    {
        var request = On(XsMessageType.GetPerms, path);
        var texts = StoreReply.Strings(Payload(await CallAsync(request, transaction), request), request);
        return texts.ConvertAll(text => XsPermission.TryParse(Encoding.Latin1.GetBytes(text), out var permission)
            ? permission
            : throw new StoreException(XsError.EIO, request.Description));
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

        return DoAsync(request, transaction);
    }

    /// <summary>Tells the store of a domain (XS-028); for the control domain only.</summary>
    public ValueTask IntroduceAsync(DomainId domain, ulong frame, uint port) =>
        DoAsync(About(XsMessageType.Introduce, domain).Number(frame).Number(port), default);

    /// <summary>Makes the store forget a domain, if it knows it; for the control domain only.</summary>
    public async ValueTask ReleaseIfKnownAsync(DomainId domain)
    {
        var request = About(XsMessageType.Release, domain);
        var reply = await CallAsync(request, default);
        if (reply.Error != XsError.ENOENT)
        {
            StoreReply.Done(Payload(reply, request), request);
        }
    }

    /// <summary>A domain that was shut down runs again: its next shutdown is told as well (XS-089, CT-016).</summary>
    public ValueTask ResumeDomainAsync(DomainId domain) => DoAsync(About(XsMessageType.Resume, domain), default);

    /// <summary>What belongs to this client in the store.</summary>
    [field: NotState]
    internal Resource Resource { get; }

    /// <summary>Takes what the store has for this client; part of the step that caused it.</summary>
    internal void TakeOutput()
    {
        while (_connection.PeekOutput() is { IsEmpty: false })
        {
            var header = XsHeader.Read(Take(XsHeader.Size));
            var payload = Take((int)header.Length);
            if (header.Type == XsMessageType.WatchEvent)
            {
                _watches.Take(payload);
            }
            else
            {
                Answer(header, payload);
            }
        }
    }

    private void Answer(in XsHeader header, byte[] payload)
    {
        var reply = new Reply(
            header.Type != XsMessageType.Error ? XsError.None : XsErrors.TryParse(payload, out var error) ? error : XsError.EINVAL,
            payload);
        if (header.RequestId == _asked)
        {
            _answer = reply;
            return;
        }

        uint id = header.RequestId;
        if (_held.Find(held => held.Id == id) is { } waiting)
        {
            waiting.Reply = reply;
            waiting.Answered.Set();
        }
    }

    private byte[] Take(int count)
    {
        var bytes = new byte[count];
        for (int taken = 0; taken < count;)
        {
            var output = _connection.PeekOutput().Span;
            int part = Math.Min(output.Length, count - taken);
            output[..part].CopyTo(bytes.AsSpan(taken));
            _connection.ConsumeOutput(part);
            taken += part;
        }

        return bytes;
    }

    private async ValueTask DoAsync(StorePayload request, StoreTransaction transaction) =>
        StoreReply.Done(Payload(await CallAsync(request, transaction), request), request);

    private async ValueTask<Reply> CallAsync(StorePayload request, StoreTransaction transaction)
    {
        // What belongs to a transaction is inside with it: it must be let end, or a suspend would wait for ever.
        if (_open.Contains(transaction))
        {
            return await ExchangeAsync(request, transaction);
        }

        await _gate.EnterAsync();
        try
        {
            return await ExchangeAsync(request, transaction);
        }
        finally
        {
            _gate.Leave();
        }
    }

    private async ValueTask<Reply> ExchangeAsync(StorePayload request, StoreTransaction transaction)
    {
        var held = new Held(++_lastId);
        try
        {
            var reply = await _driver.PerformAsync<Call, Reply?>(new Call(this, held, request, transaction));
            while (reply is null)
            {
                reply = await AwaitAsync(held, request, transaction);
            }

            return reply.Value;
        }
        finally
        {
            _held.Remove(held);
        }
    }

    /// <summary>
    /// Most requests change nothing that others see: reads, and whatever belongs to a transaction until its commit. While
    /// the store protects somebody from conflicts, any request may let others' requests go on. Permissions name domains: of one
    /// that has ended the store cleans up first, whatever the request is part of.
    /// </summary>
    private void Declare(ref AccessSet accesses, StorePayload? request, StoreTransaction transaction)
    {
        bool isQuiet = request is not null && !_connection.IsInConflict && (request.Type switch
        {
            XsMessageType.Read or XsMessageType.Directory or XsMessageType.GetPerms => true,
            XsMessageType.Write or XsMessageType.Mkdir or XsMessageType.Rm => transaction != StoreTransaction.None,
            XsMessageType.SetPerms => transaction != StoreTransaction.None && !request.IsOfSpecial && !_store.Engine.IsEndUnseen,
            XsMessageType.TransactionStart or XsMessageType.Watch or XsMessageType.Unwatch => true,
            XsMessageType.TransactionEnd => !_connection.IsChangeWithin(transaction.Id),
            _ => false,
        });
        if (isQuiet)
        {
            accesses.Writes(Resource);
            accesses.Reads(WorldStore.Tree);
        }
        else
        {
            accesses.Writes(WorldStore.Resource);
        }
    }

    /// <summary>The whole exchange with the store in one step; null when the store holds the request back, or does not take it.</summary>
    private Reply? Exchange(Held held, StorePayload? request, StoreTransaction transaction)
    {
        if (_lost.Contains(transaction))
        {
            return new Reply(XsError.EAGAIN, []);
        }

        if (_store.IsStill)
        {
            return Hold(held, isTaken: held.Answered is not null && !held.IsLost);
        }

        if (!_connection.IsServed)
        {
            throw new StoreClosedException("the store does not serve this domain");
        }

        if (request is null)
        {
            _store.Elapse();
            return held.Reply;
        }

        var payload = request.Bytes.Span;
        _asked = held.Id;
        _answer = null;
        _store.Serve(this, _connection, new XsHeader(request.Type, held.Id, transaction.Id, (uint)payload.Length), payload);
        _asked = 0;
        return _answer ?? Hold(held, isTaken: true);
    }

    private static byte[] Payload(in Reply reply, StorePayload request) =>
        reply.Error == XsError.None ? reply.Bytes : throw new StoreException(reply.Error, request.Description);

    private static StorePayload On(XsMessageType type, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new StorePayload(type, path).Text(path);
    }

    private static StorePayload About(XsMessageType type, DomainId domain) =>
        new StorePayload(type, $"domain {domain}").Number(domain.Value);

    private readonly record struct Reply(XsError Error, byte[] Bytes);

    private sealed class Held(uint id)
    {
        [field: Label]
        internal uint Id { get; } = id;

        internal Reply? Reply { get; set; }

        internal Signal Answered { get; set; } = null!;

        /// <summary>Whether the store has not taken it, or forgot it.</summary>
        internal bool IsLost { get; set; }
    }

    private readonly struct Call(WorldStoreClient client, Held held, StorePayload? request, StoreTransaction transaction) : IStep<Reply?>
    {
        public void Declare(ref AccessSet accesses) => client.Declare(ref accesses, request, transaction);

        public Reply? Perform() => client.Exchange(held, request, transaction);
    }
}
