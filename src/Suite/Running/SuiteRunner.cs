using System.Collections.Concurrent;
using Conformance.Suite.Cases;
using Conformance.Suite.Results;
using Conformance.Suite.Targets;

namespace Conformance.Suite.Running;

/// <summary>What a run of cases has left behind.</summary>
/// <param name="Results">One a case that ended, in the order of the cases.</param>
/// <param name="WasStopped">Whether it was given up before all cases had ended.</param>
/// <param name="Warnings">What went wrong beside the cases, a line each.</param>
public sealed record RunOutcome(IReadOnlyList<CaseResult> Results, bool WasStopped, IReadOnlyList<string> Warnings);

/// <summary>
/// Runs cases against a target. A case gets a world of its own where the target can give one, and then several run at
/// once; otherwise they share one world, one after the other. Nothing is tried twice. Whatever a case or a target throws
/// becomes a verdict here.
/// </summary>
public sealed class SuiteRunner(ITarget target, RunSettings settings, TimeProvider? clock = null)
{
    private readonly ConcurrentQueue<string> warnings = new();
    private readonly Lock progressGate = new();
    private int done;

    /// <summary>Runs the cases; once <paramref name="cancellation"/> is signalled, those that have not ended leave no result.</summary>
    /// <param name="cases">What to run.</param>
    /// <param name="progress">Told of each case that has ended, one call at a time.</param>
    /// <param name="cancellation">Gives up the run.</param>
    public async Task<RunOutcome> RunAsync(IReadOnlyList<CaseDefinition> cases, Action<RunProgress>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(cases);
        var results = new CaseResult?[cases.Count];
        done = 0;
        var work = cases.Select((definition, index) => (Definition: definition, Index: index)).ToList();

        void Take(int index, CaseResult result)
        {
            results[index] = result;
            lock (progressGate)
            {
                progress?.Invoke(new RunProgress(++done, cases.Count, result));
            }
        }

        await RunFreshAsync([.. work.Where(item => item.Definition.Role.IsFresh(target))], Take, cancellation);
        foreach (var shared in work.Where(item => !item.Definition.Role.IsFresh(target)).GroupBy(item => item.Definition.Role))
        {
            await RunSharedAsync(shared.Key, [.. shared], Take, cancellation);
        }

        return new RunOutcome([.. results.OfType<CaseResult>()], results.Contains(null), [.. warnings]);
    }

    private async Task RunFreshAsync(
        List<(CaseDefinition Definition, int Index)> work, Action<int, CaseResult> take, CancellationToken cancellation)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, settings.Jobs), CancellationToken = cancellation };
        try
        {
            await Parallel.ForEachAsync(work, options, async (item, stop) =>
            {
                var run = NewRun(item.Definition, item.Index);
                if (await run.RunInOwnWorldAsync(stop) is { } result)
                {
                    take(item.Index, result);
                }
            });
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
    }

    private async Task RunSharedAsync(
        ICaseRole role, List<(CaseDefinition Definition, int Index)> work, Action<int, CaseResult> take, CancellationToken cancellation)
    {
        var world = new SharedWorld(role, target);
        foreach (var (definition, index) in work)
        {
            if (cancellation.IsCancellationRequested)
            {
                break;
            }

            if (await NewRun(definition, index).RunInAsync(world, cancellation) is { } result)
            {
                take(index, result);
            }
        }

        await CaseRun.CloseAsync(world, $"the world of {target.Name}", warnings);
    }

    private CaseRun NewRun(CaseDefinition definition, int index) =>
        new(target, definition, settings, $"case{index}", clock ?? TimeProvider.System, warnings);
}
