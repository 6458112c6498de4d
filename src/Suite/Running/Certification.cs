using Conformance.Model.Clauses;
using Conformance.Suite.Cases;
using Conformance.Suite.Coverage;
using Conformance.Suite.Expected;
using Conformance.Suite.Results;
using Conformance.Suite.Targets;

namespace Conformance.Suite.Running;

/// <summary>The whole of a certification: select, run, compare with what is expected, fold into clauses.</summary>
public sealed class Certification(ClauseCatalogue clauses, CaseCatalogue cases, Uncovered uncovered, TimeProvider? clock = null)
{
    private readonly TimeProvider clock = clock ?? TimeProvider.System;

    /// <summary>Certifies a target.</summary>
    /// <param name="target">Whom to ask.</param>
    /// <param name="selection">What to ask.</param>
    /// <param name="settings">How.</param>
    /// <param name="expected">The known divergences of the target.</param>
    /// <param name="progress">Told of each case that has ended.</param>
    /// <param name="cancellation">Stops the run; what has ended until then is judged.</param>
    /// <exception cref="NothingSelectedException">The selection matches no case.</exception>
    public async Task<RunResult> RunAsync(
        ITarget target,
        Selection selection,
        RunSettings settings,
        ExpectedFailures expected,
        Action<RunProgress>? progress,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(selection);
        ArgumentNullException.ThrowIfNull(expected);
        var selected = selection.Apply(cases, clauses, target);
        var started = clock.GetUtcNow();
        long start = clock.GetTimestamp();
        var outcome = await new SuiteRunner(target, settings, clock)
            .RunAsync(selected, progress is null ? null : latest => progress(latest with { Latest = expected.Judge(latest.Latest) }), cancellation);
        CaseResult[] results = [.. outcome.Results.Select(expected.Judge)];
        var folded = new ClauseFold(clauses, cases, uncovered).Fold(selection, target, results);
        return new RunResult(
            target.Name, target.Description, target.Probe().Explanation, selection, settings, started, clock.GetElapsedTime(start),
            results, folded, RunSummary.Of(results, folded, selected.Count - results.Length),
            [.. outcome.Warnings, .. WarnOfRows(expected, selection)]);
    }

    private IEnumerable<string> WarnOfRows(ExpectedFailures expected, Selection selection) => selection.IsEverything
        ? expected.FindOrphans(cases.All).Select(row => $"{row.Where}: no case matches '{row.Cases}'; remove the row or mend the pattern")
        : [];
}
