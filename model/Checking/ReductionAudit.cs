namespace Conformance.Model.Checking;

/// <summary>
/// Examines, in one state, what a system says of its reductions (<see cref="TransitionSystem{TState}.IsLocal"/>,
/// <see cref="TransitionSystem{TState}.Canonicalize"/>). In a search without reductions it sees every reachable state.
/// </summary>
internal sealed class ReductionAudit<TState>(TransitionSystem<TState> system)
    where TState : unmanaged
{
    private readonly TransitionBuffer<TState> _after = new();
    private readonly TransitionBuffer<TState> _other = new();

    /// <summary>Examines one state.</summary>
    /// <exception cref="ReductionAuditException">A claim is wrong; the message says which and where.</exception>
    public void Check(in TState state, ReadOnlySpan<Transition<TState>> steps)
    {
        ulong local = Expander<TState>.LocalParticipants(system, in state, steps);
        for (int i = 0; i < steps.Length; i++)
        {
            if ((local >> steps[i].Step.Participant & 1) != 0)
            {
                CheckInvisible(in state, in steps[i]);
                CheckCommutes(in state, in steps[i], steps);
            }
        }

        CheckSymmetry(in state, steps);
    }

    private void CheckInvisible(in TState state, in Transition<TState> step)
    {
        var next = step.Next;
        foreach (var property in system.Properties.Invariants)
        {
            Expect(property.Holds(in state) == property.Holds(in next), in state, step.Step, $"to be invisible, but '{property.Name}' sees it");
        }

        foreach (var property in system.Properties.Reachable)
        {
            Expect(property.IsReached(in state) == property.IsReached(in next), in state, step.Step, $"to be invisible, but '{property.Name}' sees it");
        }

        foreach (var rule in system.Properties.Rules)
        {
            Expect(rule.Holds(in state, step.Step, in next), in state, step.Step, $"to be invisible, but '{rule.Name}' sees it");
        }
    }

    private void CheckCommutes(in TState state, in Transition<TState> local, ReadOnlySpan<Transition<TState>> steps)
    {
        var afterLocal = local.Next;
        _after.Clear();
        system.AddSteps(in afterLocal, _after);
        foreach (ref readonly var other in steps)
        {
            if (other.Step.Participant == local.Step.Participant)
            {
                continue;
            }

            string name = $"{other.Step} of another participant";
            var afterOther = other.Next;
            _other.Clear();
            system.AddSteps(in afterOther, _other);
            Expect(SameSteps(steps, _other.Transitions, local.Step.Participant), in state, local.Step, $"to keep its place, but {name} changes what its participant can do");
            foreach (ref readonly var own in _other.Transitions)
            {
                Expect(own.Step.Participant != local.Step.Participant || system.IsLocal(in afterOther, own.Step), in state, local.Step, $"to stay local, but after {name} it is not");
            }

            var one = Find(_after.Transitions, other.Step);
            var two = Find(_other.Transitions, local.Step);
            Expect(one is not null && two is not null, in state, local.Step, $"to disable nothing, but it does not go together with {name}");
            var left = one.GetValueOrDefault();
            var right = two.GetValueOrDefault();
            Expect(StateBytes<TState>.AreEqual(in left, in right), in state, local.Step, $"to commute, but its order with {name} matters");
        }
    }

    private void CheckSymmetry(in TState state, ReadOnlySpan<Transition<TState>> steps)
    {
        var image = state;
        if (!system.Canonicalize(ref image))
        {
            return;
        }

        var again = image;
        system.Canonicalize(ref again);
        Expect(StateBytes<TState>.AreEqual(in image, in again), in state, "the representative of a representative to be itself");
        foreach (var property in system.Properties.Invariants)
        {
            Expect(property.Holds(in state) == property.Holds(in image), in state, $"a symmetry that '{property.Name}' does not see");
        }

        foreach (var property in system.Properties.Reachable)
        {
            Expect(property.IsReached(in state) == property.IsReached(in image), in state, $"a symmetry that '{property.Name}' does not see");
        }

        _other.Clear();
        system.AddSteps(in image, _other);
        Expect(Images(steps).SetEquals(Images(_other.Transitions)), in state, "a state and its representative to lead to the same representatives");
    }

    private HashSet<TState> Images(ReadOnlySpan<Transition<TState>> steps)
    {
        var images = new HashSet<TState>();
        foreach (ref readonly var step in steps)
        {
            var image = step.Next;
            system.Canonicalize(ref image);
            images.Add(image);
        }

        return images;
    }

    private static bool SameSteps(ReadOnlySpan<Transition<TState>> before, ReadOnlySpan<Transition<TState>> after, byte participant) =>
        Own(before, participant).SetEquals(Own(after, participant));

    private static HashSet<StepId> Own(ReadOnlySpan<Transition<TState>> steps, byte participant)
    {
        var own = new HashSet<StepId>();
        foreach (ref readonly var step in steps)
        {
            if (step.Step.Participant == participant)
            {
                own.Add(step.Step);
            }
        }

        return own;
    }

    private static TState? Find(ReadOnlySpan<Transition<TState>> steps, StepId step)
    {
        foreach (ref readonly var candidate in steps)
        {
            if (candidate.Step == step)
            {
                return candidate.Next;
            }
        }

        return null;
    }

    private void Expect(bool holds, in TState state, StepId step, string what)
    {
        if (!holds)
        {
            throw new ReductionAuditException($"{system.Name}: expected the local step {step} {what}; in the state {Words(in state)}");
        }
    }

    private void Expect(bool holds, in TState state, string what)
    {
        if (!holds)
        {
            throw new ReductionAuditException($"{system.Name}: expected {what}; in the state {Words(in state)}");
        }
    }

    private string Words(in TState state) => string.Join(", ", system.Describe(in state).Select(pair => $"{pair.Key} {pair.Value}"));
}

/// <summary>A system says something of its reductions that is not so: a reduced check of it means nothing.</summary>
public sealed class ReductionAuditException : InvalidOperationException
{
    /// <summary>Makes it with one line that says which claim is wrong, and where.</summary>
    public ReductionAuditException(string message)
        : base(message)
    {
    }
}
