using System.CommandLine;
using System.Globalization;
using Conformance.Cli.Output;
using Conformance.Exploration.Coyote;
using Conformance.Exploration.Engine;
using Conformance.Exploration.Schedules;

namespace Conformance.Cli.Commands;

/// <summary><c>xenconf replay</c>: runs a scenario in the order of a schedule file.</summary>
internal sealed class ReplayCommand(CliServices services)
{
    private readonly Argument<string> file = new("file") { HelpName = "FILE", Description = "A schedule, as `xenconf explore` writes it" };
    private readonly Option<bool> verbose = new("--verbose") { Description = "Print each step, with what it touches and what the participants did" };
    private readonly Option<string?> chart = new("--chart") { HelpName = "FILE", Description = "Write the run as a sequence chart: SVG to a .svg file, Mermaid to a .mmd file, text to a .txt file" };

    private readonly DriverOption driver = new(services);
    private readonly JudgeOption judge = new();

    public Command Create()
    {
        var command = new Command("replay", "Runs a scenario in the order of a schedule file, always the same way.") { file, verbose, chart, driver.Option, judge.Option };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var picture = ChartFile.Parse(parsed.GetValue(chart));
        var schedule = Read(parsed.GetRequiredValue(file));
        var scenario = driver.FindRecorded(parsed, parsed.GetRequiredValue(file), schedule.Experiment);
        var page = new Page(services);
        page.Write($"{scenario}: {schedule.Turns.Count} turns{(schedule.Rule is null ? "" : $"; recorded as breaking {schedule.Rule}")}", "bold");
        bool isJudged = judge.Asked(parsed) ?? schedule.Judged ?? schedule.Rule is null;
        var replay = Replay.Follow(JudgeOption.Of(scenario, isJudged), schedule.ToSchedule(), seen: parsed.GetValue(verbose) ? Print : null);
        var failure = replay.Failure ?? FindOpen(schedule, replay);
        if (picture is not null)
        {
            picture.Write(ReplayChart.Of(scenario.ToString()!, replay));
            page.Write($"wrote {picture.Path}");
        }

        if (failure is not null)
        {
            page.Write(string.Create(CultureInfo.InvariantCulture, $"{failure.Rule} after {replay.Schedule.Steps} steps{(failure.Blame is { } blame ? $", the blame of the {JudgeView.NameOf(blame)}" : "")}: {failure.Message}"), "red");
            return (int)ExitCode.DoesNotConform;
        }

        // An order that was not followed says nothing of what was recorded in it.
        bool isUnknown = replay.Lost > 0;
        string rest = (replay.Lost, schedule.Rule) switch
        {
            (0, null) => "",
            (0, var rule) => $"; {rule} is not broken in this order any more",
            (_, null) => Describe(replay, schedule),
            (_, var rule) => $"{Describe(replay, schedule)}, so this says nothing of {rule}; explore again",
        };
        page.Write(string.Create(CultureInfo.InvariantCulture, $"no failure after {replay.Schedule.Steps} steps{rest}"), isUnknown ? "yellow" : "green");
        return (int)(isUnknown ? ExitCode.Inconclusive : ExitCode.Conforms);
    }

    private static string Describe(Replay replay, ScheduleFile schedule) =>
        string.Create(CultureInfo.InvariantCulture, $", but {replay.Lost} of {schedule.Turns.Count} turns of the file could not be followed");

    private static ScheduleFile Read(string path)
    {
        try
        {
            return ScheduleFile.Parse(CommandOptions.ReadFile(path));
        }
        catch (FormatException malformed)
        {
            throw CommandException.BadUsage($"{path}: {malformed.Message}");
        }
    }

    /// <summary>An obligation that is open at the end of a run that was recorded for one.</summary>
    private static Failure? FindOpen(ScheduleFile schedule, Replay replay)
    {
        if (schedule.Kind != FailureKind.Obligation || replay.Run is null)
        {
            return null;
        }

        var obligations = new Obligations();
        foreach (var happened in replay.Steps.SelectMany(step => step.Events))
        {
            obligations.Trace.Record(happened.Actor, happened.Generation, happened.Step, happened.Object, happened.Result);
        }

        obligations.Look(replay.Run);
        string open = obligations.DescribeOpen();
        return open.Length == 0 ? null : new Failure(FailureKind.Obligation, open, $"expected every obligation to be met, got a run in which {open} stays open", replay.Schedule);
    }

    private void Print(ReplayedStep step)
    {
        string touches = string.Join(", ", Enumerable.Range(0, step.Accesses.Count).Select(i => $"{(step.Accesses[i].Mode == Reference.Fibers.AccessMode.Read ? "reads" : "writes")} {step.Accesses[i].Resource}"));
        services.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{step.Number,5} {step.Time.TotalSeconds,8:0.000} s  {(step.Fiber.Length == 0 ? "-" : step.Fiber)}: {step.What}{(touches.Length == 0 ? "" : $" ({touches})")}"));
        foreach (var (what, way) in step.Outcomes)
        {
            services.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"",18}  {what}: way {way}"));
        }

        foreach (var happened in step.Events)
        {
            services.Output.WriteLine($"{"",18}  {happened.Actor} {happened.Step} {happened.Object} {happened.Result}".TrimEnd());
        }
    }
}
