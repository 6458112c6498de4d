using Conformance.Exploration.Scenarios;
using Conformance.Tests.Zoo.Machinery;

namespace Conformance.Tests.Zoo.Strategies;

/// <summary>
/// Chooses scenarios out of the whole catalogue that between them execute as many methods of the reference as all do, and tells how many
/// mutants they reach, and how many the list of the report does (<see cref="HealthyRuns.Scenarios"/>).
/// </summary>
internal static class CoverCommand
{
    private const int Passes = 3;

    /// <summary>Chooses them.</summary>
    /// <param name="most">How many at most.</param>
    internal static int Run(int most)
    {
        using var program = new MutantProgram();
        using var series = new StrategySeries(Zoo.Compiler, program);
        var changes = Mutant.All.Select(mutant => Zoo.Compiler.Compile(mutant).ChangedMethods()).ToList();
        var cover = Choose([.. ScenarioCatalogue.All.Select(scenario => scenario.Name)], RunAll);
        var reached = new HashSet<int>();
        foreach (var (name, added) in cover.Take(most))
        {
            reached.UnionWith(added);
            Console.WriteLine($"{name}: {added.Count} methods more, {reached.Count} in all; mutants reached: {CountReached(reached)}");
        }

        Tell($"all {ScenarioCatalogue.All.Count} scenarios", cover.Select(pair => pair.Added));
        Tell($"the {HealthyRuns.Scenarios.Count} scenarios of the report", RunAll(HealthyRuns.Scenarios));
        return 0;

        // Of a process's scenarios each tells the methods that none before it executed.
        IReadOnlyList<IReadOnlyList<int>> RunAll(IReadOnlyList<string> names) =>
            [.. series.AskHealthy(names.Select(name => HealthyRuns.Request(Strategy.Explorer, name))).Select(answer => answer.Compiled)];

        void Tell(string what, IEnumerable<IReadOnlyList<int>> methods)
        {
            var tokens = methods.SelectMany(some => some).ToHashSet();
            Console.WriteLine($"{what}: {tokens.Count} methods, mutants reached: {CountReached(tokens)}");
        }

        // What is no change of methods counts as reached.
        int CountReached(HashSet<int> tokens) => changes.Count(changed => changed is null || changed.Any(tokens.Contains));
    }

    /// <summary>
    /// Passes over the scenarios, each in the order of what they added in the pass before and without those that added nothing: what stays
    /// reaches as much as all did, with few that add much in front.
    /// </summary>
    /// <param name="names">The scenarios.</param>
    /// <param name="run">Runs scenarios one after the other, and tells what each adds to those before it.</param>
    internal static IReadOnlyList<(string Name, IReadOnlyList<int> Added)> Choose(IReadOnlyList<string> names, Func<IReadOnlyList<string>, IReadOnlyList<IReadOnlyList<int>>> run)
    {
        IReadOnlyList<(string Name, IReadOnlyList<int> Added)> order = [.. names.Select(name => (name, (IReadOnlyList<int>)[]))];
        for (int pass = 0; pass < Passes; pass++)
        {
            string[] left = [.. order.Select(pair => pair.Name)];
            order = [.. left.Zip(run(left)).Where(pair => pair.Second.Count > 0).OrderByDescending(pair => pair.Second.Count)];
        }

        return order;
    }
}
