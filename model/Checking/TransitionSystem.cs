namespace Conformance.Model.Checking;

/// <summary>
/// What may happen: the states a system begins in, the steps that are possible in each, and what must hold. A state is a
/// small value without references and without padding, compared and hashed as its bytes: the same situation must always
/// have the same bytes.
/// </summary>
/// <typeparam name="TState">The packed state.</typeparam>
public abstract class TransitionSystem<TState>
    where TState : unmanaged
{
    /// <summary>A short name, such as <c>connection</c>, that a command line can carry.</summary>
    public abstract string Name { get; }

    /// <summary>Who takes steps, in the order of a chart's columns; at most 64.</summary>
    public abstract IReadOnlyList<string> Participants { get; }

    /// <summary>What must hold and what must be possible.</summary>
    public abstract PropertySet<TState> Properties { get; }

    /// <summary>Adds the states the system may begin in.</summary>
    public abstract void AddInitial(ICollection<TState> into);

    /// <summary>Adds every step that is possible in <paramref name="state"/>. Called from several threads at once, each with a buffer of its own.</summary>
    public abstract void AddSteps(in TState state, TransitionBuffer<TState> into);

    /// <summary>Says whether a state in which no step must be taken is a proper end. In any other of these the system is stuck.</summary>
    public abstract bool IsEnd(in TState state);

    /// <summary>
    /// Says that a step need never be taken, such as a fault, or what a user may wish. A state whose steps are all so may be
    /// the last one of a run.
    /// </summary>
    public virtual bool IsOptional(StepId step) => false;

    /// <summary>A step in words.</summary>
    /// <param name="before">The state it is taken in.</param>
    /// <param name="step">The step.</param>
    /// <param name="after">The state it leads to.</param>
    public abstract StepText Describe(in TState before, StepId step, in TState after);

    /// <summary>A state in words: the values that a reader of a counterexample wants beside each step, by name.</summary>
    public abstract IReadOnlyList<KeyValuePair<string, string>> Describe(in TState state);

    /// <summary>
    /// Says that a step may be taken first without losing anything (partial-order reduction): it commutes with every step
    /// that any other participant can take before it, nothing another does can disable it or give its participant a
    /// further step, and no property can tell whether it was taken. The checker uses it only where all possible steps of
    /// a participant are so; <see cref="CheckOptions.Audit"/> examines the claim.
    /// </summary>
    public virtual bool IsLocal(in TState state, StepId step) => false;

    /// <summary>Replaces a state by the representative of those that differ by a symmetry only, such as which of two equal clients is which.</summary>
    /// <returns>Whether the system has a symmetry at all.</returns>
    public virtual bool Canonicalize(ref TState state) => false;
}
