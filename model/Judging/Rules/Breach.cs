namespace Conformance.Model.Judging.Rules;

/// <summary>A rule that was broken in a run.</summary>
/// <param name="Clause">Which.</param>
/// <param name="Blame">By whom.</param>
/// <param name="Expected">What must hold, in one line.</param>
/// <param name="Came">What happened instead.</param>
public sealed record Breach(string Clause, Blame Blame, string Expected, string Came);
