using System.Buffers;
using System.Globalization;
using System.Text;
using Conformance.Model.Protocol.XenStore;

namespace Conformance.Reference.XenStore.Client;

/// <summary>
/// The payload of one request, checked before it is sent: a payload above 4096 bytes would cost the connection
/// (XS-012), and a NUL inside a string would shift every string after it.
/// </summary>
internal sealed class StorePayload
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    internal StorePayload(XsMessageType type, string subject = "")
    {
        Type = type;
        Description = subject.Length == 0 ? $"{type}" : $"{type} of {subject}";
    }

    internal XsMessageType Type { get; }

    /// <summary>What is asked, for messages to people.</summary>
    internal string Description { get; }

    /// <summary>Whether its first string names a special watch rather than a node (XS-044).</summary>
    internal bool IsOfSpecial => _bytes.WrittenCount > 0 && _bytes.WrittenSpan[0] == '@';

    /// <exception cref="StoreException">E2BIG: it does not fit into one message.</exception>
    internal ReadOnlyMemory<byte> Bytes => _bytes.WrittenCount <= XsLimits.PayloadMax
        ? _bytes.WrittenMemory
        : throw new StoreException(XsError.E2BIG, Description);

    /// <summary>Adds a string and its NUL.</summary>
    /// <exception cref="StoreException">EINVAL: it holds a NUL, or characters that are not ASCII (XS-040).</exception>
    internal StorePayload Text(string text)
    {
        if (!Ascii.IsValid(text) || text.Contains('\0', StringComparison.Ordinal))
        {
            throw new StoreException(XsError.EINVAL, Description);
        }

        Encoding.ASCII.GetBytes(text, _bytes);
        return Raw("\0"u8);
    }

    /// <summary>Adds a decimal number and its NUL.</summary>
    internal StorePayload Number(ulong number) => Text(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds bytes as they are.</summary>
    internal StorePayload Raw(ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }
}
