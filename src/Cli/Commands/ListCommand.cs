using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Conformance.Cli.Output;
using Conformance.Model.Clauses;
using Conformance.Suite.Reports;

namespace Conformance.Cli.Commands;

/// <summary><c>xenconf list</c>: the clauses, and the cases that check them.</summary>
internal sealed class ListCommand(CliServices services)
{
    private readonly Option<string[]> clauses = CommandOptions.Clauses();
    private readonly Option<string?> family = CommandOptions.Family();
    private readonly Option<Severity?> severity = CommandOptions.Severity();
    private readonly Option<bool> json = CommandOptions.Json();

    public Command Create()
    {
        var command = new Command("list", "Prints clauses with statement, source, severity and cases.") { clauses, family, severity, json };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var selection = CommandOptions.Select(parsed.GetValue(clauses), null, parsed.GetValue(family), parsed.GetValue(severity));
        var selected = services.Clauses.Value.All.Where(selection.Matches).ToList();
        if (selected.Count == 0)
        {
            var all = services.Clauses.Value.All;
            throw CommandException.BadUsage($"no clause matches {selection}; there are {all.Count}, from {all[0].Id} to {all[^1].Id}");
        }

        var casesOf = services.Cases.Value.All
            .SelectMany(definition => definition.Clauses.Select(clause => (Clause: clause, definition.Id)))
            .ToLookup(pair => pair.Clause, pair => pair.Id);
        var rows = selected.Select(clause => Row(clause, [.. casesOf[clause.Id]])).ToList();
        if (parsed.GetValue(json))
        {
            services.Output.WriteLine(JsonSerializer.Serialize(rows, ListContext.Default.ListListedClause));
        }
        else
        {
            Print(rows);
        }

        return (int)ExitCode.Conforms;
    }

    private ListedClause Row(Clause clause, IReadOnlyList<string> cases) => new(
        clause.Id.ToString(), clause.Section, clause.Statement, clause.Source, Wording.Camel(clause.Severity), cases,
        cases.Count > 0 ? null : services.Uncovered.Value.ReasonOf(clause.Id));

    private void Print(List<ListedClause> rows)
    {
        var page = new Page(services);
        string section = "";
        foreach (var row in rows)
        {
            if (row.Section != section)
            {
                section = row.Section;
                page.Write(section, "underline");
                page.WriteLine();
            }

            page.Write($"{row.Id} {row.Severity}", "bold");
            page.Write(row.Statement, indent: 4);
            page.Write($"source: {row.Source}", indent: 4);
            foreach (string line in row.Cases.Count > 0 ? row.Cases : [row.Uncovered is null ? "no case" : $"no case: {row.Uncovered}"])
            {
                page.Write(line, indent: 4);
            }

            page.WriteLine();
        }

        int covered = rows.Count(row => row.Cases.Count > 0);
        int cases = rows.SelectMany(row => row.Cases).Distinct().Count();
        page.Write($"{Wording.Count(rows.Count, "clause")}, {covered} with cases; {Wording.Count(cases, "case")}");
    }
}

internal sealed record ListedClause(
    string Id, string Section, string Statement, string Source, string Severity, IReadOnlyList<string> Cases, string? Uncovered);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(List<ListedClause>))]
internal sealed partial class ListContext : JsonSerializerContext;
