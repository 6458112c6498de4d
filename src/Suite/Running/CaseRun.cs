using System.Collections.Concurrent;
using System.Globalization;
using Conformance.Model.Judging;
using Conformance.Suite.Cases;
using Conformance.Suite.Evidence;
using Conformance.Suite.Results;
using Conformance.Suite.Targets;
using Conformance.Suite.Verdicts;

namespace Conformance.Suite.Running;

/// <summary>One run of one case: from its world to its verdict.</summary>
internal sealed class CaseRun(
    ITarget target, CaseDefinition definition, RunSettings settings, string area, TimeProvider clock, ConcurrentQueue<string> warnings)
{
    // A case that ignores its cancellation, and a world that does not stop, are left behind after this long.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly int seed = settings.SeedOf(definition.Id);

    /// <summary>Runs it in a world that it starts and stops; null when the run was given up.</summary>
    public async Task<CaseResult?> RunInOwnWorldAsync(CancellationToken stop)
    {
        var own = new SharedWorld(definition.Role, target);
        try
        {
            return await RunInAsync(own, stop);
        }
        finally
        {
            await CloseAsync(own, $"the world of {definition.Id}", warnings);
        }
    }

    /// <summary>Runs it in a world that others use before and after; null when the run was given up.</summary>
    public async Task<CaseResult?> RunInAsync(SharedWorld worlds, CancellationToken stop)
    {
        if (definition.Role.LackOf(target, definition) is { } lack)
        {
            return Conclude(CaseOutcome.NotApplicable(lack), TimeSpan.Zero, []);
        }

        ICaseWorld world;
        try
        {
            world = await worlds.GetAsync(stop);
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception failure)
        {
            return Conclude(CaseOutcome.Inconclusive($"{target.Name} did not start: {OneLine(failure)}", failure), TimeSpan.Zero, []);
        }

        return await RunInAsync(world, stop);
    }

    /// <summary>Disposes of something and makes a warning of what goes wrong.</summary>
    public static async Task CloseAsync(IAsyncDisposable closing, string what, ConcurrentQueue<string> warnings)
    {
        try
        {
            await closing.DisposeAsync().AsTask().WaitAsync(Grace);
        }
        catch (Exception failure)
        {
            warnings.Enqueue($"closing {what} failed: {OneLine(failure)}");
        }
    }

    private async Task<CaseResult?> RunInAsync(ICaseWorld world, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(settings.TimeLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        var context = world.CreateContext(
            definition, new CaseSettings(definition.MainClause, seed, settings.Patience, either.Token), area);
        long start = clock.GetTimestamp();
        var outcome = await RunBodyAsync(context, limit.Token, stop);
        var duration = clock.GetElapsedTime(start);
        if (stop.IsCancellationRequested && outcome is not { Verdict: Verdict.Fail })
        {
            await CloseAsync(context, $"the sessions of {definition.Id}", warnings);
            return null;
        }

        var evidence = context.Log.Snapshot();
        outcome = await WeighAsync(outcome, evidence, world, limit.IsCancellationRequested, stop);
        await CloseAsync(context, $"the sessions of {definition.Id}", warnings);
        return Conclude(outcome, duration, evidence);
    }

    /// <summary>Null when the case came to its end.</summary>
    private async Task<CaseOutcome?> RunBodyAsync(CaseContext context, CancellationToken limit, CancellationToken stop)
    {
        try
        {
            // A case may block before its first await; the runner's own thread is not its to block.
            var body = Task.Run(() => definition.Role.RunAsync(context, definition.Body), CancellationToken.None);
            await Task.WhenAny(body, Signal(limit, stop));
            await body.WaitAsync(Grace, CancellationToken.None);
            return null;
        }
        catch (CaseOutcome outcome)
        {
            return outcome;
        }
        catch (Exception cut) when (limit.IsCancellationRequested && cut is OperationCanceledException or TimeoutException)
        {
            string seconds = settings.TimeLimit.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
            return CaseOutcome.Inconclusive($"the case did not end within {seconds} s", cut);
        }
        catch (Exception failure)
        {
            return CaseOutcome.Inconclusive($"the case itself failed: {failure.GetType().Name}: {OneLine(failure)}", failure);
        }
    }

    private async Task<CaseOutcome?> WeighAsync(
        CaseOutcome? outcome, IReadOnlyList<WireRecord> evidence, ICaseWorld world, bool timedOut, CancellationToken stop)
    {
        var role = definition.Role;
        if (world.Death is { } death)
        {
            string before = outcome is null ? "" : $"; before that: {outcome.Message}";
            return CaseOutcome.Fail(outcome?.Clause, role.UnderTest, $"expected the {role.Name} to go on running; it ended: {death}{before}");
        }

        if (outcome is null)
        {
            return role.Review(evidence);
        }

        if (timedOut && outcome.Verdict == Verdict.Inconclusive && await FindHangAsync(world, stop) is { } hang)
        {
            return CaseOutcome.Fail(null, role.UnderTest, $"expected the {role.Name} to go on answering; {hang}");
        }

        return outcome;
    }

    private async Task<string?> FindHangAsync(ICaseWorld world, CancellationToken stop)
    {
        try
        {
            return await world.FindHangAsync(settings.Patience, stop);
        }
        catch (Exception failure)
        {
            warnings.Enqueue($"asking after {definition.Id} whether {target.Name} still answers failed: {OneLine(failure)}");
            return null;
        }
    }

    private CaseResult Conclude(CaseOutcome? outcome, TimeSpan duration, IReadOnlyList<WireRecord> evidence) => outcome is null
        ? new CaseResult(definition, Verdict.Pass, null, Blame.None, "", seed, duration, evidence)
        : new CaseResult(
            definition, outcome.Verdict, outcome.Verdict == Verdict.Fail ? outcome.Clause ?? definition.MainClause : null,
            outcome.Blame, OneLine(outcome), seed, duration, evidence);

    private static Task Signal(CancellationToken limit, CancellationToken stop)
    {
        var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        limit.Register(() => signal.TrySetResult());
        stop.Register(() => signal.TrySetResult());
        return signal.Task;
    }

    private static string OneLine(Exception exception) => exception.Message.ReplaceLineEndings(" ").Trim();
}
