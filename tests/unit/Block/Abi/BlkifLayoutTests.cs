using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Protocol.Rings;

namespace Conformance.Tests.Unit.Block.Abi;

/// <summary>Where the codecs really put each field, found by changing it, against what the compiler says.</summary>
public class BlkifLayoutTests
{
    [Theory]
    [Trait("Clause", "BI-001")]
    [Trait("Clause", "BI-002")]
    [Trait("Clause", "BI-003")]
    [Trait("Clause", "BI-004")]
    [Trait("Clause", "BI-005")]
    [Trait("Clause", "BI-006")]
    [Trait("Clause", "BI-007")]
    [Trait("Clause", "BI-008")]
    [Trait("Clause", "BI-010")]
    [Trait("Clause", "BI-011")]
    [Trait("Clause", "BI-027")]
    [Trait("Clause", "RG-001")]
    [Trait("Clause", "RG-003")]
    [InlineData(BlkifAbi.X64, "x86_64")]
    [InlineData(BlkifAbi.Arm, "x86_64")]
    [InlineData(BlkifAbi.X86, "x86_32")]
    public void EveryField_IsWhereTheCompilerPutsIt(BlkifAbi abi, string name)
    {
        SortedDictionary<string, int> ours = new(StringComparer.Ordinal);
        AddRing(ours, abi);
        AddRequest(ours, abi);
        AddDiscard(ours, abi);
        AddIndirect(ours, abi);
        AddResponse(ours, abi);
        AddConstants(ours);

        Assert.Equal(BlkifLayoutTable.Of(name), ours);
    }

    private static void AddRing(SortedDictionary<string, int> ours, BlkifAbi abi)
    {
        ours["blkif_sring.req_prod"] = SharedRing.RequestProducer;
        ours["blkif_sring.req_event"] = SharedRing.RequestEvent;
        ours["blkif_sring.rsp_prod"] = SharedRing.ResponseProducer;
        ours["blkif_sring.rsp_event"] = SharedRing.ResponseEvent;
        ours["blkif_sring.ring"] = SharedRing.HeaderSize;
        ours["blkif_sring_entry size"] = BlkifRing.EntrySize(abi);
        foreach (int pages in Enumerable.Range(1, 16).Append(28))
        {
            ours[$"ring entries in {pages} pages"] = (int)BlkifRing.Entries(pages, abi);
        }
    }

    private static void AddRequest(SortedDictionary<string, int> ours, BlkifAbi abi)
    {
        int Where(BlkifRequest with, byte segments = 0)
        {
            byte[] without = new byte[112];
            byte[] changed = new byte[112];
            new BlkifRequest { SegmentCount = segments }.Write(without, abi);
            with.Write(changed, abi);
            return FirstDifference(without, changed);
        }

        int Segment(int index, BlkifSegment value)
        {
            BlkifRequest with = new() { SegmentCount = 11 };
            with.SegmentSlots[index] = value;
            return Where(with, 11);
        }

        var gref = new BlkifSegment(new GrantRef(uint.MaxValue), 0, 0);
        ours["blkif_request.operation"] = Where(new() { Operation = (BlkifOperation)255 });
        ours["blkif_request.nr_segments"] = Where(new() { SegmentCount = 5 });
        ours["blkif_request.handle"] = Where(new() { Handle = ushort.MaxValue });
        ours["blkif_request.id"] = Where(new() { Id = ulong.MaxValue });
        ours["blkif_request.sector_number"] = Where(new() { Sector = new(ulong.MaxValue) });
        ours["blkif_request.seg[0]"] = Segment(0, gref);
        ours["blkif_request.seg[1]"] = Segment(1, gref);
        ours["blkif_request.seg[10]"] = Segment(10, gref);
        ours["blkif_request size"] = BlkifLayout.Of(abi).RequestSize;
        ours["blkif_request_segment.gref"] = Segment(0, gref) - BlkifLayout.Of(abi).Segments;
        ours["blkif_request_segment.first_sect"] = Segment(0, new(default, 255, 0)) - BlkifLayout.Of(abi).Segments;
        ours["blkif_request_segment.last_sect"] = Segment(0, new(default, 0, 255)) - BlkifLayout.Of(abi).Segments;
        ours["blkif_request_segment size"] = Segment(4, gref) - Segment(3, gref);
    }

    private static void AddDiscard(SortedDictionary<string, int> ours, BlkifAbi abi)
    {
        int Where(BlkifDiscard with)
        {
            byte[] without = new byte[112];
            byte[] changed = new byte[112];
            default(BlkifDiscard).Write(without, abi);
            with.Write(changed, abi);
            return FirstDifference(without, changed);
        }

        byte[] entry = new byte[112];
        default(BlkifDiscard).Write(entry, abi);
        ours["blkif_request_discard.operation"] = Array.IndexOf(entry, (byte)BlkifOperation.Discard);
        ours["blkif_request_discard.flag"] = Where(new() { Flag = 255 });
        ours["blkif_request_discard.handle"] = Where(new() { Handle = ushort.MaxValue });
        ours["blkif_request_discard.id"] = Where(new() { Id = ulong.MaxValue });
        ours["blkif_request_discard.sector_number"] = Where(new() { Sector = new(ulong.MaxValue) });
        ours["blkif_request_discard.nr_sectors"] = Where(new() { Count = new(ulong.MaxValue) });
        ours["blkif_request_discard size"] = BlkifLayout.Of(abi).DiscardSize;
    }

    private static void AddIndirect(SortedDictionary<string, int> ours, BlkifAbi abi)
    {
        int Where(BlkifIndirect with, ushort segments = 0)
        {
            byte[] without = new byte[112];
            byte[] changed = new byte[112];
            new BlkifIndirect { SegmentCount = segments }.Write(without, abi);
            with.Write(changed, abi);
            return FirstDifference(without, changed);
        }

        int Page(int index)
        {
            BlkifIndirect with = new() { SegmentCount = 4096 };
            with.PageSlots[index] = GrantRef.Invalid;
            return Where(with, 4096);
        }

        byte[] entry = new byte[112];
        default(BlkifIndirect).Write(entry, abi);
        ours["blkif_request_indirect.operation"] = Array.IndexOf(entry, (byte)BlkifOperation.Indirect);
        ours["blkif_request_indirect.indirect_op"] = Where(new() { InnerOperation = (BlkifOperation)255 });
        ours["blkif_request_indirect.nr_segments"] = Where(new() { SegmentCount = ushort.MaxValue });
        ours["blkif_request_indirect.handle"] = Where(new() { Handle = ushort.MaxValue });
        ours["blkif_request_indirect.id"] = Where(new() { Id = ulong.MaxValue });
        ours["blkif_request_indirect.sector_number"] = Where(new() { Sector = new(ulong.MaxValue) });
        ours["blkif_request_indirect.indirect_grefs[0]"] = Page(0);
        ours["blkif_request_indirect.indirect_grefs[7]"] = Page(7);
        ours["blkif_request_indirect size"] = BlkifLayout.Of(abi).IndirectSize;
    }

    private static void AddResponse(SortedDictionary<string, int> ours, BlkifAbi abi)
    {
        int Where(BlkifResponse with)
        {
            byte[] without = new byte[112];
            byte[] changed = new byte[112];
            default(BlkifResponse).Write(without, abi);
            with.Write(changed, abi);
            return FirstDifference(without, changed);
        }

        byte[] entry = new byte[112];
        entry.AsSpan().Fill(0xAA);
        default(BlkifResponse).Write(entry, abi);
        ours["blkif_response.id"] = Where(new() { Id = ulong.MaxValue });
        ours["blkif_response.operation"] = Where(new() { Operation = (BlkifOperation)255 });
        ours["blkif_response.status"] = Where(new() { Status = BlkifStatus.Error });
        ours["blkif_response size"] = Array.IndexOf(entry, (byte)0xAA);
    }

    private static void AddConstants(SortedDictionary<string, int> ours)
    {
        ours["BLKIF_OP_READ"] = (int)BlkifOperation.Read;
        ours["BLKIF_OP_WRITE"] = (int)BlkifOperation.Write;
        ours["BLKIF_OP_WRITE_BARRIER"] = (int)BlkifOperation.WriteBarrier;
        ours["BLKIF_OP_FLUSH_DISKCACHE"] = (int)BlkifOperation.FlushDiskCache;
        ours["BLKIF_OP_RESERVED_1"] = (int)BlkifOperation.Reserved;
        ours["BLKIF_OP_DISCARD"] = (int)BlkifOperation.Discard;
        ours["BLKIF_OP_INDIRECT"] = (int)BlkifOperation.Indirect;
        ours["BLKIF_RSP_OKAY"] = (int)BlkifStatus.Ok;
        ours["BLKIF_RSP_ERROR"] = (int)BlkifStatus.Error;
        ours["BLKIF_RSP_EOPNOTSUPP"] = (int)BlkifStatus.NotSupported;
        ours["BLKIF_DISCARD_SECURE"] = BlkifLimits.DiscardSecure;
        ours["BLKIF_MAX_SEGMENTS_PER_REQUEST"] = BlkifLimits.SegmentsInHeaderEntry;
        ours["BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST"] = BlkifLimits.IndirectPages;
        ours["VDISK_CDROM"] = (int)VdiskFlags.CdRom;
        ours["VDISK_REMOVABLE"] = (int)VdiskFlags.Removable;
        ours["VDISK_READONLY"] = (int)VdiskFlags.ReadOnly;
    }

    private static int FirstDifference(byte[] left, byte[] right) => left.AsSpan().CommonPrefixLength(right);
}
