using System.Globalization;

namespace Conformance.Reference.Fibers;

/// <summary>
/// Stops every fiber at every step and lets the choices say who takes the next one. The clock moves only when nobody can
/// go on without it, to the next time that somebody waits for. A run depends on nothing but its choices.
/// </summary>
public sealed class SteppedDriver : FiberDriver
{
    [NotState]
    private readonly IChoices _choices;
    [NotState]
    private readonly List<Fiber> _alive = [];
    [NotState]
    private readonly List<Fiber> _enabled = [];
    [NotState]
    private readonly Dictionary<string, int> _names = [];
    private TimeSpan _now;
    [NotState]
    private long _steps;

    /// <summary>Makes a driver without fibers.</summary>
    public SteppedDriver(IChoices choices)
        : base(performsAtOnce: false)
    {
        ArgumentNullException.ThrowIfNull(choices);
        _choices = choices;
    }

    /// <summary>The fibers that have not ended, in the order of their start. Those of a killed group may still be among them.</summary>
    public IReadOnlyList<Fiber> Alive => _alive;

    /// <inheritdoc/>
    public override TimeSpan Now => _now;

    /// <summary>
    /// Whether every step is held against what it declared. Turned off for steps that were taken in just this way before.
    /// </summary>
    public bool IsAudited
    {
        get => Audit.IsOn;
        set => Audit.IsOn = value;
    }

    /// <summary>
    /// Whether a fiber has started one for another participant that had fibers already: what those do next may meet what the new
    /// one does, though they were alone before. Whoever asks sets it back.
    /// </summary>
    [field: NotState]
    public bool HasStartedForOthers { get; set; }

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
        while (!main.HasEnded)
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

    /// <summary>Takes one step of one fiber, which the choices pick; lets time pass first when nobody can go on otherwise.</summary>
    /// <returns>False when nobody can go on, now or later.</returns>
    public bool Advance()
    {
        var enabled = FindEnabledInTime();
        if (enabled.Count == 0)
        {
            return false;
        }

        int chosen = enabled.Count == 1 ? 0 : _choices.Choose("fiber", enabled.Count);
        Advance(enabled[chosen]);
        return true;
    }

    /// <summary>Takes the next step of a fiber that <see cref="FindEnabled"/> gave: whoever explores orders picks by itself.</summary>
    public void Advance(Fiber fiber)
    {
        ArgumentNullException.ThrowIfNull(fiber);
        _steps++;
        FiberMethodBuilder.IsOrdered = true;
        try
        {
            Resume(fiber);
        }
        finally
        {
            FiberMethodBuilder.IsOrdered = false;
        }
    }

    /// <summary>The fibers that can take a step now, in the order of their start. The list is used again by the next call.</summary>
    public IReadOnlyList<Fiber> FindEnabled()
    {
        _enabled.Clear();
        for (int i = 0; i < _alive.Count; i++)
        {
            var fiber = _alive[i];
            if (fiber.Group.IsDead)
            {
                _alive.RemoveAt(i--);
            }
            else if (fiber.Group.Lets(fiber) && (!fiber.IsWaiting || fiber.Wait.IsEnabled || fiber.Wait.Deadline <= _now))
            {
                _enabled.Add(fiber);
            }
        }

        return _enabled;
    }

    /// <summary>
    /// The fibers that can take a step; where none can, those that can once the time has come that somebody waits for, to which the
    /// clock is moved. None when nobody can go on, now or later.
    /// </summary>
    public IReadOnlyList<Fiber> FindEnabledInTime()
    {
        if (FindEnabled().Count == 0)
        {
            PassTime();
        }

        return _enabled;
    }

    /// <summary>Moves the clock to the next time that somebody waits for.</summary>
    /// <returns>False when nobody waits for time.</returns>
    public bool PassTime()
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

    /// <summary>Who has not ended and what each waits for, in one line: what a run that stands still has to say.</summary>
    public string DescribeAlive() => StandstillException.Describe(_alive);

    internal override void OnSignal(Fiber waiter)
    {
    }

    internal override void OnEnd(Fiber fiber) => _alive.Remove(fiber);

    private protected override void OnStart(Fiber fiber)
    {
        int before = _names.GetValueOrDefault(fiber.Name);
        _names[fiber.Name] = before + 1;
        fiber.Identity = before == 0 ? fiber.Name : string.Create(CultureInfo.InvariantCulture, $"{fiber.Name}#{before + 1}");
        HasStartedForOthers |= Current is { } starter && starter.Group != fiber.Group && _alive.Exists(other => other.Group == fiber.Group);
        _alive.Add(fiber);
    }

    private protected override void OnWait(Fiber fiber)
    {
    }

    private protected override void OnGroupResumed()
    {
    }
}
