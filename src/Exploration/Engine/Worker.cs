using Conformance.Exploration.State;
using Conformance.Reference.Fibers;

namespace Conformance.Exploration.Engine;

/// <summary>One thread of an exploration: takes branch after branch and leaves new ones behind.</summary>
internal sealed partial class Worker
{
    // A copy costs as much as some steps, and memory for as long as a branch waits: where many wait, fewer are made.
    private const int CopyEvery = 16;
    private const int ManyStanding = 2000;
    private const int MostStanding = 6000;

    // A run that has spent its bounds has no branches left, but may still reach a known state and end early.
    private const int LookEvery = 16;

    private readonly IExperiment _experiment;
    private readonly Explorer _explorer;
    private readonly Bounds _bounds;
    private readonly bool _mergesStates;
    private readonly bool _mergesOrders;
    private readonly StateHasher _hasher;
    private readonly HeapCopier _copier = new();
    private readonly Dictionary<string, string> _names = [];
    private readonly List<Branch> _found = [];
    private readonly List<Candidate> _candidates = [];
    private Run _run = null!;
    private Standing? _standing;
    private Moment? _moment;
    private int _state;
    private long _copiedSteps;

    internal Worker(IExperiment experiment, Explorer explorer)
    {
        _experiment = experiment;
        _explorer = explorer;
        _bounds = explorer.Options.Bounds;
        _mergesStates = explorer.Options.Reduction != Reduction.None;

        // A preemption less here may be one more elsewhere: orders are equal only as long as nobody counts.
        _mergesOrders = explorer.Options.Reduction == Reduction.StatesAndOrders && _bounds is { Preemptions: null, Delays: null };
        _hasher = new StateHasher(explorer.Options.CountsCollisions);
    }

    internal List<Edge> Edges { get; } = [];

    internal long Transitions { get; private set; }

    internal long Schedules { get; private set; }

    internal long Steps { get; private set; }

    internal long Ended { get; private set; }

    internal int Longest { get; private set; }

    /// <summary>What ended this thread unexpectedly: a fault of the explorer or of the experiment's code.</summary>
    internal Exception? Fault { get; private set; }

    internal void Run()
    {
        try
        {
            while (_explorer.Work.Take() is { } branch && _explorer.MayBegin())
            {
                Follow(branch);
                _explorer.Work.Done();
                if (++Schedules % _explorer.Options.ProgressEvery == 0)
                {
                    _explorer.Report(Schedules);
                }
            }
        }
        catch (Exception exception)
        {
            Fault = exception;
            _explorer.Work.Stop();
        }
    }

    private void Follow(Branch branch)
    {
        if (_bounds.Time is { } time && _explorer.Elapsed >= time)
        {
            _explorer.CutOff($"time {time}");
            _explorer.Work.Stop();
            return;
        }

        _state = branch.FromState;
        _moment = branch.From;
        Repeat(branch);
        string[]? asleep = branch.Asleep;
        do
        {
            asleep = GoOn(asleep);
        }
        while (asleep is not null);
        Steps += _run.Driver.Steps - _copiedSteps;
        Longest = Math.Max(Longest, _moment?.Number ?? 0);
        _explorer.Work.Add(_found);
        _found.Clear();
    }

    /// <summary>Takes a run to the branch, from a copy near it or from the beginning, and takes the branch.</summary>
    private void Repeat(Branch branch)
    {
        _standing = null;
        _copiedSteps = 0;
        if (branch.From is null)
        {
            _run = new Run(_experiment, branch.Outcomes);
            After(string.Empty, branch.Outcomes, default, branch.Asleep);
            return;
        }

        if (branch.Near is { } near)
        {
            // Ways that the step leaves untaken begin at the same place.
            bool isLast = near.HasOneHolder && !_explorer.HasOutcomes;
            _run = isLast ? near.Run : _copier.Copy(near.Run);
            _copiedSteps = _run.Driver.Steps;
            _standing = isLast ? null : near;
            RepeatPath(branch.From.Path(after: near.At.Number));
            Take(FindOrFail(branch.Fiber), branch.Outcomes, branch.Spent, branch.Asleep);
            _standing = null;
            if (near.Leave())
            {
                _explorer.CountStanding(-1);
            }

            return;
        }

        _run = new Run(_experiment, BuildingOf(branch.From).Outcomes);
        RepeatPath(branch.From.Path(after: 0));
        Take(FindOrFail(branch.Fiber), branch.Outcomes, branch.Spent, branch.Asleep);
    }

    private void RepeatPath(Moment[] path)
    {
        _run.Driver.IsAudited = false;
        foreach (var moment in path)
        {
            Repeat(moment.Fiber, moment.Outcomes);
        }

        _run.Driver.IsAudited = true;
    }

    private static Moment BuildingOf(Moment moment)
    {
        while (moment.Before is { } before)
        {
            moment = before;
        }

        return moment;
    }

    /// <summary>Leaves a copy of the run here, for those who go on from here, unless one stands near.</summary>
    private void Stand()
    {
        int standing = _explorer.CountStanding(0);
        bool isNear = _standing is { } near && _moment!.Number - near.At.Number < CopyEvery;
        if (!_explorer.MakesCopies || standing > MostStanding || (standing > ManyStanding && isNear))
        {
            return;
        }

        try
        {
            _standing = new Standing(_copier.Copy(_run), _moment!);
            _explorer.CountStanding(1);
        }
        catch (NotSupportedException)
        {
            _explorer.MakesCopies = false;
        }
    }

    private void Repeat(string identity, int[]? outcomes)
    {
        _run.Take(FindOrFail(identity), outcomes);
        if (_run.Failure is { } failure)
        {
            throw new NotRepeatableException($"expected the same run from the same choices, got a failure where there was none: {failure.Message}");
        }
    }

    private Fiber FindOrFail(string identity) => _run.Find(identity) ?? throw new NotRepeatableException(
        $"expected the same run from the same choices, got one in which {identity} cannot go on: {_run.Driver.DescribeAlive()}");

    /// <summary>Goes on by one step.</summary>
    /// <param name="asleep">Whose step leads nowhere new here.</param>
    /// <returns>Whose step leads nowhere new after it; null when there is nothing more to do on this run.</returns>
    private string[]? GoOn(string[] asleep)
    {
        _run.Look();
        if (_run.IsOver)
        {
            Finish();
            return null;
        }

        if (_moment!.Number >= _bounds.Depth)
        {
            _explorer.CutOff($"depth {_bounds.Depth}");
            return null;
        }

        var enabled = _run.Driver.FindEnabled();
        if (enabled.Count == 0)
        {
            if (!_run.Driver.PassTime())
            {
                _run.StandStill();
                Finish();
                return null;
            }

            enabled = _run.Driver.FindEnabled();
        }

        return enabled.Count == 1 ? TakeOnly(enabled[0], asleep) : Divide(enabled, asleep);
    }

    private string[]? TakeOnly(Fiber fiber, string[] asleep) =>
        asleep.Contains(fiber.Identity) ? null : Take(fiber, null, _moment!.Spent, []);

    /// <summary>The copy that stands, if it does not stand after that moment; it is held for a branch.</summary>
    private Standing? NearTo(Moment? moment) => _standing is { } near && moment is not null && near.At.Number <= moment.Number ? near.Hold() : null;

    private void Finish()
    {
        _run.LookAtEnd();
        Ended++;
        if (_run.Failure is { } failure)
        {
            _explorer.NoteFailure(failure with { Schedule = _moment!.ToSchedule(_experiment.Name) });
        }

        ulong end = _hasher.Take(_run.Driver, [.. _run.Roots]).First;
        _explorer.NoteEnd(_run.Failure is null ? end : end ^ TypePlan.NumberOf(_run.Failure.Rule));
        Edges.Add(new Edge(_state, Edge.End));
    }

    private string Name(string identity)
    {
        if (!_names.TryGetValue(identity, out string? name))
        {
            _names[identity] = name = identity;
        }

        return name;
    }
}

/// <summary>The same choices gave another run: the experiment depends on something that is no choice.</summary>
public sealed class NotRepeatableException : Exception
{
    /// <summary>Makes it with one line that says where the runs part.</summary>
    public NotRepeatableException(string message)
        : base(message)
    {
    }
}
