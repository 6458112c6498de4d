using System.Threading.Tasks.Sources;

namespace Conformance.Reference.Fibers;

/// <summary>A step that a fiber awaits and that nobody has performed yet. One a fiber and type, used again and again.</summary>
internal abstract class PendingStep
{
    private static int s_slots;

    /// <summary>Names a step for reports, such as <c>StoreStep</c>.</summary>
    internal abstract string Name { get; }

    internal abstract void Declare(ref AccessSet accesses);

    /// <summary>Performs it and runs the fiber on to its next await.</summary>
    internal abstract void Perform(AccessAudit audit);

    /// <summary>The next number of a kind of step; the same for all fibers.</summary>
    protected static int NextSlot() => Interlocked.Increment(ref s_slots) - 1;
}

/// <inheritdoc/>
internal sealed class PendingStep<TStep, TResult> : PendingStep, IValueTaskSource<TResult>, IValueTaskSource
    where TStep : struct, IStep<TResult>
{
    internal static readonly int Slot = NextSlot();

    private ManualResetValueTaskSourceCore<TResult> _core;
    private TStep _step;

    internal override string Name => typeof(TStep).Name;

    /// <summary>Begins to be awaited.</summary>
    /// <returns>What tells this time from the earlier ones.</returns>
    internal short Begin(in TStep step)
    {
        _step = step;
        _core.Reset();
        return _core.Version;
    }

    internal override void Declare(ref AccessSet accesses) => _step.Declare(ref accesses);

    internal override void Perform(AccessAudit audit)
    {
        TResult result;
        if (audit.IsOn)
        {
            var accesses = default(AccessSet);
            _step.Declare(ref accesses);
            audit.Enter(in accesses);
        }

        try
        {
            result = _step.Perform();
        }
        catch (Exception exception) when (exception is not UndeclaredAccessException)
        {
            audit.Leave();
            _core.SetException(exception);
            return;
        }

        audit.Leave();
        _core.SetResult(result);
    }

    TResult IValueTaskSource<TResult>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<TResult>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<TResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags & ~ValueTaskSourceOnCompletedFlags.UseSchedulingContext);

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags & ~ValueTaskSourceOnCompletedFlags.UseSchedulingContext);
}
