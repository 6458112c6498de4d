using Conformance.Model.Clauses;
using Conformance.Suite.Cases;
using Conformance.Suite.Coverage;
using Conformance.Suite.Running;
using Conformance.Suite.Targets;
using Conformance.Suite.Verdicts;

namespace Conformance.Suite.Results;

/// <summary>
/// Folds the results of cases into results of clauses. A failed case counts against the clause it broke and says nothing
/// of its other clauses. Worst first: fail, inconclusive, pass, not applicable.
/// </summary>
public sealed class ClauseFold(ClauseCatalogue clauses, CaseCatalogue cases, Uncovered uncovered)
{
    /// <summary>One result a clause that was asked for, in the order of the ids.</summary>
    /// <param name="selection">What was asked for.</param>
    /// <param name="target">Who was asked.</param>
    /// <param name="results">What came of the cases that ended.</param>
    public IReadOnlyList<ClauseResult> Fold(Selection selection, ITarget target, IReadOnlyList<CaseResult> results)
    {
        ArgumentNullException.ThrowIfNull(selection);
        ArgumentNullException.ThrowIfNull(results);
        return [.. Relevant(selection, results).Select(clause => FoldOne(clause, selection, target, results))];
    }

    private IEnumerable<Clause> Relevant(Selection selection, IReadOnlyList<CaseResult> results)
    {
        var families = cases.All.SelectMany(definition => definition.Clauses).Select(id => id.Family).ToHashSet();
        var named = results.SelectMany(result => result.Case.Clauses).ToHashSet();
        var broken = results.Where(result => result.Clause is not null).Select(result => result.Clause!.Value).ToHashSet();
        return clauses.All.Where(clause => broken.Contains(clause.Id)
            || (selection.Matches(clause) && families.Contains(clause.Id.Family)
                && (selection.Cases.Count == 0 || named.Contains(clause.Id))));
    }

    private ClauseResult FoldOne(Clause clause, Selection selection, ITarget target, IReadOnlyList<CaseResult> results)
    {
        var speaking = results.Where(result => result.Case.Clauses.Contains(clause.Id) || result.Clause == clause.Id).ToList();
        string[] ids = [.. speaking.Select(result => result.Case.Id)];
        if (speaking.Count == 0)
        {
            return Unspoken(clause, selection, target);
        }

        var failed = speaking.Where(result => result.Verdict == Verdict.Fail && result.Clause == clause.Id).ToList();
        if (failed.Count > 0)
        {
            var shown = failed.FirstOrDefault(result => result.IsBreach) ?? failed[0];
            return new ClauseResult(clause, Verdict.Fail, failed.All(result => !result.IsBreach), ids, shown.Message);
        }

        if (speaking.Find(result => result.Verdict == Verdict.Inconclusive) is { } unclear)
        {
            return new ClauseResult(clause, Verdict.Inconclusive, false, ids, unclear.Message);
        }

        if (speaking.Exists(result => result.Verdict == Verdict.Pass))
        {
            return new ClauseResult(clause, Verdict.Pass, false, ids, "");
        }

        return speaking.Find(result => result.Verdict == Verdict.Fail) is { } elsewhere
            ? new ClauseResult(clause, Verdict.Inconclusive, false, ids, $"{elsewhere.Case.Id} failed for {elsewhere.Clause} before it could tell")
            : new ClauseResult(clause, Verdict.NotApplicable, false, ids, speaking[0].Message);
    }

    private ClauseResult Unspoken(Clause clause, Selection selection, ITarget target)
    {
        var asking = cases.All.Where(definition => definition.Clauses.Contains(clause.Id) && selection.Matches(definition, clauses)).ToList();
        if (asking.Exists(definition => selection.IsAskable(definition, target)))
        {
            return new ClauseResult(clause, Verdict.Inconclusive, false, [], "its cases were not run");
        }

        string reason = asking.Count > 0
            ? $"its cases ask a {asking[0].Role.Name}, which the target does not play"
            : uncovered.ReasonOf(clause.Id) ?? "no case checks it";
        return new ClauseResult(clause, null, false, [], reason);
    }
}
