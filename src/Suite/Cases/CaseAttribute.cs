using Conformance.Model.Clauses;

namespace Conformance.Suite.Cases;

/// <summary>By which way a case reaches the store. A case is written once and runs over each way it names.</summary>
[Flags]
public enum Carriers
{
    /// <summary>A Unix socket, as the privileged domain 0.</summary>
    Socket = 1,

    /// <summary>The interface page of an introduced, unprivileged guest.</summary>
    Ring = 2,

    /// <summary>Once over each.</summary>
    Both = Socket | Ring,
}

/// <summary>Abilities of a target that a case may need beyond its way to the store.</summary>
[Flags]
public enum Needs
{
    /// <summary>Nothing more.</summary>
    Nothing = 0,

    /// <summary>Guests with an interface page that the case can reach, introduced and released as it likes.</summary>
    Guests = 1,

    /// <summary>A daemon that serves this case alone: the case fills, breaks or reconfigures it.</summary>
    OwnDaemon = 2,
}

/// <summary>
/// Marks a method as a case. The method is static, returns <see cref="Task"/> and takes one context; the type of the
/// context says which role of a target it asks (<c>StoreContext</c>: a store daemon). Its name in kebab case behind the
/// first clause is the id: <c>XS-046/write-creates-missing-ancestors/socket</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CaseAttribute : Attribute
{
    /// <summary>Names the clauses that the case checks, the main one first.</summary>
    public CaseAttribute(string clause, params string[] furtherClauses)
    {
        ArgumentNullException.ThrowIfNull(furtherClauses);
        Clauses = [ClauseId.Parse(clause), .. furtherClauses.Select(ClauseId.Parse)];
    }

    /// <summary>The clauses that the case checks, the main one first.</summary>
    public IReadOnlyList<ClauseId> Clauses { get; }

    /// <summary>The ways to run it over; ignored for roles that have but one.</summary>
    public Carriers Over { get; init; } = Carriers.Socket;

    /// <summary>What the target must be able to do besides.</summary>
    public Needs Needs { get; init; }

    /// <summary>Historical defects this case guards against, such as <c>XSA-420</c> or <c>Z-057</c>; null for none.</summary>
    public string? Guards { get; init; }
}
