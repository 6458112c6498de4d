using System.Globalization;
using Conformance.Model.Judging;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Wire;
using Conformance.Suite.Cases;
using Conformance.Suite.Evidence;
using Conformance.Suite.Store.Sessions;
using Conformance.Suite.Targets;

namespace Conformance.Suite.StoreClient.Script;

/// <summary>
/// A store that does nothing on its own: the case takes each request and says what to send, right or wrong, and when. It
/// writes its exchange down. One call at a time.
/// </summary>
public sealed class ScriptedStore : IAsyncDisposable
{
    private readonly IStoreEnd end;
    private readonly WireLog log;
    private readonly TimeSpan patience;
    private readonly CancellationToken cancellation;
    private readonly MessageBuffer buffer = new(4 * MessageBuffer.MessageMax);

    private ScriptedStore(string name, IStoreEnd end, StoreWire wire, ScriptedRing? ring, WireLog log, TimeSpan patience, CancellationToken cancellation)
    {
        Name = name;
        this.end = end;
        Wire = wire;
        SharedRing = ring;
        this.log = log;
        this.patience = patience;
        this.cancellation = cancellation;
    }

    /// <summary>Who it is in the exchange.</summary>
    public string Name { get; }

    /// <summary>What to give to the client.</summary>
    public StoreWire Wire { get; }

    /// <summary>The page of a store over a ring.</summary>
    public ScriptedRing Ring => SharedRing ?? throw new InvalidOperationException("a case over a stream asked for a ring");

    /// <summary>How many bytes go to the client at once, each with its own signal.</summary>
    public int BytesPerWrite { get; set; } = int.MaxValue;

    /// <summary>How many bytes are taken from the client at once, each with its own signal.</summary>
    public int BytesPerRead { get; set; } = int.MaxValue;

    /// <summary>What the client did to the page against the rules; null while there is nothing, and over a stream.</summary>
    internal CaseOutcome? Breach => SharedRing?.Breach;

    private ScriptedRing? SharedRing { get; }

    internal static ScriptedStore OverStream(string name, WireLog log, TimeSpan patience, CancellationToken cancellation)
    {
        var (client, store) = StreamEnd.CreatePair();
        return new ScriptedStore(name, store, new StoreWire.Stream(client), null, log, patience, cancellation);
    }

    internal static async Task<ScriptedStore> OverRingAsync(string name, RingPlan plan, WireLog log, TimeSpan patience, CancellationToken cancellation)
    {
        var ring = await ScriptedRing.CreateAsync(plan, what => log.Note(name, what));
        return new ScriptedStore(name, ring.OpenStoreEnd(), ring.Wire, ring, log, patience, cancellation);
    }

    /// <summary>The next request, which must be of that type.</summary>
    /// <exception cref="CaseOutcome">Another came, or none within the patience, or the client closed the connection.</exception>
    public async Task<StoreRequest> NextAsync(XsMessageType expected)
    {
        var request = await NextAsync($"{expected}");
        return request.Type == expected ? request : throw Fail($"expected {expected} from the client; came {request}");
    }

    /// <summary>The next request, whatever it is.</summary>
    /// <param name="expected">What is expected, for the report.</param>
    public async Task<StoreRequest> NextAsync(string expected) =>
        await NextOrSilenceAsync(expected) ?? throw await BlameSilenceAsync($"expected {expected} from the client; nothing came");

    /// <summary>The next request, or null when none comes within the patience.</summary>
    /// <param name="expected">What is expected, for the report when the client closes the connection.</param>
    public async Task<StoreRequest?> NextOrSilenceAsync(string expected)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        try
        {
            while (true)
            {
                if (Take() is { } request)
                {
                    return request;
                }

                if (await ReadAsync(limit.Token) == 0)
                {
                    throw Fail($"expected {expected} from the client; it closed the connection");
                }
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>The next request, or null when a call of the client ends before there is one.</summary>
    public async Task<StoreRequest?> NextBeforeAsync(Task call)
    {
        ArgumentNullException.ThrowIfNull(call);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        either.CancelAfter(patience);
        try
        {
            while (true)
            {
                if (Take() is { } request)
                {
                    return request;
                }

                var reading = ReadAsync(either.Token);
                if (await Task.WhenAny(reading, call) == call)
                {
                    await either.CancelAsync();
                }

                if (await reading == 0)
                {
                    return null;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return call.IsCompleted ? null : throw await BlameSilenceAsync("expected a request from the client, or the end of its call; neither came");
        }
    }

    /// <summary>All requests that the client has sent until now and that were not taken yet.</summary>
    public async Task<IReadOnlyList<StoreRequest>> TakeAllAsync()
    {
        var requests = new List<StoreRequest>();
        while (true)
        {
            while (Take() is { } request)
            {
                requests.Add(request);
            }

            if (!await end.HasBytesAsync())
            {
                return requests;
            }

            await ReadAsync(cancellation);
        }
    }

    /// <summary>Takes a request of that type and answers it with a success.</summary>
    /// <returns>The request.</returns>
    public async Task<StoreRequest> AnswerAsync(XsMessageType expected, string reply)
    {
        var request = await NextAsync(expected);
        await ReplyAsync(request, reply);
        return request;
    }

    /// <summary>Takes a request of that type and answers it with that error.</summary>
    /// <returns>The request.</returns>
    public async Task<StoreRequest> RefuseAsync(XsMessageType expected, XsError error)
    {
        var request = await NextAsync(expected);
        await FailAsync(request, $"{error}\0");
        return request;
    }

    /// <summary>Sends the success reply to a request.</summary>
    public Task ReplyAsync(StoreRequest request, string payload)
    {
        ArgumentNullException.ThrowIfNull(request);
        return SendAsync(request.Type, request.Header.RequestId, request.Header.TransactionId, StorePayload.Raw(payload));
    }

    /// <summary>Sends an ERROR with that payload, right or wrong, to a request.</summary>
    public Task FailAsync(StoreRequest request, string payload)
    {
        ArgumentNullException.ThrowIfNull(request);
        return SendAsync(XsMessageType.Error, request.Header.RequestId, request.Header.TransactionId, StorePayload.Raw(payload));
    }

    /// <summary>Sends a well-formed event.</summary>
    public Task EventAsync(string path, string token) => EventBodyAsync($"{path}\0{token}\0");

    /// <summary>Sends an event with that body, right or wrong.</summary>
    public Task EventBodyAsync(string body) => SendAsync(XsMessageType.WatchEvent, 0, 0, StorePayload.Raw(body));

    /// <summary>Sends a message whose header tells its true length.</summary>
    public Task SendAsync(XsMessageType type, uint requestId, uint transactionId, byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        return SendAsync(new XsHeader(type, requestId, transactionId, (uint)payload.Length), payload);
    }

    /// <summary>Sends a header and bytes behind it, whether or not they fit together.</summary>
    public Task SendAsync(XsHeader header, byte[] payload)
    {
        log.Add(Name, WireDirection.Sent, header, payload);
        return WriteAsync(ToBytes(header, payload));
    }

    /// <summary>Sends bytes that are no whole message.</summary>
    public Task SendBytesAsync(byte[] bytes, string what)
    {
        log.Add(Name, WireDirection.Sent, null, bytes, what);
        return WriteAsync(bytes);
    }

    /// <summary>A message as it stands on the wire.</summary>
    public static byte[] ToBytes(XsHeader header, ReadOnlySpan<byte> payload)
    {
        byte[] bytes = new byte[XsHeader.Size + payload.Length];
        header.Write(bytes);
        payload.CopyTo(bytes.AsSpan(XsHeader.Size));
        return bytes;
    }

    /// <summary>Closes the stream from the store's side.</summary>
    public async Task CloseAsync()
    {
        log.Note(Name, "the store closes the connection");
        await end.DisposeAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => end.DisposeAsync();

    private StoreRequest? Take()
    {
        var status = buffer.TryTake(out var header, out var payload);
        if (status == MessageStatus.Oversized)
        {
            throw CaseOutcome.Fail(new("XS", 12), Blame.Client, $"expected at most {XsLimits.PayloadMax} bytes of payload from the client; its header announces more");
        }

        if (status != MessageStatus.Whole)
        {
            return null;
        }

        log.Add(Name, WireDirection.Received, header, payload);
        return new StoreRequest(header, payload.ToArray());
    }

    private async Task<int> ReadAsync(CancellationToken limit)
    {
        var free = buffer.Free;
        int count = await end.ReadAsync(free[..Math.Min(free.Length, BytesPerRead)], limit);
        buffer.Filled(count);
        return count;
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        try
        {
            while (!bytes.IsEmpty)
            {
                int count = Math.Min(bytes.Length, BytesPerWrite);
                await end.WriteAsync(bytes[..count], limit.Token);
                bytes = bytes[count..];
            }
        }
        catch (IOException closed)
        {
            // Whether a client may close here is for the case to say, by what its calls come to.
            log.Note(Name, $"not sent: {closed.Message}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw await BlameSilenceAsync("expected the client to take the bytes sent to it; it did not");
        }
    }

    private async Task<CaseOutcome> BlameSilenceAsync(string what)
    {
        string within = string.Create(CultureInfo.InvariantCulture, $" within {patience.TotalSeconds:0.###} s");
        return Breach ?? (await end.FindLostSignalAsync() is { } lost
            ? CaseOutcome.Fail(new("XS", 9), Blame.Client, $"{what}{within}: {lost}")
            : Fail(what + within));
    }

    private CaseOutcome Fail(string message) => Breach ?? CaseOutcome.Fail(null, Blame.Client, message);
}
