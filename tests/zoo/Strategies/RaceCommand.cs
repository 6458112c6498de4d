using Conformance.Tests.Zoo.Machinery;

namespace Conformance.Tests.Zoo.Strategies;

/// <summary>Runs each race in its scenario under each strategy that looks at what a scenario asks, and tells in which schedule it was found: the table of docs/races.md.</summary>
internal static class RaceCommand
{
    /// <summary>Runs them.</summary>
    /// <param name="most">How many schedules at most.</param>
    /// <param name="delays">The explorer's bound on delays; null for the scenarios' own.</param>
    internal static int Run(int most, int? delays)
    {
        Strategy[] strategies = [Strategy.Explorer, Strategy.Random, Strategy.Pct];
        using var program = new MutantProgram();
        foreach (var (name, scenario) in RaceCases.All().Select(row => ((string)row[0], (string)row[1])).Distinct())
        {
            var race = Mutant.Find(name);
            using var series = new StrategySeries(Zoo.Compiler, program);
            var answers = series.Ask(race, Zoo.Compiler.Compile(race), [.. strategies.Select(strategy => (IReadOnlyList<ProbeRequest>)[new ProbeRequest(strategy.Name, scenario, most) { Delays = delays }])]);
            foreach (var (strategy, answer) in strategies.Zip(answers.Select(row => row[0])))
            {
                Console.WriteLine($"{name} in {scenario} by {strategy}: {(answer.Rule is { } rule ? $"schedule {answer.Schedules}, {rule}" : $"not in {answer.Schedules}")}");
            }
        }

        return 0;
    }
}
