using System.Text.Json;

namespace Conformance.Tests.Zoo.Machinery;

/// <summary>One failed case of a run, or what failed in its place.</summary>
/// <param name="Id">The case; <c>unit test …</c> or <c>scenario …</c> for what a mutant names instead.</param>
/// <param name="Clause">The clause that is broken.</param>
/// <param name="Blame">Who broke it.</param>
/// <param name="Message">What was expected and what came.</param>
public sealed record FailedCase(string Id, string Clause, string Blame, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Id} breaks {Clause}, blames {Blame}: {Message}";
}

/// <summary>What <c>xenconf certify</c> said of a reference, or a unit test, or a scenario.</summary>
/// <param name="ExitCode">Of the program.</param>
/// <param name="Failures">In the order of the ids.</param>
/// <param name="Output">What the program wrote.</param>
public sealed record MutantRun(int ExitCode, IReadOnlyList<FailedCase> Failures, string Output)
{
    /// <summary>The exit code for a target that does not conform.</summary>
    public const int DoesNotConform = 3;

    /// <summary>The exit code for a run that says nothing of what was asked.</summary>
    public const int Inconclusive = 4;

    /// <summary>The failures that the mutant is meant to cause, those of the clause named first in front.</summary>
    public IReadOnlyList<FailedCase> KillersOf(Mutant mutant) =>
        [.. mutant.Kills.SelectMany(clause => Failures.Where(failed => failed.Clause == clause.ToString() && failed.Blame == mutant.Blame))];

    /// <summary>Reads a <c>report.json</c>; without one there is no failure, only an exit code.</summary>
    public static MutantRun Read(int exitCode, string report, string output)
    {
        if (!File.Exists(report))
        {
            return new MutantRun(exitCode, [], output);
        }

        using var document = JsonDocument.Parse(File.ReadAllText(report));
        return new MutantRun(
            exitCode,
            [.. document.RootElement.GetProperty("cases").EnumerateArray()
                .Where(found => found.GetProperty("verdict").GetString() == "fail")
                .Select(found => new FailedCase(
                    found.GetProperty("id").GetString()!,
                    found.GetProperty("clause").GetString()!,
                    found.GetProperty("blame").GetString()!,
                    found.GetProperty("message").GetString()!))],
            output);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Failures.Count > 0 ? string.Join("; ", Failures) : $"no failure, exit code {ExitCode}: {Output.ReplaceLineEndings(" ").Trim()}";
}
