using System.Diagnostics;
using Conformance.Model.Protocol.Block;
using Conformance.Reference.Block;
using Conformance.Reference.Block.Front;
using Conformance.Reference.Block.Storage;
using Conformance.Reference.Fibers;

namespace Conformance.Benchmarks.Block;

/// <summary>What a step costs, by itself and in the life of a disk.</summary>
internal static class StepCost
{
    /// <summary>A step that does nothing, ordered by a scheduler or performed where it is awaited.</summary>
    public static Cost MeasureEmpty(bool isStepped, int fibers, int steps)
    {
        var cost = default(Cost);
        Run(isStepped, async driver =>
        {
            await PassAsync(driver, fibers, steps);
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            await PassAsync(driver, fibers, steps);
            double elapsed = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
            cost = new Cost(elapsed / steps, (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)steps);
        });
        return cost;
    }

    /// <summary>Attach, one write, one read and removal of a disk, again and again: steps a second and runs a second.</summary>
    public static (double Steps, double Runs) MeasureLife(int runs)
    {
        long steps = 0;
        Live(0, runs / 4 + 1, ref steps);
        steps = 0;
        long start = Stopwatch.GetTimestamp();
        Live(1000, runs, ref steps);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (steps / seconds, runs / seconds);
    }

    private static void Live(int firstSeed, int runs, ref long steps)
    {
        for (int i = 0; i < runs; i++)
        {
            var driver = new SteppedDriver(new SeededChoices((ulong)(firstSeed + i)));
            driver.Run(async () =>
            {
                var options = new BlockMachineOptions
                {
                    Front = FrontSettings.For(BlockProfile.Legacy),
                    Back = Reference.Block.Back.BackSettings.For(BlockProfile.Legacy),
                };
                var machine = await BlockMachine.BuildAsync(driver, options);
                machine.Media.Add("/disk", new MemoryMedium("/disk", new SectorCount512(64)));
                await machine.StartAsync();
                var request = machine.Disk(51712, "/disk");
                var disk = await machine.AttachAsync(request);
                bool isDone = await disk.WriteAsync(new Sector512(0), new byte[4096]) == DiskResult.Ok
                    && await disk.ReadAsync(new Sector512(0), new byte[4096]) == DiskResult.Ok
                    && await machine.Tools.RemoveAsync(request);
                if (!isDone)
                {
                    throw new InvalidOperationException("expected a disk that works and goes, got one that does not");
                }
            });
            steps += driver.Steps;
        }
    }

    private static async ValueTask PassAsync(FiberDriver driver, int fibers, int steps)
    {
        var group = new FiberGroup("bench");
        var running = new Fiber[fibers];
        for (int i = 0; i < fibers; i++)
        {
            running[i] = driver.Start(group, "stepper", async () =>
            {
                for (int j = 0; j < steps / fibers; j++)
                {
                    await driver.DoAsync(default(Nothing));
                }
            });
        }

        foreach (var fiber in running)
        {
            await fiber.JoinAsync();
        }
    }

    private static void Run(bool isStepped, Func<FiberDriver, ValueTask> body)
    {
        if (isStepped)
        {
            var driver = new SteppedDriver(new SeededChoices(1));
            driver.Run(() => body(driver), most: long.MaxValue / 2);
        }
        else
        {
            var driver = new LoopDriver();
            driver.Run(() => body(driver));
        }
    }

    private readonly struct Nothing : IStep<bool>
    {
        public void Declare(ref AccessSet accesses) => accesses.Reads(new Resource(ResourceKind.Signal, 1));

        public bool Perform() => true;
    }
}
