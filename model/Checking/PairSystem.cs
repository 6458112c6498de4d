namespace Conformance.Model.Checking;

/// <summary>The states of two systems beside each other.</summary>
/// <param name="First">The one's.</param>
/// <param name="Second">The other's.</param>
public record struct Pair<TState>(TState First, TState Second)
    where TState : unmanaged;

/// <summary>
/// Two systems of a kind beside each other, which share nothing, in every order: the distinct states are the square of one
/// system's, so a small system becomes a large search whose result is known. The two are symmetric. Safety and reachability
/// are claimed of both; liveness is not.
/// </summary>
/// <param name="system">Of what kind.</param>
public sealed class PairSystem<TState>(TransitionSystem<TState> system) : TransitionSystem<Pair<TState>>
    where TState : unmanaged
{
    [ThreadStatic]
    private static TransitionBuffer<TState>? _steps;

    private readonly int _participants = system.Participants.Count;

    /// <inheritdoc/>
    public override string Name { get; } = $"{system.Name}/pair";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Participants { get; } = [.. system.Participants.Select(name => $"{name} 1"), .. system.Participants.Select(name => $"{name} 2")];

    /// <inheritdoc/>
    public override PropertySet<Pair<TState>> Properties { get; } = new()
    {
        Invariants = [.. system.Properties.Invariants.Select(claim => new Invariant<Pair<TState>>(
            claim.Name, claim.Clauses, (in state) => claim.Holds(state.First) && claim.Holds(state.Second)))],
        Reachable = [.. system.Properties.Reachable.Select(claim => new Sometimes<Pair<TState>>(
            claim.Name, claim.Clauses, (in state) => claim.IsReached(state.First) && claim.IsReached(state.Second)))],
    };

    /// <inheritdoc/>
    public override void AddInitial(ICollection<Pair<TState>> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        var states = new List<TState>();
        system.AddInitial(states);
        foreach (TState first in states)
        {
            states.ForEach(second => into.Add(new(first, second)));
        }
    }

    /// <inheritdoc/>
    public override void AddSteps(in Pair<TState> state, TransitionBuffer<Pair<TState>> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        TransitionBuffer<TState> steps = _steps ??= new();
        steps.Clear();
        system.AddSteps(state.First, steps);
        foreach (ref readonly Transition<TState> step in steps.Transitions)
        {
            into.Add(step.Step, new(step.Next, state.Second));
        }

        steps.Clear();
        system.AddSteps(state.Second, steps);
        foreach (ref readonly Transition<TState> step in steps.Transitions)
        {
            into.Add(step.Step with { Participant = (byte)(step.Step.Participant + _participants) }, new(state.First, step.Next));
        }
    }

    /// <inheritdoc/>
    public override bool IsEnd(in Pair<TState> state) => system.IsEnd(state.First) && system.IsEnd(state.Second);

    /// <inheritdoc/>
    public override bool IsOptional(StepId step) => system.IsOptional(Inner(step));

    /// <inheritdoc/>
    public override bool IsLocal(in Pair<TState> state, StepId step) => system.IsLocal(IsFirst(step) ? state.First : state.Second, Inner(step));

    /// <inheritdoc/>
    public override bool Canonicalize(ref Pair<TState> state)
    {
        TState first = state.First;
        TState second = state.Second;
        system.Canonicalize(ref first);
        system.Canonicalize(ref second);
        state = PackedState.Compare(in first, in second) <= 0 ? new(first, second) : new(second, first);
        return true;
    }

    /// <inheritdoc/>
    public override StepText Describe(in Pair<TState> before, StepId step, in Pair<TState> after)
    {
        StepText text = IsFirst(step) ? system.Describe(before.First, Inner(step), after.First) : system.Describe(before.Second, Inner(step), after.Second);
        string which = IsFirst(step) ? "1" : "2";
        return text with { Participant = $"{text.Participant} {which}", Towards = text.Towards is null ? null : $"{text.Towards} {which}" };
    }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, string>> Describe(in Pair<TState> state) =>
    [
        .. system.Describe(state.First).Select(pair => new KeyValuePair<string, string>($"{pair.Key} 1", pair.Value)),
        .. system.Describe(state.Second).Select(pair => new KeyValuePair<string, string>($"{pair.Key} 2", pair.Value)),
    ];

    private bool IsFirst(StepId step) => step.Participant < _participants;

    private StepId Inner(StepId step) => IsFirst(step) ? step : step with { Participant = (byte)(step.Participant - _participants) };
}
