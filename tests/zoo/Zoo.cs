using System.Collections.Concurrent;
using Conformance.Tests.Zoo.Machinery;
using Conformance.Tests.Zoo.Report;

namespace Conformance.Tests.Zoo;

/// <summary>What all mutants share: the compiler, the copy of the program, and what became of each.</summary>
public sealed class Zoo : IDisposable
{
    /// <summary>Names the file to write the report to once every mutant has run; none is written when it is not set.</summary>
    public const string ReportVariable = "CONFORMANCE_ZOO_REPORT";

    private readonly MutantProgram program = new();
    private readonly ConcurrentDictionary<string, MutantRun> runs = new(StringComparer.Ordinal);

    /// <summary>Compiles references.</summary>
    public MutantCompiler Compiler { get; } = new();

    /// <summary>Runs the healthy reference over all the clauses that mutants are asked about.</summary>
    public MutantRun RunHealthy() => program.Certify(
        Compiler.Compile(null),
        Mutant.ToKill.Concat(Mutant.Survivors).SelectMany(mutant => mutant.Kills).Distinct().Order()
            .SelectMany(clause => new[] { "--clauses", clause.ToString() }));

    /// <summary>Runs a mutant.</summary>
    public MutantRun Run(Mutant mutant)
    {
        ArgumentNullException.ThrowIfNull(mutant);
        return runs[mutant.Name] = program.Certify(Compiler.Compile(mutant), mutant);
    }

    /// <summary>Writes the report if one is asked for.</summary>
    /// <exception cref="InvalidOperationException">One is asked for, and not every mutant has run.</exception>
    public void Dispose()
    {
        program.Dispose();
        if (Environment.GetEnvironmentVariable(ReportVariable) is not { Length: > 0 } file)
        {
            return;
        }

        int missing = Mutant.ToKill.Count(mutant => !runs.ContainsKey(mutant.Name));
        if (missing > 0)
        {
            throw new InvalidOperationException($"expected every mutant to run for the report in {ReportVariable}, {missing} did not; run without a filter");
        }

        File.WriteAllText(file, ZooReport.Write(runs));
    }
}
