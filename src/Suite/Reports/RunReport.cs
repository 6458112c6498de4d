using Conformance.Suite.Results;

namespace Conformance.Suite.Reports;

/// <summary>A judged run as reports carry it. <c>report.json</c> is this; every other form is made from it.</summary>
public sealed record RunReport
{
    /// <summary>The version of the JSON form that this program writes.</summary>
    public const int CurrentSchema = 1;

    /// <summary>The version of the JSON form.</summary>
    public required int Schema { get; init; }

    /// <summary>The target's name.</summary>
    public required string Target { get; init; }

    /// <summary>What the target is.</summary>
    public required string Description { get; init; }

    /// <summary>What the target uses, with versions.</summary>
    public required string Uses { get; init; }

    /// <summary>What the run says as a whole: <c>conforms</c>, <c>conformsWithKnownDivergences</c>, <c>doesNotConform</c>, <c>inconclusive</c>, <c>nothingTested</c>.</summary>
    public required string Conclusion { get; init; }

    /// <summary>The same in a sentence.</summary>
    public required string Headline { get; init; }

    /// <summary>The numbers.</summary>
    public required RunSummary Summary { get; init; }

    /// <summary>What was asked for, in words.</summary>
    public required string Selection { get; init; }

    /// <summary>The command that makes this report again.</summary>
    public required string Command { get; init; }

    /// <summary>What seeds all chance in the run.</summary>
    public required int Seed { get; init; }

    /// <summary>When the run started.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>How long it took.</summary>
    public required long Milliseconds { get; init; }

    /// <summary>Of what it was made.</summary>
    public required VersionsReport Versions { get; init; }

    /// <summary>A row a clause, in the order of the ids.</summary>
    public required IReadOnlyList<ClauseReport> Clauses { get; init; }

    /// <summary>A row a case, in the order of the ids.</summary>
    public required IReadOnlyList<CaseReport> Cases { get; init; }

    /// <summary>What people should know besides.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}

/// <summary>The versions that took part in a run.</summary>
/// <param name="Conformance">This program.</param>
/// <param name="Runtime">The .NET runtime.</param>
/// <param name="System">The operating system and processor.</param>
public sealed record VersionsReport(string Conformance, string Runtime, string System);

/// <summary>One clause in a report.</summary>
/// <param name="Id">Such as <c>XS-016</c>.</param>
/// <param name="Section">The heading in the catalogue.</param>
/// <param name="Statement">What must hold.</param>
/// <param name="Source">Where that comes from, abbreviated.</param>
/// <param name="Severity"><c>critical</c>, <c>high</c>, <c>medium</c> or <c>low</c>.</param>
/// <param name="Verdict"><c>pass</c>, <c>fail</c>, <c>inconclusive</c>, <c>notApplicable</c>, or <c>notCovered</c> when no case checks it.</param>
/// <param name="Expected">Whether all its failures are known divergences.</param>
/// <param name="Cases">The ids of its cases.</param>
/// <param name="Reason">Why there is no pass; empty for a pass.</param>
/// <param name="Weakness">Why its cases say little even where they pass; empty when they say enough, or there is none.</param>
public sealed record ClauseReport(
    string Id,
    string Section,
    string Statement,
    string Source,
    string Severity,
    string Verdict,
    bool Expected,
    IReadOnlyList<string> Cases,
    string Reason,
    string Weakness = "");

/// <summary>One case in a report.</summary>
public sealed record CaseReport
{
    /// <summary>Such as <c>XS-016/success-repeats-type-and-ids/socket</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The id's words.</summary>
    public required string Title { get; init; }

    /// <summary>What the case claims; may be empty.</summary>
    public required string Doc { get; init; }

    /// <summary>The role it asks.</summary>
    public required string Role { get; init; }

    /// <summary>The clauses it checks, the main one first.</summary>
    public required IReadOnlyList<string> Clauses { get; init; }

    /// <summary>Historical defects it guards against; null for none.</summary>
    public required string? Guards { get; init; }

    /// <summary><c>pass</c>, <c>fail</c>, <c>inconclusive</c> or <c>notApplicable</c>.</summary>
    public required string Verdict { get; init; }

    /// <summary>The clause that was broken; null unless it failed.</summary>
    public required string? Clause { get; init; }

    /// <summary><c>none</c>, <c>front</c>, <c>back</c>, <c>store</c>, <c>client</c>, <c>toolStack</c> or <c>harness</c>.</summary>
    public required string Blame { get; init; }

    /// <summary>What was expected and what came; empty for a pass.</summary>
    public required string Message { get; init; }

    /// <summary>What seeded its chance.</summary>
    public required int Seed { get; init; }

    /// <summary>How long it took.</summary>
    public required long Milliseconds { get; init; }

    /// <summary>Whether the failure is a known divergence.</summary>
    public required bool Expected { get; init; }

    /// <summary>Whether it passed although a known divergence is listed for it.</summary>
    public required bool UnexpectedPass { get; init; }

    /// <summary>The row of the expected-failure file that speaks of it; null for none.</summary>
    public required DivergenceReport? Divergence { get; init; }

    /// <summary>How many messages were exchanged.</summary>
    public required int Messages { get; init; }

    /// <summary>How many lines of the exchange were left out in the middle of <see cref="Exchange"/>.</summary>
    public required int ExchangeOmitted { get; init; }

    /// <summary>The exchange; empty for a pass, to keep reports small.</summary>
    public required IReadOnlyList<ExchangeReport> Exchange { get; init; }
}

/// <summary>A row of an expected-failure file in a report.</summary>
/// <param name="DoesInstead">What the target does instead.</param>
/// <param name="InDoubt"><c>daemon</c> or <c>clause</c>: who is in the wrong.</param>
/// <param name="Reason">Why.</param>
/// <param name="Row">File and line.</param>
public sealed record DivergenceReport(string DoesInstead, string InDoubt, string Reason, string Row);

/// <summary>One line of an exchange in a report.</summary>
/// <param name="Time">Order within the case.</param>
/// <param name="Party">The harness's side of it.</param>
/// <param name="Direction"><c>sent</c>, <c>received</c> or <c>noted</c>.</param>
/// <param name="Type">The message's type as the protocol writes it; null when there is no header.</param>
/// <param name="RequestId">The header's req_id.</param>
/// <param name="TransactionId">The header's tx_id.</param>
/// <param name="Length">The header's length, which need not be true.</param>
/// <param name="Text">The payload as people read it, shortened; NUL is a bar.</param>
/// <param name="Payload">All its bytes, in base 64.</param>
/// <param name="Note">What happened, in words.</param>
public sealed record ExchangeReport(
    int Time,
    string Party,
    string Direction,
    string? Type,
    uint? RequestId,
    uint? TransactionId,
    uint? Length,
    string Text,
    string Payload,
    string Note);
