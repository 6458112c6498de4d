using Conformance.Exploration.Engine;
using Conformance.Model.Trace;
using Conformance.Reference.Fibers;

namespace Conformance.Tests.Zoo.Strategies;

/// <summary>An experiment without its own rules, so that what fails is what somebody else asks.</summary>
internal sealed class Unasked(IExperiment experiment) : IExperiment
{
    public string Name => experiment.Name;

    public IExperimentRun Begin(SteppedDriver driver, ITraceSink? trace) => new UnaskedRun(experiment.Begin(driver, trace));

    private sealed class UnaskedRun(IExperimentRun run) : IExperimentRun
    {
        public IReadOnlyList<object> Roots => run.Roots;

        public bool IsOver => run.IsOver;

        public Breach? FindBreach() => null;

        public Breach? FindBreachAtEnd() => null;
    }
}
