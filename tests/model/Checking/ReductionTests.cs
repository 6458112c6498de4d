using Conformance.Model.Checking;
using Conformance.Tests.Model.Checking.Toys;

namespace Conformance.Tests.Model.Checking;

/// <summary>Reductions say what the full search says, with fewer states, and lies about them are found.</summary>
public sealed class ReductionTests
{
    private const int Three = 3;

    [Fact]
    public void OrderReduction_LeavesOutStates_AndKeepsTheVerdicts()
    {
        Toy<ulong> toy = Workers(isLocal: true);

        CheckReport full = Check(toy, new());
        CheckReport reduced = Check(toy, new() { ReducesOrder = true });

        // Each worker does three steps for itself, one worker after the other (10 states), and then one that the others can see (8 states, one of them counted).
        Assert.Equal((125, 17), (full.Statistics.Distinct, reduced.Statistics.Distinct));
        Assert.Equal(Verdicts(full), Verdicts(reduced));
        Assert.True(reduced.Holds);
    }

    [Fact]
    public void OrderReduction_FindsTheViolation_TheFullSearchFinds()
    {
        Toy<ulong> toy = Workers(isLocal: true);
        toy.Claims = new() { Invariants = [new("not all done", [], (in state) => Done(state) < Three)] };

        Assert.Equal(Verdicts(Check(toy, new())), Verdicts(Check(toy, new() { ReducesOrder = true })));
        Assert.False(Check(toy, new() { ReducesOrder = true }).Holds);
    }

    [Fact]
    public void OrderReduction_PutsNobodyOffRoundACycle()
    {
        // The one goes round for itself for ever; what the other does must still be seen.
        var round = new Toy<ulong>(0, (in state, into) =>
        {
            into.Add(new(0, 0), (state & ~3UL) | ((state + 1) & 3));
            if (state < 4)
            {
                into.Add(new(1, 1), state + 4);
            }
        })
        { Local = (in state, step) => step.Participant == 0, Claims = new() { Reachable = [new("the other moves", [], (in state) => state >= 4)] } };

        Assert.True(Check(round, new() { ReducesOrder = true }).Holds);
        Assert.True(Check(round, new() { Audit = true }).Holds);
    }

    [Fact]
    public void Audit_AcceptsHonestLocality_AndSearchesInFull()
    {
        CheckReport report = Check(Workers(isLocal: true), new() { Audit = true, ReducesOrder = true });

        Assert.True(report.Holds);
        Assert.Equal(125, report.Statistics.Distinct);
    }

    [Fact]
    public void Audit_CatchesAStepThatAPropertySees()
    {
        Toy<ulong> toy = Workers(isLocal: true);
        toy.Claims = new() { Reachable = [new("first half way", [], (in state) => (state & 7) == 2)] };

        Assert.Contains("'first half way' tells whether it was taken", Lie(toy), StringComparison.Ordinal);
    }

    [Fact]
    public void Audit_CatchesAStepThatDoesNotCommute()
    {
        // The one doubles, the other adds.
        var lie = new Toy<ulong>(3, (in state, into) =>
        {
            if (state < 100)
            {
                into.Add(new(0, 0), state * 2);
                into.Add(new(1, 1), state + 1);
            }
        })
        { Local = (in state, step) => step.Participant == 0 };

        Assert.Contains("does not commute", Lie(lie), StringComparison.Ordinal);
    }

    [Fact]
    public void Audit_CatchesAStepThatAnotherTakesAway()
    {
        var lie = new Toy<ulong>(0, (in state, into) =>
        {
            if (state == 0)
            {
                into.Add(new(0, 0), 1);
                into.Add(new(1, 1), 2);
            }
        })
        { Local = (in state, step) => step.Participant == 0 };

        Assert.Contains("changes what its participant can do", Lie(lie), StringComparison.Ordinal);
    }

    [Fact]
    public void Audit_CatchesAStepThatIsLocalOnlyForNow()
    {
        Toy<ulong> lie = new(0, (in state, into) =>
        {
            for (byte who = 0; who < 2; who++)
            {
                if ((state >> who & 1) == 0)
                {
                    into.Add(new(who, 0), state | 1UL << who);
                }
            }
        })
        { Local = (in state, step) => step.Participant == 0 && state == 0 };

        Assert.Contains("but no more so after", Lie(lie), StringComparison.Ordinal);
    }

    [Fact]
    public void Audit_CatchesAStepWhoseOrderARuleSees()
    {
        Toy<ulong> toy = Workers(isLocal: true);
        toy.Claims = new() { Rules = [new("the second starts after the first", [], (in before, step, in after) => step.Participant != 1 || (before & 7) > 0)] };

        Assert.Contains("does not commute", Lie(toy), StringComparison.Ordinal);
    }

    [Fact]
    public void Symmetry_LeavesOutStates_AndKeepsTheVerdicts()
    {
        Toy<ulong> toy = Workers(isLocal: false, Sorted);

        CheckReport full = Check(toy, new());
        CheckReport reduced = Check(toy, new() { ReducesSymmetry = true });

        // Three of five values each: 5·5·5 ordered, (5+2 choose 3) unordered.
        Assert.Equal((125, 35), (full.Statistics.Distinct, reduced.Statistics.Distinct));
        Assert.Equal(full.Statistics.Depth, reduced.Statistics.Depth);
        Assert.Equal(Verdicts(full), Verdicts(reduced));
        Assert.True(Check(toy, new() { Audit = true }).Holds);
    }

    [Fact]
    public void Symmetry_CounterexampleIsARunOfTheSystemItself()
    {
        Toy<ulong> toy = Workers(isLocal: false, Sorted);
        toy.Claims = new() { Invariants = [new("not two done", [], (in state) => Done(state) < 2)] };

        Counterexample run = Check(toy, new() { ReducesSymmetry = true }).Properties[0].Counterexample!;

        ulong before = 0;
        Assert.Equal(9, run.Steps.Count);
        foreach (PathStep step in run.Steps.Skip(1))
        {
            ulong after = ulong.Parse(step.State[0].Value, System.Globalization.CultureInfo.InvariantCulture);
            Assert.Contains(after - before, new ulong[] { 1, 8, 64 });
            before = after;
        }
    }

    [Fact]
    public void Symmetry_AndOrderReduction_GoTogether()
    {
        CheckReport report = Check(Workers(isLocal: true, Sorted), new() { ReducesSymmetry = true, ReducesOrder = true });

        Assert.True(report.Holds);
        Assert.InRange(report.Statistics.Distinct, 10, 17);
    }

    [Fact]
    public void Audit_CatchesARepresentativeThatIsNotItsOwn()
    {
        Assert.Contains("must be its own representative", Lie(Workers(isLocal: false, (ref state) => state ^= 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void Audit_CatchesASymmetryThatAPropertySees()
    {
        Toy<ulong> toy = Workers(isLocal: false, Sorted);
        toy.Claims = new() { Reachable = [new("the first is done first", [], (in state) => state == 4)] };

        Assert.Contains("'the first is done first' tells them apart", Lie(toy), StringComparison.Ordinal);
    }

    [Fact]
    public void Audit_CatchesASymmetryThatTheStepsSee()
    {
        // The first worker counts to two only, and the second after it to four: the two are not alike.
        var lie = new Toy<ulong>(0, (in state, into) =>
        {
            if ((state & 7) < 2)
            {
                into.Add(new(0, 0), state + 1);
            }
            else if ((state >> 3 & 7) < 4)
            {
                into.Add(new(1, 0), state + 8);
            }
        })
        { Symmetry = Sorted };

        Assert.Contains("must lead to the same representatives", Lie(lie), StringComparison.Ordinal);
    }

    /// <summary>Three workers that count to four; the step to four is one that others may see.</summary>
    private static Toy<ulong> Workers(bool isLocal, Toy<ulong>.Representative? symmetry = null) => new(0, (in state, into) =>
    {
        for (byte who = 0; who < Three; who++)
        {
            if ((state >> (3 * who) & 7) < 4)
            {
                into.Add(new(who, 0), state + (1UL << (3 * who)));
            }
        }
    })
    {
        Local = (in state, step) => isLocal && (state >> (3 * step.Participant) & 7) < 3,
        Symmetry = symmetry,
        Claims = new()
        {
            Invariants = [new("at most three are done", [], (in state) => Done(state) <= Three)],
            Reachable = [new("two are done", [], (in state) => Done(state) == 2), new("all are done", [], (in state) => Done(state) == Three)],
        },
    };

    private static int Done(ulong state) => Enumerable.Range(0, Three).Count(who => (state >> (3 * who) & 7) == 4);

    private static void Sorted(ref ulong state)
    {
        ulong bits = state;
        ulong sorted = 0;
        foreach (ulong value in Enumerable.Range(0, Three).Select(who => bits >> (3 * who) & 7).Order())
        {
            sorted = sorted << 3 | value;
        }

        state = sorted;
    }

    private static string Lie(Toy<ulong> toy) => Assert.Throws<ReductionAuditException>(() => Check(toy, new() { Audit = true })).Message;

    private static CheckReport Check(Toy<ulong> toy, CheckOptions options) => new Checker<ulong>(toy).Check(options);

    private static IEnumerable<(string, PropertyVerdict)> Verdicts(CheckReport report) => report.Properties.Select(property => (property.Name, property.Verdict));
}
