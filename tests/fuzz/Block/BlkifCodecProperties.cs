using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Tests.Fuzz.Machinery;
using FsCheck;
using FsCheck.Fluent;

namespace Conformance.Tests.Fuzz.Block;

/// <summary>Each structure of blkif is read as it was written, in each ABI; and any bytes are read as something.</summary>
public class BlkifCodecProperties
{
    private static Arbitrary<BlkifBytes> Entries { get; } = RandomInput.Of(1, (random, _) => BlkifBytes.Make(random), _ => []);

    [Fuzz(2000)]
    [Trait("Clause", "BI-001")]
    [Trait("Clause", "BI-002")]
    [Trait("Clause", "BI-014")]
    [Trait("Clause", "BI-034")]
    public Property Request_IsReadAsItWasWritten() => Prop.ForAll(Entries, bytes => RandomInput.Check(() =>
    {
        BlkifRequest.Read(bytes.Entry, bytes.Abi, out var request);
        byte[] written = bytes.Another();
        request.Write(written, bytes.Abi);
        BlkifRequest.Read(written, bytes.Abi, out var again);
        bool isSame = (request.Operation, request.SegmentCount, request.Handle, request.Id, request.Sector)
            == (again.Operation, again.SegmentCount, again.Handle, again.Id, again.Sector)
            && request.Segments.SequenceEqual(again.Segments) && request.Segments.Length == Math.Min((int)request.SegmentCount, 11);
        int used = BlkifLayout.Of(bytes.Abi).Segments + (request.Segments.Length * BlkifSegment.Size);
        return isSame ? bytes.FindWrong(written, used, Padding(bytes.Abi, request.Segments.Length)) : $"read {request.Id} and then {again.Id}";
    }));

    [Fuzz(2000)]
    [Trait("Clause", "BI-006")]
    public Property Discard_IsReadAsItWasWritten() => Prop.ForAll(Entries, bytes => RandomInput.Check(() =>
    {
        bytes.Entry[0] = (byte)BlkifOperation.Discard;
        var discard = BlkifDiscard.Read(bytes.Entry, bytes.Abi);
        byte[] written = bytes.Another();
        discard.Write(written, bytes.Abi);
        return discard != BlkifDiscard.Read(written, bytes.Abi) ? $"{discard}"
            : bytes.FindWrong(written, BlkifLayout.Of(bytes.Abi).DiscardSize, Padding(bytes.Abi, 0));
    }));

    [Fuzz(2000)]
    [Trait("Clause", "BI-007")]
    [Trait("Clause", "BI-025")]
    public Property Indirect_IsReadAsItWasWritten() => Prop.ForAll(Entries, bytes => RandomInput.Check(() =>
    {
        bytes.Entry[0] = (byte)BlkifOperation.Indirect;
        BlkifIndirect.Read(bytes.Entry, bytes.Abi, out var request);
        byte[] written = bytes.Another();
        request.Write(written, bytes.Abi);
        BlkifIndirect.Read(written, bytes.Abi, out var again);
        bool isSame = (request.InnerOperation, request.SegmentCount, request.Handle, request.Id, request.Sector)
            == (again.InnerOperation, again.SegmentCount, again.Handle, again.Id, again.Sector) && request.Pages.SequenceEqual(again.Pages);
        var layout = BlkifLayout.Of(bytes.Abi);
        int[] padding = bytes.Abi == BlkifAbi.X86 ? [22, 23] : [4, 5, 6, 7, 26, 27];
        return isSame ? bytes.FindWrong(written, layout.IndirectGrants + (request.Pages.Length * sizeof(uint)), padding) : $"read {request.Id} and then {again.Id}";
    }));

    [Fuzz(2000)]
    [Trait("Clause", "BI-004")]
    [Trait("Clause", "BI-005")]
    [Trait("Clause", "BI-014")]
    [Trait("Clause", "RG-029")]
    public Property Response_IsReadAsItWasWritten_WithoutAnyOtherByte() => Prop.ForAll(Entries, bytes => RandomInput.Check(() =>
    {
        var response = BlkifResponse.Read(bytes.Entry, bytes.Abi);
        byte[] written = bytes.Another();
        response.Write(written, bytes.Abi);
        int size = BlkifLayout.Of(bytes.Abi).ResponseSize;
        return response != BlkifResponse.Read(written, bytes.Abi) ? $"{response}"
            : bytes.FindWrong(written[..size], 12, [9]);
    }));

    [Fuzz(1000)]
    [Trait("Clause", "BI-028")]
    [Trait("Clause", "BI-029")]
    [Trait("Clause", "BI-030")]
    [Trait("Clause", "BI-031")]
    public bool RequestOf2010_IsReadAsItWasWritten(byte count, int seed)
    {
        Random random = new(seed);
        var abi = random.Pick(Enum.GetValues<BlkifAbi>());
        int stride = BlkifRing.EntrySize(abi);
        var segments = Enumerable.Range(0, count).Select(_ => new BlkifSegment(new GrantRef((uint)random.Next()), (byte)random.Next(256), (byte)random.Next(256))).ToArray();
        byte[] entries = new byte[BlkifRing.EntriesFor(count, abi) * stride];
        random.NextBytes(entries);
        BlkifRequest request = new() { SegmentCount = count, Id = (ulong)seed };
        int inHeader = Math.Min((int)count, BlkifLimits.SegmentsInHeaderEntry);
        segments.AsSpan(0, inHeader).CopyTo(request.SegmentSlots);
        request.Write(entries, abi);
        BlkifSegmentEntry.Write(entries.AsSpan(stride), abi, segments.AsSpan(inHeader));

        BlkifRequest.Read(entries, abi, out var read);
        var rest = new BlkifSegment[count - inHeader];
        BlkifSegmentEntry.Read(entries.AsSpan(stride), abi, rest);
        return read.Id == request.Id && read.SegmentCount == count && segments.SequenceEqual([.. read.Segments, .. rest]);
    }

    [Fuzz(300)]
    [Trait("Clause", "BI-003")]
    [Trait("Clause", "BI-025")]
    public bool IndirectPage_IsReadAsItWasWritten(ushort count, int seed)
    {
        Random random = new(seed);
        var segments = Enumerable.Range(0, count % 513).Select(_ => new BlkifSegment(new GrantRef((uint)random.Next()), (byte)random.Next(256), (byte)random.Next(256))).ToArray();
        byte[] page = new byte[4096];
        random.NextBytes(page);
        BlkifSegment.WriteAll(page, segments);
        var read = new BlkifSegment[segments.Length];
        BlkifSegment.ReadAll(page, read);
        return segments.SequenceEqual(read) && Enumerable.Range(0, segments.Length).All(i => page[(8 * i) + 6] == 0 && page[(8 * i) + 7] == 0);
    }

    private static int[] Padding(BlkifAbi abi, int segments)
    {
        int first = BlkifLayout.Of(abi).Segments;
        int[] head = abi == BlkifAbi.X86 ? [] : [4, 5, 6, 7];
        return [.. head, .. Enumerable.Range(0, segments).SelectMany(i => new[] { first + (8 * i) + 6, first + (8 * i) + 7 })];
    }
}
