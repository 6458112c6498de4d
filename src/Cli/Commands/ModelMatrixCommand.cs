using System.CommandLine;
using System.Text.Json;
using Conformance.Cli.Output;
using Conformance.Model.Checking;
using Conformance.Model.Connection;
using Conformance.Suite.Documents;

namespace Conformance.Cli.Commands;

/// <summary><c>xenconf model matrix</c>: every front's dialect with every back's.</summary>
internal sealed class ModelMatrixCommand(CliServices services)
{
    private readonly Option<string?> front = Profile("--front", "front");
    private readonly Option<string?> back = Profile("--back", "back");
    private readonly Option<string?> output = new("--out") { HelpName = "FILE", Description = "Write the whole matrix with its counterexamples as Markdown" };
    private readonly Option<bool> json = CommandOptions.Json();

    public Command Create()
    {
        var command = new Command("matrix", "Checks which properties each pair of a front's and a back's dialect keeps.") { front, back, output, json };
        command.SetAction((parsed, stop) => Task.Run(() => Run(parsed, stop)));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken stop)
    {
        var fronts = Find(parsed.GetValue(front), "--front");
        var backs = Find(parsed.GetValue(back), "--back");
        var status = new StatusLine(services);
        var rows = new List<MatrixRow>();
        foreach (var one in fronts)
        {
            foreach (var other in backs)
            {
                status.Show($"{rows.Count}/{fronts.Count * backs.Count}  {one.Name} with {other.Name}");
                rows.Add(ConnectionMatrix.CheckPair(one, other, new CheckOptions(), stop));
            }
        }

        status.Clear();
        if (parsed.GetValue(output) is { } file)
        {
            string page = MatrixPage.Write(rows);
            CommandOptions.WriteInto(file, () =>
            {
                File.WriteAllText(file, page);
                return true;
            });
        }

        if (parsed.GetValue(json))
        {
            services.Output.WriteLine(JsonSerializer.Serialize(rows, CheckReportContext.Default.ListMatrixRow));
        }
        else
        {
            new ProfileMatrixView(services).Write(rows);
        }

        // What deployed dialects break is the answer, and no failure of the check.
        return (int)ExitCode.Conforms;
    }

    private static IReadOnlyList<Dialect> Find(string? name, string option)
    {
        if (name is null)
        {
            return Dialects.All;
        }

        string[] known = [.. Dialects.All.Select(dialect => dialect.Name)];
        if (Dialects.All.FirstOrDefault(dialect => string.Equals(dialect.Name, name, StringComparison.OrdinalIgnoreCase)) is { } dialect)
        {
            return [dialect];
        }

        string nearest = Nearest.Find(name, known) is { } near ? $"; did you mean {near}?" : "";
        throw CommandException.BadUsage($"expected a dialect ({string.Join(", ", known)}) for {option}, found '{name}'{nearest}");
    }

    private static Option<string?> Profile(string name, string end)
    {
        var option = new Option<string?>(name) { HelpName = "DIALECT", Description = $"One {end} only: {string.Join(", ", Dialects.All.Select(dialect => dialect.Name))}" };
        option.CompletionSources.Add([.. Dialects.All.Select(dialect => dialect.Name)]);
        return option;
    }
}
