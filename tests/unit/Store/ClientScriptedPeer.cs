using System.Text;
using System.Threading.Channels;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Wire;

namespace Conformance.Tests.Unit.Store;

/// <summary>A store whose every byte the test decides.</summary>
internal sealed class ClientScriptedPeer(int chunk = int.MaxValue) : IStoreTransport
{
    private readonly Channel<byte[]> _toClient = Channel.CreateUnbounded<byte[]>();
    private readonly Channel<Request> _fromClient = Channel.CreateUnbounded<Request>();
    private readonly MessageBuffer _written = new(64 * 1024);
    private ReadOnlyMemory<byte> _rest;

    public bool IsDisposed { get; private set; }

    public bool FailsWrites { get; set; }

    /// <summary>Whether a write waits for room that never comes.</summary>
    public bool BlocksWrites { get; set; }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        while (_rest.IsEmpty)
        {
            if (!await _toClient.Reader.WaitToReadAsync(cancellation))
            {
                return 0;
            }

            _rest = await _toClient.Reader.ReadAsync(cancellation);
        }

        int count = Math.Min(Math.Min(chunk, buffer.Length), _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        if (FailsWrites)
        {
            throw new IOException("scripted failure");
        }

        if (BlocksWrites)
        {
            await Task.Delay(Timeout.Infinite, cancellation);
        }

        bytes.CopyTo(_written.Free);
        _written.Filled(bytes.Length);
        while (_written.TryTake(out var header, out var payload) == MessageStatus.Whole)
        {
            Assert.True(_fromClient.Writer.TryWrite(new Request(header, payload.ToArray())));
        }
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        _toClient.Writer.TryComplete();
        return default;
    }

    public async Task<Request> NextAsync(XsMessageType expected)
    {
        var request = await _fromClient.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(expected, request.Header.Type);
        return request;
    }

    public bool HasRequest => _fromClient.Reader.TryPeek(out _);

    public void Reply(Request request, string payload) =>
        Send(request.Header.Type, request.Header.RequestId, request.Header.TransactionId, payload);

    public void Fail(Request request, string error) =>
        Send(XsMessageType.Error, request.Header.RequestId, request.Header.TransactionId, error + "\0");

    public void Event(string payload) => Send(XsMessageType.WatchEvent, 0, 0, payload);

    public void Send(XsMessageType type, uint id, uint transaction, string payload)
    {
        var bytes = new byte[XsHeader.Size + payload.Length];
        new XsHeader(type, id, transaction, (uint)payload.Length).Write(bytes);
        Encoding.Latin1.GetBytes(payload, bytes.AsSpan(XsHeader.Size));
        Raw(bytes);
    }

    public void Raw(byte[] bytes) => Assert.True(_toClient.Writer.TryWrite(bytes));

    public void End() => _toClient.Writer.TryComplete();

    /// <summary>The next read fails.</summary>
    public void Break(Exception failure) => _toClient.Writer.TryComplete(failure);

    /// <summary>Expects a request and answers it at once.</summary>
    public async Task<string> AnswerAsync(XsMessageType expected, string payload)
    {
        var request = await NextAsync(expected);
        Reply(request, payload);
        return request.Text;
    }

    internal sealed record Request(XsHeader Header, byte[] Payload)
    {
        public string Text => Encoding.Latin1.GetString(Payload).Replace('\0', '|');
    }
}
