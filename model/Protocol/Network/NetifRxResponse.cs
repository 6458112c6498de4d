using System.Buffers.Binary;

namespace Conformance.Model.Protocol.Network;

/// <summary>A frame, or a part of one, from back to front (<c>netif_rx_response</c>). As read from a peer every field may be anything.</summary>
/// <param name="Id">The request's.</param>
/// <param name="Offset">The first byte in the page.</param>
/// <param name="Flags">What is special about it.</param>
/// <param name="Status">Bytes of it; a <see cref="NetifStatus"/> when negative.</param>
public readonly record struct NetifRxResponse(ushort Id, ushort Offset, NetifRxFlags Flags, short Status)
{
    /// <summary>Bytes of the structure.</summary>
    public const int Size = 8;

    /// <summary>Reads an entry that was copied out of the ring.</summary>
    public static NetifRxResponse Read(ReadOnlySpan<byte> entry) => new(
        BinaryPrimitives.ReadUInt16LittleEndian(entry),
        BinaryPrimitives.ReadUInt16LittleEndian(entry[2..]),
        (NetifRxFlags)BinaryPrimitives.ReadUInt16LittleEndian(entry[4..]),
        BinaryPrimitives.ReadInt16LittleEndian(entry[6..]));

    /// <summary>Writes the structure.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(destination, Id);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[2..], Offset);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[4..], (ushort)Flags);
        BinaryPrimitives.WriteInt16LittleEndian(destination[6..], Status);
    }
}
