using System.Globalization;
using Conformance.Suite.Reports;
using Conformance.Suite.Results;
using Spectre.Console;

namespace Conformance.Cli.Output;

/// <summary>A report on the console: what was asked, a table a section, each failure, the files, and the headline last.</summary>
internal sealed class RunSummaryView(CliServices services)
{
    private const int MostShown = 40;

    private readonly Page page = new(services);

    public void Write(RunReport report, IReadOnlyList<string> files)
    {
        WriteHead(report);
        WriteSections(report);
        WriteCases(report, "Failures", "red", found => found.Verdict == Wording.Fail && !found.Expected);
        WriteCases(report, "Inconclusive", "magenta", found => found.Verdict == Wording.Inconclusive);
        WriteDivergences(report);
        foreach (string warning in report.Warnings)
        {
            page.Write($"warning: {warning}", "yellow");
        }

        foreach (string file in files)
        {
            page.Write($"wrote {file}");
        }

        page.WriteLine();
        page.Write(report.Headline, ColourOf(report.Conclusion));
    }

    private static string ColourOf(string conclusion) =>
        conclusion == Wording.Camel(Conclusion.Conforms) ? "green"
        : conclusion == Wording.Camel(Conclusion.ConformsWithKnownDivergences) ? "yellow"
        : conclusion == Wording.Camel(Conclusion.DoesNotConform) ? "red"
        : "magenta";

    private void WriteHead(RunReport report)
    {
        page.Write($"{report.Target}: {report.Description}", "bold");
        page.Write(report.Uses);
        page.Write($"asked: {report.Selection}; seed {report.Seed}");
        page.WriteLine();
    }

    private void WriteSections(RunReport report)
    {
        // A case is counted once, where its main clause is.
        var sections = report.Clauses.ToDictionary(clause => clause.Id, clause => clause.Section);
        var cases = report.Cases.CountBy(one => sections.GetValueOrDefault(one.Clauses[0], "")).ToDictionary();
        var table = page.CreateTable();
        table.AddColumn("clauses");
        foreach (string column in new[] { "cases", "pass", "fail", "known", "unclear", "n/a", "no case" })
        {
            table.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        }

        foreach (var section in report.Clauses.GroupBy(clause => clause.Section))
        {
            table.AddRow(
                new Text($"{section.First().Id[..2]} {section.Key}"),
                Number(null, cases.GetValueOrDefault(section.Key)),
                Number("green", section.Count(clause => clause.Verdict == Wording.Pass)),
                Number("red", section.Count(clause => clause.Verdict == Wording.Fail && !clause.Expected)),
                Number("yellow", section.Count(clause => clause.Expected)),
                Number("magenta", section.Count(clause => clause.Verdict == Wording.Inconclusive)),
                Number(null, section.Count(clause => clause.Verdict == Wording.NotApplicable)),
                Number(null, section.Count(clause => clause.Verdict == Wording.NotCovered)));
        }

        page.Write(table);
        page.WriteLine();
    }

    private void WriteCases(RunReport report, string heading, string colour, Func<CaseReport, bool> belongs)
    {
        var found = report.Cases.Where(belongs).ToList();
        if (found.Count == 0)
        {
            return;
        }

        page.Write(heading, "bold");
        foreach (var one in found.Take(MostShown))
        {
            page.Write(one.Clause is null ? one.Id : $"{one.Clause} blame {Wording.Spaced(one.Blame)}: {one.Id}", colour);
            page.Write(one.Message, indent: 4);
        }

        WriteRest(found.Count);
        page.WriteLine();
    }

    private void WriteDivergences(RunReport report)
    {
        var known = report.Cases.Where(found => found.Expected).ToList();
        if (known.Count == 0)
        {
            return;
        }

        page.Write("Known divergences", "bold");
        foreach (var one in known.Take(MostShown))
        {
            page.Write($"{one.Clause} {one.Id}", "yellow");
            page.Write($"{one.Divergence!.DoesInstead} (in doubt: {one.Divergence.InDoubt})", indent: 4);
        }

        WriteRest(known.Count);
        page.WriteLine();
    }

    private void WriteRest(int count)
    {
        if (count > MostShown)
        {
            page.Write(string.Create(CultureInfo.InvariantCulture, $"and {count - MostShown} more, in the reports"));
        }
    }

    private static Text Number(string? colour, int count) => count == 0
        ? new Text("")
        : new Text(count.ToString(CultureInfo.InvariantCulture), colour is null ? Style.Plain : Style.Parse(colour));
}
