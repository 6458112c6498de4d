using System.Runtime.CompilerServices;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block.Rings;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.Block.Back;

/// <summary>Takes requests off a ring into private copies, and understands the copies.</summary>
internal sealed class RequestReader(BackRing ring, ConnectionTerms terms)
{
    /// <summary>Bytes of the most entries that one request takes.</summary>
    internal int EntryBytes { get; } =
        ring.EntrySize * (terms.IsExtended ? BlkifRing.EntriesFor((byte)terms.Limits.Segments, terms.Abi) : 1);

    /// <summary>
    /// Copies the next request out, once, and takes its entries away before anything is done with it (RG-024, RG-027).
    /// How many they are follows from the request's own count, so that both ends agree whatever that count is (BB-018);
    /// that they were all published is checked first (RG-034).
    /// </summary>
    /// <returns>False when the ring is used no more.</returns>
    internal ValueTask<bool> TakeAsync(BackRequest request)
    {
        var first = ring.ReadRequestAsync(request.Entries.AsMemory(0, ring.EntrySize));
        if (terms.IsExtended || !first.IsCompletedSuccessfully)
        {
            return TakeEntriesAsync(request, first);
        }

        request.EntryCount = 1;
        return new ValueTask<bool>(first.Result && ring.ConsumeRequest(1));
    }

    [AsyncMethodBuilder(typeof(FiberMethodBuilder<>))]
    private async ValueTask<bool> TakeEntriesAsync(BackRequest request, ValueTask<bool> first)
    {
        if (!await first)
        {
            return false;
        }

        int size = ring.EntrySize;
        int entries = CountEntries(request.Entries);
        if (!ring.HoldsRequest(entries))
        {
            return false;
        }

        // More segments than were agreed on are never read: there is no room for them (BB-005).
        int bytes = entries * size;
        if (entries > 1 && bytes <= EntryBytes && !await ring.ReadRequestAsync(request.Entries.AsMemory(size, bytes - size), skip: 1))
        {
            return false;
        }

        request.EntryCount = entries;
        return ring.ConsumeRequest(entries);
    }

    /// <summary>Understands and judges the copy, but for the segments of an indirect request, which lie elsewhere.</summary>
    internal Rejection Understand(BackRequest request, in RequestRules rules)
    {
        request.Operation = (BlkifOperation)request.Entries[BlkifLayout.Operation];
        request.Action = request.Operation;
        return request.Operation switch
        {
            BlkifOperation.Discard => UnderstandDiscard(request, in rules),
            BlkifOperation.Indirect => UnderstandIndirect(request, in rules),
            _ => UnderstandDirect(request, in rules),
        };
    }

    private int CountEntries(ReadOnlySpan<byte> header)
    {
        var operation = (BlkifOperation)header[BlkifLayout.Operation];
        return terms.IsExtended && operation <= BlkifOperation.FlushDiskCache
            ? BlkifRing.EntriesFor(header[BlkifLayout.SecondByte], terms.Abi)
            : 1;
    }

    private Rejection UnderstandDirect(BackRequest request, in RequestRules rules)
    {
        BlkifRequest.Read(request.Entries, terms.Abi, out var header);
        request.Id = header.Id;
        request.Sector = header.Sector;
        var rejection = RequestValidator.CheckDirect(header.Operation, header.SegmentCount, in rules);
        if (rejection != Rejection.None || header.SegmentCount == 0)
        {
            return rejection;
        }

        request.BeginSegments(header.SegmentCount);
        header.Segments.CopyTo(request.Segments);
        if (header.SegmentCount > BlkifLimits.SegmentsInHeaderEntry)
        {
            BlkifSegmentEntry.Read(request.Entries.AsSpan(ring.EntrySize), terms.Abi, request.Segments[BlkifLimits.SegmentsInHeaderEntry..]);
        }

        return JudgeSegments(request, rules.BytesMax, in rules);
    }

    private Rejection UnderstandDiscard(BackRequest request, in RequestRules rules)
    {
        var discard = BlkifDiscard.Read(request.Entries, terms.Abi);
        request.Id = discard.Id;
        request.Sector = discard.Sector;
        request.Length = discard.Count;
        return RequestValidator.CheckDiscard(in discard, in rules);
    }

    private Rejection UnderstandIndirect(BackRequest request, in RequestRules rules)
    {
        BlkifIndirect.Read(request.Entries, terms.Abi, out var header);
        request.Id = header.Id;
        request.Sector = header.Sector;
        request.Action = header.InnerOperation;
        var rejection = RequestValidator.CheckIndirect(in header, in rules);
        if (rejection == Rejection.None)
        {
            request.BeginSegments(header.SegmentCount);
            request.BeginIndirect();
            header.Pages.CopyTo(request.IndirectPages);
        }

        return rejection;
    }

    /// <summary>Judges all segments of a request.</summary>
    internal static Rejection JudgeSegments(BackRequest request, long bytesMax, in RequestRules rules)
    {
        var rejection = RequestValidator.CheckSegments(request.Segments, request.Sector, bytesMax, in rules, out var length);
        request.Length = length;
        return rejection;
    }
}
