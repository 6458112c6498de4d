using Conformance.Exploration.Engine;
using Conformance.Exploration.Scenarios;
using Conformance.Exploration.Schedules;
using Conformance.Exploration.State;
using Conformance.Model.Protocol;
using Conformance.Model.Trace;
using Conformance.Reference.Fibers;
using Conformance.Reference.Ports;
using Conformance.Reference.World;

namespace Conformance.Tests.Systematic.Engine;

/// <summary>What the explorer checks of itself, on the scenarios it is for rather than on toys.</summary>
public sealed class SelfCheckTests
{
    public static TheoryData<string> Scenarios => [.. ScenarioCatalogue.All.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void AnOrderByChance_FollowedTwice_GivesTheSameTraceAndEnd(string name)
    {
        var scenario = ScenarioCatalogue.Find(name)!;
        var (schedule, end) = RunByChance(scenario, seed: 7);
        Assert.Equal(end, RunByChance(scenario, seed: 7).End);
        var first = Replay.Follow(scenario, schedule);
        var second = Replay.Follow(scenario, schedule);
        Assert.Equal(first.End, second.End);
        Assert.Equal(Lines(first), Lines(second));
        Assert.Contains(first.Steps.Skip(1), step => step.Events.Count > 0);
        Assert.Equal(schedule.Steps, first.Schedule.Steps);
    }

    [Theory]
    [InlineData("I-00")]
    [InlineData("I-20")]
    [InlineData("I-40")]
    [InlineData("I-60")]
    public void NoTwoStatesOfAScenario_HaveOneFingerprint(string name)
    {
        var report = Explorer.Explore(ScenarioCatalogue.Find(name)!, new ExplorationOptions
        {
            Bounds = new Bounds { Delays = 1, Outcomes = 1 }, CountsCollisions = true, Workers = 2,
        });
        Assert.True(report.IsClean, report.ToString());
        Assert.True(report.States > 100, report.ToString());
        Assert.Equal(0, report.Collisions);
    }

    /// <summary>Runs that are brought back in their own objects cover what runs do that each begin from the beginning.</summary>
    [Theory]
    [InlineData("I-20")]
    [InlineData("I-40")]
    public void RunsBroughtBack_AndRepeatedOnes_OfAScenario_CoverTheSame(string name)
    {
        var scenario = ScenarioCatalogue.Find(name)!;
        var options = new ExplorationOptions { Bounds = new Bounds { Delays = 1, Outcomes = 1 }, Reduction = Reduction.States, KeepsStates = true };
        var brought = Explorer.Explore(scenario, options);
        var repeated = Explorer.Explore(scenario, options with { BringsBack = false });
        Assert.True(brought.IsClean && repeated.IsClean, $"{brought}\n{repeated}");
        Assert.True(brought.States > 100, brought.ToString());
        Assert.Equal((repeated.States, repeated.Transitions, repeated.EndStates, repeated.EndDigest), (brought.States, brought.Transitions, brought.EndStates, brought.EndDigest));
        Assert.True(brought.Visited.SetEquals(repeated.Visited));

        // What a run had taken before it was brought back is no step: nearly every run was.
        Assert.Equal(repeated.Schedules, brought.Schedules);
        Assert.True(brought.Steps < repeated.Steps / 4, $"expected runs that are brought back, got {brought.Steps} steps where {repeated.Steps} are taken from the beginning");
    }

    [Fact]
    [Trait("Clause", "GT-026")]
    [Trait("Clause", "EV-012")]
    public void OnGrantsAndEvents_ReducedAndUnreduced_Agree()
    {
        var experiment = new Handshake();
        var full = Explore(experiment, Reduction.None);
        var merged = Explore(experiment, Reduction.States);
        var reduced = Explore(experiment, Reduction.StatesAndOrders);
        Assert.True(full.IsExhaustive && full.IsClean, full.ToString());
        Assert.Equal(full.Interleavings, merged.Interleavings);
        Assert.Equal((full.EndStates, full.EndDigest), (merged.EndStates, merged.EndDigest));
        Assert.Equal((merged.EndStates, merged.EndDigest), (reduced.EndStates, reduced.EndDigest));
        Assert.True(reduced.States < merged.States);
        Assert.True(reduced.Schedules < merged.Schedules && merged.Schedules < full.Schedules, $"{reduced}\n{merged}\n{full}");
        Assert.Equal(0, merged.Collisions);
    }

    /// <summary>What each scenario that is covered without any bound comes to, whoever of those that commute goes first.</summary>
    [Theory]
    [InlineData("I-41")]
    [InlineData("I-50")]
    [InlineData("I-71")]
    public void OnAWholeScenario_ReducedAndUnreduced_Agree(string name)
    {
        var scenario = ScenarioCatalogue.Find(name)!;
        var merged = Explorer.Explore(scenario, new ExplorationOptions { Reduction = Reduction.States, Workers = 2 });
        var reduced = Explorer.Explore(scenario, new ExplorationOptions { Reduction = Reduction.StatesAndOrders, Workers = 2 });
        Assert.True(merged.IsExhaustive && merged.IsClean, merged.ToString());
        Assert.True(reduced.IsExhaustive && reduced.IsClean, reduced.ToString());
        Assert.True(reduced.States < merged.States, $"{reduced}\n{merged}");
        Assert.Equal((merged.EndStates, merged.EndDigest), (reduced.EndStates, reduced.EndDigest));
    }

    private static ExplorationReport Explore(IExperiment experiment, Reduction reduction) =>
        Explorer.Explore(experiment, new ExplorationOptions { Reduction = reduction, GoesOnAfterFailure = true, CountsCollisions = true });

    private static (Schedule Schedule, StateKey End) RunByChance(Scenario scenario, ulong seed)
    {
        var choices = new SeededChoices(seed);
        var run = new Run(scenario, null, ask: ways => choices.Choose("way", ways));
        var moment = new Moment(null, string.Empty, Taken(run), 0, default);
        while (!run.IsOver)
        {
            var enabled = run.Driver.FindEnabledInTime();
            Assert.True(enabled.Count > 0, run.Driver.DescribeAlive());
            var fiber = enabled[choices.Choose("fiber", enabled.Count)];
            run.Take(fiber, null);
            moment = new Moment(moment, fiber.Identity, Taken(run), moment.Number + 1, default);
        }

        run.LookAtEnd();
        Assert.Null(run.Failure);
        return (moment.ToSchedule(scenario.Name), new HeapImage(takesSecond: true).Take(run.Driver, [.. run.Roots]));
    }

    private static int[]? Taken(Run run) => run.Outcomes.Count > 0 ? [.. run.Outcomes.Taken] : null;

    private static string[] Lines(Replay replay) =>
        [.. replay.Steps.Select(step => $"{step.Number} {step.Fiber} {step.What} {string.Join(' ', step.Outcomes)} {string.Join(' ', step.Events.Select(happened => $"{happened.Actor} {happened.Step} {happened.Object} {happened.Result}"))}")];

    /// <summary>A guest lends a page; the other end maps it, looks, writes and rings; somebody takes memory of his own meanwhile.</summary>
    private sealed class Handshake : IExperiment
    {
        public string Name => "handshake";

        public IExperimentRun Begin(SteppedDriver driver, ITraceSink? trace)
        {
            var run = new HandshakeRun(driver, new XenWorld(driver, trace));
            Setup.Run(driver, "setup", run.BuildAsync);
            run.Start();
            return run;
        }
    }

    private sealed class HandshakeRun(SteppedDriver driver, XenWorld world) : IExperimentRun
    {
        private WorldDomain _guest = null!;
        private WorldDomain _other = null!;
        private IOwnPage _page = null!;
        private IEventChannel _channel = null!;
        private GrantRef _reference;
        private uint _seen;

        public IReadOnlyList<object> Roots => [this];

        public bool IsOver => driver.FindEnabled().Count == 0;

        public Breach? FindBreach() => null;

        public Breach? FindBreachAtEnd() => _seen == 2 ? null : new Breach("handshake", $"expected 2 in the page, got {_seen}");

        internal async ValueTask BuildAsync()
        {
            _guest = await world.CreateDomainAsync();
            _other = await world.CreateDomainAsync();
            _page = (await _guest.Memory.AllocateAsync())!;
            _channel = (await _guest.Events.AllocateUnboundAsync(world.Control.Id)).Channel!;
            _reference = await _guest.Grants.GrantAsync(world.Control.Id, _page, GrantAccess.ReadWrite);
            await _page.StoreAsync(0, 1);
        }

        internal void Start()
        {
            _guest.Fibers.Start("lender", async () =>
            {
                await _channel.WaitAsync();
                _seen = await _page.LoadAsync(0);
            });
            world.Control.Fibers.Start("borrower", async () =>
            {
                var mapped = (await world.Control.Grants.MapAsync(_guest.Id, _reference, GrantAccess.ReadWrite)).Page!;
                await mapped.StoreAsync(0, await mapped.LoadAsync(0) + 1);
                var bound = (await world.Control.Events.BindInterdomainAsync(_guest.Id, _channel.Port)).Channel!;
                await bound.NotifyAsync();
            });
            _other.Fibers.Start("stranger", async () => await _other.Memory.AllocateAsync());
        }
    }
}
