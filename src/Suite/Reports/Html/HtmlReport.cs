using System.Globalization;

namespace Conformance.Suite.Reports.Html;

/// <summary>The HTML form of reports: one page that needs nothing else.</summary>
public static class HtmlReport
{
    private static readonly Lazy<HtmlTemplate> Template = new(() => new HtmlTemplate("report"));

    /// <summary>Writes a report.</summary>
    public static string Write(RunReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var cases = report.Cases.ToDictionary(found => found.Id);
        var glossary = SourceGlossary.Default;
        return Template.Value.Render($"{report.Target} — Conformance", new
        {
            report.Target,
            report.Headline,
            ConclusionClass = report.Conclusion,
            Totals = Totals(report),
            Facts = Facts(report),
            report.Warnings,
            Sections = report.Clauses.Select(clause => clause.Section).Distinct().ToArray(),
            Clauses = report.Clauses.Select(clause => ViewClause(clause, cases, glossary)).ToArray(),
            Failures = report.Cases.Where(found => found.Verdict == Wording.Fail && !found.Expected).Select(found => ViewCase(found, report)).ToArray(),
            Divergences = report.Cases.Where(found => found.Expected).Select(found => ViewCase(found, report)).ToArray(),
            Unclear = report.Cases.Where(found => found.Verdict == Wording.Inconclusive).Select(found => ViewCase(found, report)).ToArray(),
            Cases = report.Cases.Select(ViewRow).ToArray(),
            Glossary = glossary.Entries.Select(entry => new { entry.Abbreviations, entry.Explanation }).ToArray(),
        });
    }

    private static object[] Totals(RunReport report)
    {
        var summary = report.Summary;
        static object Total(string kind, string name, int cases, int clauses) => new { Kind = kind, Name = name, Cases = cases, Clauses = $"{clauses}" };
        return
        [
            Total(Wording.Pass, "pass", summary.Pass, summary.ClausesPass),
            Total(Wording.Fail, "fail", summary.Fail, summary.ClausesFail),
            new { Kind = "known", Name = "of these known divergences", Cases = summary.ExpectedFail, Clauses = $"{report.Clauses.Count(clause => clause.Expected)}" },
            Total(Wording.Inconclusive, "inconclusive", summary.Inconclusive, summary.ClausesInconclusive),
            Total(Wording.NotApplicable, "not applicable", summary.NotApplicable, summary.ClausesNotApplicable),
            new { Kind = Wording.NotCovered, Name = "without a case", Cases = "", Clauses = $"{summary.ClausesWithoutCase}" },
        ];
    }

    private static object[] Facts(RunReport report)
    {
        static object Fact(string name, string value) => new { Name = name, Value = value };
        return
        [
            Fact("Target", $"{report.Target}: {report.Description}"),
            Fact("Uses", report.Uses),
            Fact("Asked", report.Selection),
            Fact("Made by", report.Command),
            Fact("Seed", report.Seed.ToString(CultureInfo.InvariantCulture)),
            Fact("Started", report.Started.ToString("yyyy-MM-dd HH:mm:ss 'UTC'zzz", CultureInfo.InvariantCulture)),
            Fact("Took", string.Create(CultureInfo.InvariantCulture, $"{report.Milliseconds / 1000.0:0.0} s")),
            Fact("Versions", $"Conformance {report.Versions.Conformance}, {report.Versions.Runtime}, {report.Versions.System}"),
        ];
    }

    private static object ViewClause(ClauseReport clause, Dictionary<string, CaseReport> cases, SourceGlossary glossary) => new
    {
        clause.Id,
        clause.Section,
        clause.Statement,
        SourceHtml = glossary.ToHtml(clause.Source),
        clause.Severity,
        Kind = KindOf(clause.Verdict, clause.Expected),
        Verdict = VerdictText(clause.Verdict, clause.Expected),
        Reason = clause.Verdict == Wording.Fail ? "" : clause.Reason,
        clause.Weakness,
        Cases = clause.Cases.Select(id => ViewLink(cases[id], clause.Id)).ToArray(),
        CaseCount = Wording.Count(clause.Cases.Count, "case"),
    };

    private static object ViewLink(CaseReport found, string clause)
    {
        // A case that failed for another clause says nothing of this one.
        bool elsewhere = found.Verdict == Wording.Fail && found.Clause != clause;
        return new
        {
            found.Id,
            Anchor = HasArticle(found) ? Anchor(found.Id) : "",
            Kind = elsewhere ? Wording.Inconclusive : KindOf(found.Verdict, found.Expected),
            Verdict = elsewhere ? $"failed for {found.Clause}" : VerdictText(found.Verdict, found.Expected),
        };
    }

    private static object ViewRow(CaseReport found) => new
    {
        found.Id,
        Anchor = HasArticle(found) ? Anchor(found.Id) : "",
        Claim = found.Doc.Length > 0 ? found.Doc : found.Title,
        Clauses = string.Join(", ", found.Clauses),
        Guards = found.Guards ?? "",
        Kind = KindOf(found.Verdict, found.Expected),
        Verdict = VerdictText(found.Verdict, found.Expected),
        Messages = found.Messages.ToString(CultureInfo.InvariantCulture),
        Milliseconds = found.Milliseconds.ToString(CultureInfo.InvariantCulture),
        Message = found.Verdict == Wording.NotApplicable ? found.Message : "",
    };

    private static object ViewCase(CaseReport found, RunReport report) => new
    {
        found.Id,
        Anchor = Anchor(found.Id),
        Claim = found.Doc.Length > 0 ? found.Doc : found.Title,
        Kind = KindOf(found.Verdict, found.Expected),
        Verdict = VerdictText(found.Verdict, found.Expected),
        Clause = found.Clause ?? "",
        Statement = report.Clauses.FirstOrDefault(clause => clause.Id == found.Clause)?.Statement ?? "",
        Blame = Wording.Spaced(found.Blame),
        found.Message,
        Guards = found.Guards ?? "",
        Divergence = found.Divergence,
        Seed = found.Seed.ToString(CultureInfo.InvariantCulture),
        Again = Again(found, report),
        Svg = SequenceChart.Render(found),
        Text = ExchangeText.Render(found),
        Messages = Wording.Count(found.Messages, "message"),
    };

    /// <summary>The command that runs one case of a report again.</summary>
    public static string Again(CaseReport found, RunReport report)
    {
        ArgumentNullException.ThrowIfNull(found);
        ArgumentNullException.ThrowIfNull(report);
        return string.Create(CultureInfo.InvariantCulture, $"xenconf certify {report.Target} --case '{found.Id}' --seed {report.Seed}");
    }

    private static bool HasArticle(CaseReport found) => found.Verdict is Wording.Fail or Wording.Inconclusive;

    private static string Anchor(string id) => "case-" + id.Replace('/', '-');

    private static string KindOf(string verdict, bool expected) => expected ? "known" : verdict;

    private static string VerdictText(string verdict, bool expected) => expected ? "known divergence"
        : verdict == Wording.NotCovered ? "no case"
        : Wording.Spaced(verdict);
}
