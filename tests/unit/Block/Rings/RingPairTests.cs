using Conformance.Model.Protocol.Rings;
using Conformance.Reference.Block.Rings;

namespace Conformance.Tests.Unit.Block.Rings;

/// <summary>Both ends on the same pages: whatever the geometry, what was put comes out, and nobody sleeps over work.</summary>
public class RingPairTests
{
    public static TheoryData<int, int, uint, bool> Geometries
    {
        get
        {
            TheoryData<int, int, uint, bool> all = [];
            foreach (int pages in new[] { 1, 2, 3, 4, 7, 16 })
            {
                foreach (int entry in new[] { 8, 12, 108, 112 })
                {
                    all.Add(pages, entry, 0, false);
                    all.Add(pages, entry, uint.MaxValue - 40, pages % 2 == 0);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Geometries))]
    [Trait("Clause", "RG-002")]
    [Trait("Clause", "RG-006")]
    [Trait("Clause", "RG-007")]
    [Trait("Clause", "RG-020")]
    [Trait("Clause", "RG-025")]
    [Trait("Clause", "RG-036")]
    public async Task Requests_ComeBackAnsweredOnce_InAnyGeometry(int pageCount, int entrySize, uint first, bool areAsynchronous)
    {
        RingPages pages = new(pageCount) { AreAsynchronous = areAsynchronous };
        RingTraffic traffic = new(pages, entrySize, seed: 20101019);
        await traffic.StartAsync(first);
        await traffic.RunAsync(requests: 200);
        Assert.True(pages[SharedRing.RequestProducer] == unchecked(first + traffic.EntriesSent), "the shared index follows the entries");
    }

    [Fact]
    [Trait("Clause", "RG-006")]
    public async Task Entry_ThatStraddlesTwoPages_IsCopiedInTwoSteps()
    {
        RingPages pages = new(2);
        FrontRing front = new(pages.Memory, 108);
        await front.InitialiseAsync();
        front.PutRequest(RingPages.Entry(0, 37 * 108));
        pages.TakeSteps();
        await front.PushRequestsAsync();
        pages.TakeSteps();
        front.PutRequest([.. Enumerable.Range(0, 108).Select(i => (byte)i)]);
        await front.PushRequestsAsync();
        Assert.Equal(["in 4060 36", "in 4096 72", "store 0 38", "load 4"], pages.TakeSteps());

        BackRing back = new(pages.Memory, 108);
        Assert.True(await back.AttachAsync());
        Assert.True(back.ConsumeRequest(37));
        byte[] entry = new byte[108];
        Assert.True(await back.ReadRequestAsync(entry));
        Assert.Equal(Enumerable.Range(0, 108).Select(i => (byte)i), entry);
    }

    [Fact]
    public async Task RingOfTwoEntries_WorksOnAPageThatFitsMore()
    {
        RingPages pages = new();
        RingTraffic traffic = new(pages, 112, seed: 7, entriesMax: 3);
        Assert.Equal(2, traffic.Entries);
        await traffic.StartAsync(uint.MaxValue);
        await traffic.RunAsync(requests: 50);
    }

    [Fact]
    [Trait("Clause", "RG-037")]
    public async Task Detach_BeforeAnyStep_IsTheLastStep()
    {
        for (int at = 0; at < 40; at++)
        {
            RingPages pages = new();
            RingTraffic traffic = new(pages, 112, seed: 3, entriesMax: 8);
            await traffic.StartAsync(0);
            pages.TakeSteps();
            pages.BeforeStep = _ =>
            {
                if (pages.Steps.Count == at + 1)
                {
                    traffic.Front.Detach();
                    traffic.Back.Detach();
                }
            };
            await traffic.RunUntilUnusableAsync();
            Assert.Equal(at + 1, pages.Steps.Count);
            Assert.Equal(RingFaultKind.None, traffic.Front.Fault.Kind);
            Assert.Equal(RingFaultKind.None, traffic.Back.Fault.Kind);
        }
    }
}
