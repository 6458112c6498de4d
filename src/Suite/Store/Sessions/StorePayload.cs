using System.Text;
using Conformance.Model.Protocol.XenStore;

namespace Conformance.Suite.Store.Sessions;

/// <summary>Builds the payloads of requests.</summary>
public static class StorePayload
{
    /// <summary>No bytes at all.</summary>
    public static readonly byte[] Empty = [];

    /// <summary>Each text with a NUL behind it: the form of every list and of every single path.</summary>
    public static byte[] Strings(params ReadOnlySpan<string> texts)
    {
        var bytes = new List<byte>();
        foreach (string text in texts)
        {
            bytes.AddRange(Encoding.Latin1.GetBytes(text));
            bytes.Add(0);
        }

        return [.. bytes];
    }

    /// <summary>A path with its NUL, then bytes as they are: the form of WRITE.</summary>
    public static byte[] PathAndBytes(string path, ReadOnlySpan<byte> value) => [.. Strings(path), .. value];

    /// <summary>A whole message: the header with the payload's true length, and the payload.</summary>
    public static byte[] Message(XsMessageType type, uint requestId, ReadOnlySpan<byte> payload, uint transaction = 0)
    {
        var message = new byte[XsHeader.Size + payload.Length];
        new XsHeader(type, requestId, transaction, (uint)payload.Length).Write(message);
        payload.CopyTo(message.AsSpan(XsHeader.Size));
        return message;
    }

    /// <summary>Text without any NUL.</summary>
    public static byte[] Raw(string text) => Encoding.Latin1.GetBytes(text);
}
