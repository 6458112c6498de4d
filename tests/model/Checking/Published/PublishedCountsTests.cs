using Conformance.Model.Checking;

namespace Conformance.Tests.Model.Checking.Published;

/// <summary>The counts that TLC is published to find (manifests of the TLA+ examples) are found here as well.</summary>
public sealed class PublishedCountsTests
{
    [Fact]
    public void TwoPhase_WithThreeManagers_HasThePublishedCounts() => AssertCounts(new TwoPhase(3), 288, 1146, 11);

    [Fact]
    public void TransactionCommit_WithThreeManagers_HasThePublishedCounts() => AssertCounts(new TransactionCommit(3), 34, 94, 7);

    [Fact]
    public void CoffeeCan_WithAHundredBeans_HasThePublishedCounts() => AssertCounts(new CoffeeCan(100), 5150, 20002, 1);

    /// <summary>
    /// 34 states are those without a commit (three of working, prepared, aborted: 27) and those with one (three of prepared and committed: 7).
    /// But for the order of the managers they are 10 and 3.
    /// </summary>
    [Fact]
    public void TransactionCommit_HasFewerStates_ButForTheOrderOfManagers()
    {
        CheckReport report = new Checker<ulong>(new TransactionCommit(3)).Check(new() { ReducesSymmetry = true });

        Assert.Equal((13, 7), (report.Statistics.Distinct, report.Statistics.Depth));
        Assert.True(report.Holds);
        Assert.True(new Checker<ulong>(new TransactionCommit(3)).Check(new() { Audit = true }).Holds);
    }

    [Fact]
    public void Pair_HasTheSquareOfTheStates_AndHalfOfThemButForTheOrder()
    {
        var pair = new PairSystem<ulong>(new TwoPhase(3));

        CheckReport full = new Checker<Pair<ulong>>(pair).Check(new());
        CheckReport reduced = new Checker<Pair<ulong>>(pair).Check(new() { ReducesSymmetry = true });

        // Each of the 1145 steps of the one is taken beside each of the 288 states of the other, and the reverse.
        Assert.Equal((288 * 288, 1 + (2 * 1145 * 288), 21), (full.Statistics.Distinct, full.Statistics.Generated, full.Statistics.Depth));
        Assert.Equal(288 * 289 / 2, reduced.Statistics.Distinct);
        Assert.True(full.Holds && reduced.Holds);
    }

    private static void AssertCounts<TState>(TransitionSystem<TState> system, long distinct, long generated, int depth)
        where TState : unmanaged
    {
        foreach (int threads in (ReadOnlySpan<int>)[1, 2])
        {
            CheckReport report = new Checker<TState>(system).Check(new() { Threads = threads });

            Assert.Equal((distinct, generated, depth), (report.Statistics.Distinct, report.Statistics.Generated, report.Statistics.Depth));
            Assert.True(report.Holds, string.Join(", ", report.Properties.Where(property => property.Verdict != PropertyVerdict.Holds).Select(property => property.Name)));
        }
    }
}
