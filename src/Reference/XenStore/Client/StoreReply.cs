using System.Text;
using Conformance.Model.Protocol.XenStore;

namespace Conformance.Reference.XenStore.Client;

/// <summary>Reads the payloads of replies. A reply that is not what the request calls for is an EIO of that request.</summary>
internal static class StoreReply
{
    /// <summary>Strings that each end with NUL.</summary>
    internal static List<string> Strings(ReadOnlySpan<byte> payload, StorePayload request)
    {
        var strings = new List<string>();
        while (!payload.IsEmpty)
        {
            int end = payload.IndexOf((byte)0);
            if (end < 0)
            {
                throw new StoreException(XsError.EIO, request.Description);
            }

            strings.Add(Encoding.Latin1.GetString(payload[..end]));
            payload = payload[(end + 1)..];
        }

        return strings;
    }

    /// <summary>One string that ends with NUL.</summary>
    internal static string Text(ReadOnlySpan<byte> payload, StorePayload request) =>
        Strings(payload, request) is [var text] ? text : throw new StoreException(XsError.EIO, request.Description);

    /// <summary>One decimal number that ends with NUL.</summary>
    internal static uint Number(ReadOnlySpan<byte> payload, StorePayload request) =>
        payload is [.. var digits, 0] && XsNumber.TryParse(digits, uint.MaxValue, out ulong number)
            ? (uint)number
            : throw new StoreException(XsError.EIO, request.Description);

    /// <summary>The three bytes of a reply without a body of its own (XS-019).</summary>
    internal static void Done(ReadOnlySpan<byte> payload, StorePayload request)
    {
        if (!payload.SequenceEqual("OK\0"u8))
        {
            throw new StoreException(XsError.EIO, request.Description);
        }
    }

    /// <summary>Path and token of an event: exactly two strings (XS-073, XS-096).</summary>
    internal static bool TryEvent(ReadOnlySpan<byte> payload, out string path, out string token)
    {
        path = token = string.Empty;
        if (payload is not [.. var strings, 0] || strings.Count((byte)0) != 1)
        {
            return false;
        }

        int end = strings.IndexOf((byte)0);
        path = Encoding.Latin1.GetString(strings[..end]);
        token = Encoding.Latin1.GetString(strings[(end + 1)..]);
        return true;
    }
}
