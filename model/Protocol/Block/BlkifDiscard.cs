using System.Buffers.Binary;

namespace Conformance.Model.Protocol.Block;

/// <summary>A discard request (BI-006). As read from a peer every field may be anything.</summary>
/// <param name="Flag">0 or <see cref="BlkifLimits.DiscardSecure"/>.</param>
/// <param name="Handle">The front-end's number of the device, for information only (BI-015).</param>
/// <param name="Id">The front-end's own value, echoed in the response (BI-014).</param>
/// <param name="Sector">First sector.</param>
/// <param name="Count">Sectors.</param>
public readonly record struct BlkifDiscard(byte Flag, ushort Handle, ulong Id, Sector512 Sector, SectorCount512 Count)
{
    /// <summary>Reads an entry that was copied out of the ring; its operation was looked at already.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer bytes than the structure has in the ABI.</exception>
    public static BlkifDiscard Read(ReadOnlySpan<byte> entry, BlkifAbi abi)
    {
        var layout = BlkifLayout.Of(abi);
        ArgumentOutOfRangeException.ThrowIfLessThan(entry.Length, layout.DiscardSize);
        return new(
            entry[BlkifLayout.SecondByte],
            BinaryPrimitives.ReadUInt16LittleEndian(entry[BlkifLayout.SecondWord..]),
            BinaryPrimitives.ReadUInt64LittleEndian(entry[layout.RequestId..]),
            new Sector512(BinaryPrimitives.ReadUInt64LittleEndian(entry[layout.Sector..])),
            new SectorCount512(BinaryPrimitives.ReadUInt64LittleEndian(entry[layout.DiscardCount..])));
    }

    /// <summary>Writes a whole ring entry; what the request does not use is zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer bytes than an entry of the ABI.</exception>
    public void Write(Span<byte> entry, BlkifAbi abi)
    {
        var layout = BlkifLayout.Of(abi);
        ArgumentOutOfRangeException.ThrowIfLessThan(entry.Length, layout.RequestSize);
        entry[..layout.RequestSize].Clear();
        entry[BlkifLayout.Operation] = (byte)BlkifOperation.Discard;
        entry[BlkifLayout.SecondByte] = Flag;
        BinaryPrimitives.WriteUInt16LittleEndian(entry[BlkifLayout.SecondWord..], Handle);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[layout.RequestId..], Id);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[layout.Sector..], Sector.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[layout.DiscardCount..], Count.Value);
    }
}
