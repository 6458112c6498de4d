using System.Buffers.Binary;

namespace Conformance.Model.Protocol.Network;

/// <summary>How a transmit request ended (<c>netif_tx_response</c>).</summary>
/// <param name="Id">The request's.</param>
/// <param name="Status">How; a peer may send any number.</param>
public readonly record struct NetifTxResponse(ushort Id, NetifStatus Status)
{
    /// <summary>Bytes of the structure; the entry is longer.</summary>
    public const int Size = 4;

    /// <summary>Reads an entry that was copied out of the ring.</summary>
    public static NetifTxResponse Read(ReadOnlySpan<byte> entry) => new(
        BinaryPrimitives.ReadUInt16LittleEndian(entry),
        (NetifStatus)BinaryPrimitives.ReadInt16LittleEndian(entry[2..]));

    /// <summary>Writes the structure.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(destination, Id);
        BinaryPrimitives.WriteInt16LittleEndian(destination[2..], (short)Status);
    }
}
