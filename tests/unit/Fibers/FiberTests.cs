using Conformance.Reference.Fibers;

namespace Conformance.Tests.Unit.Fibers;

public sealed class FiberTests
{
    private static readonly FiberGroup Group = new("test");

    public static TheoryData<string> Drivers => ["loop", "stepped"];

    [Fact]
    public void SameSeed_GivesTheSameRun()
    {
        Assert.Equal(Race(7), Race(7));
    }

    [Fact]
    public void OtherSeeds_GiveOtherOrders()
    {
        Assert.True(Enumerable.Range(0, 20).Select(seed => string.Join(' ', Race((ulong)seed))).Distinct().Count() > 10);
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void Signal_SetBeforeTheWait_IsNotLost(string kind)
    {
        bool isDone = false;
        Run(kind, async driver =>
        {
            var signal = driver.CreateSignal("it");
            signal.Set();
            await driver.WaitAsync(signal);
            isDone = true;
        });
        Assert.True(isDone);
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void Signal_SetTwice_EndsOneWait(string kind)
    {
        Run(kind, async driver =>
        {
            var signal = driver.CreateSignal("it");
            signal.Set();
            signal.Set();
            await driver.WaitAsync(signal);
            Assert.False(await driver.WaitAsync(signal, TimeSpan.FromMilliseconds(1)));
        });
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void Wait_WithALimit_EndsAtTheLimit(string kind)
    {
        Run(kind, async driver =>
        {
            var before = driver.Now;
            Assert.False(await driver.WaitAsync(driver.CreateSignal("never"), TimeSpan.FromMilliseconds(2)));
            Assert.True(driver.Now - before >= TimeSpan.FromMilliseconds(2));
        });
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void Run_InWhichNobodyCanGoOn_SaysWhoWaitsForWhat(string kind)
    {
        var standstill = Assert.Throws<StandstillException>(() => Run(kind, driver => driver.WaitAsync(driver.CreateSignal("rain"))));
        Assert.Contains("main waits for rain", standstill.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void FailureOfAFiber_EndsTheRunWithItsName(string kind)
    {
        var failed = Assert.Throws<FiberFailedException>(() => Run(kind, async driver =>
        {
            driver.Start(Group, "unlucky", () => throw new FormatException("oh"));
            await driver.WaitAsync(driver.CreateSignal("never"));
        }));
        Assert.Equal("test/unlucky failed: oh", failed.Message);
        Assert.IsType<FormatException>(failed.InnerException);
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void FiberThatAwaitsAnythingElse_EndsTheRun(string kind)
    {
        var failed = Assert.Throws<FiberFailedException>(() => Run(kind, async driver =>
        {
            driver.Start(Group, "stray", async () => await new TaskCompletionSource().Task);
            await driver.WaitAsync(driver.CreateSignal("never"));
        }));
        Assert.Contains("awaits something else", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void Join_WaitsForTheEnd_AndPassesAfterIt(string kind)
    {
        var order = new List<string>();
        Run(kind, async driver =>
        {
            var fiber = driver.Start(Group, "other", async () =>
            {
                await driver.YieldAsync();
                order.Add("other");
            });
            await fiber.JoinAsync();
            order.Add("main");
            await fiber.JoinAsync();
        });
        Assert.Equal(["other", "main"], order);
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void KilledGroup_TakesNoFurtherStep(string kind)
    {
        var group = new FiberGroup("dom1");
        var counter = new Counter();
        Run(kind, async driver =>
        {
            driver.Start(group, "worker", async () =>
            {
                while (true)
                {
                    counter.Value++;
                    await driver.YieldAsync();
                }
            });
            await driver.DelayUntilAsync(() => counter.Value >= 3);
            group.Kill();
            int before = counter.Value;
            for (int i = 0; i < 10; i++)
            {
                await driver.YieldAsync();
            }

            Assert.Equal(before, counter.Value);
        });
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void PausedGroup_GoesOnWhenResumed(string kind)
    {
        var group = new FiberGroup("dom1");
        Run(kind, async driver =>
        {
            var go = driver.CreateSignal("go");
            bool went = false;
            var worker = driver.Start(group, "worker", async () =>
            {
                await driver.WaitAsync(go);
                went = true;
            });
            await driver.YieldAsync();
            group.Pause();
            go.Set();
            for (int i = 0; i < 10; i++)
            {
                await driver.YieldAsync();
            }

            Assert.False(went);
            group.Resume();
            await worker.JoinAsync();
            Assert.True(went);
        });
    }

    [Fact]
    public void Clock_OfASteppedRun_MovesOnlyWhenNobodyElseCanGoOn()
    {
        var driver = new SteppedDriver(new SeededChoices(1));
        driver.Run(async () =>
        {
            driver.Start(Group, "busy", async () =>
            {
                for (int i = 0; i < 100; i++)
                {
                    await driver.YieldAsync();
                }

                Assert.Equal(TimeSpan.Zero, driver.Now);
            });
            await driver.DelayAsync(TimeSpan.FromHours(1));
            Assert.Equal(TimeSpan.FromHours(1), driver.Now);
        });
    }

    [Fact]
    public void Post_FromAnotherThread_WakesASleepingLoop()
    {
        var driver = new LoopDriver();
        driver.Run(async () =>
        {
            var arrived = driver.CreateSignal("news");
            driver.ExpectOutside();
            _ = Task.Run(() => driver.Post(arrived.Set));
            await driver.WaitAsync(arrived);
            driver.ForgetOutside();
        });
    }

    private static List<string> Race(ulong seed)
    {
        var order = new List<string>();
        var driver = new SteppedDriver(new SeededChoices(seed));
        driver.Run(async () =>
        {
            var fibers = new List<Fiber>();
            foreach (string name in (string[])["a", "b", "c"])
            {
                fibers.Add(driver.Start(Group, name, async () =>
                {
                    for (int i = 0; i < 3; i++)
                    {
                        await driver.YieldAsync();
                        order.Add(name);
                    }
                }));
            }

            foreach (var fiber in fibers)
            {
                await fiber.JoinAsync();
            }
        });
        return order;
    }

    private static void Run(string kind, Func<FiberDriver, ValueTask> body)
    {
        if (kind == "loop")
        {
            var loop = new LoopDriver();
            loop.Run(() => body(loop));
        }
        else
        {
            var stepped = new SteppedDriver(new SeededChoices(1));
            stepped.Run(() => body(stepped), most: 100_000);
        }
    }

    private sealed class Counter
    {
        public int Value { get; set; }
    }
}

internal static class FiberTestExtensions
{
    /// <summary>Yields until something holds.</summary>
    public static async ValueTask DelayUntilAsync(this FiberDriver driver, Func<bool> holds)
    {
        while (!holds())
        {
            await driver.YieldAsync();
        }
    }
}
