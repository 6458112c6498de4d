namespace Conformance.Reference.Fibers;

/// <summary>The fibers that live and die together: those of one domain, or of the world outside all domains.</summary>
public sealed class FiberGroup
{
    /// <summary>Makes an empty group.</summary>
    /// <param name="name">Whose fibers these are, such as <c>dom1</c>.</param>
    public FiberGroup(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    /// <summary>Whose fibers these are.</summary>
    public string Name { get; }

    /// <summary>False once killed or while paused: none of its fibers takes another step.</summary>
    public bool Runs => !IsDead && !IsPaused;

    /// <summary>Whether it was killed, for good.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Whether its fibers stand still until they are let go on, as those of a suspended domain do.</summary>
    public bool IsPaused { get; private set; }

    internal Action? Resumed { get; set; }

    /// <summary>While set, the only one that takes steps.</summary>
    private Fiber? Alone { get; set; }

    /// <summary>No fiber of the group takes another step: what it was about to do does not happen, and nothing is cleaned up.</summary>
    public void Kill() => IsDead = true;

    /// <summary>No fiber of the group takes another step until <see cref="Resume"/>.</summary>
    public void Pause() => IsPaused = true;

    /// <summary>Ends a pause.</summary>
    public void Resume()
    {
        IsPaused = false;
        Resumed?.Invoke();
    }

    /// <summary>Whether this fiber of the group may take a step.</summary>
    internal bool Lets(Fiber fiber) => Runs && (Alone is null || Alone == fiber);

    /// <summary>No fiber of the group but this one takes a step, as when a kernel stops its other CPUs and interrupts; null ends that.</summary>
    internal void LeaveAlone(Fiber? fiber)
    {
        Alone = fiber;
        Resumed?.Invoke();
    }
}
