using System.Text.Json;
using Conformance.Exploration.Engine;
using Conformance.Exploration.Scenarios;

namespace Conformance.Tests.Zoo.Strategies;

/// <summary>Runs strategies over scenarios in the process of one reference, and writes a line for each strategy as it ends.</summary>
internal static class StrategyProbe
{
    /// <summary>The scenarios that mutants are run in: few, and between them attach, close, reconnect, handover, suspend, move, requests and an odd front.</summary>
    internal static IReadOnlyList<string> Scenarios { get; } =
        ["I-06", "I-07", "I-08", "I-20b", "I-26", "I-30", "I-32", "I-50", "I-52", "I-60", "I-66", "I-70"];

    /// <summary>Runs them.</summary>
    /// <param name="strategies">Names, with commas.</param>
    /// <param name="scenarios">Names, with commas.</param>
    /// <param name="reached">The file for the methods of the reference that were executed, a token a line; null when nobody asks.</param>
    internal static int Run(string strategies, string scenarios, string? reached)
    {
        using var listener = reached is null ? null : new ReachedMethods();
        foreach (string strategy in strategies.Split(','))
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(Run(Strategy.Find(strategy), [.. scenarios.Split(',').Select(Find)])));
            Console.Out.Flush();
        }

        if (listener is not null)
        {
            File.WriteAllLines(reached!, listener.Tokens().Select(token => $"{token:x8}"));
        }

        return 0;
    }

    private static Scenario Find(string name) =>
        ScenarioCatalogue.Find(name) ?? throw new ArgumentException($"expected a scenario of the catalogue, found '{name}'");

    private static StrategyVerdict Run(Strategy strategy, IReadOnlyList<Scenario> scenarios)
    {
        var begin = Environment.CpuUsage.TotalTime;
        long schedules = 0;
        foreach (var scenario in scenarios)
        {
            var (count, failure) = Attempt(strategy, scenario);
            schedules += count;
            if (failure is not null)
            {
                return new StrategyVerdict(strategy.Name, schedules, Seconds(), scenario.Name, count, failure.Rule, failure.Message.ReplaceLineEndings(" "));
            }
        }

        return new StrategyVerdict(strategy.Name, schedules, Seconds());

        double Seconds() => (Environment.CpuUsage.TotalTime - begin).TotalSeconds;
    }

    /// <summary>A reference with which a run cannot even be built fails in its first schedule.</summary>
    private static (long Schedules, Failure? Failure) Attempt(Strategy strategy, Scenario scenario)
    {
        try
        {
            return strategy.Run(scenario);
        }
        catch (Exception fault)
        {
            var cause = fault.InnerException ?? fault;
            return (1, new Failure(FailureKind.Exception, cause.GetType().Name, cause.Message, new Exploration.Schedules.Schedule(scenario.Name, [])));
        }
    }
}
