using System.Buffers.Binary;

namespace Conformance.Model.Protocol.Block;

/// <summary>A response (BI-004, BI-005). As read from a peer every field may be anything.</summary>
/// <param name="Id">The request's, unchanged (BI-014).</param>
/// <param name="Operation">The request's; of an indirect request either that or the inner one (BI-013).</param>
/// <param name="Status">How it ended; a peer may send any number.</param>
public readonly record struct BlkifResponse(ulong Id, BlkifOperation Operation, BlkifStatus Status)
{
    /// <summary>The status as a front-end takes it: whatever is neither success nor "not supported" is an error (BI-012).</summary>
    public BlkifStatus Outcome => Status is BlkifStatus.Ok or BlkifStatus.NotSupported ? Status : BlkifStatus.Error;

    /// <summary>Reads an entry that was copied out of the ring.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer bytes than the structure has in the ABI.</exception>
    public static BlkifResponse Read(ReadOnlySpan<byte> entry, BlkifAbi abi)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(entry.Length, BlkifLayout.Of(abi).ResponseSize);
        return new(
            BinaryPrimitives.ReadUInt64LittleEndian(entry[BlkifLayout.ResponseId..]),
            (BlkifOperation)entry[BlkifLayout.ResponseOperation],
            (BlkifStatus)BinaryPrimitives.ReadInt16LittleEndian(entry[BlkifLayout.ResponseStatus..]));
    }

    /// <summary>Writes the structure and every byte of its padding: nothing of the writer's memory goes along (RG-029).</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer bytes than the structure has in the ABI.</exception>
    public void Write(Span<byte> destination, BlkifAbi abi)
    {
        int size = BlkifLayout.Of(abi).ResponseSize;
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, size);
        destination[..size].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(destination[BlkifLayout.ResponseId..], Id);
        destination[BlkifLayout.ResponseOperation] = (byte)Operation;
        BinaryPrimitives.WriteInt16LittleEndian(destination[BlkifLayout.ResponseStatus..], (short)Status);
    }
}
