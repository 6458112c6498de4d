using System.IO.Enumeration;
using Conformance.Model.Clauses;
using Conformance.Suite.Cases;
using Conformance.Suite.Targets;

namespace Conformance.Suite.Running;

/// <summary>
/// Which cases to run. All parts that are given must hold; the parts about clauses must hold for one and the same clause
/// of a case. Patterns know <c>*</c> and <c>?</c> and ignore case.
/// </summary>
public sealed record Selection
{
    /// <summary>Every case.</summary>
    public static readonly Selection Everything = new();

    /// <summary>Patterns of clause ids, such as <c>XS-04*</c>, one of which must match; empty for any.</summary>
    public IReadOnlyList<string> Clauses { get; init; } = [];

    /// <summary>Patterns of case ids, such as <c>*/ring</c>, one of which must match; empty for any.</summary>
    public IReadOnlyList<string> Cases { get; init; } = [];

    /// <summary>A clause family, such as <c>XS</c>; null for any.</summary>
    public string? Family { get; init; }

    /// <summary>A severity; null for any.</summary>
    public Severity? Severity { get; init; }

    /// <summary>Whether nothing is left out.</summary>
    public bool IsEverything => Clauses.Count == 0 && Cases.Count == 0 && Family is null && Severity is null;

    /// <summary>Whether a clause is among those asked for.</summary>
    public bool Matches(Clause clause)
    {
        ArgumentNullException.ThrowIfNull(clause);
        return Matches(Clauses, clause.Id.ToString())
            && (Family is null || string.Equals(Family, clause.Id.Family, StringComparison.OrdinalIgnoreCase))
            && (Severity is null || Severity == clause.Severity);
    }

    /// <summary>Whether a case is among those asked for.</summary>
    public bool Matches(CaseDefinition definition, ClauseCatalogue clauses)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(clauses);
        return Matches(Cases, definition.Id) && definition.Clauses.Any(id => Matches(clauses[id]));
    }

    /// <summary>The cases asked for, in the order of the catalogue.</summary>
    /// <exception cref="NothingSelectedException">There is none; the message says what was asked and what exists.</exception>
    public IReadOnlyList<CaseDefinition> Apply(CaseCatalogue cases, ClauseCatalogue clauses)
    {
        ArgumentNullException.ThrowIfNull(cases);
        var selected = cases.All.Where(definition => Matches(definition, clauses)).ToList();
        return selected.Count > 0 ? selected : throw new NothingSelectedException(Explain(cases, clauses));
    }

    /// <summary>The cases asked for that are about a role that the target plays, and those whose ids are given in full.</summary>
    /// <exception cref="NothingSelectedException">There is none; the message says why.</exception>
    public IReadOnlyList<CaseDefinition> Apply(CaseCatalogue cases, ClauseCatalogue clauses, ITarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var matching = Apply(cases, clauses);
        var askable = matching.Where(definition => IsAskable(definition, target)).ToList();
        string roles = string.Join(" or ", matching.Select(definition => definition.Role.Name).Distinct());
        return askable.Count > 0 ? askable : throw new NothingSelectedException(
            $"no case that {target.Name} can be asked matches {this}: the {matching.Count} that match ask a {roles}, which it does not play; name another target");
    }

    /// <summary>Whether a target can be asked a case: it plays the role, or the id is given in full and the result will say what it lacks.</summary>
    public bool IsAskable(CaseDefinition definition, ITarget target)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return definition.Role.IsPlayedBy(target) || Cases.Contains(definition.Id, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Whether a pattern consists of what can stand in an id, and of <c>*</c> and <c>?</c>; another matches nothing.</summary>
    public static bool IsPattern(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return pattern.Length > 0 && pattern.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '/' or '*' or '?');
    }

    /// <summary>Whether <paramref name="text"/> matches a pattern.</summary>
    public static bool Matches(string pattern, string text) =>
        FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: true);

    /// <inheritdoc/>
    public override string ToString()
    {
        string[] parts =
        [
            Clauses.Count == 0 ? "" : $"clauses {string.Join(" or ", Clauses)}",
            Cases.Count == 0 ? "" : $"cases {string.Join(" or ", Cases)}",
            Family is null ? "" : $"family {Family}",
            Severity is null ? "" : $"severity {Severity}",
        ];
        return IsEverything ? "all cases" : string.Join(", ", parts.Where(part => part.Length > 0));
    }

    private static bool Matches(IReadOnlyList<string> patterns, string text) =>
        patterns.Count == 0 || patterns.Any(pattern => Matches(pattern, text));

    private string Explain(CaseCatalogue cases, ClauseCatalogue clauses)
    {
        var withCases = cases.All.SelectMany(definition => definition.Clauses).Distinct().Order().ToList();
        if (withCases.Count == 0)
        {
            return $"no case matches {this}: this build carries no cases";
        }

        var asked = Cases.Count == 0 ? clauses.All.Where(Matches).ToList() : [];
        string exists = $"there are {cases.All.Count} cases on {withCases.Count} clauses from {withCases[0]} to {withCases[^1]}";
        return asked.Count > 0
            ? $"no case matches {this}: {Count(asked.Count)} asked for and none has a case; {exists}; see `xenconf list`"
            : $"no case matches {this}: {exists}, such as {cases.All[0].Id}; see `xenconf list`";
    }

    private static string Count(int clauses) => clauses == 1 ? "1 clause is" : $"{clauses} clauses are";
}

/// <summary>A selection without a single case: nothing would be tested, which is never a pass.</summary>
public sealed class NothingSelectedException(string message) : Exception(message);
