using System.Net.Sockets;
using Conformance.Reference.XenStore.Wire;

namespace Conformance.Reference.XenStore.Client;

/// <summary>A stream over a Unix socket. One reader and one writer at a time.</summary>
public sealed class UnixSocketTransport : IStoreTransport
{
    private readonly Socket _socket;

    private UnixSocketTransport(Socket socket) => _socket = socket;

    /// <summary>Connects.</summary>
    /// <exception cref="IOException">No store listens there; the message is one line for the operator.</exception>
    public static async Task<UnixSocketTransport> ConnectAsync(string path, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation).ConfigureAwait(false);
            return new UnixSocketTransport(socket);
        }
        catch (Exception exception)
        {
            socket.Dispose();
            throw exception is SocketException or ArgumentException
                ? new IOException($"expected a store that listens at {path}, got \"{exception.Message}\"; start one there or name another path", exception)
                : exception;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            return await _socket.ReceiveAsync(buffer, cancellation).ConfigureAwait(false);
        }
        catch (SocketException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await _socket.SendAsync(bytes, cancellation).ConfigureAwait(false)..];
            }
        }
        catch (SocketException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return default;
    }
}
