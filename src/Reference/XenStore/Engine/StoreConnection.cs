using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.XenStore.Engine;

/// <summary>One client of the store, as the engine sees it.</summary>
public sealed class StoreConnection
{
    private readonly StoreEngine _engine;
    private readonly OutputQueue _output;
    [NotState]
    private readonly Action<ReadOnlyMemory<byte>>? _delivered;
    private bool _accepted = true;

    internal StoreConnection(StoreEngine engine, DomainRecord record, bool isSocket, long number, uint firstTransactionId)
    {
        _engine = engine;
        _output = new OutputQueue(engine.Chunks);
        Record = record;
        IsSocket = isSocket;
        Number = number;
        NextTransactionId = firstTransactionId;
        Name = isSocket ? $"dom0/{number}" : $"dom{record.Id}";
        if (engine.Tracer is { } tracer)
        {
            _delivered = payload => tracer.Delivered(this, payload.Span);
        }
    }

    /// <summary>The domain at the other end; 0 for a socket.</summary>
    public DomainId Domain => Record.Id;

    /// <summary>Whether this client came over a socket.</summary>
    public bool IsSocket { get; }

    /// <summary>A name for traces: <c>dom0/3</c> for the third socket connection, <c>dom5</c> for a guest.</summary>
    public string Name { get; }

    /// <summary>Bits for the server_features word of the guest's page (XS-027).</summary>
    public XsServerFeatures Features => Record.Features ?? _engine.Settings.Features;

    /// <summary>False while the client has used up its outstanding requests or its memory: take no more from it (XS-124).</summary>
    public bool AcceptsRequests => IsServed && Parked is null && HasRoom;

    /// <summary>
    /// False once the engine serves this client no more: it was closed, released, abandoned, or left too much unread
    /// (XS-125). The transport ends a socket then; a guest's ring is ignored until the guest is introduced again.
    /// </summary>
    public bool IsServed { get; internal set; } = true;

    /// <summary>Whether there are bytes for the client.</summary>
    public bool HasOutput => !_output.IsEmpty;

    /// <summary>The transport's own record of this connection.</summary>
    public object? Transport { get; set; }

    internal DomainRecord Record { get; }

    internal long Number { get; }

    /// <summary>Whether its transactions keep failing, or its request waits for another's: what it asks may then move others.</summary>
    internal bool IsInConflict => ConflictStreak > 0 || Parked is not null || _engine.IsProtecting;

    internal bool IsPrivileged => Record.IsPrivileged;

    internal WatchList Watches { get; } = new();

    internal SortedDictionary<TransactionNumber, Transaction> Transactions { get; } = [];

    /// <summary>Whether a transaction has changed something that its commit would make visible.</summary>
    internal bool IsChangeWithin(uint transaction) => Transactions.TryGetValue(new(transaction), out var open) && open.Changed.Count > 0;

    [field: NotState]
    internal uint NextTransactionId { get; set; }

    /// <summary>Commits that failed with EAGAIN since the last that did not (XS-126).</summary>
    internal int ConflictStreak { get; set; }

    /// <summary>A change that waits for a protected transaction to end (XS-126).</summary>
    internal ParkedRequest? Parked { get; set; }

    /// <summary>The first event that was unread when the engine last looked, and since when (XS-125).</summary>
    internal (long Event, TimeSpan Since) Unread { get; set; } = (-1, default);

    internal long FirstUnreadEvent => _output.FirstEvent;

    internal long QueuedBytes => _output.Bytes;

    private bool HasRoom => IsPrivileged
        ? _output.Bytes < _engine.Settings.SocketBacklogBytes
        : !Record.Quotas.Exceeds(Quota.Outstanding, _output.Replies + 1)
            && (_output.IsEmpty || !Record.Quotas.Exceeds(Quota.Memory, Record.LastingMemory + _output.Bytes));

    /// <summary>The next bytes for the client, as many as lie together; empty when there are none.</summary>
    /// <remarks>The bytes stay as they are until they are consumed, even when the connection is reset meanwhile.</remarks>
    public ReadOnlyMemory<byte> PeekOutput() => _output.Peek();

    /// <summary>The client took the first <paramref name="count"/> bytes of <see cref="PeekOutput"/>; any split is fine.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More bytes than <see cref="PeekOutput"/> gives now.</exception>
    public void ConsumeOutput(int count)
    {
        _output.Consume(count, _delivered);
        _engine.WakeIfAccepting(this);
    }

    internal void QueueReply(in XsHeader request, XsMessageType type, ReadOnlySpan<byte> payload)
    {
        if (!IsServed)
        {
            return;
        }

        bool wasEmpty = _output.IsEmpty;
        var header = new XsHeader(type, request.RequestId, request.TransactionId, (uint)payload.Length);
        _output.Append(header, payload, default, FrameKind.Reply, 0);
        Noticed(wasEmpty);
    }

    internal EventOutcome QueueEvent(ReadOnlySpan<byte> path, ReadOnlySpan<byte> tail, FrameKind kind, uint hash)
    {
        int length = path.Length + tail.Length;
        if (length > XsLimits.PayloadMax)
        {
            return EventOutcome.TooLong;
        }

        if (kind == FrameKind.Event && _output.ContainsEvent(path, tail, hash))
        {
            return EventOutcome.Merged;
        }

        if (!IsServed || !HasRoomForEvent(XsHeader.Size + length))
        {
            return EventOutcome.Refused;
        }

        bool wasEmpty = _output.IsEmpty;
        _output.Append(new XsHeader(XsMessageType.WatchEvent, 0, 0, (uint)length), path, tail, kind, hash);
        Noticed(wasEmpty);
        return EventOutcome.Queued;
    }

    internal void ClearOutput()
    {
        _output.Clear();
        Unread = (-1, default);
    }

    /// <summary>Whether the client may send again after it could not; asked after anything that may have changed that.</summary>
    internal bool AcceptsAgain()
    {
        bool before = _accepted;
        _accepted = AcceptsRequests;
        return _accepted && !before;
    }

    private bool HasRoomForEvent(int frameLength)
    {
        if (!IsPrivileged)
        {
            return !Record.Quotas.Exceeds(Quota.Memory, Record.LastingMemory + _output.Bytes + frameLength);
        }

        if (_output.Bytes + frameLength <= _engine.Settings.SocketUnreadLimitBytes)
        {
            return true;
        }

        // A privileged client has no quota, but one that reads nothing at all must not eat the store's memory.
        _engine.GiveUpLater(this);
        return false;
    }

    private void Noticed(bool wasEmpty)
    {
        _accepted = _accepted && AcceptsRequests;
        if (wasEmpty)
        {
            _engine.Host.Wake(this);
        }
    }
}

/// <summary>A whole request that is served later.</summary>
/// <param name="Header">Its header.</param>
/// <param name="Payload">A copy of its payload.</param>
internal sealed record ParkedRequest(XsHeader Header, byte[] Payload);
