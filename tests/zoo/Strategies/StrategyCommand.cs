using Conformance.Tests.Zoo.Machinery;
using Conformance.Tests.Zoo.Report;

namespace Conformance.Tests.Zoo.Strategies;

/// <summary>Runs all mutants under all strategies and writes the report. A run that was broken off goes on where it stopped.</summary>
internal static class StrategyCommand
{
    /// <summary>Runs them.</summary>
    /// <param name="file">The report.</param>
    /// <param name="names">The mutants, for a trial; all when empty.</param>
    internal static int Run(string file, IReadOnlyList<string> names)
    {
        string journal = Path.Combine("out", Path.ChangeExtension(Path.GetFileName(file), ".rows.jsonl"));
        Directory.CreateDirectory("out");
        var mutants = Mutant.ToKill.Concat(Mutant.Survivors).Where(mutant => names.Count == 0 || names.Contains(mutant.Name)).ToList();
        var known = StrategyRow.ReadAll(journal);
        using var program = new MutantProgram();
        var compiler = Zoo.Compiler;
        var reached = program.Reach(compiler.Healthy, Strategy.All, StrategyProbe.Scenarios);
        var healthy = program.Probe(compiler.Healthy, Strategy.All, StrategyProbe.Scenarios);
        if (healthy.FirstOrDefault(verdict => verdict.IsKill) is { } failed)
        {
            Console.Error.WriteLine($"expected the healthy reference to be clean, {failed.Strategy} fails {failed.Scenario} by {failed.Rule}: {failed.Message}");
            return 1;
        }

        Console.WriteLine($"healthy: {string.Join(", ", healthy.Select(verdict => $"{verdict.Strategy} {verdict.Schedules} schedules {verdict.Seconds:0.0} s"))}; {reached.Count} methods reached");
        var rows = new List<StrategyRow>();
        foreach (var mutant in mutants)
        {
            string key = StrategyRow.KeyOf(mutant);
            if (!known.TryGetValue(mutant.Name, out var row) || row.Key != key)
            {
                row = Ask(mutant, key);
                row.AppendTo(journal);
                Console.WriteLine($"{rows.Count + 1}/{mutants.Count} {mutant.Name}: {Describe(row)}");
            }

            rows.Add(row);
        }

        File.WriteAllText(file, StrategyReport.Write(rows, healthy));
        return 0;

        StrategyRow Ask(Mutant mutant, string key)
        {
            var image = compiler.Compile(mutant);
            return image.IsReachedBy(reached)
                ? new StrategyRow(key, mutant.Name, true, program.Probe(image, Strategy.All, StrategyProbe.Scenarios))
                : new StrategyRow(key, mutant.Name, false, []);
        }
    }

    private static string Describe(StrategyRow row) =>
        row.IsReached ? string.Join(", ", row.Verdicts.Select(verdict => $"{verdict.Strategy} {verdict.Schedules} {verdict.Scenario} {verdict.Rule} {verdict.Seconds:0.0} s")) : "not reached";
}
