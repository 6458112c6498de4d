using Conformance.Model.Judging;
using Conformance.Model.Trace;
using Conformance.Reference.Fibers;

namespace Conformance.Exploration.Engine;

/// <summary>
/// What is explored: fibers and what they share, built anew for every run. Building must depend on nothing but the
/// driver's choices: no clock, no randomness, nothing static that changes.
/// </summary>
public interface IExperiment
{
    /// <summary>Its name, by which a schedule file finds it again.</summary>
    string Name { get; }

    /// <summary>
    /// Builds one run and starts its fibers. Steps taken here, with <see cref="Setup"/>, are not
    /// explored: they lead to where the exploration begins. What is chosen here (<see cref="FiberDriver.Choose"/>) is:
    /// each way is explored.
    /// </summary>
    /// <param name="driver">Orders the steps.</param>
    /// <param name="trace">Takes the steps of the participants; null when nobody looks.</param>
    IExperimentRun Begin(SteppedDriver driver, ITraceSink? trace);
}

/// <summary>One run of an experiment.</summary>
public interface IExperimentRun
{
    /// <summary>What the state consists of besides what the fibers hold. The same objects throughout a run.</summary>
    IReadOnlyList<object> Roots { get; }

    /// <summary>Whether the run has come to its end: what was to happen has happened. Looked at before each step.</summary>
    bool IsOver { get; }

    /// <summary>What the participants share now, by name, for people who read a run; empty when nothing is told.</summary>
    IReadOnlyList<KeyValuePair<string, string>> Shared => [];

    /// <summary>A rule that is broken in this state; null when none is. Looked at after each step that is new.</summary>
    Breach? FindBreach();

    /// <summary>A rule on the end of a run that is broken; null when none is. Asked once, when it is over.</summary>
    Breach? FindBreachAtEnd();
}

/// <summary>A rule that a run broke.</summary>
/// <param name="Clause">The clause, or a short name of the rule.</param>
/// <param name="Message">What was expected and what came, in one line.</param>
public sealed record Breach(string Clause, string Message)
{
    /// <summary>Who broke it; null where the rule does not tell.</summary>
    public Blame? Blame { get; init; }
}

/// <summary>Thrown in a fiber of a run that sees a rule broken: it fails the run as that breach, not as a fault of a driver.</summary>
public sealed class BreachException : Exception
{
    /// <summary>Makes it.</summary>
    public BreachException(Breach breach)
        : base($"{breach?.Clause}: {breach?.Message}") => Breach = breach!;

    /// <summary>What was broken.</summary>
    public Breach Breach { get; }
}
