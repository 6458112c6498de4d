using Conformance.Model.Checking;

namespace Conformance.Model.Ring;

/// <summary>
/// A shared ring between a front and a back, each on a processor of its own: entries, producer indices, event words,
/// notification hold-off and final check, with requests and the way back for responses (clauses RG-007 to RG-035).
/// </summary>
internal sealed class RingModel : TransitionSystem<RingState>
{
    private readonly RingShape _shape;
    private readonly RingFront _front;
    private readonly RingBack _back;

    /// <summary>Makes a model, or a mutant of one.</summary>
    /// <exception cref="ArgumentException">The shape is not one of those that fit.</exception>
    public RingModel(string name, RingShape shape, RingMutation mutation = default)
    {
        if (shape.Entries is not (2 or 4) || shape.Requests is < 1 or > 7)
        {
            throw new ArgumentException($"expected 2 or 4 entries and 1 to 7 requests, got {shape.Entries} and {shape.Requests}", nameof(shape));
        }

        Name = name;
        _shape = shape;
        _front = new RingFront(shape, mutation);
        _back = new RingBack(shape, mutation);
        Properties = shape.Attacker == RingAttacker.None ? RingProperties.Of(shape) : RingAttackProperties.Of(shape);
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Participants => RingParticipant.Names;

    /// <inheritdoc/>
    public override PropertySet<RingState> Properties { get; }

    /// <inheritdoc/>
    public override void AddInitial(ICollection<RingState> into)
    {
        RingState state = default;
        state.Memory[RingMemory.RequestProducer] = RingSide.Start;
        state.Memory[RingMemory.ResponseProducer] = RingSide.Start;
        state.Memory[RingMemory.RequestEvent] = unchecked((byte)(RingSide.Start + 1));
        state.Memory[RingMemory.ResponseEvent] = unchecked((byte)(RingSide.Start + 1));
        state.Front.Produced = state.Front.Pushed = state.Front.Consumed = RingSide.Start;
        state.Back.Produced = state.Back.Pushed = state.Back.Consumed = RingSide.Start;
        into.Add(state);
    }

    /// <inheritdoc/>
    public override void AddSteps(in RingState state, TransitionBuffer<RingState> into)
    {
        _front.AddSteps(in state, into);
        _back.AddSteps(in state, into);
    }

    /// <inheritdoc/>
    public override bool IsEnd(in RingState state) =>
        state.Attacks > 0 || (state.Front.Count == _shape.Requests && state.Front.Open == 0 && state.Back.Open == 0
            && RingProperties.IsAtRest(in state.Front) && RingProperties.IsAtRest(in state.Back));

    /// <inheritdoc/>
    public override bool IsOptional(StepId step) => step.Code == (byte)RingCode.Attack;

    /// <inheritdoc/>
    public override StepText Describe(in RingState before, StepId step, in RingState after) => RingWords.Describe(in before, step);

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, string>> Describe(in RingState state) => RingWords.Describe(in state, _shape);
}
