using System.Globalization;
using System.Text;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Model.Trace;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>The store itself: whole requests in, replies and events out. Not thread-safe: one caller at a time.</summary>
/// <remarks>
/// Where the clauses leave a choice: a connection's own events go before the reply to the request that caused them
/// (XS-084); a commit fails EAGAIN only when something the transaction depends on changed (XS-116, XS-117); an event
/// that is queued already is not queued twice (XS-080).
/// </remarks>
public sealed class StoreEngine
{
    private readonly List<StoreConnection> _connections = [];
    private readonly List<StoreConnection> _givenUp = [];
    private readonly PathResolver _paths = new();
    private readonly DomainTable _domains;
    private readonly NodeTree _tree;
    private readonly WatchTable _watches = new();
    private readonly LiveWorkspace _live;
    private readonly ConflictGuard _guard;
    private readonly TransactionTable _transactions;
    private readonly DomainLifecycle _lifecycle;
    [NotState]
    private readonly RequestTable _requests;
    private long _sockets;

    /// <summary>Makes an empty store.</summary>
    public StoreEngine(StoreSettings settings, IStoreHost host, ITraceSink? trace = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(host);
        Settings = settings;
        Host = host;
        Tracer = trace is null ? null : new StoreTracer(trace);
        _domains = new DomainTable(host);
        _tree = new NodeTree(_domains);
        var events = new EventSender(_watches, Tracer);
        _live = new LiveWorkspace(_tree, _domains, _watches, events);
        _guard = new ConflictGuard(settings, _tree);
        _transactions = new TransactionTable(_tree, _guard);
        var special = new SpecialNodes();
        _lifecycle = new DomainLifecycle(host, _domains, _tree, _live, special, events, Tracer)
        {
            Drop = End,
            Connections = _connections,
        };
        _requests = new RequestTable(
            new NodeRequests(_paths),
            new PermissionRequests(_paths, special, _lifecycle),
            new WatchRequests(_paths, _watches, events, _transactions),
            new TransactionRequests(_transactions, new TransactionCommitter(_tree, _watches, events)),
            new DomainRequests(this, _domains, _lifecycle),
            new FeatureRequests(settings, _domains, _lifecycle),
            new ControlRequests(this, _domains));
    }

    /// <summary>How often the tree changed, for whoever wants to know whether a request changed it.</summary>
    public ulong Changes => _tree.Changes;

    /// <summary>The value of a node, for whoever looks at the store from outside; null when there is none. For absolute paths only.</summary>
    public byte[]? Peek(string path) => _tree.Find(new StorePath(Encoding.Latin1.GetBytes(path)))?.Value.ToArray();

    /// <summary>Who watches which path, for whoever looks at the store from outside.</summary>
    public IEnumerable<(string Client, string Path)> Watches
    {
        get
        {
            foreach (var connection in _connections)
            {
                for (var watch = connection.Watches.First; watch is not null; watch = watch.NextOfOwner)
                {
                    yield return (connection.Name, Encoding.Latin1.GetString(watch.Point.Path));
                }
            }
        }
    }

    /// <summary>
    /// Whether a domain that the store knows has ended without its notice. Whatever asks after that domain next, permissions on a
    /// node for instance, finds out and cleans up after it.
    /// </summary>
    internal bool IsEndUnseen => _lifecycle.IsEndUnseen();

    /// <summary>Whether somebody's transaction is kept from conflicts just now.</summary>
    internal bool IsProtecting => _guard.IsActive;

    internal StoreSettings Settings { get; }

    internal IStoreHost Host { get; }

    internal StoreTracer? Tracer { get; }

    internal ChunkPool Chunks { get; } = new();

    /// <summary>Opens a connection over a socket of the store's own domain: privileged.</summary>
    public StoreConnection Connect()
    {
        var connection = new StoreConnection(this, _domains.Control, isSocket: true, ++_sockets, Settings.FirstTransactionId);
        _connections.Add(connection);
        Tracer?.Connection(StepCode.Connect, connection);
        return connection;
    }

    /// <summary>The connection of an introduced domain, or null.</summary>
    public StoreConnection? FindGuest(DomainId domain) => _domains.Find(domain)?.Guest;

    /// <summary>Ends a socket connection: its watches, transactions and output vanish.</summary>
    /// <exception cref="ArgumentException">The connection is a guest's: that ends with its domain.</exception>
    public void Close(StoreConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (!connection.IsSocket)
        {
            throw new ArgumentException($"Only a socket is closed; {connection.Name} is a guest's ring. Use Abandon.", nameof(connection));
        }

        End(connection);
        ServeParked();
    }

    /// <summary>Serves one whole request; <paramref name="payload"/> is <c>header.Length</c> bytes, at most 4096.</summary>
    /// <exception cref="ArgumentException">The payload has another length.</exception>
    public void Process(StoreConnection connection, in XsHeader header, ReadOnlySpan<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (payload.Length != header.Length || payload.Length > XsLimits.PayloadMax)
        {
            throw new ArgumentException(
                $"A request of {header.Length} bytes came with {payload.Length} bytes; at most {XsLimits.PayloadMax} are allowed.", nameof(payload));
        }

        if (connection.Parked is { } parked)
        {
            // The caller did not ask AcceptsRequests. Order matters more than protection then.
            _guard.Unpark(connection);
            Serve(connection, parked.Header, parked.Payload);
        }

        if (!connection.IsServed)
        {
            return;
        }

        if (_guard.MustWait(connection) && IsTouching(connection, header, payload))
        {
            _guard.Park(connection, new ParkedRequest(header, payload.ToArray()));
            connection.AcceptsAgain();
            return;
        }

        Serve(connection, header, payload);
        ServeParked();
    }

    /// <summary>The guest asked for a reset of its connection (XS-025): drops watches, transactions, queued output.</summary>
    public void Reset(StoreConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        Forget(connection);
        Tracer?.Connection(StepCode.Reset, connection);
        ServeParked();
        WakeIfAccepting(connection);
    }

    /// <summary>
    /// The transport gave up on a guest's ring (XS-006, XS-013): the connection is ignored from now on, and the domain
    /// stays known until it really dies (XS-090).
    /// </summary>
    public void Abandon(StoreConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        connection.IsServed = false;
        Forget(connection);
        Tracer?.Connection(StepCode.Disconnect, connection);
        ServeParked();
    }

    /// <summary>The hypervisor says that some domain changed its life: asks the host for every introduced one.</summary>
    public void DomainsChanged()
    {
        _lifecycle.Check();
        Settle();
    }

    /// <summary>Time has passed. Events that an unprivileged client left unread for too long are dropped with its connection (XS-125).</summary>
    public void Elapse(TimeSpan sinceStart)
    {
        foreach (var connection in _connections.ToArray())
        {
            if (!connection.IsPrivileged && IsStuck(connection, sinceStart))
            {
                Host.DetachRing(connection);
                Abandon(connection);
            }
        }

        _guard.Elapse(sinceStart);
        ServeParked();
    }

    /// <summary>Counts everything again and compares it with the accounts: the first thing that is wrong, or null (XS-045, XS-127).</summary>
    public string? CheckInvariants() => new InvariantChecker(_tree, _domains, _watches, _connections).Check();

    internal static bool IsServed(XsMessageType type) => RequestTable.Serves(type);

    internal StoreConnection NewGuest(DomainRecord record) => new(this, record, isSocket: false, -1 - record.Id.Value, Settings.FirstTransactionId);

    internal void AddGuest(DomainRecord record, StoreConnection guest)
    {
        record.Guest = guest;
        _connections.Add(guest);
        Tracer?.Connection(StepCode.Connect, guest);
    }

    /// <summary>An introduced domain was introduced again: its connection starts anew (XS-029).</summary>
    internal void Restart(StoreConnection guest)
    {
        Forget(guest);
        guest.IsServed = true;
        Tracer?.Connection(StepCode.Reset, guest);
        WakeIfAccepting(guest);
    }

    /// <summary>A privileged client reads nothing: it is ended when the request that filled its queue is done.</summary>
    internal void GiveUpLater(StoreConnection connection)
    {
        if (!_givenUp.Contains(connection))
        {
            _givenUp.Add(connection);
        }
    }

    internal void WakeIfAccepting(StoreConnection connection)
    {
        if (connection.AcceptsAgain())
        {
            Host.Wake(connection);
        }
    }

    internal string Statistics() => string.Create(
        CultureInfo.InvariantCulture,
        $"nodes {_tree.Count}\nwatches {_watches.Count}\nconnections {_connections.Count}\nqueued bytes {_connections.Sum(c => c.QueuedBytes)}\n");

    private void Serve(StoreConnection connection, in XsHeader header, ReadOnlySpan<byte> payload)
    {
        Tracer?.Begin();
        var error = Dispatch(connection, header, payload);
        if (error != XsError.None)
        {
            connection.QueueReply(header, XsMessageType.Error, XsErrors.ToPayload(error));
        }

        Tracer?.End(connection, header, payload, error);
        EndGivenUp();
        if (header.Type is XsMessageType.SetQuota or XsMessageType.Control)
        {
            WakeAllAccepting();
        }
    }

    private XsError Dispatch(StoreConnection connection, in XsHeader header, ReadOnlySpan<byte> payload)
    {
        if (!_requests.TryFind(header.Type, out var entry))
        {
            return XsError.ENOSYS;
        }

        if (entry.IsPrivileged && !connection.IsPrivileged)
        {
            return XsError.EACCES;
        }

        if (header.TransactionId == 0 || entry.IgnoresTransaction)
        {
            return entry.Handler(new Request(connection, header, payload, _live, Tracer));
        }

        if (!connection.Transactions.TryGetValue(new(header.TransactionId), out var transaction))
        {
            return XsError.ENOENT;
        }

        var error = entry.Handler(new Request(connection, header, payload, transaction, Tracer));
        if (entry.IsChange && error != XsError.None && !(header.Type == XsMessageType.Rm && error == XsError.ENOENT))
        {
            // What is to be removed and was never there fails no commit: the wanted state holds (XS-121).
            transaction.Fail(error);
        }

        return error;
    }

    private bool IsTouching(StoreConnection connection, in XsHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Type == XsMessageType.TransactionEnd)
        {
            return connection.Transactions.TryGetValue(new(header.TransactionId), out var other) && _guard.IsTouchedBy(other);
        }

        return header.TransactionId == 0 && _requests.TryFind(header.Type, out var entry) && entry.IsChange
            && new PayloadReader(payload).TryNext(out var text) && _paths.TryResolve(connection, text, out var path)
            && _guard.IsTouchedBy(path, header.Type == XsMessageType.Rm);
    }

    private void ServeParked()
    {
        while (_guard.NextToServe(out var request) is { } connection)
        {
            Serve(connection, request!.Header, request.Payload);
            WakeIfAccepting(connection);
        }
    }

    private void Settle()
    {
        EndGivenUp();
        ServeParked();
    }

    private void EndGivenUp()
    {
        for (int i = 0; i < _givenUp.Count; i++)
        {
            End(_givenUp[i]);
            Host.Wake(_givenUp[i]);
        }

        _givenUp.Clear();
    }

    private void WakeAllAccepting()
    {
        foreach (var connection in _connections)
        {
            WakeIfAccepting(connection);
        }
    }

    private bool IsStuck(StoreConnection connection, TimeSpan now)
    {
        long first = connection.FirstUnreadEvent;
        if (first < 0 || first != connection.Unread.Event)
        {
            connection.Unread = (first, now);
            return false;
        }

        return now - connection.Unread.Since >= Settings.UnreadEventTimeout;
    }

    private void End(StoreConnection connection)
    {
        connection.IsServed = false;
        Forget(connection);
        if (_connections.Remove(connection))
        {
            Tracer?.Connection(StepCode.Disconnect, connection);
        }
    }

    private void Forget(StoreConnection connection)
    {
        _guard.Unpark(connection);
        _watches.RemoveAll(connection);
        _transactions.EndAll(connection);
        connection.ClearOutput();
        connection.ConflictStreak = 0;
    }
}
