using System.Text.RegularExpressions;
using Conformance.Model.Clauses;

namespace Conformance.Suite.Expected;

/// <summary>Who is in the wrong where a target and a clause differ.</summary>
public enum InDoubt
{
    /// <summary>The target.</summary>
    Daemon,

    /// <summary>The clause, or our reading of its source.</summary>
    Clause,
}

/// <summary>A failure that is known: one row of a target's expected-failure file.</summary>
/// <param name="Cases">A pattern of case ids.</param>
/// <param name="Clause">The clause that the failure names.</param>
/// <param name="Match">What the failure's message looks like.</param>
/// <param name="DoesInstead">What the target does instead, in words.</param>
/// <param name="Doubt">Who is in the wrong.</param>
/// <param name="Reason">Why it is so.</param>
/// <param name="Where">File and line of the row.</param>
public sealed record ExpectedFailure(
    string Cases,
    ClauseId Clause,
    Regex Match,
    string DoesInstead,
    InDoubt Doubt,
    string Reason,
    string Where);
