namespace Conformance.Reference.XenStore.Wire;

/// <summary>A client's byte stream to a store: a socket, or a ring in a shared page. Messages may be split anywhere (XS-015).</summary>
public interface IStoreTransport : IAsyncDisposable
{
    /// <summary>Takes at least one byte, waiting for it; 0 when the store has closed the stream.</summary>
    /// <exception cref="IOException">The stream broke, or the ring's counters are invalid (XS-006).</exception>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation);

    /// <summary>Gives all bytes, waiting for room.</summary>
    /// <exception cref="IOException">The stream broke, or the ring's counters are invalid (XS-006).</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation);
}
