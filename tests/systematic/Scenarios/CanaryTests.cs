using Conformance.Exploration.Engine;
using Conformance.Exploration.Scenarios;
using Conformance.Exploration.Schedules;
using Conformance.Reference.Block;
using Conformance.Reference.Deviations;
using Conformance.Reference.Fibers;
using Conformance.Reference.XenStore.Client;

namespace Conformance.Tests.Systematic.Scenarios;

/// <summary>Known-bad participants: an exploration that does not fail with them is worth nothing.</summary>
public sealed class CanaryTests
{
    [Theory]
    [InlineData("I-24", "F24", "ClosedKeep", "a front that closes and gives nothing back")]
    public void AFrontThatKeepsWhatItHolds_IsCaught(string name, string step, string rule, string what)
    {
        var bad = Bad(name, Scenario.SmallPair with { FrontPlan = DeviationPlan.Single(step, DeviationKind.Skip) });
        ExpectFound(bad, rule, what);
    }

    [Theory]
    [InlineData("I-24", "B24", "ClosedKeep", "a back that never says Closed")]
    [InlineData("I-24", "B23", "S4", "a back that says Closed with a ring mapped")]
    [InlineData("I-74", "B23", "S4", "a back that says Closed with a scripted front's ring mapped")]
    [InlineData("I-32", "B12", "XB-009", "a back that never says Connected")]
    public void ABackThatClosesWrongly_IsCaught(string name, string step, string rule, string what)
    {
        var bad = Bad(name, Scenario.SmallPair with { BackPlan = DeviationPlan.Single(step, DeviationKind.Skip) });
        ExpectFound(bad, rule, what);
    }

    /// <summary>What a failed step leaves to be undone is looked at: an end that undoes nothing is seen.</summary>
    [Theory]
    [InlineData("I-08-B9.1", "B9.1", "B23")]
    [InlineData("I-08-B12", "B12", "B21")]
    public void AFailedStepOfTheBack_WithNothingUndone_IsCaught(string name, string failing, string undo)
    {
        var plan = new DeviationPlan([new Deviation(failing, DeviationKind.Fail), new Deviation(undo, DeviationKind.Skip, Occurrence: 0)]);
        var options = ScenarioCatalogue.Find(name)!.Options(new SteppedDriver(new SeededChoices(0)));
        ExpectFound(Bad(name, options with { BackPlan = plan }), null, "a back that does not undo what it did");
    }

    [Fact]
    [Trait("Clause", "BB-011")]
    public void ABackThatSaysClosedWithOneOfTwoRingsMapped_IsCaught()
    {
        var bad = Bad("I-30", Scenario.SmallPair with { BackPlan = DeviationPlan.Single("B23", DeviationKind.Skip) }) with
        {
            Play = static world => world.Toolstack(async () => await world.Tools.AskToCloseAsync(world.Disk)),
        };
        ExpectFound(bad, "S4", "a back that says Closed with the ring of one disk mapped while the other is in use");
    }

    [Fact]
    [Trait("Clause", "RS-015")]
    public void ABackThatTookAnothersPlace_AndClosesWrongly_IsCaught()
    {
        var bad = ScenarioCatalogue.Find("I-31")! with
        {
            Play = static world => world.Fate("restart", async () =>
            {
                await HandoverScenarios.RestartBackAsync(world, Scenario.SmallPair.Back, DeviationPlan.Single("B23", DeviationKind.Skip));
                world.Toolstack(async () =>
                {
                    await world.ToolFibers.DelayAsync(TimeSpan.FromMinutes(1));
                    await world.Tools.AskToCloseAsync(world.Disk);
                });
            }),
            End = new EndPredicate("Any", static (_, _) => default),
        };
        ExpectFound(bad, "S4", "a back that says Closed with a ring mapped, in the place of another");
    }

    [Fact]
    public void AToolStackThatLeavesAWatchBehind_IsCaught()
    {
        var removal = ScenarioCatalogue.Find("I-20")!;
        var bad = removal with
        {
            Play = world =>
            {
                world.Toolstack(async () => await world.Store.WatchAsync(new StoreWatch(world.Disk.BackNode, static _ => ValueTask.CompletedTask)));
                removal.Play(world);
            },
        };
        ExpectFound(bad, "Gone", "a watch for a device that is gone");
    }

    /// <summary>It holds nothing and has said nothing when its back fails: all that is wrong is that the boot waits for it still.</summary>
    [Fact]
    [Trait("Clause", "XB-044")]
    public void AFrontThatHoldsUpTheBoot_AfterItsBackFailed_IsCaught()
    {
        var bad = Bad("I-17", Scenario.SmallPair with
        {
            FrontPlan = new DeviationPlan([new Deviation("F0", DeviationKind.Delay, Time: TimeSpan.FromHours(1))]),
            BackPlan = DeviationPlan.Single("B5", DeviationKind.Fail),
        });
        ExpectFound(bad, "FailedAttach", "a front that comes too late and holds up the boot");
    }

    [Fact]
    public void ATakerOfTurns_ThatDependsOnTheOrder_IsCaught_Shrunk_AndReplayed()
    {
        // Right in the plain order: the tool stack looks whether the front is Connected when everybody else has come to rest.
        var hasty = ScenarioCatalogue.Find("I-20")! with
        {
            Play = world => world.Toolstack(async () =>
            {
                await world.Tools.AskToCloseAsync(world.Disk);
                if (await world.Store.FindAsync($"{world.Disk.FrontNode}/state") is { } state && state.AsSpan().SequenceEqual("4"u8))
                {
                    await world.Tools.ForceAsync(world.Disk);
                }
            }),
        };
        var report = Explorer.Explore(hasty, new ExplorationOptions { Bounds = new Bounds { Delays = 2, States = 2000 } });
        var failure = Assert.Single(report.Failures);
        var shrunk = Shrinker.Shrink(hasty, failure, most: 60);
        Assert.True(shrunk.Schedule.Switches <= failure.Schedule.Switches);
        Assert.True(shrunk.IsLike(Replay.Follow(hasty, shrunk.Schedule).Failure));
    }

    private static Scenario Bad(string name, BlockMachineOptions options) => ScenarioCatalogue.Find(name)! with { Options = _ => options };

    private static void ExpectFound(Scenario bad, string? rule, string what)
    {
        var report = Explorer.Explore(bad, new ExplorationOptions { Bounds = new Bounds { Delays = 0 } });
        Assert.True(report.Failures.Any(failure => failure.Kind == FailureKind.Breach && (rule is null || failure.Rule == rule)), $"{what}: expected a breach of {rule ?? "a rule"}, got {report} {string.Join(", ", report.Failures)}");
    }
}
