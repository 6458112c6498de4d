using System.CommandLine;
using Conformance.Cli.Output;
using Conformance.Suite.Reports;
using Conformance.Suite.Reports.Html;

namespace Conformance.Cli.Commands;

/// <summary><c>xenconf report</c>: makes pages from saved reports; several stand side by side.</summary>
internal sealed class ReportCommand(CliServices services)
{
    private const string MatrixFile = "matrix.html";

    private readonly Argument<string[]> files = new("file") { Description = "report.json files of `xenconf certify`", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> output = new("--out") { HelpName = "DIR", Description = "Where pages go; nothing is written when not given" };

    public Command Create()
    {
        var command = new Command("report", "Prints saved reports again; of several, which clause holds for which target.") { files, output };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var reports = parsed.GetRequiredValue(files).Select(Read).ToList();
        string? folder = parsed.GetValue(output);
        if (reports.Count == 1)
        {
            new RunSummaryView(services).Write(reports[0], folder is null ? [] : CommandOptions.WriteInto(folder, () => ReportFolder.Write(folder, reports[0])));
            return (int)ExitCode.Conforms;
        }

        var matrix = new Matrix(reports);
        new MatrixView(services).Write(matrix, folder is null ? [] : CommandOptions.WriteInto(folder, () => WriteMatrix(folder, matrix)));
        return (int)ExitCode.Conforms;
    }

    private static RunReport Read(string file)
    {
        try
        {
            return JsonReport.Read(file, CommandOptions.ReadFile(file));
        }
        catch (FormatException malformed)
        {
            throw CommandException.BadUsage(malformed.Message);
        }
    }

    private static IReadOnlyList<string> WriteMatrix(string folder, Matrix matrix)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, MatrixFile);
        File.WriteAllText(path, HtmlMatrix.Write(matrix));
        return [path];
    }
}
