using Conformance.Reference.Block.Rings;
using Conformance.Reference.Hypervisor;

namespace Conformance.Tests.Unit.Block.Rings;

/// <summary>Steady traffic allocates nothing, whether steps complete at once or wait for a scheduler.</summary>
public class RingAllocationTests
{
    private readonly byte[] request = new byte[3 * 108];
    private readonly byte[] response = new byte[12];
    private readonly byte[] entry = new byte[108];

    [Fact]
    public void SteadyTraffic_OnPlainMemory_AllocatesNothing()
    {
        var (front, back) = Make(new MemoryPage());
        Assert.True(RunAsync(front, back, 200).AsTask().IsCompletedSuccessfully);

        long before = GC.GetAllocatedBytesForCurrentThread();
        bool isComplete = RunAsync(front, back, 1000).AsTask().IsCompletedSuccessfully;
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(isComplete, "plain memory answers at once");
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void SteadyTraffic_OfStepsThatWait_AllocatesNothing()
    {
        ParkedPage page = new();
        var (front, back) = Make(page);
        var context = SynchronizationContext.Current;
        // The test runner's own context would post, and allocate for it.
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var run = RunAsync(front, back, 1000).AsTask();
            Step(page, 5000);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Step(page, 5000);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

            Assert.False(run.IsCompleted, "the traffic was measured to its end and beyond");
            Assert.Equal(0, allocated);
            while (!run.IsCompleted)
            {
                page.LetGo();
            }

            Assert.True(run.IsCompletedSuccessfully, run.Exception?.ToString());
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private static (FrontRing Front, BackRing Back) Make(ISharedPage page)
    {
        RingMemory memory = new(page);
        return (new(memory, 108), new(memory, 108));
    }

    private static void Step(ParkedPage page, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            page.LetGo();
        }
    }

    private async ValueTask RunAsync(FrontRing front, BackRing back, int requests)
    {
        await front.InitialiseAsync();
        await back.AttachAsync();
        for (int i = 0; i < requests; i++)
        {
            front.PutRequest(request);
            await front.PushRequestsAsync();
            await back.SampleRequestsAsync();
            await back.ReadRequestAsync(entry);
            await back.ReadRequestAsync(request.AsMemory(108), skip: 1);
            back.ConsumeRequest(3);
            back.PutResponse(response, 3);
            await back.PushResponsesAsync();
            await back.FinalCheckForRequestsAsync();
            await front.SampleResponsesAsync();
            await front.ReadResponseAsync(entry);
            front.ConsumeResponse(3);
            await front.FinalCheckForResponsesAsync();
        }

        Assert.True(front.IsUsable && back.IsUsable && front.Outstanding == 0, "the traffic ended with a halted ring or a request unanswered");
    }
}
