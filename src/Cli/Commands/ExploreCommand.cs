using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Conformance.Cli.Output;
using Conformance.Exploration.Coyote;
using Conformance.Exploration.Engine;
using Conformance.Exploration.Scenarios;
using Conformance.Exploration.Schedules;

namespace Conformance.Cli.Commands;

/// <summary><c>xenconf explore</c>: runs scenarios of the reference in every order, or in many under Coyote.</summary>
internal sealed class ExploreCommand(CliServices services)
{
    /// <summary>How long all scenarios together take at most, in minutes, unless somebody says otherwise.</summary>
    private const int AllMinutes = 10;

    private static readonly Dictionary<string, CoyoteStrategy> Strategies = new()
    {
        ["random"] = CoyoteStrategy.Random,
        ["pct"] = CoyoteStrategy.Prioritization,
        ["delay"] = CoyoteStrategy.DelayBounding,
        ["qlearning"] = CoyoteStrategy.QLearning,
    };

    private readonly Argument<string?> scenario = new("scenario")
    {
        Arity = ArgumentArity.ZeroOrOne,
        HelpName = "SCENARIO",
        Description = "A scenario, such as I-00; `xenconf explore --list` lists them",
    };

    private readonly Option<bool> all = new("--all") { Description = "Explore every scenario" };
    private readonly Option<bool> first = new("--first") { Description = "With --all, stop at the first scenario that fails" };
    private readonly Option<bool> list = new("--list") { Description = "Print the scenarios, and explore none" };
    private readonly DriverOption driver = new(services);
    private readonly Option<string?> coyote = new("--coyote") { HelpName = "STRATEGY", Description = "Run under Coyote instead: random, pct, delay or qlearning" };
    private readonly Option<int?> iterations = CommandOptions.Number("--iterations", "Runs under Coyote; 100 when not given", 1, 100_000_000);
    private readonly Option<int?> seed = CommandOptions.Number("--seed", "Seeds Coyote's chance; a fresh one is printed when not given", 0, int.MaxValue);
    private readonly Option<Bounds?> bounds = BoundsOption.Create();
    private readonly JudgeOption judge = new();
    private readonly Option<int?> minutes = CommandOptions.Number("--minutes", "For all scenarios together; 10 with --all when not given", 1, 100_000);
    private readonly Option<int?> threads = CommandOptions.Number("--threads", "Threads that explore; the processors when not given", 1, 1024);
    private readonly Option<string?> output = new("--out") { HelpName = "FOLDER", Description = "Where the schedules of failures go; out/explore when not given" };
    private readonly Option<bool> json = CommandOptions.Json();

    public Command Create()
    {
        var command = new Command("explore", "Runs scenarios of front, back and tool stack in every order, and shows an order that breaks a rule.")
        {
            scenario, all, first, list, driver.Option, coyote, iterations, seed, bounds, judge.Option, minutes, threads, output, json,
        };
        scenario.CompletionSources.Add([.. services.Scenarios.Select(known => known.Name)]);
        coyote.CompletionSources.Add([.. Strategies.Keys]);
        command.SetAction(Run);
        return command;
    }

    private Task<int> Run(ParseResult parsed, CancellationToken stop) => Task.Run(() => (int)(parsed.GetValue(list) ? List(parsed) : Explore(parsed, stop)), CancellationToken.None);

    private ExitCode List(ParseResult parsed)
    {
        var rows = driver.Scenarios(parsed).Select(known => new ListedScenario(known.Name, known.Title, known.Clauses, BoundsOption.Describe(known.Bounds))).ToList();
        if (parsed.GetValue(json))
        {
            services.Output.WriteLine(JsonSerializer.Serialize(rows, ExploreContext.Default.ListListedScenario));
            return ExitCode.Conforms;
        }

        var page = new Page(services);
        foreach (var row in rows)
        {
            page.Write($"{row.Scenario} {row.Title}", "bold");
            page.Write($"clauses: {string.Join(", ", row.Clauses)}; bounds: {row.Bounds}", indent: 4);
        }

        return ExitCode.Conforms;
    }

    private ExitCode Explore(ParseResult parsed, CancellationToken stop)
    {
        var chosen = Choose(parsed);
        var strategy = StrategyOf(parsed);
        var files = new FailureFiles(parsed.GetValue(output) ?? Path.Combine("out", "explore"));
        var rows = new Dictionary<string, ExploredScenario>(StringComparer.Ordinal);
        var failures = new List<Failure>();
        uint start = (uint)(parsed.GetValue(seed) ?? (strategy is null ? 0 : services.NewSeed()));
        var progress = new StatusLine(services);
        long begin = services.Time.GetTimestamp();
        TimeSpan? limit = strategy is null && (parsed.GetValue(minutes) ?? (parsed.GetValue(all) ? AllMinutes : null)) is { } most ? TimeSpan.FromMinutes(most) : null;
        GoThrough(chosen, isFirst: true);

        // Those whose share was too short for them begin anew with what the others have left.
        GoThrough([.. chosen.Where(one => rows.GetValueOrDefault(one.Name) is { LacksTime: true })], isFirst: false);
        progress.Clear();
        List<ExploredScenario> shown = [.. chosen.Where(one => rows.ContainsKey(one.Name)).Select(one => rows[one.Name])];
        var finished = new Finished(strategy is null ? null : start, services.Time.GetElapsedTime(begin), stop.IsCancellationRequested);
        Write(parsed, chosen, shown, failures, finished);
        if (files.Trouble is { } trouble)
        {
            throw trouble;
        }

        // A scenario in which nothing came to its end says nothing of the reference: that is no pass.
        return failures.Count > 0 ? ExitCode.DoesNotConform
            : stop.IsCancellationRequested || shown.Exists(static row => !row.Ran || row.NotRepeatable is not null) ? ExitCode.Inconclusive
            : ExitCode.Conforms;

        void GoThrough(IReadOnlyList<IScenario> round, bool isFirst)
        {
            for (int i = 0; i < round.Count && !stop.IsCancellationRequested && !(failures.Count > 0 && parsed.GetValue(first)); i++)
            {
                var one = round[i];
                string place = chosen.Count == 1 ? one.Name : string.Create(CultureInfo.InvariantCulture, $"{i + 1}/{round.Count} {one.Name}");

                // What one scenario leaves of its share is the others'. To begin anew for less than twice the time is not worth it.
                var share = (limit - services.Time.GetElapsedTime(begin)) / (round.Count - i);
                if (isFirst || share >= 2 * TimeSpan.FromSeconds(rows[one.Name].Seconds))
                {
                    var (row, failure) = share <= TimeSpan.Zero
                        ? (NotRun(one, parsed, string.Create(CultureInfo.InvariantCulture, $"time {limit!.Value.TotalSeconds:0.#} s for all")), null)
                        : strategy is { } picked
                        ? RunCoyote(one, picked, start, parsed, files, at => progress.Show($"{place}: {at}"), stop)
                        : RunExplorer(one, share, parsed, files, at => progress.Show($"{place}: {at}"), stop);
                    rows[one.Name] = row;
                    failures.AddRange(failure is null ? [] : [failure]);
                }
            }
        }
    }

    /// <summary>What there is to say of a scenario of which no run counts: the others had used up its share of the time, say.</summary>
    private ExploredScenario NotRun(IScenario one, ParseResult parsed, string reason) => new()
    {
        Scenario = one.Name,
        Title = one.Title,
        Bounds = BoundsOption.Describe(parsed.GetValue(bounds) ?? one.Bounds),
        Judged = "no: not run",
        States = 0,
        Transitions = 0,
        Runs = 0,
        Ended = 0,
        Interleavings = "0",
        Exhaustive = false,
        CutOffBy = [reason],
        Seconds = 0,
    };

    private IReadOnlyList<IScenario> Choose(ParseResult parsed)
    {
        string? name = parsed.GetValue(scenario);
        if (parsed.GetValue(all) == (name is not null))
        {
            throw CommandException.BadUsage($"expected either a scenario or --all, found {(name is null ? "neither" : "both")}; see `xenconf explore --list`");
        }

        var known = driver.Scenarios(parsed);
        return name is null ? known : [DriverOption.Find(known, name)];
    }

    private CoyoteStrategy? StrategyOf(ParseResult parsed)
    {
        if (parsed.GetValue(coyote) is not { } name)
        {
            var alone = new[] { iterations, seed }.FirstOrDefault(option => parsed.GetValue(option) is not null);
            return alone is null ? null : throw CommandException.BadUsage($"expected --coyote beside {alone.Name}, found {alone.Name} alone; the explorer has no chance in it");
        }

        if (parsed.GetValue(minutes) is not null)
        {
            throw CommandException.BadUsage("expected --minutes without --coyote, found both; Coyote's runs are bounded by --iterations");
        }

        if (parsed.GetValue(bounds) is not null)
        {
            throw CommandException.BadUsage("expected --bounds without --coyote, found both; Coyote's runs are bounded by --iterations");
        }

        return Strategies.TryGetValue(name, out var strategy)
            ? strategy
            : throw CommandException.BadUsage($"expected a strategy ({string.Join(", ", Strategies.Keys)}) for --coyote, found '{name}'");
    }

    private (ExploredScenario Row, Failure? Failure) RunExplorer(
        IScenario one, TimeSpan? share, ParseResult parsed, FailureFiles files, Action<string> progress, CancellationToken stop)
    {
        var limits = parsed.GetValue(bounds) ?? one.Bounds;
        bool hasShare = share is not null && !(limits.Time < share);
        limits = hasShare ? limits with { Time = share } : limits;
        var options = new ExplorationOptions
        {
            Bounds = limits,
            RaisesDelays = true,
            Workers = parsed.GetValue(threads) ?? Environment.ProcessorCount,
            Time = services.Time,
            ProgressEvery = 200,
            Progress = at => progress(string.Create(CultureInfo.InvariantCulture, $"{at.States} states, {at.Waiting} branches wait, {at.Elapsed.TotalSeconds:0} s")),
        };
        var experiment = JudgeOption.Of(one, IsJudged(parsed));
        ExplorationReport report;
        try
        {
            report = Explorer.Explore(experiment, options, stop);
        }
        catch (NotRepeatableException difference)
        {
            return (NotRun(one, parsed, "not repeatable") with { NotRepeatable = difference.Message }, null);
        }

        var row = new ExploredScenario
        {
            Scenario = one.Name,
            Title = one.Title,
            Bounds = BoundsOption.Describe(parsed.GetValue(bounds) ?? one.Bounds),
            Judged = JudgeOption.Describe(one, IsJudged(parsed)),
            States = report.States,
            Transitions = report.Transitions,
            Runs = report.Schedules,
            Ended = report.Ended,
            Interleavings = report.Interleavings is { } count ? count.ToString(CultureInfo.InvariantCulture) : "endless",
            Exhaustive = report.IsExhaustive,
            CutOffBy = report.CutOffBy,
            Seconds = report.Elapsed.TotalSeconds,
        };
        if (report.IsClean)
        {
            return (row with { LacksTime = hasShare && report.Elapsed >= share, NotRepeatable = Repeatability.FindDifference(experiment) }, null);
        }

        progress("makes the failing order shorter");
        var failure = Shrinker.Shrink(experiment, report.Failures[0]);
        return Keep(experiment, row, report.Failures[0], failure, files, ScheduleFile.Of(failure, limits) with { Judged = JudgeOption.IsJudged(one, IsJudged(parsed)) });
    }

    private (ExploredScenario Row, Failure? Failure) RunCoyote(
        IScenario one, CoyoteStrategy strategy, uint start, ParseResult parsed, FailureFiles files, Action<string> progress, CancellationToken stop)
    {
        int most = parsed.GetValue(iterations) ?? 100;
        var options = new CoyoteOptions
        {
            Strategy = strategy,
            Iterations = most,
            Seed = start,
            // Q-learning takes the fingerprint of each state anyway; the others would take it for this count alone.
            KeepsStates = strategy == CoyoteStrategy.QLearning,
            Time = services.Time,
            Progress = run => progress(string.Create(CultureInfo.InvariantCulture, $"run {run} of {most}")),
        };
        var experiment = JudgeOption.Of(one, IsJudged(parsed));
        var report = CoyoteRun.Run(experiment, options, stop);
        var row = new ExploredScenario
        {
            Scenario = one.Name,
            Title = one.Title,
            Bounds = string.Create(CultureInfo.InvariantCulture, $"{Strategies.First(pair => pair.Value == strategy).Key}, {most} runs"),
            Judged = JudgeOption.Describe(one, IsJudged(parsed)),
            States = options.KeepsStates ? report.States.Count : null,
            Transitions = report.Steps,
            Runs = report.Iterations,
            Ended = report.Iterations - report.CutOff,
            Interleavings = report.Iterations.ToString(CultureInfo.InvariantCulture),
            Exhaustive = false,
            CutOffBy = ["chance"],
            Seconds = report.Elapsed.TotalSeconds,
        };
        if (report.Failure is not { } found)
        {
            return (row with { NotRepeatable = Repeatability.FindDifference(experiment) }, null);
        }

        // Nothing but Coyote sees an obligation that stays open, so its order is left as it was found.
        var failure = found.Kind == FailureKind.Obligation ? found : Shrinker.Shrink(experiment, found);
        return Keep(experiment, row, found, failure, files, ScheduleFile.Of(failure) with { Judged = JudgeOption.IsJudged(one, IsJudged(parsed)) }, report.Trace);
    }

    /// <summary>Writes an order that fails, unless it does not whenever it is followed: that says nothing of the protocol.</summary>
    private static (ExploredScenario Row, Failure? Failure) Keep(
        IExperiment experiment, ExploredScenario row, Failure found, Failure kept, FailureFiles files, ScheduleFile schedule, string? trace = null) =>
        Repeatability.FindDifference(experiment, kept) is { } difference
            ? (row with { NotRepeatable = difference }, null)
            : (files.Note(row with { Found = OrderSize.Of(found.Schedule), Kept = OrderSize.Of(kept.Schedule) }, schedule, trace), kept);

    private bool IsJudged(ParseResult parsed) => judge.Asked(parsed) ?? true;

    private void Write(ParseResult parsed, IReadOnlyList<IScenario> scenarios, List<ExploredScenario> rows, List<Failure> failures, Finished finished)
    {
        if (parsed.GetValue(json))
        {
            services.Output.WriteLine(JsonSerializer.Serialize(new Explored(finished.Seed, rows), ExploreContext.Default.Explored));
        }
        else
        {
            new ExplorationView(services, scenarios, IsJudged(parsed)).Write(rows, failures, finished);
        }
    }
}
