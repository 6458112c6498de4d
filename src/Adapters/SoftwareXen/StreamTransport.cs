using Conformance.Reference.XenStore.Wire;

namespace Conformance.Adapters.SoftwareXen;

/// <summary>A store connection over a socket's stream.</summary>
internal sealed class StreamTransport(Stream stream) : IStoreTransport
{
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) => stream.ReadAsync(buffer, cancellation);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => stream.WriteAsync(bytes, cancellation);

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
