using System.Text;

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

    /// <summary>Text without any NUL.</summary>
    public static byte[] Raw(string text) => Encoding.Latin1.GetBytes(text);
}
