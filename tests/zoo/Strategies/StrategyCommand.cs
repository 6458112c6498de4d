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
        Directory.CreateDirectory("out");
        var journal = new Journal<StrategyRow>(JournalOf(".rows.jsonl"), row => row.Mutant);
        var mutants = Mutant.All.Where(mutant => names.Count == 0 || names.Contains(mutant.Name)).ToList();
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
            if (journal.Find(mutant.Name) is not { } row || row.Key != key)
            {
                row = Ask(mutant, images[mutant.Name], key);
                journal.Append(row);
                Console.WriteLine($"{rows.Count + 1}/{mutants.Count} {mutant.Name}: {(row.IsReached ? Describe(row.Verdicts) : "not reached")}");
            }

            rows.Add(mutant.Name, row);
        }

        var steps = CompareSteps(series, images, rows.Values, new Journal<StepRow>(JournalOf(".steps.jsonl"), row => row.Mutant));
        File.WriteAllText(file, StrategyReport.Write([.. mutants.Select(mutant => rows[mutant.Name])], healthy.Verdicts, steps));
        return 0;

        string JournalOf(string extension) => Path.Combine("out", Path.ChangeExtension(Path.GetFileName(file), extension));

        StrategyRow Ask(Mutant mutant, MutantImage image, string key)
        {
            var scenarios = healthy.ScenariosOf(image);
            var answers = scenarios.Count == 0 ? [] : series.Ask(mutant, image, [.. Strategy.All.Select(strategy => scenarios.Select(scenario => HealthyRuns.Request(strategy, scenario)).ToList())]);
            return new StrategyRow(key, mutant.Name, image.ChangedNames() ?? [], scenarios, [.. Strategy.All.Zip(answers, (strategy, own) => healthy.Verdict(strategy, scenarios, own))]);
        }
    }

    /// <summary>What the mutants that no strategy killed change in the first run of each scenario that executes them.</summary>
    private static Dictionary<string, StepRow> CompareSteps(StrategySeries series, Dictionary<string, MutantImage> images, IEnumerable<StrategyRow> rows, Journal<StepRow> journal)
    {
        var healthy = HealthySteps.Of(series, HealthyRuns.Scenarios);
        var compared = new Dictionary<string, StepRow>(StringComparer.Ordinal);
        foreach (var row in rows.Where(row => row.IsReached && !row.IsKilled))
        {
            if (journal.Find(row.Mutant) is not { } known || known.Key != row.Key)
            {
                known = new StepRow(row.Key, row.Mutant, healthy.Differences(series, Mutant.Find(row.Mutant), images[row.Mutant], row.Scenarios));
                journal.Append(known);
                Console.WriteLine($"{row.Mutant}: {(known.Differences is [var first, ..] ? first : "no step differs")}");
            }

            compared.Add(row.Mutant, known);
        }

        return compared;
    }

    private static string Describe(IReadOnlyList<StrategyVerdict> verdicts) =>
        string.Join(", ", verdicts.Select(verdict => $"{verdict.Strategy} {verdict.Schedules} {verdict.Scenario} {verdict.Rule} {verdict.Seconds:0.0} s"));
}
