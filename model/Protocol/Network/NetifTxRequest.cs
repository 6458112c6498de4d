using System.Buffers.Binary;

namespace Conformance.Model.Protocol.Network;

/// <summary>A frame, or a part of one, from front to back (<c>netif_tx_request</c>). As read from a peer every field may be anything.</summary>
/// <param name="Grant">The page that holds it.</param>
/// <param name="Offset">The first byte in the page.</param>
/// <param name="Flags">What is special about it.</param>
/// <param name="Id">Echoed in the response.</param>
/// <param name="Length">Bytes of the whole frame.</param>
public readonly record struct NetifTxRequest(GrantRef Grant, ushort Offset, NetifTxFlags Flags, ushort Id, ushort Length)
{
    /// <summary>Bytes of the structure.</summary>
    public const int Size = 12;

    /// <summary>Reads an entry that was copied out of the ring.</summary>
    public static NetifTxRequest Read(ReadOnlySpan<byte> entry) => new(
        new GrantRef(BinaryPrimitives.ReadUInt32LittleEndian(entry)),
        BinaryPrimitives.ReadUInt16LittleEndian(entry[4..]),
        (NetifTxFlags)BinaryPrimitives.ReadUInt16LittleEndian(entry[6..]),
        BinaryPrimitives.ReadUInt16LittleEndian(entry[8..]),
        BinaryPrimitives.ReadUInt16LittleEndian(entry[10..]));

    /// <summary>Writes the structure.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, Grant.Value);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[4..], Offset);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[6..], (ushort)Flags);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[8..], Id);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[10..], Length);
    }
}
