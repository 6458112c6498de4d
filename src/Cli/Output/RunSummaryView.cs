using System.Globalization;
using Conformance.Suite.Reports;
using Conformance.Suite.Results;
using Spectre.Console;

namespace Conformance.Cli.Output;

/// <summary>A report on the console: what was asked, a table a section, each failure, the files, and the headline last.</summary>
internal sealed class RunSummaryView(CliServices services)
{
    private const int MostShown = 40;

    private readonly IAnsiConsole console = services.CreateConsole();

    public void Write(RunReport report, IReadOnlyList<string> files)
    {
        WriteHead(report);
        WriteSections(report);
        WriteCases(report, "Failures", "red", found => found.Verdict == Wording.Fail && !found.Expected);
        WriteCases(report, "Inconclusive", "magenta", found => found.Verdict == Wording.Inconclusive);
        WriteDivergences(report);
        foreach (string warning in report.Warnings)
        {
            WriteLine("yellow", $"warning: {warning}");
        }

        foreach (string file in files)
        {
            WriteLine(null, $"wrote {file}");
        }

        console.WriteLine();
        WriteLine(ColourOf(report.Conclusion), report.Headline);
    }

    private static string ColourOf(string conclusion) =>
        conclusion == Wording.Camel(Conclusion.Conforms) ? "green"
        : conclusion == Wording.Camel(Conclusion.ConformsWithKnownDivergences) ? "yellow"
        : conclusion == Wording.Camel(Conclusion.DoesNotConform) ? "red"
        : "magenta";

    private void WriteHead(RunReport report)
    {
        WriteLine("bold", $"{report.Target}: {report.Description}");
        WriteLine(null, report.Uses);
        WriteLine(null, $"asked: {report.Selection}; seed {report.Seed}");
        console.WriteLine();
    }

    private void WriteSections(RunReport report)
    {
        var table = new Table { Border = services.HasColour ? TableBorder.Rounded : TableBorder.Ascii2 };
        table.AddColumn("clauses");
        foreach (string column in new[] { "pass", "fail", "known", "unclear", "n/a", "no case" })
        {
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        }

        foreach (var section in report.Clauses.GroupBy(clause => clause.Section))
        {
            table.AddRow(
                new Text(section.Key),
                Number("green", section.Count(clause => clause.Verdict == Wording.Pass)),
                Number("red", section.Count(clause => clause.Verdict == Wording.Fail && !clause.Expected)),
                Number("yellow", section.Count(clause => clause.Expected)),
                Number("magenta", section.Count(clause => clause.Verdict == Wording.Inconclusive)),
                Number(null, section.Count(clause => clause.Verdict == Wording.NotApplicable)),
                Number(null, section.Count(clause => clause.Verdict == Wording.NotCovered)));
        }

        console.Write(table);
        console.WriteLine();
    }

    private void WriteCases(RunReport report, string heading, string colour, Func<CaseReport, bool> belongs)
    {
        var found = report.Cases.Where(belongs).ToList();
        if (found.Count == 0)
        {
            return;
        }

        WriteLine("bold", heading);
        foreach (var one in found.Take(MostShown))
        {
            WriteLine(colour, one.Clause is null ? one.Id : $"{one.Clause} blame {Wording.Spaced(one.Blame)}: {one.Id}");
            Indent(one.Message);
        }

        WriteRest(found.Count);
        console.WriteLine();
    }

    private void WriteDivergences(RunReport report)
    {
        var known = report.Cases.Where(found => found.Expected).ToList();
        if (known.Count == 0)
        {
            return;
        }

        WriteLine("bold", "Known divergences");
        foreach (var one in known.Take(MostShown))
        {
            WriteLine("yellow", $"{one.Clause} {one.Id}");
            Indent($"{one.Divergence!.DoesInstead} (in doubt: {one.Divergence.InDoubt})");
        }

        WriteRest(known.Count);
        console.WriteLine();
    }

    private void WriteRest(int count)
    {
        if (count > MostShown)
        {
            WriteLine(null, string.Create(CultureInfo.InvariantCulture, $"and {count - MostShown} more, in the reports"));
        }
    }

    private void Indent(string text) => console.Write(new Padder(new Text(text), new Padding(4, 0, 0, 0)));

    private static Text Number(string? colour, int count) => count == 0
        ? new Text("")
        : new Text(count.ToString(CultureInfo.InvariantCulture), colour is null ? Style.Plain : Style.Parse(colour));

    private void WriteLine(string? style, string text)
    {
        console.Write(new Text(text, style is null ? Style.Plain : Style.Parse(style)));
        console.WriteLine();
    }
}
