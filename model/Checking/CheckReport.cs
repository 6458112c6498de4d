namespace Conformance.Model.Checking;

/// <summary>What kind of claim a property makes.</summary>
public enum PropertyKind
{
    /// <summary>Of every state.</summary>
    Invariant,

    /// <summary>Of every step.</summary>
    StepRule,

    /// <summary>That something can happen.</summary>
    Reachability,

    /// <summary>That something comes in the end.</summary>
    Liveness,

    /// <summary>That no state is stuck.</summary>
    Deadlock,
}

/// <summary>What came of one property.</summary>
public enum PropertyVerdict
{
    /// <summary>It holds in all that was searched, and the search was complete.</summary>
    Holds,

    /// <summary>It is broken; there is a counterexample.</summary>
    Broken,

    /// <summary>Nothing is known: the search was bounded, or the property was not checked.</summary>
    Unknown,
}

/// <summary>One state on the way to a violation, and the step that led there.</summary>
/// <param name="Step">The step; null for the initial state.</param>
/// <param name="State">The state after it, by name and value.</param>
public sealed record PathStep(StepText? Step, IReadOnlyList<KeyValuePair<string, string>> State);

/// <summary>A shortest run that breaks a property.</summary>
/// <param name="Steps">From the initial state on.</param>
/// <param name="LoopsTo">For liveness, the index in <paramref name="Steps"/> to which the run returns for ever; otherwise null.</param>
public sealed record Counterexample(IReadOnlyList<PathStep> Steps, int? LoopsTo);

/// <summary>One property and its verdict.</summary>
/// <param name="Kind">What kind of claim it makes.</param>
/// <param name="Name">What it claims.</param>
/// <param name="Clauses">The clauses it states.</param>
/// <param name="Verdict">What came of it.</param>
/// <param name="Counterexample">A shortest run that breaks it; null where it is not broken, and for something that cannot be reached.</param>
public sealed record PropertyResult(
    PropertyKind Kind, string Name, IReadOnlyList<string> Clauses, PropertyVerdict Verdict, Counterexample? Counterexample);

/// <summary>What was searched.</summary>
/// <param name="Initial">Initial states.</param>
/// <param name="Distinct">Distinct states.</param>
/// <param name="Generated">States generated, initial ones among them, the same one counted each time it was met.</param>
/// <param name="Depth">The states on the longest of the shortest paths, the initial one among them (as TLC counts).</param>
/// <param name="MeanOutDegree">Steps a state.</param>
/// <param name="MaxOutDegree">The most steps of a state.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Memory">Bytes held at the end for states, parents and edges.</param>
/// <param name="IsExhaustive">Whether every reachable state was expanded.</param>
/// <param name="StoppedBy">What bound ended the search; null if none.</param>
public sealed record CheckStatistics(
    long Initial, long Distinct, long Generated, int Depth, double MeanOutDegree, int MaxOutDegree,
    TimeSpan Elapsed, long Memory, bool IsExhaustive, string? StoppedBy);

/// <summary>What a check found.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Participants">Columns of a sequence chart.</param>
/// <param name="Statistics">What was searched.</param>
/// <param name="Properties">Every property with its verdict, deadlock among them.</param>
public sealed record CheckReport(
    string Model, IReadOnlyList<string> Participants, CheckStatistics Statistics, IReadOnlyList<PropertyResult> Properties)
{
    /// <summary>Whether every property holds of a complete search.</summary>
    public bool Holds => Statistics.IsExhaustive && Properties.All(property => property.Verdict == PropertyVerdict.Holds);
}
