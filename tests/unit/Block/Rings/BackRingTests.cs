using Conformance.Model.Protocol.Rings;
using Conformance.Reference.Block.Rings;

namespace Conformance.Tests.Unit.Block.Rings;

public class BackRingTests
{
    private const uint First = uint.MaxValue - 2;

    private readonly RingPages pages = new();
    private readonly byte[] buffer = new byte[112];

    [Theory]
    [Trait("Clause", "RG-010")]
    [Trait("Clause", "RG-011")]
    [InlineData(0, 0, true)]
    [InlineData(0, 32, true)]
    [InlineData(0, 33, false)]
    [InlineData(7, 39, true)]
    [InlineData(7, 6, false)]
    [InlineData(uint.MaxValue, 31, true)]
    [InlineData(uint.MaxValue, 32, false)]
    public async Task Attach_TakesUpWhereResponsesEnd_UnlessMoreIsPendingThanFits(uint responses, uint requests, bool isTaken)
    {
        pages[SharedRing.ResponseProducer] = responses;
        pages[SharedRing.RequestProducer] = requests;
        BackRing ring = new(pages.Memory, 112);

        Assert.Equal(isTaken, await ring.AttachAsync());

        Assert.Equal(isTaken ? RingFaultKind.None : RingFaultKind.AttachedOutOfRange, ring.Fault.Kind);
        Assert.Equal(responses, ring.RequestsConsumed);
        Assert.Equal(responses, ring.ResponsesPut);
        Assert.Equal(isTaken ? unchecked((int)(requests - responses)) : 0, await ring.SampleRequestsAsync());
    }

    [Theory]
    [Trait("Clause", "RG-012")]
    [Trait("Clause", "RG-015")]
    [InlineData(32, true)]
    [InlineData(2, true)]
    [InlineData(33, false)]
    [InlineData(1, false)]
    [InlineData(-1, false)]
    [InlineData(int.MinValue, false)]
    public async Task RequestProducer_OutOfRange_HaltsTheRing(int ahead, bool isTaken)
    {
        var ring = await AttachAsync(2);
        Assert.Equal(2, await ring.SampleRequestsAsync());
        Assert.True(ring.ConsumeRequest(2));
        pages[SharedRing.RequestProducer] = unchecked(First + (uint)ahead);

        Assert.Equal(isTaken ? ahead - 2 : 0, await ring.SampleRequestsAsync());

        Assert.Equal(isTaken, ring.IsUsable);
        if (!isTaken)
        {
            Assert.Equal(new RingFault(RingFaultKind.RequestProducer, unchecked(First + (uint)ahead), unchecked(First + 2), unchecked(First + 32)), ring.Fault);
            pages.TakeSteps();
            ring.PutResponse(buffer, 1);
            Assert.False(await ring.PushResponsesAsync());
            Assert.False(await ring.FinalCheckForRequestsAsync());
            Assert.False(await ring.ReadRequestAsync(buffer));
            Assert.False(ring.ConsumeRequest(1));
            Assert.Empty(pages.TakeSteps());
        }
    }

    [Fact]
    [Trait("Clause", "RG-014")]
    public async Task FullRingOfUnansweredRequests_GivesNoMore()
    {
        var ring = await AttachAsync(32);
        Assert.Equal(32, await ring.SampleRequestsAsync());
        Assert.True(ring.ConsumeRequest(32));
        ring.PutResponse(RingPages.Entry(1, 16), 1);

        // The response is not published yet, so an honest front-end cannot have produced into its place.
        pages[SharedRing.RequestProducer] = unchecked(First + 33);
        Assert.Equal(0, await ring.SampleRequestsAsync());
        Assert.False(ring.IsUsable);
    }

    [Fact]
    [Trait("Clause", "RG-014")]
    public async Task AnsweredEntry_CanBeUsedAgain()
    {
        var ring = await AttachAsync(32);
        await ring.SampleRequestsAsync();
        Assert.True(ring.ConsumeRequest(32));
        ring.PutResponse(RingPages.Entry(1, 16), 1);
        await ring.PushResponsesAsync();
        pages[SharedRing.RequestProducer] = unchecked(First + 33);
        Assert.Equal(1, await ring.SampleRequestsAsync());
    }

    [Fact]
    [Trait("Clause", "RG-033")]
    [Trait("Clause", "RG-034")]
    public async Task Request_ThatClaimsMoreThanWasPublished_HaltsTheRing()
    {
        var ring = await AttachAsync(2);
        await ring.SampleRequestsAsync();
        Assert.True(await ring.ReadRequestAsync(buffer));
        // Published meanwhile, but not part of this pass.
        pages[SharedRing.RequestProducer] += 17;

        Assert.False(ring.HoldsRequest(19));

        Assert.Equal(new RingFault(RingFaultKind.RequestBeyondProducer, 19, 1, 2), ring.Fault);
        Assert.Equal("expected the entries of a request to be from 1 to 2, got 19", ring.Fault.ToString());
        Assert.Equal(First, ring.RequestsConsumed);
    }

    [Fact]
    [Trait("Clause", "RG-027")]
    [Trait("Clause", "RG-033")]
    [Trait("Clause", "RG-034")]
    public async Task RequestOfManyEntries_IsReadOnce_AcrossTheEndOfTheRing()
    {
        pages.Fill(64 + (29 * 112), RingPages.Entry(1));
        pages.Fill(64 + (30 * 112), RingPages.Entry(2));
        pages.Fill(64 + (31 * 112), RingPages.Entry(3));
        pages.Fill(64, RingPages.Entry(4));
        var ring = await AttachAsync(4);
        await ring.SampleRequestsAsync();
        pages.TakeSteps();
        byte[] rest = new byte[3 * 112];

        Assert.True(await ring.ReadRequestAsync(buffer));
        Assert.True(ring.HoldsRequest(4));
        Assert.True(await ring.ReadRequestAsync(rest, skip: 1));
        Assert.True(ring.ConsumeRequest(4));

        Assert.Equal([$"out {64 + (29 * 112)} 112", $"out {64 + (30 * 112)} 224", "out 64 112"], pages.TakeSteps());
        Assert.Equal(RingPages.Entry(1), buffer);
        Assert.Equal([.. RingPages.Entry(2), .. RingPages.Entry(3), .. RingPages.Entry(4)], rest);
        Assert.Equal(4, ring.Unanswered);
    }

    [Fact]
    [Trait("Clause", "RG-035")]
    [Trait("Clause", "RG-029")]
    public async Task ResponseToManyEntries_HasDataInTheFirstOnly()
    {
        pages.Fill(64, RingPages.Entry(0xAA, 4032));
        var ring = await AttachAsync(5);
        await ring.SampleRequestsAsync();
        Assert.True(ring.ConsumeRequest(5));
        pages.TakeSteps();
        ring.PutResponse(RingPages.Entry(7, 16), 4);
        ring.PutResponse(RingPages.Entry(8, 16), 1);

        Assert.True(await ring.PushResponsesAsync());

        Assert.Equal([$"in {64 + (29 * 112)} 16", $"in {64 + 112} 16", $"store 8 {unchecked(First + 5)}", "load 12"], pages.TakeSteps());
        Assert.Equal([.. RingPages.Entry(7, 16), .. RingPages.Entry(0xAA, 96), .. RingPages.Entry(0xAA, 224)], pages.Bytes(64 + (29 * 112), 336));
        Assert.Equal(0, ring.Unanswered);
    }

    [Fact]
    [Trait("Clause", "RG-024")]
    [Trait("Clause", "RG-025")]
    [Trait("Clause", "RG-026")]
    public async Task Response_BeforeItsRequestIsConsumed_IsTheCallersError()
    {
        var ring = await AttachAsync(3);
        await ring.SampleRequestsAsync();
        Assert.Throws<InvalidOperationException>(() => ring.PutResponse(buffer, 1));
        Assert.True(ring.ConsumeRequest(2));
        Assert.Throws<InvalidOperationException>(() => ring.PutResponse(buffer, 3));
        Assert.Throws<InvalidOperationException>(() => ring.PutResponse(new byte[113], 1));
        Assert.Throws<InvalidOperationException>(() => ring.PutResponse([], 1));
        ring.PutResponse(buffer, 2);
        Assert.Throws<InvalidOperationException>(() => ring.PutResponse(buffer, 1));
    }

    [Fact]
    [Trait("Clause", "RG-019")]
    public async Task FinalCheck_LooksArmsAndLooksAgain()
    {
        var ring = await AttachAsync(1);
        await ring.SampleRequestsAsync();
        Assert.True(ring.ConsumeRequest(1));
        pages.TakeSteps();
        Assert.False(await ring.FinalCheckForRequestsAsync());
        Assert.Equal(["load 0", $"store 4 {unchecked(First + 2)}", "load 0"], pages.TakeSteps());
    }

    [Theory]
    [Trait("Clause", "RG-023")]
    [InlineData(0u)]
    [InlineData(uint.MaxValue)]
    [InlineData(0x80000000u)]
    public async Task WrongEventWord_CostsNotificationsOnly(uint word)
    {
        var ring = await AttachAsync(2);
        pages[SharedRing.ResponseEvent] = word;
        await ring.SampleRequestsAsync();
        Assert.True(ring.ConsumeRequest(2));
        ring.PutResponse(RingPages.Entry(1, 16), 2);
        await ring.PushResponsesAsync();
        Assert.True(ring.IsUsable);
        Assert.Equal(unchecked(First + 2), pages[SharedRing.ResponseProducer]);
    }

    private async Task<BackRing> AttachAsync(uint pending)
    {
        pages[SharedRing.ResponseProducer] = First;
        pages[SharedRing.ResponseEvent] = unchecked(First + 1);
        pages[SharedRing.RequestProducer] = unchecked(First + pending);
        BackRing ring = new(pages.Memory, 112);
        Assert.True(await ring.AttachAsync());
        return ring;
    }
}
