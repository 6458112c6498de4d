using Conformance.Model.Checking;
using Conformance.Tests.Model.Checking.Toys;

namespace Conformance.Tests.Model.Checking;

/// <summary>What comes in the end, and under which fairness.</summary>
public sealed class LivenessTests
{
    private static readonly LeadsTo<ulong> ReachesTwo = new("2 comes", ["XB-002"], (in state) => state == 0, (in state) => state == 2);

    [Fact]
    public void UnfairCycle_BreaksWhatWaits()
    {
        PropertyResult result = Check(Waiting(), []);

        Assert.Equal(PropertyVerdict.Broken, result.Verdict);
        Assert.Equal(["0", "1", "0"], States(result));
        Assert.Equal(0, result.Counterexample!.LoopsTo);
    }

    [Fact]
    public void StepThatStaysPossible_IsTaken_UnderWeakFairness()
    {
        // 0 and 1 by turns; 2 can be reached from both.
        var always = new Toy<ulong>(0, (in state, into) =>
        {
            if (state < 2)
            {
                into.Add(new(0, 0), 1 - state);
                into.Add(new(1, 1), 2);
            }
        });

        Assert.Equal(PropertyVerdict.Broken, Check(always, []).Verdict);
        Assert.Equal(PropertyVerdict.Holds, Check(always, [Fair(FairnessStrength.Weak)]).Verdict);
    }

    [Fact]
    public void StepThatIsPossibleAgainAndAgain_NeedsStrongFairness()
    {
        PropertyResult weak = Check(Waiting(), [Fair(FairnessStrength.Weak)]);

        Assert.Equal(PropertyVerdict.Broken, weak.Verdict);
        Assert.Equal(0, weak.Counterexample!.LoopsTo);
        Assert.Equal(PropertyVerdict.Holds, Check(Waiting(), [Fair(FairnessStrength.Strong)]).Verdict);
    }

    [Fact]
    public void StrongFairness_LooksForACycleBesideTheForbiddenStates()
    {
        // 0 and 1 by turns, 1 and 3 by turns; 2 can be reached from 0 only, so a fair run may stay with 1 and 3.
        var beside = new Toy<ulong>(0, (in state, into) =>
        {
            switch (state)
            {
                case 0:
                    into.Add(new(0, 0), 1);
                    into.Add(new(1, 1), 2);
                    break;
                case 1:
                    into.Add(new(0, 2), 0);
                    into.Add(new(0, 3), 3);
                    break;
                case 3:
                    into.Add(new(0, 4), 1);
                    break;
            }
        });

        PropertyResult result = Check(beside, [Fair(FairnessStrength.Strong)]);

        Assert.Equal(PropertyVerdict.Broken, result.Verdict);
        Assert.Equal(["0", "1", "3", "1"], States(result));
        Assert.Equal(1, result.Counterexample!.LoopsTo);
    }

    [Fact]
    public void FairLoop_ShowsEveryAssumptionKept()
    {
        // From 0 the one goes to 1 and back, the other to 3 and back; 2 is never reached. A fair run does both.
        var both = new Toy<ulong>(0, (in state, into) =>
        {
            if (state == 0)
            {
                into.Add(new(0, 0), 1);
                into.Add(new(1, 1), 3);
            }
            else
            {
                into.Add(new(2, 2), 0);
            }
        });
        Fairness One(byte code) => new($"step {code}", FairnessStrength.Strong, step => step.Code == code);

        PropertyResult result = Check(both, [One(0), One(1)]);

        Assert.Equal(["0", "1", "0", "3", "0"], States(result));
        Assert.Equal(0, result.Counterexample!.LoopsTo);
    }

    [Fact]
    public void ProperEnd_BreaksWhatNeverCame()
    {
        var ends = new Toy<ulong>(5, (in state, into) =>
        {
            if (state == 5)
            {
                into.Add(new(0, 0), 0);
            }

            if (state == 0)
            {
                into.Add(new(0, 1), 4);
            }
        });

        PropertyResult result = Check(ends, [Fair(FairnessStrength.Strong)]);

        Assert.Equal(PropertyVerdict.Broken, result.Verdict);
        Assert.Equal(["5", "0", "4"], States(result));
        Assert.Null(result.Counterexample!.LoopsTo);
        Assert.Equal(["XB-002"], result.Clauses);
    }

    [Fact]
    public void RunMayRest_WhereAllStepsAreOptional()
    {
        Toy<ulong> Wish(Func<StepId, bool> optional) => new(0, (in state, into) =>
        {
            if (state == 0)
            {
                into.Add(new(1, 1), 2);
            }
        })
        { Optional = optional };

        Assert.Equal(PropertyVerdict.Holds, Check(Wish(step => false), []).Verdict);
        Assert.Equal(PropertyVerdict.Broken, Check(Wish(step => true), []).Verdict);
    }

    [Fact]
    public void WhatIsDoneAtOnce_IsNotAwaited()
    {
        var never = new LeadsTo<ulong>("1 stays", [], (in state) => state == 1, (in state) => state == 1);

        Assert.Equal(PropertyVerdict.Holds, Check(Waiting(), [], never).Verdict);
    }

    [Fact]
    public void Liveness_IsUnknown_WhenTheSearchIsBounded()
    {
        var endless = new Toy<ulong>(0, (in state, into) => into.Add(new(0, 0), state + 3)) { Claims = new() { Liveness = [ReachesTwo] } };

        CheckReport report = new Checker<ulong>(endless).Check(new() { StateLimit = 500 });

        Assert.Equal(PropertyVerdict.Unknown, report.Properties.Single(property => property.Kind == PropertyKind.Liveness).Verdict);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Liveness_IsNotCheckedUnderAReduction(bool order, bool symmetry)
    {
        var toy = new Toy<ulong>(0, (in state, into) => { }) { Claims = new() { Liveness = [ReachesTwo] }, Symmetry = (ref state) => { } };

        string message = Assert.Throws<ArgumentException>(() => new Checker<ulong>(toy).Check(new() { ReducesOrder = order, ReducesSymmetry = symmetry })).Message;

        Assert.Contains("without a reduction", message, StringComparison.Ordinal);
    }

    /// <summary>On random graphs the verdicts are those of a search for fair cycles by trying all sets of states.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void RandomGraphs_AreJudgedAsByTryingAllSetsOfStates(int seed)
    {
        var random = new Random(seed);
        int broken = 0;
        for (int round = 0; round < 250; round++)
        {
            SmallGraph graph = SmallGraph.Random(random);

            PropertyResult result = Check(graph.Toy(), graph.Assumptions, SmallGraph.Claim);

            bool isBroken = graph.HasFairRunWithoutEnd();
            Assert.True(isBroken == (result.Verdict == PropertyVerdict.Broken), $"seed {seed}, round {round}: {graph}");
            if (isBroken)
            {
                graph.DemandRun(result.Counterexample!);
                broken++;
            }
        }

        Assert.InRange(broken, 20, 230);
    }

    /// <summary>0 and 1 by turns; 2 can be reached from 0 only.</summary>
    private static Toy<ulong> Waiting() => new(0, (in state, into) =>
    {
        if (state < 2)
        {
            into.Add(new(0, 0), 1 - state);
        }

        if (state == 0)
        {
            into.Add(new(1, 1), 2);
        }
    });

    private static Fairness Fair(FairnessStrength strength) => new("the step to 2", strength, step => step.Code == 1);

    private static PropertyResult Check(Toy<ulong> toy, IReadOnlyList<Fairness> assumptions, LeadsTo<ulong>? claim = null)
    {
        toy.Claims = new() { Liveness = [claim ?? ReachesTwo], Assumptions = assumptions };
        return new Checker<ulong>(toy).Check(new()).Properties.Single(property => property.Kind == PropertyKind.Liveness);
    }

    private static IEnumerable<string> States(PropertyResult result) => result.Counterexample!.Steps.Select(step => step.State[0].Value);
}
