namespace Conformance.Reference.Fibers;

/// <summary>
/// What a fiber waits for: a flag that somebody sets and the one who waits clears. Setting it twice is setting it once.
/// One fiber waits at a time. Used only inside steps and by the fibers of one driver.
/// </summary>
public sealed class Signal
{
    private readonly FiberDriver _driver;

    /// <summary>Makes one that is not set.</summary>
    /// <param name="driver">The driver whose fibers wait.</param>
    /// <param name="resource">What waiting for it touches.</param>
    /// <param name="name">What is waited for, for a message about a run that stands still.</param>
    public Signal(FiberDriver driver, Resource resource, string name)
    {
        ArgumentNullException.ThrowIfNull(driver);
        _driver = driver;
        Resource = resource;
        Name = name;
    }

    /// <summary>What waiting for it touches.</summary>
    [field: NotState]
    public Resource Resource { get; }

    /// <summary>What is waited for.</summary>
    [field: NotState]
    public string Name { get; }

    /// <summary>Whether it is set now.</summary>
    public bool IsSet { get; private set; }

    /// <summary>Whether it says that a fiber has ended: set once, and by nobody else.</summary>
    [field: NotState]
    internal bool IsEnd { get; init; }

    internal Fiber? Waiter { get; private set; }

    /// <summary>Sets it; who waits may go on.</summary>
    public void Set()
    {
        if (!IsSet)
        {
            IsSet = true;
            if (Waiter is { } waiter)
            {
                _driver.OnSignal(waiter);
            }
        }
    }

    /// <summary>Clears it without waiting; says whether it was set.</summary>
    public bool TryClear()
    {
        bool was = IsSet;
        IsSet = false;
        return was;
    }

    internal void Attach(Fiber waiter)
    {
        if (Waiter is not null)
        {
            throw new InvalidOperationException($"expected one fiber that waits for {Name}, got {waiter.Name} beside {Waiter.Name}; give each its own signal");
        }

        Waiter = waiter;
    }

    internal void Detach() => Waiter = null;
}
