using Conformance.Exploration.Engine;
using Conformance.Exploration.State;
using Conformance.Model.Trace;
using Conformance.Reference.Fibers;

namespace Conformance.Exploration.Schedules;

/// <summary>One step of a run that follows a schedule.</summary>
/// <param name="Number">Which, from 1; 0 for the building.</param>
/// <param name="Fiber">Whose.</param>
/// <param name="What">The kind of step, or what was waited for.</param>
/// <param name="Accesses">What the step said it touches.</param>
/// <param name="Outcomes">What was chosen during it, with what it was about.</param>
/// <param name="Time">When, by the clock of the run.</param>
/// <param name="Events">What the participants wrote to the trace meanwhile.</param>
/// <param name="Shared">What the participants share after it (<see cref="IExperimentRun.Shared"/>).</param>
public sealed record ReplayedStep(
    int Number,
    string Fiber,
    string What,
    AccessSet Accesses,
    IReadOnlyList<(string What, int Way)> Outcomes,
    TimeSpan Time,
    IReadOnlyList<TraceEvent> Events,
    IReadOnlyList<KeyValuePair<string, string>> Shared);

/// <summary>A run that followed a schedule.</summary>
/// <param name="Schedule">The order in which it went, to its end; follow it and the run is the same.</param>
/// <param name="Steps">Its steps.</param>
/// <param name="Failure">What failed; null when nothing did.</param>
/// <param name="End">The fingerprint of the state in which it ended.</param>
/// <param name="Run">The experiment's run, as it ended.</param>
/// <param name="Lost">
/// How many turns of the schedule it could not follow to the letter: their fiber could not go on so far, or had other choices. With
/// any, this is not the order that was recorded.
/// </param>
public sealed record Replay(Schedule Schedule, IReadOnlyList<ReplayedStep> Steps, Failure? Failure, StateKey End, IExperimentRun? Run, int Lost)
{
    /// <summary>
    /// Runs an experiment in the order of a schedule, then goes on the plain way to the end: with the fiber that ran last
    /// while it can go on, else with the one started first. A turn ends early where its fiber cannot go on.
    /// </summary>
    /// <param name="experiment">What.</param>
    /// <param name="schedule">The order; null for the plain way from the beginning.</param>
    /// <param name="most">After how many steps to give up, if the schedule itself has not more: the run is then cut off, without a failure.</param>
    /// <param name="seen">Is told each step as it was taken; null for nobody.</param>
    /// <param name="tellsShared">Whether what the participants share is looked at after each step, as a picture needs it.</param>
    public static Replay Follow(
        IExperiment experiment, Schedule? schedule = null, int most = 20_000, Action<ReplayedStep>? seen = null, bool tellsShared = true)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        return new Follower(experiment, most, seen, tellsShared).Follow(schedule);
    }

    private sealed class Follower(IExperiment experiment, int most, Action<ReplayedStep>? seen, bool tellsShared)
    {
        private readonly EventList _events = new();
        private readonly List<ReplayedStep> _steps = [];
        private Run _run = null!;
        private Moment _moment = null!;
        private long _last = most;

        internal Replay Follow(Schedule? schedule)
        {
            var turns = schedule?.Turns ?? [];
            _last = Math.Max(most, turns.Sum(static turn => (long)turn.Steps));
            bool hasBuilding = turns.Count > 0 && turns[0].Fiber.Length == 0;
            _run = new Run(experiment, hasBuilding ? [.. turns[0].Outcomes] : null, _events);
            Note(string.Empty, "the building", default);
            int lost = hasBuilding && !IsAsPlanned([.. _run.Outcomes.Taken], turns[0]) ? 1 : 0;
            lost += turns.Skip(hasBuilding ? 1 : 0).Count(turn => !Take(turn));

            GoOnPlainly();
            if (_run.IsOver)
            {
                _run.LookAtEnd();
            }

            var order = _moment.ToSchedule(experiment.Name);
            var end = new HeapImage(takesSecond: true).Take(_run.Driver, [.. _run.Roots]);
            return new Replay(order, _steps, _run.Failure is { } failure ? failure with { Schedule = order } : null, end, _run.Experiment, lost);
        }

        private bool IsDone => _run.IsOver || _moment.Number >= _last;

        /// <returns>Whether it went as the turn says.</returns>
        private bool Take(Turn turn)
        {
            var chosen = new List<int>();
            int steps = 0;
            for (; steps < turn.Steps && !IsDone && _run.Find(turn.Fiber) is { } fiber; steps++)
            {
                Take(fiber, [.. turn.Outcomes.Skip(chosen.Count)]);
                chosen.AddRange(_run.Outcomes.Taken);
            }

            return steps == turn.Steps && IsAsPlanned(chosen, turn);
        }

        // What is missing at the end of a turn's outcomes is 0, the plain way.
        private static bool IsAsPlanned(IReadOnlyList<int> chosen, Turn turn) => chosen.Take(turn.Outcomes.Count).SequenceEqual(turn.Outcomes);

        private void GoOnPlainly()
        {
            while (!IsDone)
            {
                var enabled = _run.Driver.FindEnabledInTime();
                if (enabled.Count == 0)
                {
                    _run.StandStill();
                    return;
                }

                Take(enabled.FirstOrDefault(fiber => fiber.Identity == _moment.Fiber) ?? enabled[0], null);
            }
        }

        private void Take(Fiber fiber, int[]? outcomes)
        {
            var accesses = default(AccessSet);
            fiber.Declare(ref accesses);
            string what = fiber.Next;
            _run.Take(fiber, outcomes);
            _run.Look();
            Note(fiber.Identity, what, accesses);
        }

        private void Note(string fiber, string what, in AccessSet accesses)
        {
            int[]? taken = _run.Outcomes.Count > 0 ? [.. _run.Outcomes.Taken] : null;
            var outcomes = Enumerable.Range(0, _run.Outcomes.Count).Select(i => (_run.Outcomes.AskedFor(i), _run.Outcomes.Taken[i])).ToArray();
            int number = _moment is null ? 0 : _moment.Number + 1;
            _moment = new Moment(_moment, fiber, taken, number, default);
            var step = new ReplayedStep(number, fiber, what, accesses, outcomes, _run.Driver.Now, _events.TakeAll(), tellsShared ? _run.Experiment?.Shared ?? [] : []);
            _steps.Add(step);
            seen?.Invoke(step);
        }
    }

    /// <summary>Keeps what is written to the trace until somebody takes it.</summary>
    private sealed class EventList : ITraceSink
    {
        private List<TraceEvent> _events = [];
        private long _count;

        public void Record(string actor, int generation, string step, string subject, string result, params ReadOnlySpan<KeyValuePair<string, string>> arguments) =>
            _events.Add(new TraceEvent(_count++, actor, generation, step, subject, arguments.ToArray(), result));

        internal List<TraceEvent> TakeAll()
        {
            var taken = _events;
            _events = [];
            return taken;
        }
    }
}
