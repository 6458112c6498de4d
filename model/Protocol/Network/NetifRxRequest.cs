using System.Buffers.Binary;

namespace Conformance.Model.Protocol.Network;

/// <summary>A page for a frame to come, from front to back (<c>netif_rx_request</c>).</summary>
/// <param name="Id">Echoed in the response.</param>
/// <param name="Grant">The page, writable.</param>
public readonly record struct NetifRxRequest(ushort Id, GrantRef Grant)
{
    /// <summary>Bytes of the structure.</summary>
    public const int Size = 8;

    /// <summary>Reads an entry that was copied out of the ring.</summary>
    public static NetifRxRequest Read(ReadOnlySpan<byte> entry) => new(
        BinaryPrimitives.ReadUInt16LittleEndian(entry),
        new GrantRef(BinaryPrimitives.ReadUInt32LittleEndian(entry[4..])));

    /// <summary>Writes the structure and its padding.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, Id);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], Grant.Value);
    }
}
