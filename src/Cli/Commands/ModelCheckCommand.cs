using System.CommandLine;
using System.Text.Json;
using Conformance.Cli.Output;
using Conformance.Model.Checking;
using Conformance.Model.Pictures;

namespace Conformance.Cli.Commands;

/// <summary><c>xenconf model check</c>: explores every state of the models and says which properties hold.</summary>
internal sealed class ModelCheckCommand(CliServices services)
{
    private const int MostMebibytes = 1 << 20;

    private readonly Argument<string?> name = ModelCommand.Name();
    private readonly Option<ModelBounds> bounds = ModelCommand.Bounds();
    private readonly Option<int?> threads = CommandOptions.Number("--threads", "Threads that search; the processors when not given", 1, 1024);
    private readonly Option<int?> memory = CommandOptions.Number("--memory", "Mebibytes for states and steps; 2048 when not given, 8192 with --bounds large", 16, MostMebibytes);
    private readonly Option<string?> chart = new("--chart") { HelpName = "FILE", Description = "Where the first counterexample goes as a picture: a file .svg, .mmd or .txt" };
    private readonly Option<bool> json = CommandOptions.Json();

    public Command Create()
    {
        var command = new Command("check", "Explores every state of the models and says which properties hold.") { name, bounds, threads, memory, chart, json };
        command.SetAction((parsed, stop) => Task.Run(() => Run(parsed, stop)));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken stop)
    {
        var size = parsed.GetValue(bounds);
        var models = ModelCommand.Select(parsed.GetValue(name), size);
        var picture = ChartFile.Parse(parsed.GetValue(chart));
        long mebibytes = parsed.GetValue(memory) ?? (size == ModelBounds.Large ? 8192 : 2048);
        var options = new CheckOptions { Threads = parsed.GetValue(threads) ?? 0, MemoryLimit = mebibytes << 20 };
        bool isJson = parsed.GetValue(json);
        var view = new ModelReportView(services);
        var reports = new List<CheckReport>();
        if (!isJson)
        {
            view.WriteHead();
        }

        foreach (var model in models)
        {
            stop.ThrowIfCancellationRequested();
            using var progress = new CheckProgressLine(services, model.Name);
            reports.Add(model.Check(options, progress, stop));
            progress.Clear();
            if (!isJson)
            {
                view.WriteLine(reports[^1]);
            }
        }

        if (isJson)
        {
            services.Output.WriteLine(JsonSerializer.Serialize(reports, CheckReportContext.Default.ListCheckReport));
        }
        else
        {
            view.WriteEnd(reports);
        }

        WritePicture(picture, reports);
        return (int)CodeOf(reports);
    }

    private void WritePicture(ChartFile? picture, IEnumerable<CheckReport> reports)
    {
        if (picture is null)
        {
            return;
        }

        foreach (var report in reports)
        {
            if (report.Properties.FirstOrDefault(property => property.Counterexample is not null) is { } broken)
            {
                picture.Write(SequenceChart.Of($"{report.Model}: {broken.Name}", report.Participants, broken.Counterexample!));
                services.Error.WriteLine($"xenconf: wrote the counterexample of '{broken.Name}' to {picture.Path}");
                return;
            }
        }

        services.Error.WriteLine($"xenconf: no property is broken, so {picture.Path} was not written");
    }

    private static ExitCode CodeOf(List<CheckReport> reports) =>
        reports.Exists(report => report.Properties.Any(property => property.Verdict == PropertyVerdict.Broken)) ? ExitCode.DoesNotConform
        : reports.TrueForAll(report => report.Holds) ? ExitCode.Conforms
        : ExitCode.Inconclusive;
}
