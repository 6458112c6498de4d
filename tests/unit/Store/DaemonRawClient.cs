using System.Net.Sockets;
using System.Text;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Wire;

namespace Conformance.Tests.Unit.Store;

/// <summary>Bytes to a daemon, as the test wants them.</summary>
internal sealed class DaemonRawClient : IDisposable
{
    private static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(60);

    private readonly MessageBuffer _received = new(64 * 1024);

    private DaemonRawClient(Socket socket) => Socket = socket;

    public Socket Socket { get; }

    public static async Task<DaemonRawClient> ConnectAsync(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        return new DaemonRawClient(socket);
    }

    public static byte[] Message(XsMessageType type, uint id, string payload, uint? announced = null)
    {
        var bytes = new byte[XsHeader.Size + payload.Length];
        new XsHeader(type, id, 0, announced ?? (uint)payload.Length).Write(bytes);
        Encoding.Latin1.GetBytes(payload, bytes.AsSpan(XsHeader.Size));
        return bytes;
    }

    public Task SendAsync(XsMessageType type, uint id, string payload) => SendAsync(Message(type, id, payload));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await Socket.SendAsync(bytes, SocketFlags.None).AsTask().WaitAsync(HangGuard)..];
        }
    }

    /// <summary>The next message, or null at the end of the stream.</summary>
    public async Task<(XsHeader Header, string Payload)?> ReceiveAsync()
    {
        while (true)
        {
            if (_received.TryTake(out var header, out var payload) == MessageStatus.Whole)
            {
                return (header, Encoding.Latin1.GetString(payload));
            }

            int count;
            try
            {
                count = await Socket.ReceiveAsync(_received.Free, SocketFlags.None).AsTask().WaitAsync(HangGuard);
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
            {
                count = 0;
            }

            if (count == 0)
            {
                return null;
            }

            _received.Filled(count);
        }
    }

    public async Task<string> AskAsync(XsMessageType type, string payload)
    {
        await SendAsync(type, 1, payload);
        var reply = await ReceiveAsync();
        return $"{reply!.Value.Header.Type} {reply.Value.Payload}";
    }

    public void Dispose() => Socket.Dispose();
}
