using Conformance.Exploration.State;
using Conformance.Reference.Fibers;

namespace Conformance.Exploration.Engine;

/// <summary>One thread of an exploration: takes branch after branch and leaves new ones behind.</summary>
internal sealed class Worker
{
    // A copy costs as much as some steps, and memory for as long as a branch waits.
    private const int CopyEvery = 8;
    private const int MostStanding = 4000;

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

    internal Worker(IExperiment experiment, Explorer explorer)
    {
        _experiment = experiment;
        _explorer = explorer;
        _bounds = explorer.Options.Bounds;
        _mergesStates = explorer.Options.Reduction != Reduction.None;

        // A preemption less here may be one more elsewhere: orders are equal only as long as nobody counts.
        _mergesOrders = explorer.Options.Reduction == Reduction.StatesAndOrders && _bounds.Preemptions is null;
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
            while (_explorer.Work.Take() is { } branch)
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
        Steps += _run.Driver.Steps;
        Longest = Math.Max(Longest, _moment?.Number ?? 0);
        _explorer.Work.Add(_found);
        _found.Clear();
    }

    /// <summary>Takes a run to the branch, from a copy near it or from the beginning, and takes the branch.</summary>
    private void Repeat(Branch branch)
    {
        _standing = branch.Near;
        if (branch.From is null)
        {
            _run = new Run(_experiment, branch.Outcomes);
            After(string.Empty, branch.Outcomes, 0, branch.Asleep);
            return;
        }

        Moment[] path;
        if (branch.Near is { } near)
        {
            _run = _copier.Copy(near.Run);
            path = branch.From.Path(after: near.At.Number);
        }
        else
        {
            path = branch.From.Path(after: 0);
            _run = new Run(_experiment, BuildingOf(branch.From).Outcomes);
        }

        _run.Driver.IsAudited = false;
        foreach (var moment in path)
        {
            Repeat(moment.Fiber, moment.Outcomes);
        }

        _run.Driver.IsAudited = true;
        Take(FindOrFail(branch.Fiber), branch.Outcomes, branch.Asleep);
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
        if (!_explorer.MakesCopies || _explorer.Work.Waiting > MostStanding || (_standing is { } near && _moment!.Number - near.At.Number < CopyEvery))
        {
            return;
        }

        try
        {
            _standing = new Standing(_copier.Copy(_run), _moment!);
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
        asleep.Contains(fiber.Identity) ? null : Take(fiber, null, []);

    /// <summary>Takes one of several steps, and leaves a branch for each of the others.</summary>
    private string[]? Divide(IReadOnlyList<Fiber> enabled, string[] asleep)
    {
        FindCandidates(enabled);
        if (_candidates.Count == 1)
        {
            return Take(_candidates[0].Fiber, null, []);
        }

        string[] woken = [];
        if (_mergesStates)
        {
            var arrival = Arrive(asleep);
            if (arrival.Kind == ArrivalKind.Known)
            {
                return null;
            }

            (asleep, woken) = (arrival.Asleep, arrival.Woken);
        }

        if (_bounds.States is { } most && _explorer.Visited.Count >= most)
        {
            _explorer.CutOff($"states {most}");
            _explorer.Work.Stop();
            return null;
        }

        return Divide(asleep, woken);
    }

    private string[]? Divide(string[] asleep, string[] woken)
    {
        Stand();
        Candidate? first = null;
        string[]? firstAsleep = null;
        for (int i = 0; i < _candidates.Count; i++)
        {
            var candidate = _candidates[i];
            if (woken.Length > 0 ? !woken.Contains(candidate.Fiber.Identity) : asleep.Contains(candidate.Fiber.Identity))
            {
                continue;
            }

            // Whoever is asleep stays so after a step that it commutes with; so does whoever is taken before.
            string[] after = _mergesOrders ? AsleepAfter(i, asleep, woken) : [];
            if (first is null)
            {
                (first, firstAsleep) = (candidate, after);
            }
            else
            {
                _found.Add(new Branch(_moment, Name(candidate.Fiber.Identity), null, after, _state, _standing));
            }
        }

        return first is null ? null : Take(first.Value.Fiber, null, firstAsleep!);
    }

    private string[] AsleepAfter(int taken, string[] asleep, string[] woken)
    {
        List<string>? result = null;
        for (int i = 0; i < _candidates.Count; i++)
        {
            string identity = _candidates[i].Fiber.Identity;
            bool isAsleep = asleep.Contains(identity) || (i < taken && (woken.Length == 0 || woken.Contains(identity)));
            if (i != taken && isAsleep && !_candidates[i].ConflictsWith(_candidates[taken]))
            {
                (result ??= []).Add(Name(identity));
            }
        }

        return result is null ? [] : [.. result];
    }

    /// <summary>Finds who may take the next step within the bounds.</summary>
    private void FindCandidates(IReadOnlyList<Fiber> enabled)
    {
        _candidates.Clear();
        bool isSpent = _bounds.Preemptions is { } most && _moment!.Preemptions >= most;
        foreach (var fiber in enabled)
        {
            var accesses = default(AccessSet);
            if (_mergesOrders)
            {
                fiber.Declare(ref accesses);
            }

            _candidates.Add(new Candidate(fiber, accesses));
        }

        int last = _candidates.FindIndex(candidate => candidate.Fiber.Identity == _moment!.Fiber);
        if (last >= 0)
        {
            // Going on with the same fiber first makes the first runs the plain ones.
            (_candidates[0], _candidates[last]) = (_candidates[last], _candidates[0]);
            if (isSpent)
            {
                _explorer.CutOff($"preemptions {_bounds.Preemptions}");
                _candidates.RemoveRange(1, _candidates.Count - 1);
            }
        }
    }

    private Arrival Arrive(string[] asleep)
    {
        var key = _hasher.Take(_run.Driver, [.. _run.Roots]);
        ulong first = key.First;
        int left = int.MaxValue;
        if (_bounds.Preemptions is { } most)
        {
            // What may follow depends on who would be preempted.
            left = most - _moment!.Preemptions;
            first ^= TypePlan.NumberOf(_moment.Fiber);
        }

        if (_bounds.Outcomes is not null)
        {
            first += (ulong)_moment!.Deviations * 0x9E37_79B9_7F4A_7C15;
        }

        var arrival = _explorer.Visited.Arrive(key with { First = first }, asleep, left);
        Edges.Add(new Edge(_state, arrival.Number));
        _state = arrival.Number;
        return arrival;
    }

    private string[]? Take(Fiber fiber, int[]? outcomes, string[] asleep)
    {
        string identity = Name(fiber.Identity);
        bool isPreemption = _moment is { Fiber.Length: > 0 } && _moment.Fiber != identity
            && _run.Driver.FindEnabled().Any(other => other.Identity == _moment.Fiber);
        int preemptions = (_moment?.Preemptions ?? 0) + (isPreemption ? 1 : 0);
        _run.Take(fiber, outcomes);
        return After(identity, outcomes, preemptions, asleep);
    }

    /// <summary>Notes the step that was taken, and leaves a branch for each other outcome that it could have had.</summary>
    private string[] After(string identity, int[]? planned, int preemptions, string[] asleep)
    {
        Transitions++;
        var before = _moment;
        int deviations = before?.Deviations ?? 0;
        int[]? taken = null;
        if (_run.Outcomes.Count > 0)
        {
            taken = [.. _run.Outcomes.Taken];
            deviations += taken.Count(static outcome => outcome != 0);
            int deviationsBefore = before?.Deviations ?? 0;
            int first = planned?.Length ?? 0;
            for (int i = 0; i < taken.Length; i++)
            {
                deviationsBefore += i > 0 && taken[i - 1] != 0 ? 1 : 0;
                if (i < first)
                {
                    continue;
                }

                if (_bounds.Outcomes is { } most && deviationsBefore >= most && _run.Outcomes.WaysOf(i) > 1)
                {
                    _explorer.CutOff($"outcomes {most}");
                    continue;
                }

                for (int way = 1; way < _run.Outcomes.WaysOf(i); way++)
                {
                    _found.Add(new Branch(before, identity, [.. taken.AsSpan(0, i), way], asleep, _state, NearTo(before)));
                }
            }
        }

        _moment = new Moment(before, identity, taken, before is null ? 0 : before.Number + 1, preemptions, deviations);
        return asleep;
    }

    /// <summary>The copy that stands, if it does not stand after that moment.</summary>
    private Standing? NearTo(Moment? moment) => _standing is { } near && moment is not null && near.At.Number <= moment.Number ? near : null;

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

    private readonly record struct Candidate(Fiber Fiber, AccessSet Accesses)
    {
        /// <summary>Whether the order of the two steps can matter: fibers of one participant share what no step shows.</summary>
        internal bool ConflictsWith(in Candidate other) =>
            Fiber.Group == other.Fiber.Group || Accesses.ConflictsWith(other.Accesses);
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
