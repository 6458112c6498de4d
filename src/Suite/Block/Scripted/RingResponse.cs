using System.Buffers.Binary;
using System.Globalization;
using Conformance.Model.Protocol.Block;

namespace Conformance.Suite.Block.Scripted;

/// <summary>A response as it lay in the ring.</summary>
/// <param name="Entry">The whole ring entry.</param>
/// <param name="Abi">Its layout.</param>
public sealed record RingResponse(byte[] Entry, BlkifAbi Abi)
{
    /// <summary>The bytes that belong to the response.</summary>
    public ReadOnlySpan<byte> Bytes => Entry.AsSpan(0, BlkifLayout.Of(Abi).ResponseSize);

    /// <summary>Whose response it is.</summary>
    public ulong Id => BinaryPrimitives.ReadUInt64LittleEndian(Entry.AsSpan(BlkifLayout.ResponseId));

    /// <summary>The operation it repeats.</summary>
    public BlkifOperation Operation => (BlkifOperation)Entry[BlkifLayout.ResponseOperation];

    /// <summary>How the request ended.</summary>
    public BlkifStatus Status => (BlkifStatus)BinaryPrimitives.ReadInt16LittleEndian(Entry.AsSpan(BlkifLayout.ResponseStatus));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Status} for {Operation} of id {Id:x}");
}
