using System.Net.Sockets;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Client;
using Conformance.Reference.XenStore.Daemon;
using Conformance.Reference.XenStore.Engine;
using Conformance.Tests.Fuzz.Machinery;
using Conformance.Tests.Fuzz.Ring;
using Conformance.Tests.Fuzz.Store;
using FsCheck;
using FsCheck.Fluent;

namespace Conformance.Tests.Fuzz.Bytes;

/// <summary>Any bytes to the daemon's socket: whole requests are answered, and another client is served all the time.</summary>
public class SocketProperties
{
    /// <summary>Only a daemon that hangs ever takes so long.</summary>
    private static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(60);

    [Fuzz(60)]
    [Trait("Clause", "XS-013")]
    [Trait("Clause", "XS-015")]
    [Trait("Clause", "XS-125")]
    public Property Socket_AnswersAsIfRequestsCameWhole() =>
        Prop.ForAll(CutStream.Any, stream => RandomInput.Check(() => FindWrongAsync(stream).WaitAsync(HangGuard).GetAwaiter().GetResult()));

    internal static async Task<string?> FindWrongAsync(CutStream stream)
    {
        string directory = Directory.CreateTempSubdirectory("xs").FullName;
        try
        {
            await using var daemon = StoreDaemon.Start(new StoreDaemonOptions { SocketPath = Path.Combine(directory, "socket") });
            await using var neighbour = await StoreClient.ConnectAsync(daemon.SocketPath);
            byte[] received = await ExchangeAsync(daemon.SocketPath, stream, neighbour);
            if (!await neighbour.ExistsAsync("/") || await daemon.InvokeAsync(engine => engine.CheckInvariants()) is not null)
            {
                return "the store is broken for its other clients";
            }

            var (messages, isOversized) = stream.Read();
            byte[] expected = Answers(messages);
            return expected.AsSpan().StartsWith(received) && (isOversized || expected.Length == received.Length)
                ? null
                : $"expected {expected.Length} bytes of answers, got {received.Length} or others";
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<byte[]> ExchangeAsync(string path, CutStream stream, StoreClient neighbour)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        var reading = ReadAllAsync(socket);
        try
        {
            foreach (var piece in stream.Cut())
            {
                await socket.SendAsync(piece, SocketFlags.None);
            }

            await neighbour.ExistsAsync("/");
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The daemon closes the connection at the first message that is too long.
        }

        return await reading;
    }

    private static async Task<byte[]> ReadAllAsync(Socket socket)
    {
        var all = new MemoryStream();
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer, SocketFlags.None) is var count and > 0)
            {
                all.Write(buffer, 0, count);
            }
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Closed with bytes unread: what was sent before has arrived.
        }

        return all.ToArray();
    }

    private static byte[] Answers(List<(XsHeader Header, byte[] Payload)> messages)
    {
        var engine = new StoreEngine(new StoreSettings(), new ScriptHost());
        var connection = engine.Connect();
        var answers = new List<byte>();
        foreach (var (header, payload) in messages)
        {
            engine.Process(connection, in header, payload);
            answers.AddRange(RingStore.Take(connection));
        }

        return [.. answers];
    }
}
