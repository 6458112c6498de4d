using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block.Back;
using Conformance.Tests.Fuzz.Machinery;

namespace Conformance.Tests.Fuzz.Block;

/// <summary>Whatever a request holds, the judgement of it never fails, and what it lets through is inside the disk.</summary>
public sealed class RequestValidatorProperties
{
    [Fuzz(2000)]
    [Trait("Clause", "BB-007")]
    [Trait("Clause", "BB-046")]
    public void Segments_ThatAreLetThrough_LieOnTheDisk_AndInTheirFrames(ulong sector, ulong disk, byte shift, (byte First, byte Last)[] runs, bool isNear)
    {
        Assert.NotNull(runs);
        DeviceSectorSize.TryCreate(512u << (shift % 4), out var size);
        var start = new Sector512(isNear ? sector % 64 : sector);
        var medium = new SectorCount512(isNear ? disk % 64 : disk);
        var segments = Array.ConvertAll(runs, run => new BlkifSegment(new GrantRef(1), isNear ? (byte)(run.First % 8) : run.First, isNear ? (byte)(run.Last % 8) : run.Last));
        var rules = Rules(medium, size);
        var rejection = RequestValidator.CheckSegments(segments, start, rules.BytesMax, in rules, out var length);
        if (rejection != Rejection.None)
        {
            Assert.Equal(SectorCount512.Zero, length);
            return;
        }

        UInt128 total = 0;
        foreach (var (first, last) in segments.Select(segment => (segment.FirstSector, segment.LastSector)))
        {
            Assert.True(first <= last && last <= 7);
            total += (uint)(last - first + 1);
        }

        Assert.Equal((UInt128)length.Value, total);
        Assert.True(start.Value + total <= medium.Value);
        Assert.Equal(0ul, start.Value % size.Units);
        Assert.Equal(0u, (uint)(total % size.Units));
    }

    [Fact]
    [Trait("Clause", "BB-046")]
    [Trait("Clause", "BB-006")]
    public void EveryPairOfFirstAndLast_IsJudgedByComparison()
    {
        var rules = Rules(new SectorCount512(1024), default);
        for (int pair = 0; pair < 65536; pair++)
        {
            byte first = (byte)(pair >> 8);
            byte last = (byte)pair;
            var rejection = RequestValidator.CheckSegments([new BlkifSegment(new GrantRef(1), first, last)], default, rules.BytesMax, in rules, out var length);
            bool isGood = first <= last && last <= 7;
            Assert.Equal(isGood ? Rejection.None : Rejection.BadSegment, rejection);
            Assert.Equal(isGood ? (ulong)(last - first + 1) : 0, length.Value);
        }
    }

    [Fuzz(2000)]
    [Trait("Clause", "BB-036")]
    [Trait("Clause", "BB-034")]
    public void Discard_ThatIsLetThrough_LiesOnTheDisk(ulong sector, ulong count, ulong disk, bool isReadOnly, bool isNear)
    {
        var request = new BlkifDiscard(1, 0, 0, new Sector512(isNear ? sector % 64 : sector), new SectorCount512(isNear ? count % 64 : count));
        var rules = Rules(new SectorCount512(isNear ? disk % 64 : disk), default) with { IsReadOnly = isReadOnly };
        if (RequestValidator.CheckDiscard(in request, in rules) == Rejection.None)
        {
            Assert.False(isReadOnly);
            Assert.True((UInt128)request.Sector.Value + request.Count.Value <= rules.Medium.Value);
        }
    }

    [Fuzz(2000)]
    [Trait("Clause", "BB-004")]
    [Trait("Clause", "BB-005")]
    public void Header_OfAnyBytes_IsJudged_AndNothingIsWrittenToAReadOnlyDisk(byte operation, int segments, bool isReadOnly, bool hasFlush, bool hasBarrier)
    {
        var rules = Rules(new SectorCount512(64), default) with { IsReadOnly = isReadOnly, HasFlush = hasFlush, HasBarrier = hasBarrier };
        var rejection = RequestValidator.CheckDirect((BlkifOperation)operation, segments, in rules);
        if (rejection == Rejection.None)
        {
            Assert.True(segments <= rules.SegmentsMax);
            Assert.False(isReadOnly && operation is 1 or 2);
            Assert.True(operation <= 3);
        }

        var status = RequestValidator.StatusOf(rejection);
        Assert.Equal(rejection == Rejection.None, status == BlkifStatus.Ok);
        Assert.Equal(operation > 3, rejection == Rejection.UnknownOperation);
    }

    private static RequestRules Rules(SectorCount512 medium, DeviceSectorSize size) =>
        new(11, 256, long.MaxValue, false, true, true, true, medium, size);
}
