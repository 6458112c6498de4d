using Conformance.Model.Clauses;
using Conformance.Suite.Cases;
using Conformance.Suite.Coverage;
using Conformance.Suite.Expected;
using Conformance.Suite.Results;
using Conformance.Suite.Running;
using Xunit.Abstractions;

namespace Conformance.Tests.Real.SoftwareXen;

/// <summary>The lists of known divergences are exact: the daemons do what they say, no more and no less.</summary>
public sealed class KnownDivergenceTests(ITestOutputHelper output)
{
    private const int Seed = 20170531;

    public static TheoryData<string> Daemons => RealStore.Daemons;

    [SkippableTheory]
    [MemberData(nameof(Daemons))]
    public async Task WholeSuite_FailsAsListed_AndNowhereElse(string daemon)
    {
        var target = RealStore.Target(daemon);
        var found = target.Probe();
        Skip.IfNot(found.IsAvailable, found.Explanation);
        var known = ExpectedFailures.ForTarget(daemon);
        var settings = new RunSettings { Seed = Seed, Jobs = Environment.ProcessorCount };
        output.WriteLine($"seed {Seed}");

        var run = await new Certification(ClauseCatalogue.Default, CaseCatalogue.Default, Uncovered.Default)
            .RunAsync(target, Selection.Everything, settings, known, null, CancellationToken.None);

        Assert.Empty(run.Cases.Where(result => result.IsBreach).Select(result => $"{result.Case.Id}: {result.Clause}: {result.Message}"));
        Assert.Equal(Conclusion.ConformsWithKnownDivergences, run.Conclusion);
        var used = run.Cases.Select(result => result.Row).ToHashSet();
        Assert.Empty(known.Rows.Where(row => !used.Contains(row)).Select(row => $"{row.Where}: no case failed as '{row.Cases}' says"));
    }
}
