using System.Collections.Concurrent;
using Conformance.Tests.Zoo.Machinery;
using Conformance.Tests.Zoo.Report;

namespace Conformance.Tests.Zoo;

/// <summary>
/// What the mutants of one class of tests share: a copy of the program. The compiler, and what became of each mutant, are
/// shared by all classes, which run beside each other.
/// </summary>
public sealed class Zoo : IDisposable
{
    /// <summary>Names the file to write the report to once every mutant has run; none is written when it is not set.</summary>
    public const string ReportVariable = "CONFORMANCE_ZOO_REPORT";

    private static readonly Lazy<MutantCompiler> Shared = new();
    private static readonly ConcurrentDictionary<string, MutantRun> Runs = new(StringComparer.Ordinal);
    private readonly MutantProgram program = new();

    /// <summary>Compiles references.</summary>
    public static MutantCompiler Compiler => Shared.Value;

    /// <summary>Runs the healthy reference over all the clauses that mutants are asked about.</summary>
    public MutantRun RunHealthy() => program.Certify(
        Compiler.Healthy,
        Mutant.All.SelectMany(mutant => mutant.Kills).Distinct().Order()
            .SelectMany(clause => new[] { "--clauses", clause.ToString() }));

    /// <summary>Asks the healthy reference what mutants are asked that no case can tell from it.</summary>
    public IReadOnlyList<MutantRun> AskHealthy() =>
        [.. Mutant.All.Where(mutant => (mutant.Test ?? mutant.Scenario) is not null).Select(mutant => program.Ask(Compiler.Healthy, mutant))];

    /// <summary>Runs a mutant.</summary>
    public MutantRun Run(Mutant mutant)
    {
        ArgumentNullException.ThrowIfNull(mutant);
        return Runs[mutant.Name] = program.Ask(Compiler.Compile(mutant), mutant);
    }

    /// <summary>Writes the report if one is asked for and this was the last mutant.</summary>
    public void Dispose()
    {
        program.Dispose();
        if (Environment.GetEnvironmentVariable(ReportVariable) is { Length: > 0 } file && Mutant.All.All(mutant => Runs.ContainsKey(mutant.Name)))
        {
            File.WriteAllText(file, ZooReport.Write(Runs));
        }
    }
}
