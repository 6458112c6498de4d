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
        using var series = new StrategySeries(Zoo.Compiler, program);
        var healthy = HealthyRuns.Of(series);
        if (healthy.Verdicts.FirstOrDefault(verdict => verdict.IsKill) is { } failed)
        {
            Console.Error.WriteLine($"expected the healthy reference to be clean, {failed.Strategy} fails {failed.Scenario} by {failed.Rule}: {failed.Message}");
            return 1;
        }

        Console.WriteLine($"healthy: {Describe(healthy.Verdicts)}");
        var images = mutants.ToDictionary(mutant => mutant.Name, Zoo.Compiler.Compile);
        var rows = new Dictionary<string, StrategyRow>(StringComparer.Ordinal);

        // What needs an assembly of its own breaks the series, so it comes last.
        foreach (var mutant in mutants.OrderBy(mutant => images[mutant.Name].Change is null))
        {
            string key = StrategyRow.KeyOf(mutant);
            if (!known.TryGetValue(mutant.Name, out var row) || row.Key != key)
            {
                row = Ask(mutant, images[mutant.Name], key);
                row.AppendTo(journal);
                Console.WriteLine($"{rows.Count + 1}/{mutants.Count} {mutant.Name}: {(row.IsReached ? Describe(row.Verdicts) : "not reached")}");
            }

            rows.Add(mutant.Name, row);
        }

        File.WriteAllText(file, StrategyReport.Write([.. mutants.Select(mutant => rows[mutant.Name])], healthy.Verdicts));
        return 0;

        StrategyRow Ask(Mutant mutant, MutantImage image, string key)
        {
            var scenarios = healthy.ScenariosOf(image);
            var answers = scenarios.Count == 0 ? [] : series.Ask(mutant, image, [.. Strategy.All.Select(strategy => scenarios.Select(scenario => HealthyRuns.Request(strategy, scenario)).ToList())]);
            return new StrategyRow(key, mutant.Name, image.ChangedNames() ?? [], scenarios, [.. Strategy.All.Zip(answers, (strategy, own) => healthy.Verdict(strategy, scenarios, own))]);
        }
    }

    private static string Describe(IReadOnlyList<StrategyVerdict> verdicts) =>
        string.Join(", ", verdicts.Select(verdict => $"{verdict.Strategy} {verdict.Schedules} {verdict.Scenario} {verdict.Rule} {verdict.Seconds:0.0} s"));
}
