using System.Globalization;
using System.Text;
using Conformance.Exploration.Engine;
using Conformance.Exploration.Schedules;
using Conformance.Exploration.State;
using Conformance.Reference.Fibers;
using Microsoft.Coyote.Actors;
using Microsoft.Coyote.Runtime;
using Microsoft.Coyote.Specifications;
using Monitor = Microsoft.Coyote.Specifications.Monitor;

namespace Conformance.Exploration.Coyote;

/// <summary>
/// One run under Coyote: who sleeps, what was done, and the checks after each step. Coyote lets one actor go at a time, and
/// takes it away only where it sends, creates or chooses.
/// </summary>
internal sealed class Session
{
    private readonly IExperiment _experiment;
    private readonly CoyoteOptions _options;
    private readonly HashSet<ulong> _states;
    private readonly HeapImage _image = new();
    private readonly Dictionary<FiberGroup, ActorId> _actors = [];
    private readonly HashSet<FiberGroup> _awake = [];
    private readonly List<Turn> _turns = [];
    private readonly Obligations _obligations = new();
    private LivenessMonitors? _monitors;
    private Func<int, int> _choose = static _ => 0;
    private Run _run = null!;
    private ActorId? _clock;
    private bool _isClockAwake;
    private bool _isAborted;
    private bool _isBuilt;
    private long _hashedAt = -1;
    private int _hash;

    internal Session(IExperiment experiment, CoyoteOptions options, HashSet<ulong> states)
    {
        _experiment = experiment;
        _options = options;
        _states = states;
    }

    internal bool IsOver { get; private set; }

    internal Failure? Failure => _run.Failure;

    /// <summary>Steps after the building.</summary>
    internal int Steps { get; private set; }

    /// <summary>Builds the run and wakes whoever can go on.</summary>
    internal void Begin(IActorRuntime runtime)
    {
        _monitors = _options.ChecksObligations ? new LivenessMonitors(runtime) : null;
        if (_options.Strategy == CoyoteStrategy.QLearning)
        {
            Specification.RegisterStateHashingFunction(Hash);
        }

        _choose = runtime.RandomInteger;
        _run = new Run(_experiment, null, _obligations.Trace, Ask);
        _isBuilt = true;
        Note(string.Empty);
        if (_isAborted || HasEnded((monitor, message) => LivenessMonitors.Tell(runtime, monitor, message), runtime.Assert))
        {
            return;
        }

        Wake((type, initial) => runtime.CreateActor(type, initial), (id, message) => runtime.SendEvent(id, message));
    }

    /// <summary>Takes one step of one of a participant's fibers, and wakes whoever can go on after it.</summary>
    /// <returns>False when none of its fibers can go on: it sleeps.</returns>
    internal bool TakeTurn(ShellActor actor, FiberGroup group)
    {
        if (IsOver || Pick(actor, group) is not { } fiber)
        {
            _awake.Remove(group);
            return false;
        }

        _choose = actor.Choose;
        string identity = fiber.Identity;
        _run.Take(fiber, null);
        if (_isAborted)
        {
            // Coyote ends the run at a choice; what the run made of that is nobody's fault.
            throw new ThreadInterruptedException();
        }

        Steps++;
        Note(identity);
        if (HasEnded(actor.Tell, actor.Claim))
        {
            _awake.Remove(group);
            return false;
        }

        Wake(actor.Create, actor.Send);
        return true;
    }

    /// <summary>Lets time pass when nobody can go on otherwise.</summary>
    internal void Tick(ShellActor actor)
    {
        _isClockAwake = false;
        if (IsOver || _run.Driver.FindEnabled().Count > 0)
        {
            return;
        }

        if (!_run.Driver.PassTime())
        {
            _run.StandStill();
            HasEnded(actor.Tell, actor.Claim);
            return;
        }

        Wake(actor.Create, actor.Send);
    }

    internal Schedule ToSchedule() => new(_experiment.Name, [.. _turns]);

    /// <summary>The order of the steps, as one line.</summary>
    internal string Order()
    {
        var line = new StringBuilder();
        foreach (var turn in _turns)
        {
            line.Append(CultureInfo.InvariantCulture, $"{turn.Fiber}*{turn.Steps}");
            if (turn.Outcomes.Count > 0)
            {
                line.Append(CultureInfo.InvariantCulture, $"({string.Join(',', turn.Outcomes)})");
            }

            line.Append(' ');
        }

        return line.ToString();
    }

    internal string DescribeOpen() => _obligations.DescribeOpen();

    private Fiber? Pick(ShellActor actor, FiberGroup group)
    {
        var mine = new List<Fiber>();
        foreach (var fiber in _run.Driver.FindEnabled())
        {
            if (fiber.Group == group)
            {
                mine.Add(fiber);
            }
        }

        return mine.Count == 0 ? null : mine[mine.Count == 1 ? 0 : actor.Choose(mine.Count)];
    }

    private int Ask(int ways)
    {
        if (ways == 1)
        {
            return 0;
        }

        try
        {
            return _choose(ways);
        }
        catch (ThreadInterruptedException)
        {
            _isAborted = true;
            throw;
        }
    }

    private void Note(string fiber)
    {
        int[] outcomes = [.. _run.Outcomes.Taken];
        if (_turns.Count > 0 && _turns[^1].Fiber == fiber)
        {
            _turns[^1] = new Turn(fiber, _turns[^1].Steps + 1, [.. _turns[^1].Outcomes, .. outcomes]);
        }
        else
        {
            _turns.Add(new Turn(fiber, 1, outcomes));
        }
    }

    /// <summary>Looks at the state after a step, tells the monitors, and says whether the run is over.</summary>
    private bool HasEnded(Action<Type, Monitor.Event> tell, Action<bool, string, object> claim)
    {
        _run.Look();
        if (_monitors is not null && _run.Experiment is { } experiment)
        {
            _obligations.Look(experiment);
            _monitors.Tell(_obligations, tell);
        }

        if (!_run.IsOver)
        {
            return false;
        }

        _run.LookAtEnd();
        IsOver = true;
        if (_run.Failure is { } failure)
        {
            claim(false, "{0}", failure.ToString());
        }

        return true;
    }

    private void Wake(Func<Type, Event, ActorId> create, Action<ActorId, Event> send)
    {
        var enabled = _run.Driver.FindEnabled();
        if (enabled.Count == 0)
        {
            if (!_isClockAwake)
            {
                _isClockAwake = true;
                Rouse(ref _clock, typeof(ClockActor), new BeginEvent(this, null), create, send);
            }

            return;
        }

        if (_options.KeepsStates && enabled.Count > 1)
        {
            _states.Add(_image.Take(_run.Driver, [.. _run.Roots]).First);
        }

        var sleepers = new List<FiberGroup>();
        foreach (var fiber in enabled)
        {
            if (_awake.Add(fiber.Group))
            {
                sleepers.Add(fiber.Group);
            }
        }

        // Nobody comes between two that are woken: else who is woken last would seldom be first.
        SchedulingPoint.Suppress();
        foreach (var group in sleepers)
        {
            ActorId? id = _actors.GetValueOrDefault(group);
            Rouse(ref id, typeof(ParticipantActor), new BeginEvent(this, group), create, send);
            _actors[group] = id!;
        }

        SchedulingPoint.Resume();
    }

    private static void Rouse(ref ActorId? id, Type type, BeginEvent begin, Func<Type, Event, ActorId> create, Action<ActorId, Event> send)
    {
        if (id is null)
        {
            id = create(type, begin);
        }
        else
        {
            send(id, TurnEvent.Instance);
        }
    }

    private int Hash()
    {
        // Coyote asks at choices too, and building the run may be one of them.
        if (!_isBuilt)
        {
            return 0;
        }

        if (_hashedAt != Steps)
        {
            _hashedAt = Steps;
            _hash = _image.Take(_run.Driver, [.. _run.Roots]).First.GetHashCode();
        }

        return _hash;
    }
}
