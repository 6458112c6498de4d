using System.Text;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.XenStore.Engine;

namespace Conformance.Tests.Unit.Store.Engine;

/// <summary>One message as a client sees it; text has one char a byte.</summary>
internal sealed record Message(XsHeader Header, string Payload)
{
    /// <summary>The payload without the NUL at its end, or the name of the error.</summary>
    public string Text => Payload.TrimEnd('\0');

    public string[] Strings => Payload.Split('\0', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>A client of the engine that reads everything it is sent.</summary>
internal sealed class Client(StoreEngine engine, StoreConnection connection)
{
    private readonly Queue<Message> _events = new();
    private uint _requestId = 100;

    public StoreConnection Connection => connection;

    public string Read(string path, uint tx = 0) => Ask(XsMessageType.Read, path + "\0", tx);

    public string Write(string path, string value, uint tx = 0) => Ask(XsMessageType.Write, path + "\0" + value, tx);

    public string Mkdir(string path, uint tx = 0) => Ask(XsMessageType.Mkdir, path + "\0", tx);

    public string Rm(string path, uint tx = 0) => Ask(XsMessageType.Rm, path + "\0", tx);

    public string Directory(string path, uint tx = 0) => Ask(XsMessageType.Directory, path + "\0", tx).Replace('\0', ' ').TrimEnd();

    public string GetPerms(string path, uint tx = 0) => Ask(XsMessageType.GetPerms, path + "\0", tx).Replace('\0', ' ').TrimEnd();

    public string SetPerms(string path, string permissions, uint tx = 0) =>
        Ask(XsMessageType.SetPerms, path + "\0" + permissions.Replace(' ', '\0') + "\0", tx);

    public string Watch(string path, string token) => Ask(XsMessageType.Watch, path + "\0" + token + "\0");

    /// <summary>Registers a watch and takes its first event away.</summary>
    public void WatchQuietly(string path, string token, int? depth = null)
    {
        Assert.Equal("OK", Ask(XsMessageType.Watch, path + "\0" + token + "\0" + (depth is null ? "" : depth + "\0")));
        Assert.Equal([$"{path} {token}"], Events());
    }

    public string Unwatch(string path, string token) => Ask(XsMessageType.Unwatch, path + "\0" + token + "\0");

    public uint Begin() => uint.Parse(Ask(XsMessageType.TransactionStart, "\0"));

    public string Commit(uint tx) => Ask(XsMessageType.TransactionEnd, "T\0", tx);

    public string Abort(uint tx) => Ask(XsMessageType.TransactionEnd, "F\0", tx);

    /// <summary>Sends a request and gives the text of its reply, or the name of the error.</summary>
    public string Ask(XsMessageType type, string payload, uint tx = 0) => Exchange(type, payload, tx).Text;

    /// <summary>Sends a request and gives the reply; events on the way are kept.</summary>
    public Message Exchange(XsMessageType type, string payload, uint tx = 0)
    {
        uint id = Send(type, payload, tx);
        Message? reply = null;
        foreach (var message in Receive())
        {
            if (message.Header.Type == XsMessageType.WatchEvent)
            {
                _events.Enqueue(message);
            }
            else
            {
                Assert.Null(reply);
                reply = message;
            }
        }

        Assert.NotNull(reply);
        Assert.Equal((id, tx), (reply.Header.RequestId, reply.Header.TransactionId));
        Assert.Contains(reply.Header.Type, new[] { type, XsMessageType.Error });
        return reply;
    }

    /// <summary>Sends a request and leaves what comes back in the queue.</summary>
    public uint Send(XsMessageType type, string payload, uint tx = 0)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(payload);
        engine.Process(connection, new XsHeader(type, ++_requestId, tx, (uint)bytes.Length), bytes);
        return _requestId;
    }

    /// <summary>Everything that is queued, taken whole.</summary>
    public List<Message> Receive()
    {
        var bytes = new List<byte>();
        while (connection.HasOutput)
        {
            var chunk = connection.PeekOutput();
            Assert.False(chunk.IsEmpty);
            bytes.AddRange(chunk.Span);
            connection.ConsumeOutput(chunk.Length);
        }

        return Parse([.. bytes]);
    }

    /// <summary>The events that came since the last call, as "path token".</summary>
    public List<string> Events()
    {
        foreach (var message in Receive())
        {
            Assert.Equal(XsMessageType.WatchEvent, message.Header.Type);
            _events.Enqueue(message);
        }

        var list = new List<string>();
        while (_events.TryDequeue(out var message))
        {
            Assert.Equal((0u, 0u), (message.Header.RequestId, message.Header.TransactionId));
            Assert.EndsWith("\0", message.Payload, StringComparison.Ordinal);
            list.Add(message.Payload[..^1].Replace('\0', ' '));
        }

        return list;
    }

    public static List<Message> Parse(byte[] bytes)
    {
        var messages = new List<Message>();
        for (int at = 0; at < bytes.Length;)
        {
            var header = XsHeader.Read(bytes.AsSpan(at));
            messages.Add(new Message(header, Encoding.Latin1.GetString(bytes, at + XsHeader.Size, (int)header.Length)));
            at += XsHeader.Size + (int)header.Length;
        }

        return messages;
    }
}
