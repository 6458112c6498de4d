using Conformance.Reference.Fibers;

namespace Conformance.Tests.Unit.Block.Front;

/// <summary>Alone, because tests that run beside it take pooled objects of the runtime away.</summary>
[CollectionDefinition(nameof(FrontAllocationTests), DisableParallelization = true)]
[Collection(nameof(FrontAllocationTests))]
public sealed class FrontAllocationTests
{
    [Fact]
    public void AReadOrWriteOfPages_AllocatesNothing_OnceWarm()
    {
        var driver = new LoopDriver();
        driver.Run(async () =>
        {
            var scene = await SteadyScene.MakeAsync(driver);
            long allocated = long.MaxValue;

            // Code that is not compiled to the full yet may box; how soon it is, is the runtime's business.
            for (int batch = 0; batch < 200 && allocated > 0; batch++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                for (int i = 0; i < 200; i++)
                {
                    await scene.RoundAsync();
                }

                allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            }

            Assert.Equal(0, allocated);
        });
    }
}
