using Conformance.Exploration.State;
using Conformance.Reference.Fibers;

namespace Conformance.Exploration.Engine;

/// <summary>Who may take the next step, and what is left for others.</summary>
internal sealed partial class Worker
{
    /// <summary>Takes one of several steps, and leaves a branch for each of the others.</summary>
    private string[]? Divide(IReadOnlyList<Fiber> enabled, string[] asleep)
    {
        if (_mergesOrders && FindOwn(enabled) is { } own)
        {
            // It commutes with whatever others do before it: to take it at once is enough, and those asleep stay so.
            _mayCommute = true;
            return asleep.Contains(own.Identity) ? null : Take(own, null, _moment!.Spent, asleep);
        }

        FindCandidates(enabled);
        if (_candidates.Count == 1 && (!_mergesStates || _moment!.Number % LookEvery != 0))
        {
            _way = _way.Pass();
            return Take(_candidates[0].Fiber, null, _candidates[0].Spent, []);
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
        Candidate? first = null;
        string[]? firstAsleep = null;
        bool stands = false;
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
                continue;
            }

            if (!stands)
            {
                Stand();
                stands = true;
            }

            _found.Add(new Branch(_moment, Name(candidate.Fiber.Identity), null, candidate.Spent, after, _way, NearTo(_moment)));
        }

        if (first is null)
        {
            return null;
        }

        _mayCommute = _mergesOrders && CommutesWithAny(first.Value.Fiber);
        return Take(first.Value.Fiber, null, first.Value.Spent, firstAsleep!);
    }

    /// <summary>
    /// Whether the next step of a candidate commutes with that of another. A step that ends the run must not: what the other would have
    /// done is missing at one end and not at the other.
    /// </summary>
    private bool CommutesWithAny(Fiber fiber)
    {
        var taken = _candidates.Find(candidate => candidate.Fiber == fiber);
        return _candidates.Exists(other => other.Fiber != fiber && !other.ConflictsWith(taken));
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

    /// <summary>Finds a fiber that is alone in its participant and whose next step nobody else can see or hinder; null for none.</summary>
    private Fiber? FindOwn(IReadOnlyList<Fiber> enabled)
    {
        for (int i = 0; i < enabled.Count; i++)
        {
            if (enabled[i].IsNextOwn && IsAlone(enabled[i]))
            {
                return enabled[i];
            }
        }

        return null;
    }

    // Whoever is alone stays so until its next step: what breaks that is noticed (HasStartedForOthers).
    private bool IsAlone(Fiber fiber)
    {
        var alive = _run.Driver.Alive;
        for (int i = 0; i < alive.Count; i++)
        {
            if (alive[i] != fiber && alive[i].Group == fiber.Group)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Finds who may take the next step within the bounds, whose turn it is first.</summary>
    private void FindCandidates(IReadOnlyList<Fiber> enabled)
    {
        _candidates.Clear();
        var spent = _moment!.Spent;
        int first = 0;
        bool canLastGoOn = false;
        for (int i = 0; i < enabled.Count && !canLastGoOn; i++)
        {
            canLastGoOn = enabled[i].Identity == _moment.Fiber;
            first = canLastGoOn ? i : first;
        }

        for (int i = 0; i < enabled.Count; i++)
        {
            var cost = i == 0 ? spent : spent with { Preemptions = spent.Preemptions + (canLastGoOn ? 1 : 0), Delays = spent.Delays + i };
            if (cost.Preemptions > _bounds.Preemptions)
            {
                _explorer.CutOff($"preemptions {_bounds.Preemptions}");
            }
            else if (cost.Delays > _bounds.Delays)
            {
                _explorer.CutOff(Explorer.DelaysBound(_bounds.Delays!.Value));
            }
            else
            {
                var fiber = enabled[(first + i) % enabled.Count];
                var accesses = default(AccessSet);
                if (_mergesOrders)
                {
                    fiber.Declare(ref accesses);
                }

                _candidates.Add(new Candidate(fiber, cost, accesses));
            }
        }
    }

    private Arrival Arrive(string[] asleep)
    {
        var key = Look();
        ulong first = key.First;
        int left = int.MaxValue;
        var spent = _moment!.Spent;
        if (_bounds is not { Preemptions: null, Delays: null })
        {
            // What may follow depends on whose turn it is.
            first ^= TypePlan.NumberOf(_moment.Fiber);
            first += OrderOfTurns();
            left = _bounds.Delays is { } delays ? delays - spent.Delays : _bounds.Preemptions!.Value - spent.Preemptions;
        }

        if (_bounds is { Preemptions: not null, Delays: not null })
        {
            first += (ulong)spent.Preemptions * 0xD6E8_FEB8_6659_FD93;
        }

        if (_bounds.Outcomes is not null)
        {
            first += (ulong)spent.Deviations * 0x9E37_79B9_7F4A_7C15;
        }

        var arrival = _explorer.Visited.Arrive(key with { First = first }, asleep, left);
        _explorer.NoteState(first, _moment);
        Edges.Add(_way.To(arrival.Number));
        _way = Way.At(arrival.Number);
        return arrival;
    }

    /// <summary>A number for the order in which the fibers were started, in which they have their turns.</summary>
    private ulong OrderOfTurns()
    {
        ulong order = 0;
        var alive = _run.Driver.Alive;
        for (int i = 0; i < alive.Count; i++)
        {
            if (!alive[i].Group.IsDead)
            {
                order = ContentReader.MixFirst(order, TypePlan.NumberOf(alive[i].Identity));
            }
        }

        return order;
    }

    private string[]? Take(Fiber fiber, int[]? outcomes, Cost spent, string[] asleep)
    {
        string identity = Name(fiber.Identity);
        _run.Take(fiber, outcomes);
        _image.Leave();
        return After(identity, outcomes, spent, asleep);
    }

    /// <summary>Notes the step that was taken, and leaves a branch for each other outcome that it could have had.</summary>
    private string[] After(string identity, int[]? planned, Cost spent, string[] asleep)
    {
        Transitions++;
        var before = _moment;
        int[]? taken = null;
        int deviations = spent.Deviations;
        for (int i = 0; i < _run.Outcomes.Count; i++)
        {
            taken ??= [.. _run.Outcomes.Taken];
            if (i >= (planned?.Length ?? 0) && _run.Outcomes.WaysOf(i) > 1)
            {
                LeaveOtherWays(identity, taken.AsSpan(0, i), _run.Outcomes.WaysOf(i), spent, deviations, asleep);
            }

            deviations += taken[i] != 0 ? 1 : 0;
        }

        _way = _way.Step(identity, taken);
        _moment = new Moment(before, identity, taken, before is null ? 0 : before.Number + 1, spent with { Deviations = deviations });
        return asleep;
    }

    private void LeaveOtherWays(string identity, ReadOnlySpan<int> taken, int ways, Cost spent, int deviations, string[] asleep)
    {
        if (deviations >= _bounds.Outcomes)
        {
            _explorer.CutOff($"outcomes {_bounds.Outcomes}");
            return;
        }

        for (int way = 1; way < ways; way++)
        {
            _found.Add(new Branch(_moment, identity, [.. taken, way], spent, asleep, _way, NearTo(_moment)));
        }
    }

    private readonly record struct Candidate(Fiber Fiber, Cost Spent, AccessSet Accesses)
    {
        /// <summary>Whether the order of the two steps can matter: fibers of one participant share what no step shows.</summary>
        internal bool ConflictsWith(in Candidate other) =>
            Fiber.Group == other.Fiber.Group || Accesses.ConflictsWith(other.Accesses);
    }
}
