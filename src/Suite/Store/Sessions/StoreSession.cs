using System.Globalization;
using Conformance.Model.Judging;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Wire;
using Conformance.Suite.Cases;
using Conformance.Suite.Evidence;

namespace Conformance.Suite.Store.Sessions;

/// <summary>
/// A client of a store as a test needs it: it sends whatever it is told, well formed or not, hides nothing of what comes
/// back, and writes all of it down. It reads only when asked to. One caller at a time.
/// </summary>
public sealed class StoreSession : IAsyncDisposable
{
    private readonly IStoreTransport transport;
    private readonly WireLog log;
    private readonly TimeSpan patience;
    private readonly CancellationToken cancellation;
    private readonly Queue<StoreMessage> events = new();
    private readonly byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;
    private uint lastRequestId;

    /// <summary>Speaks over <paramref name="transport"/>, which it owns from now on.</summary>
    public StoreSession(string name, IStoreTransport transport, WireLog log, TimeSpan patience, CancellationToken cancellation)
    {
        Name = name;
        this.transport = transport;
        this.log = log;
        this.patience = patience;
        this.cancellation = cancellation;
    }

    /// <summary>How reports call it.</summary>
    public string Name { get; }

    /// <summary>Sends one request and waits for its reply. Events that come before it are kept for <see cref="NextEventAsync"/>.</summary>
    /// <exception cref="CaseOutcome">No reply came in time, the stream ended, or the reply answers something else (XS-016).</exception>
    public async Task<StoreMessage> RequestAsync(XsMessageType type, ReadOnlyMemory<byte> payload, uint transaction = 0)
    {
        uint id = await SendAsync(type, payload, transaction);
        var reply = await ReceiveReplyAsync($"{type}");
        if (reply.Header.RequestId != id || reply.Header.TransactionId != transaction
            || (reply.Header.Type != type && !reply.IsError))
        {
            throw CaseOutcome.Fail(new("XS", 16), Blame.Store,
                $"expected a reply to {type} with req_id {id} and tx_id {transaction}; came {reply.Header}");
        }

        return reply;
    }

    /// <summary>Sends one request with a fresh request id and does not wait.</summary>
    /// <returns>The request id.</returns>
    public async Task<uint> SendAsync(XsMessageType type, ReadOnlyMemory<byte> payload, uint transaction = 0)
    {
        uint id = ++lastRequestId;
        await SendAsync(new XsHeader(type, id, transaction, (uint)payload.Length), payload);
        return id;
    }

    /// <summary>Sends a header and bytes behind it exactly as given; the header's length need not be true.</summary>
    public async Task SendAsync(XsHeader header, ReadOnlyMemory<byte> payload)
    {
        log.Add(Name, WireDirection.Sent, header, payload.Span);
        var message = new byte[XsHeader.Size + payload.Length];
        header.Write(message);
        payload.CopyTo(message.AsMemory(XsHeader.Size));
        await WriteAsync(message);
    }

    /// <summary>Sends bytes that need not be a message.</summary>
    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes, string note)
    {
        log.Add(Name, WireDirection.Sent, null, bytes.Span, note);
        await WriteAsync(bytes);
    }

    /// <summary>The next message that is no event. Events before it are kept.</summary>
    /// <exception cref="CaseOutcome">It did not come in time, or the stream ended.</exception>
    public async Task<StoreMessage> ReceiveReplyAsync(string awaited)
    {
        while (true)
        {
            var message = await ReceiveAsync(patience)
                ?? throw CaseOutcome.Fail(null, Blame.Store, $"expected a reply to {awaited}; came the end of the connection {Name}");
            if (!message.IsEvent)
            {
                return message;
            }

            events.Enqueue(message);
        }
    }

    /// <summary>The next event, kept or awaited.</summary>
    /// <exception cref="CaseOutcome">It did not come in time, the stream ended, a reply came instead, or it is malformed (XS-073).</exception>
    public async Task<StoreEvent> NextEventAsync()
    {
        if (!events.TryDequeue(out var message))
        {
            message = await ReceiveAsync(patience)
                ?? throw CaseOutcome.Fail(null, Blame.Store, $"expected a watch event on {Name}; came the end of the connection");
        }

        return message.IsEvent
            ? TakeApart(message)
            : throw CaseOutcome.Fail(null, Blame.Store, $"expected a watch event on {Name}; came a reply {message.Header} {message.Summary}");
    }

    /// <summary>
    /// All events that the store has queued for this session until now, oldest first. Two round trips make sure of that
    /// without waiting by the clock: what was caused before the first was queued before the second's reply.
    /// </summary>
    public async Task<IReadOnlyList<StoreEvent>> SettledEventsAsync()
    {
        await RoundTripAsync();
        await RoundTripAsync();
        var settled = events.Select(TakeApart).ToList();
        events.Clear();
        return settled;
    }

    /// <summary>Sends a request that changes nothing and waits for its reply.</summary>
    public async Task RoundTripAsync() =>
        await RequestAsync(XsMessageType.GetDomainPath, StorePayload.Strings("0"));

    /// <summary>The next message of any kind; null when the stream has ended.</summary>
    /// <param name="longest">How long to wait.</param>
    /// <exception cref="CaseOutcome">It did not come in time, or its length breaks XS-012.</exception>
    public async Task<StoreMessage?> ReceiveAsync(TimeSpan longest) =>
        await TryReceiveAsync(longest) is (var message, var ended) && (message is not null || ended)
            ? message
            : throw CaseOutcome.Fail(null, Blame.Store, $"expected a message on {Name}; nothing came within {Seconds(longest)} s");

    /// <summary>Waits for the store to end the stream, discarding what comes before.</summary>
    /// <returns>False when it has not within the session's patience.</returns>
    public async Task<bool> IsClosedByStoreAsync()
    {
        while (true)
        {
            var (message, ended) = await TryReceiveAsync(patience);
            if (message is null)
            {
                return ended;
            }
        }
    }

    /// <summary>The next message, or nothing when none comes within <paramref name="longest"/>; tells whether the stream ended.</summary>
    public async Task<(StoreMessage? Message, bool Ended)> TryReceiveAsync(TimeSpan longest)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(longest);
        try
        {
            return await FillAsync(XsHeader.Size, limit.Token) && await FillAsync(WholeLength(), limit.Token)
                ? (Cut(), false)
                : (null, true);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, false);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => transport.DisposeAsync();

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);

    private static StoreEvent TakeApart(StoreMessage message)
    {
        var strings = message.Strings;
        bool whole = message.Payload.Length > 0 && message.Payload[^1] == 0;
        if (strings.Count != 2 || !whole || message.Header.RequestId != 0 || message.Header.TransactionId != 0)
        {
            throw CaseOutcome.Fail(new("XS", 73), Blame.Store,
                $"expected an event of two strings with req_id and tx_id 0; came {message.Header} {message.Summary}");
        }

        return new StoreEvent(strings[0], strings[1]);
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        try
        {
            await transport.WriteAsync(bytes, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw CaseOutcome.Fail(null, Blame.Store, $"expected the store to take {bytes.Length} bytes from {Name}; it did not within {Seconds(patience)} s");
        }
        catch (IOException broken)
        {
            throw CaseOutcome.Fail(null, Blame.Store, $"expected the store to take {bytes.Length} bytes from {Name}; the connection broke: {broken.Message}");
        }
    }

    private int WholeLength()
    {
        var header = XsHeader.Read(buffer.AsSpan(start));
        return header.Length <= XsLimits.PayloadMax
            ? XsHeader.Size + (int)header.Length
            : throw CaseOutcome.Fail(new("XS", 12), Blame.Store, $"expected at most {XsLimits.PayloadMax} bytes of payload; came {header}");
    }

    private StoreMessage Cut()
    {
        var header = XsHeader.Read(buffer.AsSpan(start));
        byte[] payload = buffer.AsSpan(start + XsHeader.Size, (int)header.Length).ToArray();
        start += XsHeader.Size + (int)header.Length;
        log.Add(Name, WireDirection.Received, header, payload);
        return new StoreMessage(header, payload);
    }

    private async Task<bool> FillAsync(int bytes, CancellationToken limit)
    {
        while (end - start < bytes)
        {
            if (start > 0 && buffer.Length - start < bytes)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                end -= start;
                start = 0;
            }

            int got;
            try
            {
                got = await transport.ReadAsync(buffer.AsMemory(end), limit);
            }
            catch (IOException broken)
            {
                log.Note(Name, $"the connection broke: {broken.Message}");
                return false;
            }

            if (got == 0)
            {
                log.Note(Name, "the store closed the connection");
                return false;
            }

            end += got;
        }

        return true;
    }
}
