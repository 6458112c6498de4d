using Conformance.Exploration.Engine;
using Conformance.Exploration.Schedules;
using Conformance.Model.Trace;
using Conformance.Reference.Fibers;

namespace Conformance.Tests.Systematic.Engine;

public sealed class ScheduleTests
{
    /// <summary>Fails only when one comes between two steps of another and chance is against it; the third has nothing to do with it.</summary>
    private static readonly Toy Crooked = new("crooked", world =>
    {
        world.Start("p0", async () =>
        {
            await world.WriteAsync(0, 1);
            await world.WriteAsync(1, 1 + world.Driver.Choose("coin", 3));
            await world.WriteAsync(0, 0);
        });
        world.Start("p1", async () =>
        {
            if (await world.ReadAsync(0) == 1 && await world.ReadAsync(1) == 3)
            {
                throw new BreachException(new Breach("toy", "expected no 3 while at 1"));
            }
        });
        world.Start("p2", async () =>
        {
            for (int i = 0; i < 4; i++)
            {
                await world.WriteAsync(5, i + world.Driver.Choose("dice", 2));
            }
        });
    });

    [Fact]
    public void ASchedule_FollowedTwice_GivesTheSameRun()
    {
        var failure = Find();
        var first = Replay.Follow(Crooked, failure.Schedule);
        var second = Replay.Follow(Crooked, failure.Schedule);
        Assert.Equal(first.End, second.End);
        Assert.Equal(Lines(first), Lines(second));
        Assert.Contains(first.Steps, step => step.Events.Count > 0);
    }

    /// <summary>A limit is for what comes after a schedule; what a schedule has in it is followed to its end.</summary>
    [Fact]
    public void ASchedule_IsFollowedToItsEnd_HoweverLong_AndARunThatIsCutOff_IsNotLookedAtAsIfItHadEnded()
    {
        var written = new Toy("long", world =>
        {
            world.AtEnd = static cells => new Breach("toy", $"expected no end, got one at {cells[0]}");
            world.Start("p0", async () =>
            {
                for (int i = 1; i <= 30; i++)
                {
                    await world.WriteAsync(0, i);
                }
            });
        });
        var whole = Replay.Follow(written);
        Assert.Equal("toy", whole.Failure?.Rule);

        var again = Replay.Follow(written, whole.Schedule, most: 3);
        Assert.Equal((0, whole.Steps.Count), (again.Lost, again.Steps.Count));
        Assert.True(whole.Failure!.IsLike(again.Failure));

        var cut = Replay.Follow(written, most: 3);
        Assert.Null(cut.Failure);
        Assert.Equal(3, cut.Schedule.Steps);
    }

    [Fact]
    public void AnExperimentThatKeepsNothing_IsRepeatable_AndSoIsItsFailure()
    {
        Assert.Null(Repeatability.FindDifference(Crooked));
        Assert.Null(Repeatability.FindDifference(Crooked, Find()));
    }

    [Theory]
    [InlineData(0, "step 2 of p0/main at 0.000 s, ", " toy write 3 1)", " toy write 3 2)")]
    [InlineData(1, "an end after 2 steps; then another after 3", "", "")]
    [InlineData(2, "step 4 of p0/main at 0.000 s, ", " toy write 4 1)", " toy write 3 1)")]
    public void AnExperimentThatKeepsSomethingFromRunToRun_IsNot_AndTheFirstDifferenceIsTold(int kept, string begin, string one, string other)
    {
        int runs = 0;
        var counting = new Toy("counting", world =>
        {
            int count = ++runs;
            world.Start("p0", async () =>
            {
                await world.WriteAsync(3, kept == 0 ? count : 1);
                for (int i = 0; kept == 2 && i < count; i++)
                {
                    await world.WriteAsync(3, 1);
                }

                if (kept != 1 || count > 1)
                {
                    await world.WriteAsync(4, 1);
                }
            });
        });
        string? difference = Repeatability.FindDifference(counting);
        Assert.NotNull(difference);
        Assert.StartsWith(begin, difference, StringComparison.Ordinal);
        Assert.Contains(one, difference, StringComparison.Ordinal);
        Assert.EndsWith(other, difference, StringComparison.Ordinal);
    }

    /// <summary>The first run has one more than the others, who is looked for where the explorer comes back.</summary>
    [Fact]
    public void AnExperimentThatIsAnotherWhenTheExplorerComesBack_IsNotRepeatable_AndNotFoundClean()
    {
        int runs = 0;
        var first = new Toy("first", world =>
        {
            world.Start("p0", async () => await world.WriteAsync(0, 1));
            if (++runs == 1)
            {
                world.Start("p1", async () => await world.WriteAsync(0, 2));
            }
        });
        var difference = Assert.Throws<NotRepeatableException>(() => Explorer.Explore(first, new ExplorationOptions { Reduction = Reduction.None, BringsBack = false }));
        Assert.Contains("p1/main", difference.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFailureThatDoesNotComeAgain_IsNotRepeatable()
    {
        var found = Find();
        Assert.Equal("other; then toy", Repeatability.FindDifference(Crooked, found with { Rule = "other" }));
        Assert.Null(Repeatability.FindDifference(Crooked, found with { Kind = FailureKind.Obligation, Rule = "open" }));
    }

    [Fact]
    public void ASchedule_FailsAsItDid_WhenItIsFollowed()
    {
        var failure = Find();
        var replay = Replay.Follow(Crooked, failure.Schedule);
        Assert.True(failure.IsLike(replay.Failure));
        Assert.Equal(failure.Schedule.Steps, replay.Schedule.Steps);
    }

    [Fact]
    public void ShrinkingASchedule_LeavesWhatMatters()
    {
        var shrunk = Shrinker.Shrink(Crooked, Find());
        Assert.Equal("toy", shrunk.Rule);
        Assert.Equal(1, shrunk.Schedule.Deviations);
        Assert.DoesNotContain(shrunk.Schedule.Turns, turn => turn.Fiber == "p2/main");
        Assert.True(shrunk.IsLike(Replay.Follow(Crooked, shrunk.Schedule).Failure));
    }

    /// <summary>A turn that must stay may have gone another way than the plain one for nothing.</summary>
    [Fact]
    public void ShrinkingASchedule_TakesThePlainWay_WhereAnotherNeedNotBe()
    {
        var indifferent = new Toy("indifferent", world =>
        {
            world.Start("p0", async () =>
            {
                await world.WriteAsync(0, 1);
                await world.WriteAsync(0, 0);
            });
            world.Start("p1", async () =>
            {
                await world.WriteAsync(1, world.Driver.Choose("dice", 2));
                if (await world.ReadAsync(0) == 1)
                {
                    throw new BreachException(new Breach("toy", "expected 0, got 1"));
                }
            });
        });
        var failure = Replay.Follow(indifferent, new Schedule(indifferent.Name, [new Turn("p0/main", 2, []), new Turn("p1/main", 3, [1])])).Failure!;
        Assert.Equal(("toy", 1), (failure.Rule, failure.Schedule.Deviations));

        var shrunk = Shrinker.Shrink(indifferent, failure);
        Assert.Equal(("toy", 0), (shrunk.Rule, shrunk.Schedule.Deviations));
        Assert.Contains(shrunk.Schedule.Turns, turn => turn.Fiber == "p1/main");
    }

    /// <summary>Hundreds of orders are followed to make one shorter, and nobody looks at a picture of them.</summary>
    [Fact]
    public void Shrinking_DoesNotAskWhatIsShared_AndAPictureDoes()
    {
        var watched = new Watched(Crooked);
        var failure = Find();
        Shrinker.Shrink(watched, failure);
        Assert.Equal(0, watched.Asked);
        Assert.Equal(Replay.Follow(watched, failure.Schedule).Steps.Count, watched.Asked);
    }

    [Fact]
    public void AScheduleFile_IsReadAsItWasWritten()
    {
        var file = ScheduleFile.Of(Find(), new Bounds { Preemptions = 2 });
        var read = ScheduleFile.Parse(file.Write());
        Assert.Equal(file.Write(), read.Write());
        Assert.Equal(2, read.Bounds!.Preemptions);
        Assert.NotNull(Replay.Follow(Crooked, read.ToSchedule()).Failure);
    }

    [Theory]
    [InlineData("no json", "got text that is none")]
    [InlineData("""{"format": 7, "experiment": "x", "turns": []}""", "format 7")]
    [InlineData("""{"format": 1}""", "without experiment")]
    [InlineData("""{"experiment": "x", "turns": [null]}""", "expected a fiber, steps and outcomes in turn 1 of a schedule file, got null")]
    [InlineData("""{"experiment": "x", "turns": [{"steps": 1, "outcomes": []}]}""", "expected the name of a fiber in turn 1")]
    [InlineData("""{"experiment": "x", "turns": [{"fiber": "a", "steps": 1, "outcomes": []}, {"fiber": "", "steps": 1, "outcomes": []}]}""", "in turn 2 of a schedule file, got an empty one")]
    [InlineData("""{"experiment": "x", "turns": [{"fiber": "a", "steps": -5, "outcomes": []}]}""", "expected steps from 1 in turn 1 of a schedule file, got -5")]
    [InlineData("""{"experiment": "x", "turns": [{"fiber": "a", "steps": 1}]}""", "expected outcomes, or [] for the plain way in turn 1")]
    [InlineData("""{"experiment": "x", "turns": [{"fiber": "", "steps": 1, "outcomes": [0, -1]}]}""", "expected outcomes from 0 in turn 1 of a schedule file, got -1")]
    public void AFileThatIsNone_IsRefused_InOneLine(string text, string says)
    {
        var refusal = Assert.Throws<FormatException>(() => ScheduleFile.Parse(text));
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public void ATurnThatCannotBeFollowed_IsCounted_AndOneThatCan_IsNot()
    {
        var found = Find().Schedule;
        Assert.Equal(0, Replay.Follow(Crooked, found).Lost);
        int first = found.Turns[0].Fiber.Length == 0 ? 1 : 0;
        var own = found.Turns[first];
        Assert.Equal(1, LostOf(own with { Fiber = "nobody" }));
        Assert.Equal(1, LostOf(own with { Steps = 1000 }));
        Assert.Equal(1, LostOf(own with { Fiber = "p2", Steps = 1, Outcomes = [7] }));

        int LostOf(Turn turn) => Replay.Follow(Crooked, new Schedule(Crooked.Name, [turn])).Lost;
    }

    // Without leaving out equal orders, so that there is something to shrink.
    private static Failure Find() =>
        Assert.Single(Explorer.Explore(Crooked, new ExplorationOptions { Reduction = Reduction.States }).Failures);

    private static string[] Lines(Replay replay) =>
        [.. replay.Steps.Select(step => $"{step.Number} {step.Fiber} {step.What} {string.Join(' ', step.Outcomes)} {string.Join(' ', step.Events.Select(happened => $"{happened.Step} {happened.Object} {happened.Result}"))}")];

    /// <summary>Counts how often somebody asks what its runs share.</summary>
    private sealed class Watched(IExperiment experiment) : IExperiment
    {
        public int Asked { get; private set; }

        public string Name => experiment.Name;

        public IExperimentRun Begin(SteppedDriver driver, ITraceSink? trace) => new WatchedRun(this, experiment.Begin(driver, trace));

        private sealed class WatchedRun(Watched watched, IExperimentRun run) : IExperimentRun
        {
            public IReadOnlyList<object> Roots => run.Roots;

            public bool IsOver => run.IsOver;

            public IReadOnlyList<KeyValuePair<string, string>> Shared
            {
                get
                {
                    watched.Asked++;
                    return [];
                }
            }

            public Breach? FindBreach() => run.FindBreach();

            public Breach? FindBreachAtEnd() => run.FindBreachAtEnd();
        }
    }
}
