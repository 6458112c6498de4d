using System.Globalization;

namespace Conformance.Model.Protocol.Network;

/// <summary>An Ethernet address: 48 bits, the first byte on the wire the highest.</summary>
public readonly record struct MacAddress(ulong Value)
{
    /// <summary>Bytes of an address.</summary>
    public const int Size = 6;

    /// <summary>Whether it names a group, as the address of everyone does.</summary>
    public bool IsGroup => (Value >> 40 & 1) != 0;

    /// <summary>Reads six bytes of a frame.</summary>
    public static MacAddress Read(ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        foreach (byte part in bytes[..Size])
        {
            value = (value << 8) | part;
        }

        return new MacAddress(value);
    }

    /// <summary>Reads the form of the store: six bytes of two hexadecimal digits, with colons.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out MacAddress address)
    {
        ulong value = 0;
        bool isAddress = text.Length == (3 * Size) - 1;
        for (int i = 0; isAddress && i < Size; i++)
        {
            isAddress = byte.TryParse(text.Slice(3 * i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte part)
                && (i == 0 || text[(3 * i) - 1] == (byte)':');
            value = (value << 8) | part;
        }

        address = isAddress ? new MacAddress(value) : default;
        return isAddress;
    }

    /// <summary>Writes six bytes of a frame.</summary>
    public void Write(Span<byte> destination)
    {
        for (int i = 0; i < Size; i++)
        {
            destination[i] = (byte)(Value >> (8 * (Size - 1 - i)));
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Value >> 40 & 255:x2}:{Value >> 32 & 255:x2}:{Value >> 24 & 255:x2}:{Value >> 16 & 255:x2}:{Value >> 8 & 255:x2}:{Value & 255:x2}");
}
