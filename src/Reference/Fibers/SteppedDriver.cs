namespace Conformance.Reference.Fibers;

/// <summary>
/// Stops every fiber at every step and lets the choices say who takes the next one. The clock moves only when nobody can
/// go on without it, to the next time that somebody waits for. A run depends on nothing but its choices.
/// </summary>
public sealed class SteppedDriver : FiberDriver
{
    private readonly IChoices _choices;
    private readonly List<Fiber> _alive = [];
    private readonly List<Fiber> _enabled = [];
    private TimeSpan _now;
    private long _steps;

    /// <summary>Makes a driver without fibers.</summary>
    public SteppedDriver(IChoices choices)
        : base(performsAtOnce: false)
    {
        ArgumentNullException.ThrowIfNull(choices);
        _choices = choices;
    }

    /// <inheritdoc/>
    public override TimeSpan Now => _now;

    /// <inheritdoc/>
    public override long Steps => _steps;

    /// <inheritdoc/>
    public override int Choose(string what, int ways) => _choices.Choose(what, ways);

    /// <summary>Runs <paramref name="body"/> as a fiber, beside all others, until it has ended.</summary>
    /// <param name="body">What is to end.</param>
    /// <param name="most">After how many steps to give up.</param>
    /// <exception cref="StandstillException">Nobody can go on, or <paramref name="most"/> steps did not suffice.</exception>
    public void Run(Func<ValueTask> body, long most = 10_000_000)
    {
        var main = Start(new FiberGroup("run"), "main", body);
        long last = _steps + most;
        while (!main.IsEnded)
        {
            if (_steps >= last)
            {
                throw StandstillException.Endless(most, _alive);
            }

            if (!Advance())
            {
                throw new StandstillException(_alive);
            }
        }
    }

    /// <summary>Takes one step of one fiber.</summary>
    /// <returns>False when nobody can go on, now or later.</returns>
    public bool Advance()
    {
        FindEnabled();
        if (_enabled.Count == 0 && !PassTime())
        {
            return false;
        }

        int chosen = _enabled.Count == 1 ? 0 : _choices.Choose("fiber", _enabled.Count);
        _steps++;
        Resume(_enabled[chosen]);
        return true;
    }

    internal override void OnSignal(Fiber waiter)
    {
    }

    internal override void OnEnd(Fiber fiber) => _alive.Remove(fiber);

    private protected override void OnStart(Fiber fiber) => _alive.Add(fiber);

    private protected override void OnWait(Fiber fiber)
    {
    }

    private protected override void OnGroupResumed()
    {
    }

    private void FindEnabled()
    {
        _enabled.Clear();
        _alive.RemoveAll(static fiber => fiber.Group.IsDead);
        foreach (var fiber in _alive)
        {
            if (fiber.Group.Lets(fiber) && (!fiber.IsWaiting || fiber.Wait.IsEnabled || fiber.Wait.Deadline <= _now))
            {
                _enabled.Add(fiber);
            }
        }
    }

    private bool PassTime()
    {
        TimeSpan? next = null;
        foreach (var fiber in _alive)
        {
            if (fiber.Group.Lets(fiber) && fiber.IsWaiting && fiber.Wait.Deadline is { } deadline && !(next <= deadline))
            {
                next = deadline;
            }
        }

        if (next is null)
        {
            return false;
        }

        _now = next.Value;
        FindEnabled();
        return true;
    }
}
