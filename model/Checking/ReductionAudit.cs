namespace Conformance.Model.Checking;

/// <summary>Examines, state by state, the claims that the reductions rest on.</summary>
internal sealed class ReductionAudit<TState>(TransitionSystem<TState> system, PropertySet<TState> properties)
    where TState : unmanaged
{
    /// <summary>What is wrong with the claims about one state; null if nothing is.</summary>
    public string? Examine(in TState state, ReadOnlySpan<Transition<TState>> steps)
    {
        string? wrong = ExamineSymmetry(in state, steps);
        for (int participant = 0; wrong is null && participant < system.Participants.Count; participant++)
        {
            wrong = ExamineParticipant(participant, in state, steps);
        }

        return wrong is null ? null : $"{system.Name}: {wrong}; in the state {string.Join(", ", system.Describe(in state).Select(pair => $"{pair.Key} {pair.Value}"))}";
    }

    /// <summary>Where all steps of a participant are local: each must commute with each step of another, which must leave the participant's steps as they are.</summary>
    private string? ExamineParticipant(int participant, in TState state, ReadOnlySpan<Transition<TState>> steps)
    {
        List<Transition<TState>> own = Of(participant, steps);
        foreach (Transition<TState> step in own)
        {
            if (!system.IsLocal(in state, step.Step))
            {
                return null;
            }
        }

        string? wrong = null;
        for (int i = 0; wrong is null && i < own.Count; i++)
        {
            wrong = ExamineVisibility(own[i], in state);
        }

        for (int i = 0; wrong is null && own.Count > 0 && i < steps.Length; i++)
        {
            wrong = steps[i].Step.Participant == participant ? null : ExaminePair(own, in state, steps[i]);
        }

        return wrong;
    }

    private string? ExamineVisibility(Transition<TState> step, in TState state)
    {
        TState after = step.Next;
        return Difference(in state, in after) is { } claim ? $"{Name(in state, step)} is said to be local, but {claim} tells whether it was taken" : null;
    }

    private string? ExaminePair(List<Transition<TState>> own, in TState state, Transition<TState> other)
    {
        TState after = other.Next;
        List<Transition<TState>> ownAfter = Of(own[0].Step.Participant, Steps(in after));
        if (!own.Select(step => step.Step).ToHashSet().SetEquals(ownAfter.Select(step => step.Step)))
        {
            return $"{Name(in state, own[0])} is said to be local, but {Name(in state, other)} changes what its participant can do";
        }

        foreach (Transition<TState> step in ownAfter)
        {
            if (!system.IsLocal(in after, step.Step))
            {
                return $"{Name(in after, step)} is said to be local, but no more so after {Name(in state, other)}";
            }
        }

        foreach (Transition<TState> step in own)
        {
            if (!Commute(in state, step, other, ownAfter))
            {
                return $"{Name(in state, step)} is said to be local, but does not commute with {Name(in state, other)}";
            }
        }

        return null;
    }

    /// <summary>Whether the two steps lead to the same state in either order, and no rule of steps can tell the orders apart.</summary>
    private bool Commute(in TState state, Transition<TState> step, Transition<TState> other, List<Transition<TState>> stepsAfterOther)
    {
        TState afterStep = step.Next;
        foreach (Transition<TState> otherLater in Steps(in afterStep))
        {
            if (otherLater.Step != other.Step)
            {
                continue;
            }

            foreach (Transition<TState> stepLater in stepsAfterOther)
            {
                if (stepLater.Step == step.Step && PackedState.Equal(otherLater.Next, stepLater.Next))
                {
                    return SameRules(in state, step, other.Next, stepLater) && SameRules(in state, other, step.Next, otherLater);
                }
            }
        }

        return false;
    }

    private bool SameRules(in TState before, Transition<TState> now, TState beforeLater, Transition<TState> later)
    {
        foreach (StepRule<TState> rule in properties.Rules)
        {
            if (rule.Holds(in before, now.Step, now.Next) != rule.Holds(in beforeLater, later.Step, later.Next))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The representative must be its own, must look the same to every property, and must have the same steps but for the symmetry.</summary>
    private string? ExamineSymmetry(in TState state, ReadOnlySpan<Transition<TState>> steps)
    {
        TState representative = state;
        if (!system.Canonicalize(ref representative))
        {
            return null;
        }

        TState again = representative;
        system.Canonicalize(ref again);
        if (!PackedState.Equal(in again, in representative))
        {
            return "the representative of a state must be its own representative; it is not";
        }

        if (Difference(in state, in representative) is { } claim)
        {
            return $"a state and its representative must look the same; {claim} tells them apart";
        }

        if (!Successors(in state, steps.ToArray()).SetEquals(Successors(in representative, Steps(in representative))))
        {
            return "a state and its representative must lead to the same representatives under the same rules of steps; they do not";
        }

        return null;
    }

    /// <summary>Where steps lead but for the symmetry, with what each rule of steps says of them, as text that can be compared.</summary>
    private HashSet<string> Successors(in TState state, Transition<TState>[] steps)
    {
        var successors = new HashSet<string>();
        foreach (Transition<TState> step in steps)
        {
            TState representative = step.Next;
            system.Canonicalize(ref representative);
            var text = new System.Text.StringBuilder(Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes(new ReadOnlySpan<TState>(in representative))));
            foreach (StepRule<TState> rule in properties.Rules)
            {
                text.Append(rule.Holds(in state, step.Step, step.Next) ? '+' : '-');
            }

            successors.Add(text.ToString());
        }

        return successors;
    }

    /// <summary>The first claim about states that is true of one of the two only.</summary>
    private string? Difference(in TState one, in TState other)
    {
        foreach (Invariant<TState> claim in properties.Invariants)
        {
            if (claim.Holds(in one) != claim.Holds(in other))
            {
                return $"'{claim.Name}'";
            }
        }

        foreach (Sometimes<TState> claim in properties.Reachable)
        {
            if (claim.IsReached(in one) != claim.IsReached(in other))
            {
                return $"'{claim.Name}'";
            }
        }

        return null;
    }

    private static List<Transition<TState>> Of(int participant, ReadOnlySpan<Transition<TState>> steps)
    {
        var own = new List<Transition<TState>>();
        foreach (Transition<TState> step in steps)
        {
            if (step.Step.Participant == participant)
            {
                own.Add(step);
            }
        }

        return own;
    }

    private Transition<TState>[] Steps(in TState state)
    {
        var steps = new TransitionBuffer<TState>();
        system.AddSteps(in state, steps);
        return steps.Transitions.ToArray();
    }

    private string Name(in TState before, Transition<TState> step)
    {
        StepText text = system.Describe(in before, step.Step, step.Next);
        return $"'{text.Participant}: {text.Text}'";
    }
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
