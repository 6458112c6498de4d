using System.Globalization;
using System.Runtime.ExceptionServices;

namespace Conformance.Reference.Fibers;

/// <summary>
/// Decides which fiber goes on. The code of the fibers is the same under every driver; what differs is who comes next:
/// <see cref="LoopDriver"/> performs a step where it is awaited, <see cref="SteppedDriver"/> stops at each and asks.
/// </summary>
public abstract class FiberDriver
{
    private readonly bool _performsAtOnce;
    [NotState]
    private long _started;
    [NotState]
    private long _resources;
    private ExceptionDispatchInfo? _failure;

    private protected FiberDriver(bool performsAtOnce)
    {
        _performsAtOnce = performsAtOnce;
        Audit.IsOn = !performsAtOnce;
    }

    /// <summary>Catches access outside steps, where the driver orders steps.</summary>
    public AccessAudit Audit { get; } = new();

    /// <summary>Time since the run began.</summary>
    public abstract TimeSpan Now { get; }

    /// <summary>How many steps were performed and waits ended, as far as the driver counts them.</summary>
    public abstract long Steps { get; }

    /// <summary>The fiber that runs now; null outside all.</summary>
    internal Fiber? Current { get; private set; }

    /// <summary>Performs one operation on something shared, now or when the fiber is chosen.</summary>
    public ValueTask<TResult> PerformAsync<TStep, TResult>(TStep step)
        where TStep : struct, IStep<TResult>
    {
        if (_performsAtOnce)
        {
            return new ValueTask<TResult>(step.Perform());
        }

        var pending = Await<TStep, TResult>(in step, out short version);
        return new ValueTask<TResult>(pending, version);
    }

    /// <summary>Performs one operation of which the fiber observes nothing but that it is done.</summary>
    public ValueTask DoAsync<TStep>(TStep step)
        where TStep : struct, IStep<bool>
    {
        if (_performsAtOnce)
        {
            step.Perform();
            return default;
        }

        var pending = Await<TStep, bool>(in step, out short version);
        return new ValueTask(pending, version);
    }

    /// <summary>Waits until a signal is set, and clears it.</summary>
    public ValueTask WaitAsync(Signal signal)
    {
        ArgumentNullException.ThrowIfNull(signal);
        return _performsAtOnce && signal.TryClear()
            ? ValueTask.CompletedTask
            : Suspend(signal, null);
    }

    /// <summary>Waits until a signal is set, and clears it, or until time has passed.</summary>
    /// <param name="signal">What is waited for.</param>
    /// <param name="limit">How long at most; null for ever.</param>
    /// <returns>Whether the signal was set.</returns>
    public ValueTask<bool> WaitAsync(Signal signal, TimeSpan? limit)
    {
        ArgumentNullException.ThrowIfNull(signal);
        return _performsAtOnce && signal.TryClear()
            ? new ValueTask<bool>(true)
            : new ValueTask<bool>(Running().Wait, Begin(signal, limit));
    }

    /// <summary>Lets time pass.</summary>
    public ValueTask DelayAsync(TimeSpan time) => Suspend(null, time);

    /// <summary>Lets every other fiber that can go on do so first.</summary>
    public ValueTask YieldAsync() => Suspend(null, null);

    /// <summary>Stands still for ever, as one does who died.</summary>
    public ValueTask HaltAsync() => Suspend(new Signal(this, new Resource(ResourceKind.Signal, ulong.MaxValue), "nothing"), null);

    /// <summary>Starts a fiber; it runs when it is chosen, not before this returns.</summary>
    /// <param name="group">With whom it lives and dies.</param>
    /// <param name="name">What it does; the group's name is put before it.</param>
    /// <param name="body">Awaits nothing but steps and waits of this driver.</param>
    public Fiber Start(FiberGroup group, string name, Func<ValueTask> body)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(body);
        group.Resumed = OnGroupResumed;
        var fiber = new Fiber(this, group, $"{group.Name}/{name}", _started++, body);
        OnStart(fiber);
        return fiber;
    }

    /// <summary>Makes a signal between fibers of one participant.</summary>
    public Signal CreateSignal(string name) =>
        new(this, new Resource(ResourceKind.Signal, (1UL << 32) + (ulong)_resources++), name);

    /// <summary>
    /// Takes one of the ways in which something may go on that no fiber decides: an event that is merged or not, which of
    /// two completions comes first. 0 is the plain way.
    /// </summary>
    /// <param name="what">What is decided.</param>
    /// <param name="ways">How many ways there are, at least one.</param>
    public abstract int Choose(string what, int ways);

    internal abstract void OnSignal(Fiber waiter);

    internal abstract void OnEnd(Fiber fiber);

    internal void OnFailure(Fiber fiber, Exception exception) =>
        _failure ??= ExceptionDispatchInfo.Capture(new FiberFailedException(fiber.Name, exception));

    private protected abstract void OnStart(Fiber fiber);

    private protected abstract void OnWait(Fiber fiber);

    private protected abstract void OnGroupResumed();

    /// <summary>Runs a fiber from where it stands to its next await.</summary>
    private protected void Resume(Fiber fiber)
    {
        // A context would take continuations away to its own threads.
        var context = SynchronizationContext.Current;
        if (context is not null)
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }

        var before = Current;
        Current = fiber;
        try
        {
            if (fiber.Step is { } step)
            {
                fiber.Step = null;
                step.Perform(Audit);
            }
            else if (fiber.IsWaiting)
            {
                fiber.IsWaiting = false;
                fiber.Wait.Complete();
            }
            else
            {
                fiber.Begin();
            }
        }
        finally
        {
            Current = before;
            if (context is not null)
            {
                SynchronizationContext.SetSynchronizationContext(context);
            }
        }

        if (fiber.Step is null && !fiber.IsWaiting && !fiber.HasEnded)
        {
            OnFailure(fiber, new InvalidOperationException("expected a fiber that awaits steps and waits only, got one that awaits something else; make it a step"));
        }

        _failure?.Throw();
    }

    private PendingStep<TStep, TResult> Await<TStep, TResult>(in TStep step, out short version)
        where TStep : struct, IStep<TResult>
    {
        var fiber = Running();
        var pending = fiber.Slot<TStep, TResult>();
        fiber.Step = pending;
        version = pending.Begin(in step);
        return pending;
    }

    private ValueTask Suspend(Signal? signal, TimeSpan? limit) => new(Running().Wait, Begin(signal, limit));

    private short Begin(Signal? signal, TimeSpan? limit)
    {
        var fiber = Running();
        short wait = fiber.Wait.Begin(signal, limit is null ? null : Now + limit);
        fiber.IsWaiting = true;
        OnWait(fiber);
        return wait;
    }

    private Fiber Running()
    {
        var fiber = Current
            ?? throw new UndeclaredAccessException("expected a step inside a fiber, got one outside; start a fiber for it");
        return fiber.Step is null && !fiber.IsWaiting
            ? fiber
            : throw new UndeclaredAccessException($"expected one step at a time, got a second while {fiber.Name} awaits {fiber.Next}; await the first");
    }
}

/// <summary>A fiber ended with an exception; the run is void.</summary>
public sealed class FiberFailedException : Exception
{
    /// <summary>Makes it.</summary>
    /// <param name="fiber">The fiber's name.</param>
    /// <param name="cause">What it threw.</param>
    public FiberFailedException(string fiber, Exception cause)
        : base($"{fiber} failed: {cause?.Message}", cause) => Fiber = fiber;

    /// <summary>The fiber's name.</summary>
    public string Fiber { get; }
}

/// <summary>A run does not come to its end: no fiber can go on, or they go on without end.</summary>
public sealed class StandstillException : Exception
{
    /// <summary>Nobody can go on.</summary>
    /// <param name="fibers">The fibers that have not ended.</param>
    internal StandstillException(IEnumerable<Fiber> fibers)
        : this($"expected a run that ends, got one in which nobody can go on: {Describe(fibers)}")
    {
    }

    private StandstillException(string message)
        : base(message)
    {
    }

    /// <summary>They go on and on.</summary>
    internal static StandstillException Endless(long steps, IEnumerable<Fiber> fibers) =>
        new(string.Create(CultureInfo.InvariantCulture, $"expected a run that ends, got one that goes on after {steps} steps: {Describe(fibers)}"));

    internal static string Describe(IEnumerable<Fiber> fibers) => string.Join(
        "; ", fibers.Where(fiber => !fiber.Group.IsDead).Select(fiber => $"{fiber.Name} {(fiber.Group.IsPaused ? "is paused" : fiber.Next)}"));
}
