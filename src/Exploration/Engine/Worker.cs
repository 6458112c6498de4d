using System.Globalization;
using Conformance.Exploration.State;
using Conformance.Reference.Fibers;

namespace Conformance.Exploration.Engine;

/// <summary>One thread of an exploration: takes branch after branch and leaves new ones behind.</summary>
internal sealed partial class Worker
{
    // A run that has spent its bounds has no branches left, but may still reach a known state and end early.
    private const int LookEvery = 16;

    private readonly IExperiment _experiment;
    private readonly Explorer _explorer;
    private readonly Bounds _bounds;
    private readonly bool _mergesStates;
    private readonly bool _mergesOrders;
    private readonly Dictionary<string, string> _names = [];
    private readonly List<Branch> _found = [];
    private readonly List<Candidate> _candidates = [];
    private Run _run = null!;
    private HeapImage _image = null!;
    private Standing? _standing;
    private Moment? _moment;
    private Way _way;
    private bool _mayCommute;
    private long _stepsBefore;

    internal Worker(IExperiment experiment, Explorer explorer)
    {
        _experiment = experiment;
        _explorer = explorer;
        _bounds = explorer.Options.Bounds;
        _mergesStates = explorer.Options.Reduction != Reduction.None;

        // A preemption less here may be one more elsewhere: orders are equal only as long as nobody counts.
        _mergesOrders = explorer.Options.Reduction == Reduction.StatesAndOrders && _bounds is { Preemptions: null, Delays: null };
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
            while (_explorer.Work.Take(this) is { } branch && _explorer.MayBegin())
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
            _explorer.CutOff(string.Create(CultureInfo.InvariantCulture, $"time {time.TotalSeconds:0.#} s"));
            _explorer.Work.Stop();
            return;
        }

        _way = branch.Way;
        _moment = branch.From;
        Repeat(branch);
        string[]? asleep = branch.Asleep;
        do
        {
            asleep = GoOn(asleep);
        }
        while (asleep is not null);
        Steps += _run.Driver.Steps - _stepsBefore;
        Longest = Math.Max(Longest, _moment?.Number ?? 0);
        _explorer.Work.Add(this, _found);
        _found.Clear();
    }

    /// <summary>Takes a run to the branch, from where one stood near it or from the beginning, and takes the branch.</summary>
    private void Repeat(Branch branch)
    {
        _stepsBefore = 0;
        if (branch.From is null)
        {
            Begin(branch.Outcomes);
            After(string.Empty, branch.Outcomes, default, branch.Asleep);
            return;
        }

        if (branch.Near is { } near && near.Worker == this)
        {
            (_run, _image, _standing) = (near.Run, near.Image, near);
            _image.Restore(near.Version);
            _stepsBefore = _run.Driver.Steps;
            RepeatPath(branch.From.Path(after: near.At.Number));
        }
        else
        {
            Begin(BuildingOf(branch.From).Outcomes);
            RepeatPath(branch.From.Path(after: 0));
        }

        branch.Near?.Version.Leave();
        var next = FindOrFail(branch.Fiber);
        if (_mergesOrders)
        {
            FindCandidates(_run.Driver.FindEnabled());
            _mayCommute = CommutesWithAny(next);
        }

        Take(next, branch.Outcomes, branch.Spent, branch.Asleep);
    }

    private void Begin(int[]? outcomes)
    {
        _run = new Run(_experiment, outcomes);
        _image = new HeapImage(_explorer.Options.CountsCollisions);
        _standing = null;

        // What building starts is there before anybody's first step.
        _run.Driver.HasStartedForOthers = false;
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

    /// <summary>Keeps the run as it stands here, for the branches from here.</summary>
    private void Stand()
    {
        if (!_explorer.BringsBack)
        {
            return;
        }

        try
        {
            if (!_mergesStates)
            {
                Look();
            }

            _standing = new Standing(this, _run, _image, _image.Keep(_run), _moment!);
        }
        catch (NotSupportedException)
        {
            _explorer.BringsBack = false;
        }
    }

    private StateKey Look() => _image.Take(_run.Driver, [.. _run.Roots]);

    private void Repeat(string identity, int[]? outcomes)
    {
        _run.Take(FindOrFail(identity), outcomes);
        _image.Leave();
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
        if (_mergesOrders && ((_mayCommute && _run is { IsOver: true, Failure: null }) || _run.Driver.HasStartedForOthers))
        {
            _explorer.LeaveOutNoOrder();
        }

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

        var enabled = _run.Driver.FindEnabledInTime();
        if (enabled.Count == 0)
        {
            _run.StandStill();
            Finish();
            return null;
        }

        return enabled.Count == 1 ? TakeOnly(enabled[0], asleep) : Divide(enabled, asleep);
    }

    private string[]? TakeOnly(Fiber fiber, string[] asleep)
    {
        _mayCommute = false;
        return asleep.Contains(fiber.Identity) ? null : Take(fiber, null, _moment!.Spent, []);
    }

    /// <summary>Where the run was kept, if that is not after that moment; it is held for a branch.</summary>
    private Standing? NearTo(Moment? moment)
    {
        if (_standing is not { } near || moment is null || near.At.Number > moment.Number)
        {
            return null;
        }

        near.Version.Hold();
        return near;
    }

    private void Finish()
    {
        _run.LookAtEnd();
        Ended++;
        if (_run.Failure is { } failure)
        {
            _explorer.NoteFailure(failure with { Schedule = _moment!.ToSchedule(_experiment.Name) });
        }

        ulong end = Look().First;
        _explorer.NoteEnd(_run.Failure is null ? end : end ^ TypePlan.NumberOf(_run.Failure.Rule));
        Edges.Add(_way.To(Edge.End));
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
