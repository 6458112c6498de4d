using Conformance.Exploration.Schedules;

namespace Conformance.Exploration.Engine;

/// <summary>A step that was taken, after another: what leads to a state, shared by all that goes on from there.</summary>
/// <param name="Before">The step before; null for the first after the building.</param>
/// <param name="Fiber">Whose step; empty for the building.</param>
/// <param name="Outcomes">What was chosen during it; null for nothing.</param>
/// <param name="Number">How many steps lead here.</param>
/// <param name="Spent">What it cost so far.</param>
internal sealed record Moment(Moment? Before, string Fiber, int[]? Outcomes, int Number, Cost Spent)
{
    /// <summary>The steps from the building on, in order; with <paramref name="after"/> only those after that many.</summary>
    internal Moment[] Path(int after = -1)
    {
        var path = new Moment[Number - after];
        for (var moment = this; moment is not null && moment.Number > after; moment = moment.Before)
        {
            path[moment.Number - after - 1] = moment;
        }

        return path;
    }

    /// <summary>The same as a schedule, for people and files.</summary>
    internal Schedule ToSchedule(string experiment)
    {
        var turns = new List<Turn>();
        foreach (var moment in Path())
        {
            if (turns.Count > 0 && turns[^1].Fiber == moment.Fiber)
            {
                turns[^1] = new Turn(moment.Fiber, turns[^1].Steps + 1, [.. turns[^1].Outcomes, .. moment.Outcomes ?? []]);
            }
            else
            {
                turns.Add(new Turn(moment.Fiber, 1, moment.Outcomes ?? []));
            }
        }

        return new Schedule(experiment, turns);
    }
}

/// <summary>What a run has cost of its bounds.</summary>
/// <param name="Preemptions">How often a fiber was left although it could go on.</param>
/// <param name="Delays">How often one whose turn it was had to wait.</param>
/// <param name="Deviations">How often something went another than the plain way.</param>
internal readonly record struct Cost(int Preemptions, int Delays, int Deviations);

/// <summary>A branch that waits to be taken.</summary>
/// <param name="From">What leads to the state before it; null for the building itself.</param>
/// <param name="Fiber">Whose step it is.</param>
/// <param name="Outcomes">What is chosen during the step, as far as it differs from the plain way.</param>
/// <param name="Spent">What the run cost when the step is chosen, without what is chosen during it.</param>
/// <param name="Asleep">The fibers whose next step leads nowhere new after it.</param>
/// <param name="Way">What the run has done before it since the last state.</param>
/// <param name="Near">Where the run stood at the branch or a few steps before; null for none.</param>
internal sealed record Branch(Moment? From, string Fiber, int[]? Outcomes, Cost Spent, string[] Asleep, Way Way, Standing? Near);
