using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Conformance.Model.Protocol.Block;

/// <summary>
/// A direct request: read, write, barrier or flush; also the header entry of a request of the 2010 extension (BI-001,
/// BI-002, BI-028). As read from a peer every field may be anything.
/// </summary>
public struct BlkifRequest
{
    private FirstSegments segments;

    /// <summary>What is asked.</summary>
    public BlkifOperation Operation { get; set; }

    /// <summary>Segments of the whole request: 0 to 11, up to 255 under the extension; a peer may send any byte.</summary>
    public byte SegmentCount { get; set; }

    /// <summary>The front-end's number of the device, for information only (BI-015).</summary>
    public ushort Handle { get; set; }

    /// <summary>The front-end's own value, echoed in the response (BI-014).</summary>
    public ulong Id { get; set; }

    /// <summary>Where on the disk.</summary>
    public Sector512 Sector { get; set; }

    /// <summary>The places of the 11 segments in this entry, used or not.</summary>
    [UnscopedRef]
    public Span<BlkifSegment> SegmentSlots => segments;

    /// <summary>The segments of this entry: the first 11 of <see cref="SegmentCount"/>.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<BlkifSegment> Segments =>
        ((ReadOnlySpan<BlkifSegment>)segments)[..Math.Min((int)SegmentCount, BlkifLimits.SegmentsInHeaderEntry)];

    /// <summary>Reads an entry that was copied out of the ring. Segments beyond the count are not looked at.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer bytes than an entry of the ABI.</exception>
    public static void Read(ReadOnlySpan<byte> entry, BlkifAbi abi, out BlkifRequest request)
    {
        var layout = BlkifLayout.Of(abi);
        ArgumentOutOfRangeException.ThrowIfLessThan(entry.Length, layout.RequestSize);
        request = new BlkifRequest
        {
            Operation = (BlkifOperation)entry[BlkifLayout.Operation],
            SegmentCount = entry[BlkifLayout.SecondByte],
            Handle = BinaryPrimitives.ReadUInt16LittleEndian(entry[BlkifLayout.SecondWord..]),
            Id = BinaryPrimitives.ReadUInt64LittleEndian(entry[layout.RequestId..]),
            Sector = new Sector512(BinaryPrimitives.ReadUInt64LittleEndian(entry[layout.Sector..])),
        };
        BlkifSegment.ReadAll(entry[layout.Segments..], request.SegmentSlots[..request.Segments.Length]);
    }

    /// <summary>Writes a whole entry; what the request does not use is zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer bytes than an entry of the ABI.</exception>
    public readonly void Write(Span<byte> entry, BlkifAbi abi)
    {
        var layout = BlkifLayout.Of(abi);
        ArgumentOutOfRangeException.ThrowIfLessThan(entry.Length, layout.RequestSize);
        entry[..layout.RequestSize].Clear();
        entry[BlkifLayout.Operation] = (byte)Operation;
        entry[BlkifLayout.SecondByte] = SegmentCount;
        BinaryPrimitives.WriteUInt16LittleEndian(entry[BlkifLayout.SecondWord..], Handle);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[layout.RequestId..], Id);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[layout.Sector..], Sector.Value);
        BlkifSegment.WriteAll(entry[layout.Segments..], Segments);
    }

    [InlineArray(BlkifLimits.SegmentsInHeaderEntry)]
    private struct FirstSegments
    {
        private BlkifSegment first;
    }
}
