using Conformance.Exploration.Engine;
using Conformance.Exploration.Scenarios;
using Conformance.Model.Trace;
using Conformance.Reference.Fibers;

namespace Conformance.Tests.Zoo.Strategies;

/// <summary>The first order of a scenario that the explorer takes, told step by step: what it calls and what is answered, at the store, of pages, ports and requests.</summary>
internal static class FirstRun
{
    /// <summary>Runs it.</summary>
    /// <returns>The steps, and what failed; null when nothing did.</returns>
    internal static (IReadOnlyList<string> Steps, Failure? Failure) Tell(Scenario scenario)
    {
        var told = new Told(scenario);
        var report = Explorer.Explore(told, new ExplorationOptions { Bounds = scenario.Bounds with { Schedules = 1 } });
        return (told.Steps, report.Failures is [var first, ..] ? first : null);
    }

    private sealed class Told(IExperiment experiment) : IExperiment
    {
        private Teller? first;

        public string Name => experiment.Name;

        internal IReadOnlyList<string> Steps => first?.Steps ?? [];

        public IExperimentRun Begin(SteppedDriver driver, ITraceSink? trace)
        {
            // What fails is run again, to make it simpler; the first is what is told.
            var teller = new Teller();
            first ??= teller;
            return experiment.Begin(driver, teller);
        }
    }

    [NotState]
    private sealed class Teller : ITraceSink
    {
        internal List<string> Steps { get; } = [];

        public void Record(string actor, int generation, string step, string subject, string result, params ReadOnlySpan<KeyValuePair<string, string>> arguments) =>
            Steps.Add($"{actor} {step} {subject} {string.Concat(arguments.ToArray().Select(argument => $"{argument.Key}={argument.Value} "))}-> {result}");
    }
}
