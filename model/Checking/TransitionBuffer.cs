using System.Runtime.CompilerServices;

namespace Conformance.Model.Checking;

/// <summary>A step and the state it leads to.</summary>
/// <param name="Step">The step.</param>
/// <param name="Next">The state after it.</param>
public readonly record struct Transition<TState>(StepId Step, TState Next)
    where TState : unmanaged;

/// <summary>Takes the steps that are possible in one state. Used again for every state, so it does not allocate in the long run.</summary>
public sealed class TransitionBuffer<TState>
    where TState : unmanaged
{
    private Transition<TState>[] _transitions = new Transition<TState>[32];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The steps so far.</summary>
    public ReadOnlySpan<Transition<TState>> Transitions => _transitions.AsSpan(0, Count);

    /// <summary>Adds a step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(StepId step, in TState next)
    {
        if (Count == _transitions.Length)
        {
            Array.Resize(ref _transitions, 2 * Count);
        }

        _transitions[Count++] = new Transition<TState>(step, next);
    }

    /// <summary>Empties it.</summary>
    public void Clear() => Count = 0;
}
