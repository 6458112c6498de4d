using Conformance.Model.Checking;

namespace Conformance.Model.Connection;

/// <summary>A connection of which the obligations of the product table are claimed, instead of its own properties.</summary>
/// <param name="connection">What happens.</param>
public sealed class ObligationSystem(ConnectionSystem connection) : TransitionSystem<ConnectionState>
{
    /// <inheritdoc/>
    public override string Name => $"{connection.Name}/obligations";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Participants => connection.Participants;

    /// <inheritdoc/>
    public override PropertySet<ConnectionState> Properties { get; } = new()
    {
        Reachable = [.. Obligations.All.Select(obligation => obligation.ToReachability())],
        Liveness = [.. Obligations.All.Select(obligation => obligation.ToProperty())],
        Assumptions = connection.Properties.Assumptions,
    };

    /// <inheritdoc/>
    public override void AddInitial(ICollection<ConnectionState> into) => connection.AddInitial(into);

    /// <inheritdoc/>
    public override void AddSteps(in ConnectionState state, TransitionBuffer<ConnectionState> into) => connection.AddSteps(in state, into);

    /// <inheritdoc/>
    public override bool IsEnd(in ConnectionState state) => connection.IsEnd(in state);

    /// <inheritdoc/>
    public override bool IsOptional(StepId step) => connection.IsOptional(step);

    /// <inheritdoc/>
    public override StepText Describe(in ConnectionState before, StepId step, in ConnectionState after) => connection.Describe(in before, step, in after);

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<string, string>> Describe(in ConnectionState state) => connection.Describe(in state);
}
