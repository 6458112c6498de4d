using System.Globalization;
using System.Text;

namespace Conformance.Suite.Store.Sessions;

/// <summary>Bytes from the wire as a person reads them.</summary>
public static class WireText
{
    private const int Longest = 96;

    /// <summary>Printable ASCII as it is, NUL as <c>|</c>, other bytes as <c>\xNN</c>, in quotes; long payloads are cut and their length told.</summary>
    public static string Quote(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder("\"");
        foreach (byte b in bytes[..Math.Min(bytes.Length, Longest)])
        {
            _ = b switch
            {
                0 => text.Append('|'),
                (byte)'"' or (byte)'\\' => text.Append('\\').Append((char)b),
                >= 0x20 and < 0x7F => text.Append((char)b),
                _ => text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}"),
            };
        }

        text.Append('"');
        return bytes.Length > Longest
            ? text.Append(CultureInfo.InvariantCulture, $"… ({bytes.Length} bytes)").ToString()
            : text.ToString();
    }
}
