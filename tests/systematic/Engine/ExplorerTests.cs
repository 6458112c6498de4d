using System.Numerics;
using Conformance.Exploration.Engine;

namespace Conformance.Tests.Systematic.Engine;

public sealed class ExplorerTests
{
    /// <summary>Writers that never meet: (3 of a, 3 of b, 3 of c) in 1680 orders.</summary>
    private static readonly Toy Strangers = new("strangers", world =>
    {
        for (int i = 0; i < 3; i++)
        {
            int own = i;
            world.Start($"p{i}", async () =>
            {
                await world.WriteAsync(own, 1);
                await world.WriteAsync(own, 2);
            });
        }
    });

    /// <summary>Some meet and some do not; one asks for chance, one wakes another of its own.</summary>
    private static readonly Toy Mixture = new("mixture", world =>
    {
        var signal = world.Driver.CreateSignal("go");
        world.Start("p0", async () =>
        {
            await world.WriteAsync(0, await world.ReadAsync(1) + 1);
            signal.Set();
            await world.WriteAsync(2, 1);
        });
        world.Start("p0", async () =>
        {
            await world.Driver.WaitAsync(signal);
            await world.WriteAsync(3, await world.ReadAsync(0));
        }, "second");
        world.Start("p1", async () =>
        {
            await world.WriteAsync(1, 1 + world.Driver.Choose("coin", 2));
            await world.WriteAsync(4, await world.ReadAsync(2));
        });
    });

    /// <summary>Over as soon as one has written, whatever another, whom it never meets, has done by then.</summary>
    private static readonly Toy CutShort = new("cut short", world =>
    {
        world.Start("p0", () => world.WriteAsync(0, 1));
        world.Start("p1", () => world.WriteAsync(1, 1));
        world.IsOverWhen = cells => cells[1] == 1;
        world.AtEnd = cells => cells[0] == 0 ? null : new Breach("toy", "expected an end before the other's write, got one after it");
    });

    /// <summary>One is alone and about to begin when another starts a second fiber beside it, with which it shares what no step shows.</summary>
    private static readonly Toy Joined = new("joined", world =>
    {
        int shared = 0;
        world.Start("p0", async () =>
        {
            int seen = shared;
            await world.WriteAsync(0, seen);
        });
        world.Start("p1", async () =>
        {
            await world.WriteAsync(1, 1);
            world.Start("p0", () =>
            {
                shared = 1;
                return default;
            }, "second");
        });
        world.AtEnd = cells => cells[0] == 0 ? null : new Breach("toy", "expected the first to begin first, got the second");
    });

    /// <summary>One waits for what another sets on its way.</summary>
    private static readonly Toy HandedOver = new("handed over", world =>
    {
        var go = world.Driver.CreateSignal("go");
        world.Start("p0", () => world.Driver.WaitAsync(go));
        world.Start("p1", async () =>
        {
            await world.WriteAsync(0, 1);
            go.Set();
            await world.WriteAsync(1, 1);
        });
    });

    /// <summary>Two start one fiber each, in either order, and what else there is stays the same; each looks how far the other's has come.</summary>
    private static readonly Toy Starters = new("starters", world =>
    {
        world.Start("p0", async () =>
        {
            world.Start("p2", () => LookAtOther(own: 2, other: 3, seen: 4));
            await world.WriteAsync(6, 1 + await world.ReadAsync(1));
        });
        world.Start("p1", async () =>
        {
            await world.WriteAsync(1, 1);
            world.Start("p3", () => LookAtOther(own: 3, other: 2, seen: 5));
        });

        async ValueTask LookAtOther(int own, int other, int seen)
        {
            await world.WriteAsync(own, 1);
            await world.WriteAsync(own, 2);
            await world.WriteAsync(seen, await world.ReadAsync(other));
        }
    });

    /// <summary>What one may read because another has written it, or have by chance; where chance may be against it once, it may be so later in the first case alone.</summary>
    private static readonly Toy Spent = new("spent", world =>
    {
        world.Start("p0", async () =>
        {
            int had = await world.ReadAsync(0);
            had = had == 0 ? world.Driver.Choose("coin", 2) : had;
            await world.WriteAsync(2, (3 * await world.ReadAsync(3)) + had + world.Driver.Choose("dice", 2));
        });
        world.Start("p1", () => world.WriteAsync(0, 1));
        world.Start("p2", () => world.WriteAsync(3, 1));
    });

    public static TheoryData<string> Toys => ["lost update", "deadlock", "strangers", "mixture", "cut short", "joined", "spent"];

    [Fact]
    public void ALostUpdate_IsFound()
    {
        var report = Explorer.Explore(ToyFaults.LostUpdate);
        var failure = Assert.Single(report.Failures);
        Assert.Equal(FailureKind.Breach, failure.Kind);
        Assert.Equal("toy", failure.Rule);
    }

    [Fact]
    public void ADeadlock_IsFound()
    {
        var report = Explorer.Explore(ToyFaults.Deadlock);
        Assert.Equal(FailureKind.Standstill, Assert.Single(report.Failures).Kind);
    }

    [Theory]
    [MemberData(nameof(Toys))]
    public void Reduced_And_Unreduced_Agree(string name)
    {
        var toy = Find(name);
        var full = Explore(toy, Reduction.None);
        var merged = Explore(toy, Reduction.States);
        var reduced = Explore(toy, Reduction.StatesAndOrders);
        Assert.True(full.IsExhaustive && merged.IsExhaustive && reduced.IsExhaustive);
        Assert.Equal(full.EndDigest, merged.EndDigest);
        Assert.Equal(full.EndDigest, reduced.EndDigest);
        Assert.Equal(full.EndStates, reduced.EndStates);
        Assert.Equal(full.Failures.Select(failure => (failure.Kind, failure.Rule)), merged.Failures.Select(failure => (failure.Kind, failure.Rule)));
        Assert.Equal(full.Failures.Select(failure => (failure.Kind, failure.Rule)), reduced.Failures.Select(failure => (failure.Kind, failure.Rule)));
        Assert.Equal(full.Failures.Count > 0, name is not ("strangers" or "mixture" or "spent"));
        Assert.Equal(full.Interleavings, merged.Interleavings);
        Assert.True(reduced.States <= merged.States);
        Assert.True(reduced.Interleavings <= full.Interleavings);
        Assert.True(reduced.Schedules <= merged.Schedules && merged.Schedules <= full.Schedules);
    }

    [Theory]
    [MemberData(nameof(Toys))]
    public void RunsBroughtBack_AndRepeatedOnes_CoverTheSame(string name)
    {
        var toy = Find(name);
        var brought = Explore(toy, Reduction.States);
        var repeated = Explorer.Explore(toy, new ExplorationOptions { Reduction = Reduction.States, GoesOnAfterFailure = true, BringsBack = false });
        Assert.Equal((repeated.States, repeated.Transitions, repeated.EndDigest), (brought.States, brought.Transitions, brought.EndDigest));
        Assert.Equal(repeated.Failures.Select(failure => failure.ToString()), brought.Failures.Select(failure => failure.ToString()));
    }

    [Fact]
    public void CollidingStates_AreCounted()
    {
        var visited = new VisitedStates();
        visited.Arrive(new Exploration.State.StateKey(1, 10), [], 0);
        visited.Arrive(new Exploration.State.StateKey(1, 10), [], 0);
        Assert.Equal(0, visited.Collisions);
        visited.Arrive(new Exploration.State.StateKey(1, 11), [], 0);
        Assert.Equal(1, visited.Collisions);
        Assert.Equal(0, Explorer.Explore(Mixture, new ExplorationOptions { CountsCollisions = true }).Collisions);
    }

    [Fact]
    public void StrangersOrders_AreCountedAll_AndRunOnce()
    {
        var full = Explore(Strangers, Reduction.States);
        Assert.Equal(new BigInteger(1680), full.Interleavings);
        var reduced = Explore(Strangers, Reduction.StatesAndOrders);
        Assert.Equal(1, reduced.Ended);
    }

    [Fact]
    public void WhereStepsThatCommuteMakeADifference_NoOrderIsLeftOut_AndTheReportSaysSo()
    {
        Assert.Equal(Reduction.States, Explore(Joined, Reduction.StatesAndOrders).Reduction);
        Assert.Equal(Reduction.States, Explore(CutShort, Reduction.StatesAndOrders).Reduction);
        Assert.Equal(Reduction.StatesAndOrders, Explore(Strangers, Reduction.StatesAndOrders).Reduction);
    }

    /// <summary>No order is counted twice, though states are explored again when more of a bound is left.</summary>
    [Theory]
    [InlineData("strangers")]
    [InlineData("mixture")]
    public void OrdersUnderABound_AreCountedOnce(string name)
    {
        var toy = Find(name);
        var all = Explore(toy, Reduction.None).Interleavings;
        for (int most = 0; most < 12; most++)
        {
            foreach (var bounds in new[] { new Bounds { Delays = most }, new Bounds { Preemptions = most } })
            {
                var within = Explorer.Explore(toy, new ExplorationOptions { Bounds = bounds, Reduction = Reduction.None });
                var merged = Explorer.Explore(toy, new ExplorationOptions { Bounds = bounds });
                Assert.True(within.Interleavings <= merged.Interleavings && merged.Interleavings <= all, $"{bounds}: {within}; {merged}; of {all}");
            }
        }
    }

    /// <summary>A bound is counted along the way: a state that was reached is left only where no more may follow than followed before.</summary>
    [Theory]
    [InlineData("lost update")]
    [InlineData("deadlock")]
    [InlineData("spent")]
    [InlineData("starters")]
    public void WithinABoundOnTurns_MergedAndUnmerged_EndAlike(string name)
    {
        for (int most = 0; most < 4; most++)
        {
            ExpectMergedToEndAlike(Find(name), new Bounds { Delays = most });
            ExpectMergedToEndAlike(Find(name), new Bounds { Preemptions = most });
        }
    }

    [Fact]
    public void WithinABoundOnOutcomes_MergedAndUnmerged_EndAlike()
    {
        ExpectMergedToEndAlike(Spent, new Bounds { Outcomes = 0 });
        ExpectMergedToEndAlike(Spent, new Bounds { Outcomes = 1 });
        ExpectMergedToEndAlike(Spent, new Bounds { Outcomes = 1, Delays = 3 });
    }

    /// <summary>
    /// Counted by hand: a and b are the first's beginning and the end of its wait, 1, 2 and 3 the other's beginning and writes, the first
    /// of which sets what is waited for. In the order of preemptions, with the delays behind: a123b 0, 123ab 1; a12b3 1, 12ab3 2, 1a23b 2;
    /// 1a2b3 3, 12a3b 3. Whoever waits or has ended is left for nothing: who goes on then costs no preemption.
    /// </summary>
    [Theory]
    [InlineData(0, 2, 1)]
    [InlineData(1, 5, 3)]
    [InlineData(2, 7, 5)]
    [InlineData(3, 7, 7)]
    public void OrdersUnderABound_AreThoseCountedByHand(int most, int preempted, int delayed)
    {
        Assert.Equal(new BigInteger(preempted), CountOrders(new Bounds { Preemptions = most }));
        Assert.Equal(new BigInteger(delayed), CountOrders(new Bounds { Delays = most }));

        static BigInteger? CountOrders(Bounds bounds) =>
            Explorer.Explore(HandedOver, new ExplorationOptions { Bounds = bounds, Reduction = Reduction.None }).Interleavings;
    }

    [Fact]
    public void AStepThatTouchesWhatItDidNotDeclare_IsCaught()
    {
        var report = Explorer.Explore(new Toy("liar", world => world.Start("p0", async () => await world.LieAsync(0, said: 1))));
        Assert.Equal(FailureKind.UndeclaredAccess, Assert.Single(report.Failures).Kind);
    }

    /// <summary>What was taken before is not looked at again when a run comes to a branch; what is new after it is.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AStepThatTouchesWhatItDidNotDeclare_AfterStepsThatAreRepeated_IsCaught(bool bringsBack)
    {
        var liar = new Toy("late liar", world =>
        {
            world.Start("p0", async () =>
            {
                await world.WriteAsync(0, 1);
                bool isToLie = world.Driver.Choose("coin", 2) == 1;
                await world.ReadAsync(0);
                await (isToLie ? world.LieAsync(0, said: 1) : world.WriteAsync(0, 2));
            });
            world.Start("p1", () => world.WriteAsync(0, 3));
        });
        var options = new ExplorationOptions { BringsBack = bringsBack };
        Assert.True(Explorer.Explore(liar, options with { Bounds = new Bounds { Outcomes = 0 } }).IsClean);
        Assert.Equal(FailureKind.UndeclaredAccess, Assert.Single(Explorer.Explore(liar, options).Failures).Kind);
    }

    [Fact]
    public void AnAccessOutsideOfSteps_IsCaught()
    {
        var report = Explorer.Explore(new Toy("peeper", world => world.Start("p0", async () =>
        {
            await world.WriteAsync(0, 1);
            world.Peek(0);
        })));
        Assert.Equal(FailureKind.UndeclaredAccess, Assert.Single(report.Failures).Kind);
    }

    /// <summary>No step shows when another has ended: a beginning that depends on it would not commute, though nobody can tell.</summary>
    [Theory]
    [InlineData("p0", false)]
    [InlineData("p1", true)]
    public void AFiberThatAsksWhetherOneOfAnotherParticipantHasEnded_IsCaught(string asks, bool isCaught)
    {
        var report = Explorer.Explore(new Toy("asker", world =>
        {
            var other = world.Start("p0", () => world.Driver.YieldAsync());
            world.Start(asks, () => world.WriteAsync(0, other.IsEnded ? 1 : 2), "asker");
        }));
        Assert.Equal(isCaught ? [FailureKind.UndeclaredAccess] : [], report.Failures.Select(failure => failure.Kind));
        Assert.Equal(isCaught ? 1 : 2, report.EndStates);
    }

    [Fact]
    public void AnExperimentThatDependsOnMoreThanChoices_IsRefused()
    {
        int runs = 0;
        var fickle = new Toy("fickle", world =>
        {
            runs++;
            world.Start("p0", () => world.WriteAsync(0, 1), runs == 1 ? "first" : "later");
            world.Start("p1", () => world.WriteAsync(0, 2));
        });
        var refusal = Assert.Throws<NotRepeatableException>(() => Explorer.Explore(fickle, new ExplorationOptions { BringsBack = false }));
        Assert.Contains("the same run from the same choices", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ABoundOnPreemptions_CutsOff_AndSaysSo()
    {
        var none = Explorer.Explore(ToyFaults.LostUpdate, new ExplorationOptions { Bounds = new Bounds { Preemptions = 0 } });
        Assert.True(none.IsClean);
        Assert.Equal(["preemptions 0"], none.CutOffBy);
        var one = Explorer.Explore(ToyFaults.LostUpdate, new ExplorationOptions { Bounds = new Bounds { Preemptions = 1 } });
        Assert.False(one.IsClean);
    }

    [Fact]
    public void ABoundOnDelays_CutsOff_AndSaysSo()
    {
        var none = Explorer.Explore(ToyFaults.LostUpdate, new ExplorationOptions { Bounds = new Bounds { Delays = 0 } });
        Assert.True(none.IsClean);
        Assert.Equal(1, none.Schedules);
        Assert.Equal(["delays 0"], none.CutOffBy);
        Assert.False(Explorer.Explore(ToyFaults.LostUpdate, new ExplorationOptions { Bounds = new Bounds { Delays = 2 } }).IsClean);
    }

    [Fact]
    public void ABoundOnDelaysThatIsRaised_FindsAFailureWithTheFewest_AndCoversTheSame()
    {
        var failing = Explorer.Explore(ToyFaults.LostUpdate, new ExplorationOptions { Bounds = new Bounds { Delays = 50 }, RaisesDelays = true });
        Assert.Equal(FewestDelaysOfLostUpdate(), Assert.Single(failing.CutOffBy, cut => cut.StartsWith("delays ", StringComparison.Ordinal)));
        Assert.Equal(50, failing.Bounds.Delays);

        var options = new ExplorationOptions { Bounds = new Bounds { Delays = 2 } };
        var (at, raised) = (Explorer.Explore(Mixture, options), Explorer.Explore(Mixture, options with { RaisesDelays = true }));
        Assert.Equal((at.States, at.EndStates, at.EndDigest, at.Bounds), (raised.States, raised.EndStates, raised.EndDigest, raised.Bounds));
        Assert.Equal(at.CutOffBy, raised.CutOffBy);
        long before = Enumerable.Range(0, 2).Sum(delays => Explorer.Explore(Mixture, options with { Bounds = new Bounds { Delays = delays } }).Schedules);
        Assert.Equal(before + at.Schedules, raised.Schedules);
    }

    [Fact]
    public void ABoundOnDelaysThatIsRaised_IsRaisedNoFurther_WhenNothingIsCutOffByIt_OrTheRunsAreSpent()
    {
        var bounds = new Bounds { Delays = 1000 };
        var whole = Explorer.Explore(Mixture, new ExplorationOptions { Bounds = bounds, RaisesDelays = true });
        Assert.True(whole.IsExhaustive);
        Assert.Equal(Explorer.Explore(Mixture).EndDigest, whole.EndDigest);

        var spent = Explorer.Explore(Mixture, new ExplorationOptions { Bounds = bounds with { Schedules = 7 }, RaisesDelays = true });
        Assert.Equal(7, spent.Schedules);
        Assert.Contains("schedules 7", spent.CutOffBy);
    }

    [Fact]
    public void ABoundOnOutcomes_CutsOff_AndSaysSo()
    {
        var plain = Explorer.Explore(Mixture, new ExplorationOptions { Bounds = new Bounds { Outcomes = 0 } });
        Assert.Equal(["outcomes 0"], plain.CutOffBy);
        Assert.True(plain.EndStates < Explorer.Explore(Mixture).EndStates);
    }

    [Fact]
    public void Workers_ShareTheWork_AndFindTheSame()
    {
        var alone = Explore(Mixture, Reduction.StatesAndOrders);
        for (int workers = 2; workers <= 4; workers++)
        {
            var together = Explorer.Explore(Mixture, new ExplorationOptions { Workers = workers });
            Assert.Equal((alone.States, alone.EndStates, alone.EndDigest), (together.States, together.EndStates, together.EndDigest));
        }
    }

    /// <summary>One waits by looking for what the other writes only while the first has not written: from that write on there is no end.</summary>
    [Fact]
    public void ARunThatCannotEnd_IsAFailure_WithTheWayThere()
    {
        var toy = new Toy("livelock", world =>
        {
            world.Start("p0", async () =>
            {
                await world.WriteAsync(1, 1);
                while (await world.ReadAsync(2) == 0)
                {
                }
            });
            world.Start("p1", async () =>
            {
                if (await world.ReadAsync(1) == 0)
                {
                    await world.WriteAsync(2, 1);
                }
                else
                {
                    while (await world.ReadAsync(2) == 0)
                    {
                    }
                }
            });
        });
        var report = Explorer.Explore(toy);
        var failure = Assert.Single(report.Failures);
        Assert.Equal((FailureKind.Obligation, "no end"), (failure.Kind, failure.Rule));
        Assert.True(report.Ended > 0);
        Assert.InRange(failure.Schedule.Steps, 1, 4);
    }

    [Fact]
    public void ARunThatMayGoRoundForEver_ButCanAlwaysEnd_IsNoFailure()
    {
        var report = Explorer.Explore(new Toy("spinner", world =>
        {
            world.Start("p0", async () =>
            {
                while (await world.ReadAsync(0) == 0)
                {
                }
            });
            world.Start("p1", () => world.WriteAsync(0, 1));
        }));
        Assert.Null(report.Interleavings);
        Assert.True(report.IsClean && report.IsExhaustive);
    }

    private static string FewestDelaysOfLostUpdate()
    {
        int delays = 0;
        while (Explorer.Explore(ToyFaults.LostUpdate, new ExplorationOptions { Bounds = new Bounds { Delays = delays } }).IsClean)
        {
            delays++;
        }

        return $"delays {delays}";
    }

    private static void ExpectMergedToEndAlike(Toy toy, Bounds bounds)
    {
        var options = new ExplorationOptions { Bounds = bounds, GoesOnAfterFailure = true };
        var full = Explorer.Explore(toy, options with { Reduction = Reduction.None });
        foreach (var reduction in new[] { Reduction.States, Reduction.StatesAndOrders })
        {
            var merged = Explorer.Explore(toy, options with { Reduction = reduction });
            Assert.True((full.EndStates, full.EndDigest) == (merged.EndStates, merged.EndDigest), $"{bounds}, {reduction}: expected the ends of every order, {full}; got {merged}");
        }
    }

    private static Toy Find(string name) => new[] { ToyFaults.LostUpdate, ToyFaults.Deadlock, Strangers, Mixture, CutShort, Joined, Starters, Spent }.Single(toy => toy.Name == name);

    private static ExplorationReport Explore(Toy toy, Reduction reduction) =>
        Explorer.Explore(toy, new ExplorationOptions { Reduction = reduction, GoesOnAfterFailure = true });
}
