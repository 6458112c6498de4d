using System.Threading.Channels;

namespace Conformance.Suite.StoreClient.Script;

/// <summary>One end of a byte stream in memory. What was written before the other end closed can still be read.</summary>
internal sealed class StreamEnd : IStoreEnd
{
    private readonly Channel<byte[]> incoming;
    private readonly Channel<byte[]> outgoing;
    private ReadOnlyMemory<byte> rest;

    private StreamEnd(Channel<byte[]> incoming, Channel<byte[]> outgoing)
    {
        this.incoming = incoming;
        this.outgoing = outgoing;
    }

    public static (StreamEnd Client, StreamEnd Store) CreatePair()
    {
        var requests = Channel.CreateUnbounded<byte[]>();
        var responses = Channel.CreateUnbounded<byte[]>();
        return (new StreamEnd(responses, requests), new StreamEnd(requests, responses));
    }

    public ValueTask<bool> HasBytesAsync() => new(!rest.IsEmpty || incoming.Reader.TryPeek(out _));

    public ValueTask<string?> FindLostSignalAsync() => new((string?)null);

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        while (rest.IsEmpty)
        {
            if (!await incoming.Reader.WaitToReadAsync(cancellation))
            {
                return 0;
            }

            if (incoming.Reader.TryRead(out byte[]? next))
            {
                rest = next;
            }
        }

        int count = Math.Min(buffer.Length, rest.Length);
        rest[..count].CopyTo(buffer);
        rest = rest[count..];
        return count;
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
        outgoing.Writer.TryWrite(bytes.ToArray()) ? default : throw new IOException("the other end has closed the stream");

    public ValueTask DisposeAsync()
    {
        incoming.Writer.TryComplete();
        outgoing.Writer.TryComplete();
        return default;
    }
}
