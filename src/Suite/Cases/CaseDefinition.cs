using Conformance.Model.Clauses;

namespace Conformance.Suite.Cases;

/// <summary>One way by which a role's cases can be run.</summary>
/// <param name="Name">The last part of the case's id.</param>
/// <param name="Carrier">How it reaches the store, where that is a choice.</param>
public sealed record CaseWay(string Name, Carriers Carrier)
{
    /// <summary>Those of <paramref name="ways"/> that a case asks for.</summary>
    /// <param name="attribute">The case's attribute.</param>
    /// <param name="whom">Whom the ways lead to, for the message.</param>
    /// <param name="ways">The ways of the role.</param>
    /// <exception cref="InvalidCaseException">The case asks for none of them.</exception>
    public static IReadOnlyList<CaseWay> Choose(CaseAttribute attribute, string whom, params ReadOnlySpan<CaseWay> ways)
    {
        ArgumentNullException.ThrowIfNull(attribute);
        CaseWay[] chosen = [.. ways.ToArray().Where(way => attribute.Over.HasFlag(way.Carrier))];
        return chosen.Length > 0 ? chosen : throw new InvalidCaseException($"a case on {attribute.Clauses[0]} names no way to the {whom}; Over is Socket, Ring or Both");
    }
}

/// <summary>A case over one of its ways: what the runner runs, once.</summary>
/// <param name="Id">Unique: main clause, method name in kebab case, way.</param>
/// <param name="Clauses">What it checks, the main one first.</param>
/// <param name="Title">The method's name in words.</param>
/// <param name="Doc">What it claims, from the method's documentation; empty when that is not at hand.</param>
/// <param name="Role">Which role of a target it asks.</param>
/// <param name="Way">The way this instance goes.</param>
/// <param name="Needs">What the target must be able to do besides.</param>
/// <param name="Guards">Historical defects it guards against, as written at the method; null for none.</param>
/// <param name="Body">Runs it; ends with <see cref="CaseOutcome"/> when the verdict is not pass.</param>
public sealed record CaseDefinition(
    string Id,
    IReadOnlyList<ClauseId> Clauses,
    string Title,
    string Doc,
    ICaseRole Role,
    CaseWay Way,
    Needs Needs,
    string? Guards,
    Func<CaseContext, Task> Body)
{
    /// <summary>The clause that a failure names unless it names another.</summary>
    public ClauseId MainClause => Clauses[0];
}
