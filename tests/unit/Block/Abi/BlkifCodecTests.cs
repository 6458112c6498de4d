using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;

namespace Conformance.Tests.Unit.Block.Abi;

public class BlkifCodecTests
{
    public static TheoryData<BlkifAbi> Abis => [BlkifAbi.X64, BlkifAbi.X86, BlkifAbi.Arm];

    [Fact]
    [Trait("Clause", "BI-005")]
    [Trait("Clause", "BI-033")]
    public void NarrowResponse_IsTwelveLittleEndianBytes()
    {
        byte[] bytes = new byte[12];
        new BlkifResponse(0x0807060504030201, BlkifOperation.Write, BlkifStatus.NotSupported).Write(bytes, BlkifAbi.X86);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 1, 0, 0xFE, 0xFF], bytes);
    }

    [Theory]
    [MemberData(nameof(Abis))]
    [Trait("Clause", "RG-029")]
    public void Response_OverwritesItsPadding_AndNothingBehindIt(BlkifAbi abi)
    {
        byte[] bytes = new byte[112];
        bytes.AsSpan().Fill(0xAA);
        new BlkifResponse(ulong.MaxValue, (BlkifOperation)255, BlkifStatus.Error).Write(bytes, abi);
        int size = BlkifLayout.Of(abi).ResponseSize;
        Assert.Equal(-1, Array.IndexOf(bytes, (byte)0xAA, 0, size));
        Assert.All(bytes[size..], b => Assert.Equal(0xAA, b));
        Assert.Equal(0, bytes[9]);
        Assert.All(bytes[12..size], b => Assert.Equal(0, b));
    }

    [Theory]
    [MemberData(nameof(Abis))]
    public void RequestsOfEveryForm_OverwriteTheirWholeEntry(BlkifAbi abi)
    {
        int size = BlkifRing.EntrySize(abi);
        List<byte[]> entries = [.. Enumerable.Range(0, 4).Select(_ => Enumerable.Repeat((byte)0xAA, 112).ToArray())];
        default(BlkifRequest).Write(entries[0], abi);
        default(BlkifDiscard).Write(entries[1], abi);
        default(BlkifIndirect).Write(entries[2], abi);
        BlkifSegmentEntry.Write(entries[3], abi, [default]);
        foreach (byte[] entry in entries)
        {
            Assert.Equal(-1, Array.IndexOf(entry, (byte)0xAA, 0, size));
            Assert.All(entry[size..], b => Assert.Equal(0xAA, b));
        }
    }

    [Theory]
    [MemberData(nameof(Abis))]
    [Trait("Clause", "BI-020")]
    [Trait("Clause", "BI-028")]
    public void Request_OfAnyCount_ShowsAtMostElevenSegments(BlkifAbi abi)
    {
        byte[] entry = new byte[112];
        for (int count = 0; count <= 255; count++)
        {
            entry.AsSpan().Fill(0x07);
            entry[1] = (byte)count;
            BlkifRequest.Read(entry, abi, out var request);
            Assert.Equal(count, request.SegmentCount);
            Assert.Equal(Math.Min(count, 11), request.Segments.Length);
            Assert.All(request.Segments.ToArray(), segment => Assert.Equal(new BlkifSegment(new GrantRef(0x07070707), 7, 7), segment));
        }
    }

    [Theory]
    [MemberData(nameof(Abis))]
    [Trait("Clause", "BI-025")]
    public void IndirectRequest_OfAnyCount_ShowsAtMostEightPages(BlkifAbi abi)
    {
        byte[] entry = new byte[112];
        foreach ((int count, int pages) in new[] { (0, 0), (1, 1), (512, 1), (513, 2), (3584, 7), (3585, 8), (4096, 8), (4097, 8), (65535, 8) })
        {
            new BlkifIndirect { SegmentCount = (ushort)count }.Write(entry, abi);
            BlkifIndirect.Read(entry, abi, out var request);
            Assert.Equal(count, request.SegmentCount);
            Assert.Equal(pages, request.Pages.Length);
        }
    }

    [Theory]
    [MemberData(nameof(Abis))]
    public void Entry_ThatIsTooShort_IsTheCallersError(BlkifAbi abi)
    {
        var layout = BlkifLayout.Of(abi);
        Assert.Throws<ArgumentOutOfRangeException>(() => BlkifRequest.Read(new byte[layout.RequestSize - 1], abi, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => default(BlkifRequest).Write(new byte[layout.RequestSize - 1], abi));
        Assert.Throws<ArgumentOutOfRangeException>(() => BlkifDiscard.Read(new byte[layout.DiscardSize - 1], abi));
        Assert.Throws<ArgumentOutOfRangeException>(() => BlkifIndirect.Read(new byte[layout.IndirectSize - 1], abi, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => BlkifResponse.Read(new byte[layout.ResponseSize - 1], abi));
        Assert.Throws<ArgumentOutOfRangeException>(() => default(BlkifResponse).Write(new byte[layout.ResponseSize - 1], abi));
        Assert.Throws<ArgumentOutOfRangeException>(() => BlkifSegmentEntry.Read(new byte[layout.RequestSize], abi, new BlkifSegment[layout.SegmentsInSegmentEntry + 1]));
    }

    [Theory]
    [Trait("Clause", "BI-028")]
    [Trait("Clause", "BI-030")]
    [Trait("Clause", "BI-031")]
    [InlineData(BlkifAbi.X64, 14)]
    [InlineData(BlkifAbi.X86, 13)]
    public void SegmentEntry_HoldsWhatFits_AndTheNextStartsAtTheAbisStride(BlkifAbi abi, int perEntry)
    {
        int stride = BlkifRing.EntrySize(abi);
        byte[] entries = new byte[2 * stride];
        var segments = Enumerable.Range(1, perEntry + 1).Select(i => new BlkifSegment(new GrantRef((uint)i), 1, 6)).ToArray();
        BlkifSegmentEntry.Write(entries, abi, segments);

        Assert.Equal(perEntry, BlkifLayout.Of(abi).SegmentsInSegmentEntry);
        Assert.True(perEntry * BlkifSegment.Size <= stride);
        Assert.Equal(segments[perEntry - 1], BlkifSegment.Read(entries.AsSpan((perEntry - 1) * BlkifSegment.Size)));
        Assert.Equal(segments[perEntry], BlkifSegment.Read(entries.AsSpan(stride)));
        Assert.All(entries[(stride + BlkifSegment.Size)..], b => Assert.Equal(0, b));
    }

    [Theory]
    [Trait("Clause", "BI-012")]
    [InlineData(0, BlkifStatus.Ok)]
    [InlineData(-1, BlkifStatus.Error)]
    [InlineData(-2, BlkifStatus.NotSupported)]
    [InlineData(-3, BlkifStatus.Error)]
    [InlineData(5, BlkifStatus.Error)]
    [InlineData(short.MinValue, BlkifStatus.Error)]
    public void Status_ThatIsUnknown_IsAnError(short status, BlkifStatus outcome) =>
        Assert.Equal(outcome, new BlkifResponse(1, BlkifOperation.Read, (BlkifStatus)status).Outcome);

    [Fact]
    [Trait("Clause", "BI-009")]
    [Trait("Clause", "NG-022")]
    public void AbiName_IsOneOfThree_ByteForByte()
    {
        foreach (var abi in Enum.GetValues<BlkifAbi>())
        {
            Assert.True(BlkifAbiName.TryParse(System.Text.Encoding.ASCII.GetBytes(abi.NodeValue()), out var read));
            Assert.Equal(abi, read);
        }

        Assert.Equal(["x86_64-abi", "x86_32-abi", "arm-abi"], Enum.GetValues<BlkifAbi>().Select(abi => abi.NodeValue()));
        Assert.False(BlkifAbiName.TryParse(""u8, out _));
        Assert.False(BlkifAbiName.TryParse("x86_64-abi\0"u8, out _));
        Assert.False(BlkifAbiName.TryParse("x86_64"u8, out _));
        Assert.False(BlkifAbiName.TryParse("X86_32-abi"u8, out _));
        Assert.False(BlkifAbiName.TryParse("ia64-abi"u8, out _));
    }
}
