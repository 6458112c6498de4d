using Conformance.Model.Checking;
using Conformance.Tests.Model.Checking.Toys;

namespace Conformance.Tests.Model.Checking;

/// <summary>What the checker says of systems whose answer is known.</summary>
public sealed class CheckerTests
{
    [Fact]
    public void BrokenInvariant_HasAShortestCounterexample()
    {
        CheckReport report = Check(Counter(10, new() { Invariants = [new("below 4", ["XB-001"], (in state) => state < 4)] }));

        PropertyResult broken = report.Properties.Single(property => property.Kind == PropertyKind.Invariant);
        Assert.Equal(PropertyVerdict.Broken, broken.Verdict);
        Assert.Equal(["XB-001"], broken.Clauses);
        Assert.Equal(["0", "2", "4"], broken.Counterexample!.Steps.Select(step => step.State[0].Value));
        Assert.Equal([null, "2 7", "2 7"], broken.Counterexample.Steps.Select(step => step.Step?.Text));
        Assert.False(report.Holds);
    }

    [Fact]
    public void BrokenRule_EndsWithTheStepThatBreaksIt()
    {
        CheckReport report = Check(Counter(10, new() { Rules = [new("no step to 5", [], (in before, step, in after) => after != 5)] }));

        PropertyResult broken = report.Properties.Single(property => property.Kind == PropertyKind.StepRule);
        Assert.Equal(PropertyVerdict.Broken, broken.Verdict);
        Assert.Equal(4, broken.Counterexample!.Steps.Count);
        Assert.Equal("5", broken.Counterexample.Steps[^1].State[0].Value);
    }

    [Fact]
    public void WhatIsNeverReached_IsBroken_WhenTheSearchIsComplete()
    {
        PropertySet<ulong> claims = new() { Reachable = [new("reaches 9", [], (in state) => state == 9), new("reaches 12", [], (in state) => state == 12)] };

        CheckReport report = Check(Counter(10, claims));

        Assert.Equal([PropertyVerdict.Holds, PropertyVerdict.Broken], Verdicts(report, PropertyKind.Reachability));
        Assert.False(report.Holds);
    }

    [Fact]
    public void WhatIsNotReachedYet_IsUnknown_WhenTheSearchIsBounded()
    {
        PropertySet<ulong> claims = new() { Reachable = [new("reaches 100000", [], (in state) => state == 100000)] };

        CheckReport report = Check(Counter(100000, claims), new() { StateLimit = 1000 });

        Assert.Equal([PropertyVerdict.Unknown], Verdicts(report, PropertyKind.Reachability));
        Assert.Equal([PropertyVerdict.Unknown], Verdicts(report, PropertyKind.Deadlock));
        Assert.Equal("the bound of 1000 states", report.Statistics.StoppedBy);
        Assert.False(report.Statistics.IsExhaustive);
        Assert.InRange(report.Statistics.Distinct, 1000, 1032);
        Assert.False(report.Holds);
    }

    [Fact]
    public void StateWithoutSteps_IsADeadlock_UnlessItIsAnEnd()
    {
        var stuck = new Toy<ulong>(0, (in state, into) => Up(state, 10, into)) { Ends = (in state) => state != 11 && state != 10 };

        CheckReport report = Check(stuck);

        PropertyResult broken = report.Properties.Single(property => property.Kind == PropertyKind.Deadlock);
        Assert.Equal(PropertyVerdict.Broken, broken.Verdict);
        Assert.Equal("10", broken.Counterexample!.Steps[^1].State[0].Value);
        Assert.True(Check(Counter(10, new())).Holds);
    }

    [Fact]
    public void StateWithOptionalStepsOnly_MustBeAnEnd()
    {
        Toy<ulong> Faulty(StatePredicate<ulong> ends) => new(0, (in state, into) => into.Add(new(0, 9), state ^ 1)) { Optional = step => step.Code == 9, Ends = ends };

        Assert.Equal([PropertyVerdict.Broken], Verdicts(Check(Faulty((in state) => state == 0)), PropertyKind.Deadlock));
        Assert.Equal([PropertyVerdict.Holds], Verdicts(Check(Faulty((in state) => true)), PropertyKind.Deadlock));
    }

    [Fact]
    public void SystemWithoutInitialState_IsBroken()
    {
        CheckReport report = Check(new Toy<ulong>(0, (in state, into) => { }) { InitialStates = [] });

        Assert.False(report.Holds);
        Assert.Equal("there is an initial state", report.Properties.Single(property => property.Verdict == PropertyVerdict.Broken).Name);
    }

    [Fact]
    public void Memory_IsBounded_AndTheReportSaysSo()
    {
        CheckReport report = Check(Counter(50_000_000, new()), new() { MemoryLimit = 4 << 20 });

        Assert.Equal("the bound of 4 MiB of memory", report.Statistics.StoppedBy);
        Assert.InRange(report.Statistics.Memory, 2 << 20, 4 << 20);
    }

    [Fact]
    public void SearchMayEnd_AtTheFirstBrokenProperty()
    {
        PropertySet<ulong> claims = new() { Invariants = [new("below 4", [], (in state) => state < 4)] };

        CheckReport report = Check(Counter(100000, claims), new() { GoesOn = false });

        Assert.Equal([PropertyVerdict.Broken], Verdicts(report, PropertyKind.Invariant));
        Assert.InRange(report.Statistics.Distinct, 5, 20);
        Assert.Equal("the first property that is broken", report.Statistics.StoppedBy);
    }

    [Fact]
    public void SearchStopsOnRequest()
    {
        CheckReport report = new Checker<ulong>(Counter(100000, new())).Check(new(), null, new CancellationToken(true));

        Assert.Equal("a wish to stop", report.Statistics.StoppedBy);
    }

    /// <summary>Counts by ones and twos up to a bound.</summary>
    private static Toy<ulong> Counter(ulong bound, PropertySet<ulong> claims) => new(0, (in state, into) => Up(state, bound, into)) { Claims = claims };

    private static void Up(ulong state, ulong bound, TransitionBuffer<ulong> into)
    {
        if (state < bound)
        {
            into.Add(new(0, 1, 7), state + 1);
            into.Add(new(1, 2, 7), state + 2);
        }
    }

    private static CheckReport Check(Toy<ulong> toy, CheckOptions? options = null) => new Checker<ulong>(toy).Check(options ?? new());

    private static PropertyVerdict[] Verdicts(CheckReport report, PropertyKind kind) =>
        [.. report.Properties.Where(property => property.Kind == kind).Select(property => property.Verdict)];
}
