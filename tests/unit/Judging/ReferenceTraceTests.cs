using System.Collections.Concurrent;
using Conformance.Cli;
using Conformance.Model.Connection;
using Conformance.Model.Judging;
using Conformance.Model.Trace;
using Conformance.Suite.Block;
using Conformance.Suite.Cases;
using Conformance.Suite.Evidence;
using Xunit.Abstractions;

namespace Conformance.Tests.Unit.Judging;

/// <summary>What the reference does is accepted by the judge as what the model says of it.</summary>
public sealed class ReferenceTraceTests(ITestOutputHelper output)
{
    private const int Seed = 11;

    private static readonly string[] Families = ["XB", "BF", "BB", "NG", "RS", "CT", "BI"];

    // The older profiles of the reference front say Closed without Closing (D-18).
    private static readonly JudgeOptions AsReference = new()
    {
        Fronts = [Dialects.Reference, Dialects.Reference with { Name = "reference, without Closing", SaysClosing = false }],
        Backs = [Dialects.Reference],
    };

    public static TheoryData<string, string, int> Demos
    {
        get
        {
            var data = new TheoryData<string, string, int>();
            string[] profiles = ["mainline", "seed2010", "legacy"];
            foreach (string front in profiles)
            {
                foreach (string back in profiles)
                {
                    data.Add(front, back, 1);
                    data.Add(front, back, 2);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Demos))]
    public async Task EveryDemo_IsAccepted(string front, string back, int seed)
    {
        string trace = Path.GetTempFileName();
        try
        {
            using var text = new StringWriter();
            int code = await new Application(CliServices.Plain(text, text)).RunAsync(["demo", "--front", front, "--back", back, "--seed", $"{seed}", "--trace", trace], CancellationToken.None);
            Assert.Equal(0, code);

            var report = TraceJudge.Judge(TraceLines.Read("demo", await File.ReadAllLinesAsync(trace)), AsReference);

            Assert.Empty(report.Rejections.Select(Words));
            Assert.Equal(["Gone", "Gone"], report.Connections.Select(connection => connection.End));
        }
        finally
        {
            File.Delete(trace);
        }
    }

    /// <summary>
    /// All cases that ask a front, a back or both: what the judge rejects is put down to whoever the case plays itself or has
    /// leave its path, and there it is found.
    /// </summary>
    [Fact]
    public async Task EveryTraceOfACase_IsAccepted_OrBlamesWhomTheCasePlays()
    {
        var cases = CaseCatalogue.Default.All.Where(definition => definition.Role is PairRole or FrontRole or BackRole).ToList();
        var seen = new ConcurrentBag<JudgedRun>();
        await Parallel.ForEachAsync(cases, async (definition, _) =>
        {
            foreach (var run in await RunAsync(definition, definition.Role is PairRole ? 2 : 1))
            {
                seen.Add(new JudgedRun(definition, run, TraceJudge.Judge(run.Tail.Events, AsReference)));
            }
        });

        var judged = seen.Where(run => run.Report.IsJudged).ToList();
        var families = judged.GroupBy(run => run.Definition.MainClause.Family).ToDictionary(group => group.Key, group => group.ToList());
        var untaken = ModelSteps.All.Except(judged.SelectMany(run => run.Report.Connections).SelectMany(connection => connection.Steps));
        output.WriteLine($"{judged.Count} traces of {cases.Count} cases, {judged.Count(run => run.Report.Rejections.Count > 0)} rejected for what the case does: "
            + $"{string.Join(' ', families.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value.Count}"))}; steps of the model that none takes: {string.Join(' ', untaken)}");

        string[] wrong = [.. judged.SelectMany(run => run.Report.Rejections.Where(rejection => !run.Run.Excuses(rejection)).Take(1).Select(rejection => $"{run.Definition.Id}: {Words(rejection)}"))];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
        Assert.Empty(seen.Where(run => !run.Report.IsJudged && run.Run.MakesDevices).Select(run => run.Definition.Id));
        Assert.All(Families, family => Assert.True(families.GetValueOrDefault(family)?.Count >= 4, $"expected at least 4 traces of {family} to be judged, got {families.GetValueOrDefault(family)?.Count ?? 0}"));
        Assert.True(judged.Count >= cases.Count, $"expected a trace of each of {cases.Count} cases to be judged, got {judged.Count}");

        // Who is told to leave its path in a way that no end may is found out, whichever end it is.
        foreach (var end in (Blame[])[Blame.Front, Blame.Back])
        {
            Assert.Contains(judged, run => run.Run.Odd.Contains(end) && run.Report.Rejections.Any(rejection => rejection.Blame == end));
        }

        // And the judge did look: what it accepted it rejects with one state of the back changed.
        foreach (string family in Families)
        {
            var (broken, time) = families[family].Where(run => run.Report.IsAccepted).Select(run => WithoutConnected(run.Run.Tail.Events)).First(changed => changed.Time >= 0);
            Assert.Contains(TraceJudge.Judge(broken, AsReference).Rejections, rejection => (rejection.Clause, rejection.Blame, rejection.Event.Time) == ("XB-009", Blame.Back, time));
        }
    }

    /// <summary>The trace with Initialised where a back first says Connected, and the time at which that shows; -1 if none does.</summary>
    private static (List<TraceEvent> Trace, long Time) WithoutConnected(IReadOnlyList<TraceEvent> trace)
    {
        var changed = trace.ToList();
        int at = changed.FindIndex(step => step.Find("op") == "Write" && step.Find("value") == "4" && step.Result == "OK"
            && step.Object.Contains("/backend/", StringComparison.Ordinal) && step.Object.EndsWith("/state", StringComparison.Ordinal));
        if (at < 0)
        {
            return (changed, -1);
        }

        changed[at] = changed[at] with { Arguments = [.. changed[at].Arguments.Select(argument => argument.Key == "value" ? new("value", "3") : argument)] };
        string? transaction = changed[at].Find("tx");
        int seen = transaction is null ? at : changed.FindIndex(at, step => step.Step == StepCode.TransactionEnd && step.Actor == changed[at].Actor && step.Find("tx") == transaction);
        return changed[seen].Result == "OK" ? (changed, changed[seen].Time) : (changed, -1);
    }

    private static async Task<IReadOnlyList<RecordedRun>> RunAsync(CaseDefinition definition, int most)
    {
        using var enough = new CancellationTokenSource();
        var target = new RecordedReference(most, enough);
        await using var world = await definition.Role.StartAsync(target, CancellationToken.None);
        await using var context = world.CreateContext(definition, new CaseSettings(definition.MainClause, Seed, TimeSpan.FromSeconds(5), enough.Token), "judged");
        try
        {
            await definition.Role.RunAsync(context, definition.Body);
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            // The orders that are left out would show the same participants in the same case.
        }

        return target.Runs;
    }

    private static string Words(Rejection rejection) =>
        $"step {rejection.Event.Time} {rejection.Event.Actor} {rejection.Event.Step} {rejection.Event.Object}={rejection.Event.Find("value")}: {rejection.Clause} {rejection.Blame}: expected {rejection.Expected}; came {rejection.Came}; allowed {string.Join(" | ", rejection.Allowed)}";

    private sealed record JudgedRun(CaseDefinition Definition, RecordedRun Run, JudgeReport Report);
}
