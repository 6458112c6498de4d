using Conformance.Model.Checking;

namespace Conformance.Model.Connection;

/// <summary>A property that a pair of dialects breaks.</summary>
/// <param name="Kind">What kind of claim it makes.</param>
/// <param name="Property">What it claims.</param>
/// <param name="Clauses">The clauses it states.</param>
/// <param name="Theme">The theme of the environment in which it is broken.</param>
/// <param name="Counterexample">A shortest run that breaks it.</param>
public sealed record MatrixFinding(PropertyKind Kind, string Property, IReadOnlyList<string> Clauses, string Theme, Counterexample Counterexample);

/// <summary>How a front of one dialect and a back of another get on with each other.</summary>
/// <param name="Front">The front's dialect.</param>
/// <param name="Back">The back's dialect.</param>
/// <param name="Distinct">Distinct states over all themes.</param>
/// <param name="Findings">What they break, theme by theme, safety first.</param>
public sealed record MatrixRow(string Front, string Back, long Distinct, IReadOnlyList<MatrixFinding> Findings)
{
    /// <summary>For each property that is broken, the finding with the shortest run.</summary>
    public IReadOnlyList<MatrixFinding> Shortest { get; } =
    [
        .. Findings
            .GroupBy(finding => finding.Property)
            .Select(group => group.MinBy(finding => finding.Counterexample.Steps.Count)!)
            .OrderBy(finding => finding.Kind)
            .ThenBy(finding => finding.Property, StringComparer.Ordinal),
    ];

    /// <summary>Whether nothing bad ever happens.</summary>
    public bool SafetyHolds => !Findings.Any(finding => finding.Kind is PropertyKind.Invariant or PropertyKind.StepRule);

    /// <summary>Whether everything that begins comes to its end, and nobody is stuck.</summary>
    public bool LivenessHolds => !Findings.Any(finding => finding.Kind is PropertyKind.Liveness or PropertyKind.Deadlock);
}

/// <summary>Every front's dialect with every back's: which properties hold, and the shortest runs that break the others.</summary>
public static class ConnectionMatrix
{
    // The theme of all things together only repeats, more slowly, what the others tell apart.
    private const string LeftOut = "together";

    /// <summary>The themes of the environment that each pair is checked in.</summary>
    public static IReadOnlyList<string> Themes { get; } =
        [.. ConnectionModels.Themes(ModelBounds.Default).Select(theme => theme.Name).Where(name => name != LeftOut)];

    /// <summary>Checks all pairs.</summary>
    /// <param name="options">How; liveness must be on and reductions off.</param>
    /// <param name="done">Told each row as it is finished; null for nobody.</param>
    /// <param name="stop">Ends the check with an exception.</param>
    public static IReadOnlyList<MatrixRow> Check(CheckOptions options, IProgress<MatrixRow>? done = null, CancellationToken stop = default)
    {
        var rows = new List<MatrixRow>();
        foreach (var front in Dialects.All)
        {
            foreach (var back in Dialects.All)
            {
                rows.Add(CheckPair(front, back, options, stop));
                done?.Report(rows[^1]);
            }
        }

        return rows;
    }

    /// <summary>Checks one pair.</summary>
    /// <param name="front">How the front speaks.</param>
    /// <param name="back">How the back speaks.</param>
    /// <param name="options">How; liveness must be on and reductions off.</param>
    /// <param name="stop">Ends the check with an exception.</param>
    /// <exception cref="InvalidOperationException">A check was bounded, so that its verdicts mean nothing.</exception>
    public static MatrixRow CheckPair(Dialect front, Dialect back, CheckOptions options, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(front);
        ArgumentNullException.ThrowIfNull(back);
        var findings = new List<MatrixFinding>();
        long distinct = 0;
        foreach (var (name, _, bounds) in ConnectionModels.Themes(ModelBounds.Default).Where(theme => theme.Name != LeftOut))
        {
            stop.ThrowIfCancellationRequested();
            var report = new Checker<ConnectionState>(new ConnectionSystem($"connection/{name}", bounds, front, back)).Check(options, null, stop);
            if (report.Statistics.StoppedBy is { } bound)
            {
                throw new InvalidOperationException($"expected the check of {front.Name} with {back.Name} in {name} to be complete, but it was stopped by {bound}; give it more memory");
            }

            distinct += report.Statistics.Distinct;
            findings.AddRange(report.Properties
                .Where(property => property.Verdict == PropertyVerdict.Broken && property.Counterexample is not null)
                .Select(property => new MatrixFinding(property.Kind, property.Name, property.Clauses, name, property.Counterexample!)));
        }

        return new MatrixRow(front.Name, back.Name, distinct, [.. findings.OrderBy(finding => finding.Kind)]);
    }
}
