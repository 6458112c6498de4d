using System.Text.Json;
using System.Text.RegularExpressions;
using Conformance.Model.Protocol.XenStore;
using Conformance.Suite.Results;

namespace Conformance.Suite.Reports;

/// <summary>The words that reports use.</summary>
public static partial class Wording
{
    /// <summary>The verdict of a clause that no case checks.</summary>
    public const string NotCovered = "notCovered";

    /// <summary>The verdict of what failed.</summary>
    public const string Fail = "fail";

    /// <summary>The verdict of what passed.</summary>
    public const string Pass = "pass";

    /// <summary>The verdict of what could not tell.</summary>
    public const string Inconclusive = "inconclusive";

    /// <summary>The verdict of what the target does not have what it takes for.</summary>
    public const string NotApplicable = "notApplicable";

    /// <summary>A value as JSON carries it: <c>notApplicable</c>.</summary>
    public static string Camel(Enum value) => JsonNamingPolicy.CamelCase.ConvertName($"{value}");

    /// <summary>A camel-case word as people read it: <c>not applicable</c>.</summary>
    public static string Spaced(string camel) => Capital().Replace(camel, match => " " + match.Value.ToLowerInvariant());

    /// <summary>A number and a noun: <c>1 case</c>, <c>2 cases</c>.</summary>
    public static string Count(int number, string noun) =>
        number == 1 ? $"1 {noun}" : $"{number} {noun}{(noun.EndsWith('s') ? "es" : "s")}";

    /// <summary>A message type as the protocol writes it: <c>TRANSACTION_START</c>, or <c>type 42</c>.</summary>
    public static string MessageType(XsMessageType type) => Enum.IsDefined(type)
        ? Boundary().Replace($"{type}", "_").ToUpperInvariant()
        : $"type {(uint)type}";

    /// <summary>What a run says as a whole, in a sentence.</summary>
    public static string Headline(RunResult run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var summary = run.Summary;
        string size = $"{Count(summary.Cases, "case")} on {Count(summary.Clauses, "clause")}";
        return run.Conclusion switch
        {
            Conclusion.Conforms => $"{run.Target} conforms ({size})",
            Conclusion.ConformsWithKnownDivergences =>
                $"{run.Target} conforms, with {Count(summary.ExpectedFail, "known divergence")} ({size})",
            Conclusion.DoesNotConform => $"{run.Target} does not conform: {Breaches(run)} ({size})",
            Conclusion.NothingTested => $"nothing was tested: {run.Target} has not what any of the {Count(summary.Cases, "case")} needs",
            _ when summary.NotRun > 0 => $"inconclusive: the run was stopped; {Count(summary.NotRun, "case")} not run ({size} done)",
            _ => $"inconclusive: {Count(summary.Inconclusive, "case")} could not tell ({size})",
        };
    }

    private static string Breaches(RunResult run)
    {
        string[] clauses = [.. run.Cases
            .Where(result => result.IsBreach && result.Expectation != Expectation.UnexpectedPass)
            .Select(result => $"{result.Clause}").Distinct().Order(StringComparer.Ordinal)];
        string[] parts =
        [
            clauses.Length == 0 ? "" : $"it breaks {string.Join(", ", clauses.Take(8))}{(clauses.Length > 8 ? $" and {clauses.Length - 8} more" : "")}",
            run.Summary.UnexpectedPass == 0 ? "" : $"{Count(run.Summary.UnexpectedPass, "unexpected pass")}",
        ];
        return string.Join("; ", parts.Where(part => part.Length > 0));
    }

    [GeneratedRegex("(?<=[a-z])[A-Z]")]
    private static partial Regex Capital();

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex Boundary();
}
