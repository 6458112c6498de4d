using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;

namespace Conformance.Suite.Block.Scripted;

/// <summary>Ring entries of requests that a scripted front puts; whole entries, which the case may change before.</summary>
public static class RequestBytes
{
    /// <summary>A read, write, barrier, flush, or any other operation of that form; more than 11 segments take segment entries (BI-028).</summary>
    public static byte[] Direct(BlkifAbi abi, BlkifOperation operation, ulong id, ulong sector, params ReadOnlySpan<BlkifSegment> segments)
    {
        var request = new BlkifRequest
        {
            Operation = operation,
            SegmentCount = (byte)segments.Length,
            Id = id,
            Sector = new Sector512(sector),
        };
        int inHeader = Math.Min(segments.Length, BlkifLimits.SegmentsInHeaderEntry);
        segments[..inHeader].CopyTo(request.SegmentSlots);
        int size = BlkifRing.EntrySize(abi);
        var entries = new byte[size * BlkifRing.EntriesFor((byte)segments.Length, abi)];
        request.Write(entries.AsSpan(0, size), abi);
        if (segments.Length > inHeader)
        {
            BlkifSegmentEntry.Write(entries.AsSpan(size), abi, segments[inHeader..]);
        }

        return entries;
    }

    /// <summary>A direct request whose count is what the case says, whatever segments it has.</summary>
    public static byte[] Counted(BlkifAbi abi, BlkifOperation operation, ulong id, ulong sector, byte count, params ReadOnlySpan<BlkifSegment> segments)
    {
        var entry = Direct(abi, operation, id, sector, segments)[..BlkifRing.EntrySize(abi)];
        entry[BlkifLayout.SecondByte] = count;
        return entry;
    }

    /// <summary>A discard.</summary>
    public static byte[] Discard(BlkifAbi abi, ulong id, ulong sector, ulong count, byte flag = 0)
    {
        var entry = new byte[BlkifRing.EntrySize(abi)];
        new BlkifDiscard(flag, 0, id, new Sector512(sector), new SectorCount512(count)).Write(entry, abi);
        return entry;
    }

    /// <summary>Segments as they stand in an indirect page.</summary>
    public static byte[] List(params ReadOnlySpan<BlkifSegment> segments)
    {
        var bytes = new byte[segments.Length * BlkifSegment.Size];
        BlkifSegment.WriteAll(bytes, segments);
        return bytes;
    }

    /// <summary>An indirect request; its segments stand in the pages already.</summary>
    public static byte[] Indirect(BlkifAbi abi, BlkifOperation inner, ulong id, ulong sector, ushort count, params ReadOnlySpan<GrantRef> pages)
    {
        var request = new BlkifIndirect { InnerOperation = inner, SegmentCount = count, Id = id, Sector = new Sector512(sector) };
        pages.CopyTo(request.PageSlots);
        var entry = new byte[BlkifRing.EntrySize(abi)];
        request.Write(entry, abi);
        return entry;
    }
}
