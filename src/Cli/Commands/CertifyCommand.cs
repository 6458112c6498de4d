using System.CommandLine;
using System.Globalization;
using System.Text;
using Conformance.Cli.Output;
using Conformance.Model.Clauses;
using Conformance.Suite.Expected;
using Conformance.Suite.Reports;
using Conformance.Suite.Results;
using Conformance.Suite.Running;
using Conformance.Suite.Targets;

namespace Conformance.Cli.Commands;

/// <summary><c>xenconf certify</c>: asks a target everything, or a part, and writes reports.</summary>
internal sealed class CertifyCommand(CliServices services)
{
    private const string DefaultTarget = "reference";

    private readonly Argument<string> target = new("target")
    {
        HelpName = "target",
        Description = "Whom to ask; `xenconf targets` lists them",
        DefaultValueFactory = _ => DefaultTarget,
    };

    private readonly Option<string[]> clauses = CommandOptions.Clauses();
    private readonly Option<string[]> cases = CommandOptions.Cases();
    private readonly Option<string?> family = CommandOptions.Family();
    private readonly Option<Severity?> severity = CommandOptions.Severity();
    private readonly Option<int?> seed = CommandOptions.Number("--seed", "Seeds all chance; a fresh one is printed when not given", 0, int.MaxValue);
    private readonly Option<int?> jobs = CommandOptions.Number("--jobs", "Cases at once, where each has a daemon of its own; the processors when not given", 1, 1024);
    private readonly Option<TimeSpan?> patience = CommandOptions.Seconds("--patience", "How long to wait for an answer; 5 when not given", 3600);
    private readonly Option<string?> expected = new("--expected") { HelpName = "FILE", Description = "Known divergences, instead of those the program carries for the target" };
    private readonly Option<bool> strict = new("--strict") { Description = "Excuse no known divergence" };
    private readonly Option<string?> output = new("--out") { HelpName = "DIR", Description = "Where the reports go; out/<target> when not given" };
    private readonly Option<bool> json = CommandOptions.Json();

    public Command Create()
    {
        var command = new Command("certify", "Runs the cases against a target and writes report.html, report.json and junit.xml.")
        {
            target, clauses, cases, family, severity, seed, jobs, patience, expected, strict, output, json,
        };
        target.CompletionSources.Add([.. services.Targets.Entries.Select(entry => entry.Form)]);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        string name = parsed.GetRequiredValue(target);
        var asked = services.Targets.Find(name);
        var known = ReadExpected(parsed, asked);
        var availability = asked.Probe();
        if (!availability.IsAvailable)
        {
            throw new CommandException(ExitCode.TargetNotAvailable, $"target {name} is not available: {availability.Explanation}");
        }

        var settings = new RunSettings
        {
            Seed = parsed.GetValue(seed) ?? services.NewSeed(),
            Jobs = parsed.GetValue(jobs) ?? Environment.ProcessorCount,
            Patience = parsed.GetValue(patience) ?? TimeSpan.FromSeconds(5),
        };
        var selection = CommandOptions.Select(parsed.GetValue(clauses), parsed.GetValue(cases), parsed.GetValue(family), parsed.GetValue(severity));
        string folder = parsed.GetValue(output) ?? Path.Combine("out", name.Split(':')[0]);

        // What nobody can keep is not worth the minutes of a run.
        CommandOptions.WriteInto(folder, () => Directory.CreateDirectory(folder));
        var certification = new Certification(services.Clauses.Value, services.Cases.Value, services.Uncovered.Value, services.Time);

        using var progress = new ProgressLine(services);
        var run = await certification.RunAsync(asked, selection, settings, known, progress.Show, stop);
        progress.Clear();

        var report = RunReportBuilder.Build(run, CommandOf(name, parsed, settings));
        var files = CommandOptions.WriteInto(folder, () => ReportFolder.Write(folder, report));
        if (parsed.GetValue(json))
        {
            services.Output.Write(JsonReport.Write(report));
        }
        else
        {
            new RunSummaryView(services).Write(report, files);
        }

        return (int)CodeOf(run.Conclusion);
    }

    private ExpectedFailures ReadExpected(ParseResult parsed, ITarget asked)
    {
        if (parsed.GetValue(strict))
        {
            return ExpectedFailures.None;
        }

        if (parsed.GetValue(expected) is not { } file)
        {
            return ExpectedFailures.ForTarget(asked.Name);
        }

        try
        {
            return ExpectedFailures.Parse(file, CommandOptions.ReadFile(file));
        }
        catch (FormatException malformed)
        {
            throw CommandException.BadUsage(malformed.Message);
        }
    }

    private static ExitCode CodeOf(Conclusion conclusion) => conclusion switch
    {
        Conclusion.Conforms or Conclusion.ConformsWithKnownDivergences => ExitCode.Conforms,
        Conclusion.DoesNotConform => ExitCode.DoesNotConform,
        _ => ExitCode.Inconclusive,
    };

    // What decides the results, and nothing else: where the files go is the caller's business.
    private string CommandOf(string name, ParseResult parsed, RunSettings settings)
    {
        var command = new StringBuilder($"xenconf certify {name}");
        foreach (var (option, values) in new[] { ("--clauses", parsed.GetValue(clauses)), ("--case", parsed.GetValue(cases)) })
        {
            foreach (string value in values ?? [])
            {
                command.Append(CultureInfo.InvariantCulture, $" {option} '{value}'");
            }
        }

        Add("--family", parsed.GetValue(family));
        Add("--severity", parsed.GetValue(severity)?.ToString().ToLowerInvariant());
        Add("--patience", parsed.GetValue(patience)?.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        Add("--expected", parsed.GetValue(expected));
        Add("--seed", settings.Seed.ToString(CultureInfo.InvariantCulture));
        return command.Append(parsed.GetValue(strict) ? " --strict" : "").ToString();

        void Add(string option, string? value)
        {
            if (value is not null)
            {
                command.Append(CultureInfo.InvariantCulture, $" {option} {value}");
            }
        }
    }
}
