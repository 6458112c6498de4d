using Conformance.Exploration.Schedules;
using Conformance.Model.Trace;
using Conformance.Reference.Fibers;

namespace Conformance.Exploration.Engine;

/// <summary>One run of an experiment, taken step by step by whoever orders it.</summary>
internal sealed class Run
{
    private readonly IExperimentRun? _experiment;

    /// <summary>Builds it.</summary>
    /// <param name="experiment">Of what.</param>
    /// <param name="plan">What is chosen while it is built.</param>
    /// <param name="trace">Takes the participants' steps; null when nobody looks.</param>
    /// <param name="ask">Answers what no plan answers; null for the plain way.</param>
    internal Run(IExperiment experiment, int[]? plan, ITraceSink? trace = null, Func<int, int>? ask = null)
    {
        Outcomes = new Outcomes { Ask = ask };
        Driver = new SteppedDriver(Outcomes);
        Outcomes.Plan(plan);
        try
        {
            _experiment = experiment.Begin(Driver, trace);
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    internal SteppedDriver Driver { get; }

    internal Outcomes Outcomes { get; }

    /// <summary>What went wrong; null while nothing did. Without its schedule.</summary>
    internal Failure? Failure { get; private set; }

    /// <summary>What was built; null when building it failed.</summary>
    internal IExperimentRun? Experiment => _experiment;

    internal IReadOnlyList<object> Roots => _experiment?.Roots ?? [];

    internal bool IsOver => Failure is not null || _experiment!.IsOver;

    /// <summary>Takes the next step of a fiber.</summary>
    /// <param name="fiber">One that can go on.</param>
    /// <param name="plan">What is chosen during the step.</param>
    internal void Take(Fiber fiber, int[]? plan)
    {
        Outcomes.Plan(plan);
        try
        {
            Driver.Advance(fiber);
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    /// <summary>Looks whether the state breaks a rule.</summary>
    internal void Look()
    {
        if (Failure is null)
        {
            Note(_experiment!.FindBreach());
        }
    }

    /// <summary>Nobody can go on, now or later.</summary>
    internal void StandStill() =>
        Failure = new Failure(FailureKind.Standstill, "standstill", $"expected a run that ends, got one in which nobody can go on: {Driver.DescribeAlive()}", None);

    /// <summary>Looks at the end of the run.</summary>
    internal void LookAtEnd()
    {
        if (Failure is null)
        {
            try
            {
                Note(_experiment!.FindBreachAtEnd());
            }
            catch (Exception exception)
            {
                Fail(exception);
            }
        }
    }

    /// <summary>Finds a fiber that can go on by its name, letting time pass when nobody else can; null when it cannot.</summary>
    internal Fiber? Find(string identity)
    {
        foreach (var fiber in Driver.FindEnabledInTime())
        {
            if (fiber.Identity == identity)
            {
                return fiber;
            }
        }

        return null;
    }

    private static Schedule None { get; } = new(string.Empty, []);

    private void Note(Breach? breach)
    {
        if (breach is not null)
        {
            Failure = Of(breach);
        }
    }

    private static Failure Of(Breach breach) => new(FailureKind.Breach, breach.Clause, breach.Message, None) { Blame = breach.Blame };

    private void Fail(Exception exception)
    {
        var cause = exception is FiberFailedException { InnerException: { } inner } ? inner : exception;
        Failure = cause switch
        {
            BreachException broken => Of(broken.Breach),
            UndeclaredAccessException => new Failure(FailureKind.UndeclaredAccess, "undeclared access", cause.Message, None),
            _ => new Failure(FailureKind.Exception, cause.GetType().Name, exception.Message, None),
        };
    }
}
