using Conformance.Model.Checking;

namespace Conformance.Tests.Model.Checking.Toys;

/// <summary>A system made of functions, for tests that need a small one.</summary>
internal sealed class Toy<TState>(TState initial, Toy<TState>.StepsOf steps) : TransitionSystem<TState>
    where TState : unmanaged
{
    public delegate void StepsOf(in TState state, TransitionBuffer<TState> into);

    public delegate bool Locality(in TState state, StepId step);

    public delegate void Representative(ref TState state);

    public StatePredicate<TState> Ends { get; init; } = (in state) => true;

    public Locality Local { get; init; } = (in state, step) => false;

    public Func<StepId, bool> Optional { get; init; } = step => false;

    public Representative? Symmetry { get; init; }

    public TState[] InitialStates { get; init; } = [initial];

    public PropertySet<TState> Claims { get; set; } = new();

    public override string Name => "toy";

    public override IReadOnlyList<string> Participants { get; } = ["one", "two", "three", "four"];

    public override PropertySet<TState> Properties => Claims;

    public override void AddInitial(ICollection<TState> into)
    {
        foreach (TState state in InitialStates)
        {
            into.Add(state);
        }
    }

    public override void AddSteps(in TState state, TransitionBuffer<TState> into) => steps(in state, into);

    public override bool IsEnd(in TState state) => Ends(in state);

    public override StepText Describe(in TState before, StepId step, in TState after) =>
        new(Participants[step.Participant], "", $"{step.Code} {step.Argument}");

    public override IReadOnlyList<KeyValuePair<string, string>> Describe(in TState state) => [new("state", state.ToString()!)];

    public override bool IsLocal(in TState state, StepId step) => Local(in state, step);

    public override bool IsOptional(StepId step) => Optional(step);

    public override bool Canonicalize(ref TState state)
    {
        Symmetry?.Invoke(ref state);
        return Symmetry is not null;
    }
}
