using System.Threading.Tasks.Sources;

namespace Conformance.Reference.Fibers;

/// <summary>
/// What a fiber waits for: a signal, a point in time, or whichever comes first. With neither it is a pause that any step
/// of another fiber may come before. One a fiber, used again and again.
/// </summary>
internal sealed class PendingWait(Fiber fiber) : IValueTaskSource<bool>, IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _core;

    internal Signal? Signal { get; private set; }

    /// <summary>When to give up or go on; null for never.</summary>
    internal TimeSpan? Deadline { get; private set; }

    /// <summary>Whether the fiber can go on without the clock.</summary>
    internal bool IsEnabled => Signal?.IsSet ?? Deadline is null;

    internal string Name => Signal?.Name ?? (Deadline is null ? "its turn" : "time to pass");

    /// <summary>Begins to wait.</summary>
    /// <returns>What tells this wait from the earlier ones.</returns>
    internal short Begin(Signal? signal, TimeSpan? deadline)
    {
        Signal = signal;
        Deadline = deadline;
        signal?.Attach(fiber);
        _core.Reset();
        return _core.Version;
    }

    internal void Declare(ref AccessSet accesses)
    {
        if (Signal is not null)
        {
            accesses.Writes(Signal.Resource);
        }

        if (Deadline is not null)
        {
            accesses.Writes(new Resource(ResourceKind.Clock, 0));
        }
    }

    /// <summary>Goes on: with true when the signal was set, which it is not any more.</summary>
    internal void Complete()
    {
        bool signalled = Signal?.TryClear() ?? false;
        Abandon();
        _core.SetResult(signalled);
    }

    /// <summary>Nobody waits any more.</summary>
    internal void Abandon()
    {
        Signal?.Detach();
        Signal = null;
        Deadline = null;
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags & ~ValueTaskSourceOnCompletedFlags.UseSchedulingContext);

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags & ~ValueTaskSourceOnCompletedFlags.UseSchedulingContext);
}
