using Conformance.Model.Clauses;
using Conformance.Suite.Verdicts;

namespace Conformance.Suite.Results;

/// <summary>What a run says of one clause.</summary>
/// <param name="Clause">The clause.</param>
/// <param name="Verdict">Folded over its cases; null when it has no case.</param>
/// <param name="IsKnown">Whether every failure in it is a known divergence.</param>
/// <param name="Cases">The ids of the cases that speak of it, in order.</param>
/// <param name="Reason">Why there is no pass, in one line; empty for a pass.</param>
public sealed record ClauseResult(Clause Clause, Verdict? Verdict, bool IsKnown, IReadOnlyList<string> Cases, string Reason);
