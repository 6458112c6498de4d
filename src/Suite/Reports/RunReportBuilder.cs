using System.Reflection;
using System.Runtime.InteropServices;
using Conformance.Suite.Coverage;
using Conformance.Suite.Evidence;
using Conformance.Suite.Expected;
using Conformance.Suite.Results;
using Conformance.Suite.Store.Sessions;
using Conformance.Suite.Verdicts;

namespace Conformance.Suite.Reports;

/// <summary>Turns a judged run into a report.</summary>
public static class RunReportBuilder
{
    private const int FirstLines = 100;
    private const int LastLines = 300;

    /// <summary>Makes the report.</summary>
    /// <param name="run">The run.</param>
    /// <param name="command">The command that makes it again.</param>
    public static RunReport Build(RunResult run, string command)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new RunReport
        {
            Schema = RunReport.CurrentSchema,
            Target = run.Target,
            Description = run.Description,
            Uses = run.Uses,
            Conclusion = Wording.Camel(run.Conclusion),
            Headline = Wording.Headline(run),
            Summary = run.Summary,
            Selection = run.Selection.ToString(),
            Command = command,
            Seed = run.Settings.Seed,
            Started = run.Started,
            Milliseconds = (long)run.Duration.TotalMilliseconds,
            Versions = new VersionsReport(OwnVersion, RuntimeInformation.FrameworkDescription, $"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}"),
            Clauses = [.. run.Clauses.Select(BuildClause)],
            Cases = [.. run.Cases.Select(BuildCase)],
            Warnings = run.Warnings,
        };
    }

    /// <summary>The version of this program.</summary>
    public static string OwnVersion { get; } =
        typeof(RunReportBuilder).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    private static ClauseReport BuildClause(ClauseResult result) => new(
        result.Clause.Id.ToString(),
        result.Clause.Section,
        result.Clause.Statement,
        result.Clause.Source,
        Wording.Camel(result.Clause.Severity),
        result.Verdict is { } verdict ? Wording.Camel(verdict) : Wording.NotCovered,
        result.IsKnown,
        result.Cases,
        result.Reason,
        result.Cases.Count > 0 ? WeakEvidence.Default.ReasonOf(result.Clause.Id) ?? "" : "");

    private static CaseReport BuildCase(CaseResult result)
    {
        bool shows = result.Verdict != Verdict.Pass && result.Expectation != Expectation.UnexpectedPass;
        var evidence = result.Evidence;
        int omitted = shows ? Math.Max(0, evidence.Count - FirstLines - LastLines) : 0;
        IEnumerable<WireRecord> lines = !shows ? []
            : omitted == 0 ? evidence
            : evidence.Take(FirstLines).Concat(evidence.Skip(FirstLines + omitted));
        return new CaseReport
        {
            Id = result.Case.Id,
            Title = result.Case.Title,
            Doc = result.Case.Doc,
            Role = result.Case.Role.Name,
            Clauses = [.. result.Case.Clauses.Select(clause => clause.ToString())],
            Guards = result.Case.Guards,
            Verdict = Wording.Camel(result.Verdict),
            Clause = result.Clause?.ToString(),
            Blame = Wording.Camel(result.Blame),
            Message = result.Message,
            Seed = result.Seed,
            Milliseconds = (long)result.Duration.TotalMilliseconds,
            Expected = result.Expectation == Expectation.KnownDivergence,
            UnexpectedPass = result.Expectation == Expectation.UnexpectedPass,
            Divergence = BuildDivergence(result.Row),
            Messages = evidence.Count(record => record.Direction != WireDirection.Noted),
            ExchangeOmitted = omitted,
            Exchange = [.. lines.Select(BuildLine)],
        };
    }

    private static DivergenceReport? BuildDivergence(ExpectedFailure? row) =>
        row is null ? null : new DivergenceReport(row.DoesInstead, Wording.Camel(row.Doubt), row.Reason, row.Where);

    private static ExchangeReport BuildLine(WireRecord record) => new(
        record.Time,
        record.Party,
        Wording.Camel(record.Direction),
        record.Header is { } header ? Wording.MessageType(header.Type) : null,
        record.Header?.RequestId,
        record.Header?.TransactionId,
        record.Header?.Length,
        record.Direction == WireDirection.Noted ? "" : WireText.Quote(record.Payload.Span),
        Convert.ToBase64String(record.Payload.Span),
        record.Note);
}
