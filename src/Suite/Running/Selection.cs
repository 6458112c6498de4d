using System.IO.Enumeration;
using Conformance.Model.Clauses;
using Conformance.Suite.Cases;

namespace Conformance.Suite.Running;

/// <summary>
/// Which cases to run. All parts that are given must hold; the parts about clauses must hold for one and the same clause
/// of a case. Patterns know <c>*</c> and <c>?</c> and ignore case.
/// </summary>
public sealed record Selection
{
    /// <summary>Every case.</summary>
    public static readonly Selection Everything = new();

    /// <summary>A pattern of clause ids, such as <c>XS-04*</c>; null for any.</summary>
    public string? Clauses { get; init; }

    /// <summary>A pattern of case ids, such as <c>*/ring</c>; null for any.</summary>
    public string? Cases { get; init; }

    /// <summary>A clause family, such as <c>XS</c>; null for any.</summary>
    public string? Family { get; init; }

    /// <summary>A severity; null for any.</summary>
    public Severity? Severity { get; init; }

    /// <summary>Whether nothing is left out.</summary>
    public bool IsEverything => this == Everything;

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

    /// <summary>Whether <paramref name="text"/> matches a pattern; anything matches none.</summary>
    public static bool Matches(string? pattern, string text) =>
        pattern is null || FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: true);

    /// <inheritdoc/>
    public override string ToString()
    {
        string?[] parts =
        [
            Clauses is null ? null : $"clauses {Clauses}",
            Cases is null ? null : $"cases {Cases}",
            Family is null ? null : $"family {Family}",
            Severity is null ? null : $"severity {Severity}",
        ];
        return parts.All(part => part is null) ? "all cases" : string.Join(", ", parts.Where(part => part is not null));
    }

    private string Explain(CaseCatalogue cases, ClauseCatalogue clauses)
    {
        var withCases = cases.All.SelectMany(definition => definition.Clauses).Distinct().Order().ToList();
        if (withCases.Count == 0)
        {
            return $"no case matches {this}: this build carries no cases";
        }

        var asked = Cases is null ? clauses.All.Where(Matches).ToList() : [];
        string exists = $"there are {cases.All.Count} cases on {withCases.Count} clauses from {withCases[0]} to {withCases[^1]}";
        return asked.Count > 0
            ? $"no case matches {this}: {Count(asked.Count)} asked for and none has a case; {exists}; see `xenconf list`"
            : $"no case matches {this}: {exists}, such as {cases.All[0].Id}; see `xenconf list`";
    }

    private static string Count(int clauses) => clauses == 1 ? "1 clause is" : $"{clauses} clauses are";
}

/// <summary>A selection without a single case: nothing would be tested, which is never a pass.</summary>
public sealed class NothingSelectedException(string message) : Exception(message);
