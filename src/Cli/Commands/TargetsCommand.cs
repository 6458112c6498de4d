using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Conformance.Cli.Output;
using Conformance.Suite.Targets;

namespace Conformance.Cli.Commands;

/// <summary><c>xenconf targets</c>: whom can be asked on this machine.</summary>
internal sealed class TargetsCommand(CliServices services)
{
    private readonly Option<bool> json = CommandOptions.Json();

    public Command Create()
    {
        var command = new Command("targets", "Prints the targets, and what is missing for those that cannot be asked here.") { json };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var rows = services.Targets.Entries.Select(Row).ToList();
        if (parsed.GetValue(json))
        {
            services.Output.WriteLine(JsonSerializer.Serialize(rows, TargetsContext.Default.ListListedTarget));
            return (int)ExitCode.Conforms;
        }

        var page = new Page(services);
        foreach (var row in rows)
        {
            string state = row.Available switch { true => "available", false => "not available", null => "needs an argument" };
            services.Output.Write($"{row.Target}  {state}\n");
            page.Write(row.Description, indent: 4);
            page.Write(row.Explanation, indent: 4);
            page.WriteLine();
        }

        return (int)ExitCode.Conforms;
    }

    // What an entry with an argument needs can only be told once the argument is known.
    private static ListedTarget Row(TargetEntry entry)
    {
        if (entry.Argument is not null)
        {
            return new ListedTarget(entry.Form, entry.Description, null, "");
        }

        var availability = entry.Create("").Probe();
        return new ListedTarget(entry.Form, entry.Description, availability.IsAvailable, availability.Explanation);
    }
}

internal sealed record ListedTarget(string Target, string Description, bool? Available, string Explanation);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(List<ListedTarget>))]
internal sealed partial class TargetsContext : JsonSerializerContext;
