using Conformance.Exploration.Scenarios;
using Conformance.Tests.Zoo.Machinery;

namespace Conformance.Tests.Zoo.Strategies;

/// <summary>
/// Chooses scenarios out of the whole catalogue, the one that executes most methods of the reference first, then always the one that adds
/// most; and tells how many mutants those reach, and how many the list of the report does (<see cref="HealthyRuns.Scenarios"/>).
/// </summary>
internal static class CoverCommand
{
    /// <summary>Chooses them.</summary>
    /// <param name="most">How many at most.</param>
    internal static int Run(int most)
    {
        using var program = new MutantProgram();
        using var series = new StrategySeries(Zoo.Compiler, program);
        var methods = new Dictionary<string, HashSet<int>>(StringComparer.Ordinal);
        foreach (var scenario in ScenarioCatalogue.All)
        {
            methods[scenario.Name] = [.. series.AskHealthy([HealthyRuns.Request(Strategy.Explorer, scenario.Name)]).SelectMany(answer => answer.Compiled)];
        }

        var changes = Mutant.ToKill.Concat(Mutant.Survivors).Select(mutant => Zoo.Compiler.Compile(mutant).ChangedMethods()).ToList();
        var reached = new HashSet<int>();
        foreach (string name in Choose(methods, most))
        {
            int before = reached.Count;
            reached.UnionWith(methods[name]);
            Console.WriteLine($"{name}: {reached.Count - before} methods more, {reached.Count} in all; mutants reached: {CountReached(reached)}");
        }

        var all = methods.Values.SelectMany(some => some).ToHashSet();
        var own = HealthyRuns.Scenarios.SelectMany(name => methods[name]).ToHashSet();
        Console.WriteLine($"all {methods.Count} scenarios: {all.Count} methods, mutants reached: {CountReached(all)}");
        Console.WriteLine($"the {HealthyRuns.Scenarios.Count} scenarios of the report: {own.Count} methods, mutants reached: {CountReached(own)}");
        return 0;

        // What is no change of methods counts as reached.
        int CountReached(HashSet<int> tokens) => changes.Count(changed => changed is null || changed.Any(tokens.Contains));
    }

    /// <summary>The greedy choice: each adds most to those before it, the earlier name first where two add as many; none that adds nothing.</summary>
    internal static IReadOnlyList<string> Choose(IReadOnlyDictionary<string, HashSet<int>> methods, int most)
    {
        var chosen = new List<string>();
        var reached = new HashSet<int>();
        while (chosen.Count < most)
        {
            var (name, adds) = methods.Select(pair => (pair.Key, Adds: pair.Value.Count(token => !reached.Contains(token))))
                .OrderByDescending(pair => pair.Adds).ThenBy(pair => pair.Key, StringComparer.Ordinal).First();
            if (adds == 0)
            {
                break;
            }

            chosen.Add(name);
            reached.UnionWith(methods[name]);
        }

        return chosen;
    }
}
