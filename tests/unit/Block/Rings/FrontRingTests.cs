using Conformance.Model.Protocol.Rings;
using Conformance.Reference.Block.Rings;

namespace Conformance.Tests.Unit.Block.Rings;

public class FrontRingTests
{
    private readonly RingPages pages = new();
    private readonly byte[] buffer = new byte[112];

    [Fact]
    [Trait("Clause", "RG-001")]
    [Trait("Clause", "RG-008")]
    public async Task Initialise_WritesTheWholeHeader()
    {
        pages.Fill(0, RingPages.Entry(0xAA, 4096));
        await new FrontRing(pages.Memory, 112).InitialiseAsync();
        byte[] header = new byte[64];
        header[SharedRing.RequestEvent] = 1;
        header[SharedRing.ResponseEvent] = 1;
        Assert.Equal(header, pages.Bytes(0, 64));
        Assert.Equal(RingPages.Entry(0xAA, 4032), pages.Bytes(64, 4032));
    }

    [Fact]
    [Trait("Clause", "RG-017")]
    [Trait("Clause", "RG-018")]
    [Trait("Clause", "RG-033")]
    public async Task Push_WritesEntries_ThenTheIndex_ThenLooksAtTheEvent()
    {
        var ring = await MakeAsync();
        ring.PutRequest([.. RingPages.Entry(1), .. RingPages.Entry(2), .. RingPages.Entry(3)]);
        ring.PutRequest(RingPages.Entry(4));
        Assert.Empty(pages.TakeSteps());

        Assert.True(await ring.PushRequestsAsync());

        Assert.Equal(["in 64 448", "store 0 4", "load 4"], pages.TakeSteps());
        Assert.Equal([.. RingPages.Entry(1), .. RingPages.Entry(2), .. RingPages.Entry(3), .. RingPages.Entry(4)], pages.Bytes(64, 448));
        Assert.False(await ring.PushRequestsAsync());
        Assert.Empty(pages.TakeSteps());
    }

    [Fact]
    [Trait("Clause", "RG-018")]
    public async Task Push_ThatDoesNotPassTheEvent_NotifiesNobody()
    {
        var ring = await MakeAsync();
        pages[SharedRing.RequestEvent] = 2;
        ring.PutRequest(buffer);
        Assert.False(await ring.PushRequestsAsync());
        ring.PutRequest(buffer);
        Assert.True(await ring.PushRequestsAsync());
        ring.PutRequest(buffer);
        Assert.False(await ring.PushRequestsAsync());
    }

    [Fact]
    [Trait("Clause", "RG-012")]
    [Trait("Clause", "RG-013")]
    public async Task Put_BeyondTheFreeEntries_IsTheCallersError()
    {
        var ring = await MakeAsync(uint.MaxValue - 4);
        for (int i = 0; i < 32; i++)
        {
            Assert.Equal(32 - i, ring.Free);
            ring.PutRequest(buffer);
        }

        Assert.Throws<InvalidOperationException>(() => ring.PutRequest(buffer));
        await ring.PushRequestsAsync();
        Assert.Throws<InvalidOperationException>(() => ring.PutRequest(buffer));
        await AnswerAsync(ring, 2);
        Assert.Throws<InvalidOperationException>(() => ring.PutRequest(RingPages.Entry(0, 3 * 112)));
        ring.PutRequest(RingPages.Entry(0, 2 * 112));
        Assert.Equal(0, ring.Free);
        Assert.Throws<InvalidOperationException>(() => ring.PutRequest([]));
        Assert.Throws<InvalidOperationException>(() => ring.PutRequest(new byte[111]));
    }

    [Theory]
    [Trait("Clause", "RG-016")]
    [InlineData(3, true)]
    [InlineData(2, true)]
    [InlineData(0, true)]
    [InlineData(4, false)]
    [InlineData(33, false)]
    [InlineData(-1, false)]
    [InlineData(int.MinValue, false)]
    public async Task ResponseProducer_OutsideThePublishedRequests_HaltsTheRing(int ahead, bool isTaken)
    {
        uint first = uint.MaxValue - 1;
        var ring = await MakeAsync(first);
        ring.PutRequest(RingPages.Entry(0, 3 * 112));
        await ring.PushRequestsAsync();
        ring.PutRequest(RingPages.Entry(0, 2 * 112));
        pages[SharedRing.ResponseProducer] = unchecked(first + (uint)ahead);

        int available = await ring.SampleResponsesAsync();

        Assert.Equal(isTaken, ring.IsUsable);
        Assert.Equal(isTaken ? ahead : 0, available);
        Assert.Equal(isTaken ? RingFaultKind.None : RingFaultKind.ResponseProducer, ring.Fault.Kind);
        if (!isTaken)
        {
            Assert.Equal($"expected the response producer to be from 4294967294 to 1, got {unchecked(first + (uint)ahead)}", ring.Fault.ToString());
            pages.TakeSteps();
            Assert.False(await ring.PushRequestsAsync());
            Assert.False(await ring.FinalCheckForResponsesAsync());
            Assert.False(await ring.ReadResponseAsync(buffer));
            Assert.False(ring.ConsumeResponse(1));
            Assert.Empty(pages.TakeSteps());
        }
    }

    [Fact]
    [Trait("Clause", "RG-035")]
    public async Task Response_ThatCoversTooFewEntries_HaltsTheRing()
    {
        var ring = await MakeAsync();
        ring.PutRequest(RingPages.Entry(0, 3 * 112));
        await ring.PushRequestsAsync();
        pages[SharedRing.ResponseProducer] = 1;
        Assert.Equal(1, await ring.SampleResponsesAsync());
        Assert.True(await ring.ReadResponseAsync(buffer));

        Assert.False(ring.ConsumeResponse(3));

        Assert.Equal(new RingFault(RingFaultKind.ResponseBeyondProducer, 3, 1, 1), ring.Fault);
        Assert.Equal(0u, ring.ResponsesConsumed);
    }

    [Fact]
    [Trait("Clause", "RG-027")]
    [Trait("Clause", "RG-028")]
    public async Task Pass_LoadsTheIndexOnce_AndEachEntryOnce()
    {
        var ring = await MakeAsync();
        ring.PutRequest(RingPages.Entry(0, 3 * 112));
        await ring.PushRequestsAsync();
        pages[SharedRing.ResponseProducer] = 3;
        pages.TakeSteps();

        int available = await ring.SampleResponsesAsync();
        for (; available > 0; available--)
        {
            await ring.ReadResponseAsync(buffer);
            ring.ConsumeResponse(1);
        }

        Assert.Equal(["load 8", "out 64 112", "out 176 112", "out 288 112"], pages.TakeSteps());
        await Assert.ThrowsAsync<InvalidOperationException>(() => ring.ReadResponseAsync(buffer).AsTask());
    }

    [Fact]
    [Trait("Clause", "RG-019")]
    public async Task FinalCheck_LooksArmsAndLooksAgain()
    {
        var ring = await MakeAsync();
        ring.PutRequest(buffer);
        await ring.PushRequestsAsync();
        await AnswerAsync(ring, 1);
        pages.TakeSteps();

        Assert.False(await ring.FinalCheckForResponsesAsync());

        Assert.Equal(["load 8", "store 12 2", "load 8"], pages.TakeSteps());
    }

    [Fact]
    [Trait("Clause", "RG-019")]
    [Trait("Clause", "RG-020")]
    public async Task FinalCheck_FindsAResponse_ThatCameBeforeItArmed()
    {
        var ring = await MakeAsync();
        ring.PutRequest(buffer);
        await ring.PushRequestsAsync();
        pages.BeforeStep = step =>
        {
            if (step.StartsWith("store 12", StringComparison.Ordinal))
            {
                pages[SharedRing.ResponseProducer] = 1;
            }
        };

        Assert.True(await ring.FinalCheckForResponsesAsync());
        Assert.Equal(1, ring.AvailableResponses);
    }

    [Fact]
    [Trait("Clause", "RG-021")]
    [Trait("Clause", "RG-022")]
    public async Task Arm_OnlyStoresTheEvent()
    {
        var ring = await MakeAsync(uint.MaxValue);
        await ring.ArmResponseEventAsync();
        await ring.ArmResponseEventAsync(8);
        Assert.Equal(["store 12 0", "store 12 7"], pages.TakeSteps());
        Assert.Equal(0, ring.Outstanding);
    }

    [Theory]
    [Trait("Clause", "RG-017")]
    [Trait("Clause", "RG-018")]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public async Task Push_DuringAPush_IsTakenAlongByTheFirst(uint wanted, bool isDue)
    {
        var ring = await MakeAsync();
        ValueTask<bool> second = default;
        pages.BeforeStep = step =>
        {
            if (step == "store 0 1")
            {
                ring.PutRequest(RingPages.Entry(2));
                Assert.True(ring.IsPushing);
                second = ring.PushRequestsAsync();
            }
        };
        ring.PutRequest(RingPages.Entry(1));
        pages[SharedRing.RequestEvent] = wanted;

        Assert.Equal(isDue, await ring.PushRequestsAsync());

        Assert.False(await second);
        Assert.False(ring.IsPushing);
        Assert.Equal(["in 64 112", "store 0 1", "load 4", "in 176 112", "store 0 2", "load 4"], pages.TakeSteps());
        Assert.Equal(RingPages.Entry(2), pages.Bytes(176, 112));
    }

    [Fact]
    [Trait("Clause", "RG-016")]
    public async Task Response_ThatComesBeforeThePushEnds_IsNoFault()
    {
        var ring = await MakeAsync();
        ring.PutRequest(buffer);
        pages.BeforeStep = step =>
        {
            if (step == "load 4")
            {
                pages[SharedRing.ResponseProducer] = 1;
                Assert.Equal(1, ring.SampleResponsesAsync().AsTask().Result);
            }
        };
        await ring.PushRequestsAsync();
        Assert.True(ring.IsUsable);
    }

    private async Task<FrontRing> MakeAsync(uint first = 0)
    {
        FrontRing ring = new(pages.Memory, 112);
        await ring.InitialiseAsync(first);
        pages.TakeSteps();
        return ring;
    }

    private async Task AnswerAsync(FrontRing ring, int entries)
    {
        pages[SharedRing.ResponseProducer] += (uint)entries;
        await ring.SampleResponsesAsync();
        Assert.True(ring.ConsumeResponse(entries));
    }
}
