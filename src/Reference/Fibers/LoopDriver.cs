using System.Collections.Concurrent;

namespace Conformance.Reference.Fibers;

/// <summary>
/// Real time: a step is performed where it is awaited, and a fiber runs on until it has to wait. All fibers share the one
/// thread that called <see cref="Run"/>, so nothing is locked and a hand-over costs no switch of threads.
/// </summary>
public sealed class LoopDriver : FiberDriver
{
    private const int TurnsWithoutClock = 16;
    private readonly TimeProvider _time;
    private readonly long _begin;
    private readonly Queue<Fiber> _ready = [];
    private readonly List<Fiber> _alive = [];
    private readonly PriorityQueue<Fiber, TimeSpan> _timers = new();
    private readonly ConcurrentQueue<Action> _posted = [];
    private readonly object _arrival = new();
    private long _turns;
    private int _unlooked;
    private int _outside;

    /// <summary>Makes a driver without fibers.</summary>
    /// <param name="time">The clock; null for the system's.</param>
    public LoopDriver(TimeProvider? time = null)
        : base(performsAtOnce: true)
    {
        _time = time ?? TimeProvider.System;
        _begin = _time.GetTimestamp();
    }

    /// <inheritdoc/>
    public override TimeSpan Now => _time.GetElapsedTime(_begin);

    /// <summary>How often a fiber was let go on; steps that are performed at once are not counted.</summary>
    public override long Steps => _turns;

    /// <inheritdoc/>
    public override int Choose(string what, int ways) => 0;

    /// <summary>Runs <paramref name="body"/> as a fiber, beside all others, until it has ended.</summary>
    /// <exception cref="StandstillException">Nobody can go on and nothing from outside is awaited.</exception>
    public void Run(Func<ValueTask> body)
    {
        var main = Start(new FiberGroup("run"), "main", body);
        while (!main.HasEnded)
        {
            Turn();
        }
    }

    /// <summary>Says that something outside all fibers will <see cref="Post"/>, so that standing still is waiting.</summary>
    public void ExpectOutside() => Interlocked.Increment(ref _outside);

    /// <summary>Takes back one <see cref="ExpectOutside"/>.</summary>
    public void ForgetOutside() => Post(() => Interlocked.Decrement(ref _outside));

    /// <summary>Does something between two turns of fibers, such as setting a signal. Any thread.</summary>
    public void Post(Action action)
    {
        _posted.Enqueue(action);
        lock (_arrival)
        {
            Monitor.Pulse(_arrival);
        }
    }

    internal override void OnSignal(Fiber waiter) => Queue(waiter);

    internal override void OnEnd(Fiber fiber) => _alive.Remove(fiber);

    private protected override void OnStart(Fiber fiber)
    {
        _alive.Add(fiber);
        Queue(fiber);
    }

    private protected override void OnWait(Fiber fiber)
    {
        if (fiber.Wait.Deadline is { } deadline)
        {
            _timers.Enqueue(fiber, deadline);
        }
        else if (fiber.Wait.IsEnabled)
        {
            Queue(fiber);
        }
    }

    private protected override void OnGroupResumed() =>
        _alive.FindAll(fiber => !fiber.IsWaiting || fiber.Wait.IsEnabled || fiber.Wait.Deadline <= Now).ForEach(Queue);

    private void Queue(Fiber fiber)
    {
        if (!fiber.IsQueued)
        {
            fiber.IsQueued = true;
            _ready.Enqueue(fiber);
        }
    }

    private void Turn()
    {
        TakePosted();
        WakeTimers();
        if (!_ready.TryDequeue(out var fiber))
        {
            Sleep();
            return;
        }

        fiber.IsQueued = false;
        if (fiber.Group.Lets(fiber) && !fiber.HasEnded && (!fiber.IsWaiting || fiber.Wait.IsEnabled || fiber.Wait.Deadline <= Now))
        {
            _turns++;
            Resume(fiber);
        }
    }

    private void TakePosted()
    {
        while (_posted.TryDequeue(out var action))
        {
            action();
        }
    }

    private void WakeTimers()
    {
        // A look at the clock costs as much as a turn, so while there is work only some turns have one.
        if (_ready.Count > 0 && ++_unlooked < TurnsWithoutClock)
        {
            return;
        }

        _unlooked = 0;
        while (_timers.TryPeek(out var fiber, out var due) && due <= Now)
        {
            _timers.Dequeue();
            if (fiber.IsWaiting && fiber.Wait.Deadline == due)
            {
                Queue(fiber);
            }
        }
    }

    private void Sleep()
    {
        lock (_arrival)
        {
            if (!_posted.IsEmpty)
            {
                return;
            }

            // What a fiber no longer waits for is no reason to sleep.
            while (_timers.TryPeek(out var early, out var past) && (!early.IsWaiting || early.Wait.Deadline != past || early.Group.IsDead))
            {
                _timers.Dequeue();
            }

            if (_timers.TryPeek(out _, out var due))
            {
                var left = due - Now;
                Monitor.Wait(_arrival, left > TimeSpan.Zero ? left : TimeSpan.Zero);
            }
            else if (_outside > 0)
            {
                Monitor.Wait(_arrival);
            }
            else
            {
                throw new StandstillException(_alive);
            }
        }
    }
}
