namespace Conformance.Model.Checking;

/// <summary>A claim about one state.</summary>
public delegate bool StatePredicate<TState>(in TState state)
    where TState : unmanaged;

/// <summary>A claim about one step, with the states round it.</summary>
public delegate bool StepPredicate<TState>(in TState before, StepId step, in TState after)
    where TState : unmanaged;

/// <summary>Holds in every state (safety).</summary>
/// <param name="Name">What it claims, such as <c>S4 a back that says Closed maps nothing</c>.</param>
/// <param name="Clauses">Ids of the clauses it states, such as <c>XB-019</c>; empty for claims about the model itself.</param>
/// <param name="Holds">The claim.</param>
public sealed record Invariant<TState>(string Name, IReadOnlyList<string> Clauses, StatePredicate<TState> Holds)
    where TState : unmanaged;

/// <summary>Holds of every step (safety).</summary>
/// <inheritdoc cref="Invariant{TState}"/>
public sealed record StepRule<TState>(string Name, IReadOnlyList<string> Clauses, StepPredicate<TState> Holds)
    where TState : unmanaged;

/// <summary>Is true in at least one state (reachability): without it other properties might hold of nothing.</summary>
/// <inheritdoc cref="Invariant{TState}"/>
public sealed record Sometimes<TState>(string Name, IReadOnlyList<string> Clauses, StatePredicate<TState> IsReached)
    where TState : unmanaged;

/// <summary>From every state in which <paramref name="From"/> is true a state in which <paramref name="To"/> is true is reached in the end (liveness).</summary>
/// <param name="Name">What it claims.</param>
/// <param name="Clauses">Ids of the clauses it states.</param>
/// <param name="From">Where the obligation begins.</param>
/// <param name="To">Where it is met.</param>
public sealed record LeadsTo<TState>(string Name, IReadOnlyList<string> Clauses, StatePredicate<TState> From, StatePredicate<TState> To)
    where TState : unmanaged;

/// <summary>How long a step may be put off.</summary>
public enum FairnessStrength
{
    /// <summary>Steps that stay possible without a break are taken in the end.</summary>
    Weak,

    /// <summary>Steps that are possible again and again are taken in the end.</summary>
    Strong,
}

/// <summary>An assumption about which steps happen in the end; liveness holds under all of them together.</summary>
/// <param name="Name">Who is fair, such as <c>the front's watch thread</c>.</param>
/// <param name="Strength">Weak or strong.</param>
/// <param name="Selects">The steps that are meant, taken as one group.</param>
public sealed record Fairness(string Name, FairnessStrength Strength, Func<StepId, bool> Selects);

/// <summary>All that is claimed of a system.</summary>
public sealed record PropertySet<TState>
    where TState : unmanaged
{
    /// <summary>Claims about states.</summary>
    public IReadOnlyList<Invariant<TState>> Invariants { get; init; } = [];

    /// <summary>Claims about steps.</summary>
    public IReadOnlyList<StepRule<TState>> Rules { get; init; } = [];

    /// <summary>What must be reachable.</summary>
    public IReadOnlyList<Sometimes<TState>> Reachable { get; init; } = [];

    /// <summary>What must come in the end.</summary>
    public IReadOnlyList<LeadsTo<TState>> Liveness { get; init; } = [];

    /// <summary>What liveness assumes.</summary>
    public IReadOnlyList<Fairness> Assumptions { get; init; } = [];
}
