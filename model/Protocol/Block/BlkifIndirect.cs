using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Conformance.Model.Protocol.Block;

/// <summary>
/// A read or write whose segments stand in granted pages: up to 512 in each, filled in order, without gaps
/// (<see cref="BlkifSegment.ReadAll"/> reads a page; BI-007, BI-025). As read from a peer every field may be anything.
/// </summary>
public struct BlkifIndirect
{
    private Grants grants;

    /// <summary>What is asked of the segments: a read or a write (BI-024).</summary>
    public BlkifOperation InnerOperation { get; set; }

    /// <summary>Segments in all pages together; a peer may send any number.</summary>
    public ushort SegmentCount { get; set; }

    /// <summary>The front-end's number of the device, for information only (BI-015).</summary>
    public ushort Handle { get; set; }

    /// <summary>The front-end's own value, echoed in the response (BI-014).</summary>
    public ulong Id { get; set; }

    /// <summary>Where on the disk.</summary>
    public Sector512 Sector { get; set; }

    /// <summary>The places of the 8 page references, used or not.</summary>
    [UnscopedRef]
    public Span<GrantRef> PageSlots => grants;

    /// <summary>The pages that <see cref="SegmentCount"/> segments take, at most 8.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<GrantRef> Pages =>
        ((ReadOnlySpan<GrantRef>)grants)[..Math.Min(BlkifRing.IndirectPagesFor(SegmentCount), BlkifLimits.IndirectPages)];

    /// <summary>Reads an entry that was copied out of the ring; its operation was looked at already.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer bytes than the structure has in the ABI.</exception>
    public static void Read(ReadOnlySpan<byte> entry, BlkifAbi abi, out BlkifIndirect request)
    {
        var layout = BlkifLayout.Of(abi);
        ArgumentOutOfRangeException.ThrowIfLessThan(entry.Length, layout.IndirectSize);
        request = new BlkifIndirect
        {
            InnerOperation = (BlkifOperation)entry[BlkifLayout.SecondByte],
            SegmentCount = BinaryPrimitives.ReadUInt16LittleEndian(entry[BlkifLayout.SecondWord..]),
            Handle = BinaryPrimitives.ReadUInt16LittleEndian(entry[layout.IndirectHandle..]),
            Id = BinaryPrimitives.ReadUInt64LittleEndian(entry[layout.RequestId..]),
            Sector = new Sector512(BinaryPrimitives.ReadUInt64LittleEndian(entry[layout.Sector..])),
        };
        for (int i = 0; i < BlkifLimits.IndirectPages; i++)
        {
            request.PageSlots[i] = new GrantRef(BinaryPrimitives.ReadUInt32LittleEndian(entry[(layout.IndirectGrants + (i * sizeof(uint)))..]));
        }
    }

    /// <summary>Writes a whole ring entry; what the request does not use is zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer bytes than an entry of the ABI.</exception>
    public readonly void Write(Span<byte> entry, BlkifAbi abi)
    {
        var layout = BlkifLayout.Of(abi);
        ArgumentOutOfRangeException.ThrowIfLessThan(entry.Length, layout.RequestSize);
        entry[..layout.RequestSize].Clear();
        entry[BlkifLayout.Operation] = (byte)BlkifOperation.Indirect;
        entry[BlkifLayout.SecondByte] = (byte)InnerOperation;
        BinaryPrimitives.WriteUInt16LittleEndian(entry[BlkifLayout.SecondWord..], SegmentCount);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[layout.IndirectHandle..], Handle);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[layout.RequestId..], Id);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[layout.Sector..], Sector.Value);
        var pages = Pages;
        for (int i = 0; i < pages.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(entry[(layout.IndirectGrants + (i * sizeof(uint)))..], pages[i].Value);
        }
    }

    [InlineArray(BlkifLimits.IndirectPages)]
    private struct Grants
    {
        private GrantRef first;
    }
}
