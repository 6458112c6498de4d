using Conformance.Exploration.Schedules;
using Conformance.Model.Judging;

namespace Conformance.Exploration.Engine;

/// <summary>In which way a run failed.</summary>
public enum FailureKind
{
    /// <summary>A rule of the experiment was broken.</summary>
    Breach,

    /// <summary>A fiber ended with an exception.</summary>
    Exception,

    /// <summary>Something shared was touched outside a step, or not as declared.</summary>
    UndeclaredAccess,

    /// <summary>Nobody can go on, and the run is not over.</summary>
    Standstill,

    /// <summary>Something that must end some day stays open.</summary>
    Obligation,
}

/// <summary>A run that failed.</summary>
/// <param name="Kind">In which way.</param>
/// <param name="Rule">The clause or rule that was broken, or the type of the exception.</param>
/// <param name="Message">What was expected and what came, in one line.</param>
/// <param name="Schedule">The order that leads there.</param>
public sealed record Failure(FailureKind Kind, string Rule, string Message, Schedule Schedule)
{
    /// <summary>Who broke the clause; null where that cannot be told.</summary>
    public Blame? Blame { get; init; }

    /// <summary>Whether two failures are of one cause, as far as can be told: shrinking keeps to it.</summary>
    public bool IsLike(Failure? other) => other is not null && other.Kind == Kind && other.Rule == Rule && other.Blame == Blame;

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Rule}: {Message}";
}
