using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Conformance.Reference.Fibers;

/// <summary>
/// Makes the async methods that a request passes: what a suspended one needs is used again when it has ended, but not where
/// steps are ordered, since what is used again is shared by all runs of the program, and whoever brings a run back needs its own.
/// </summary>
public struct FiberMethodBuilder
{
    [ThreadStatic]
    private static bool t_isOrdered;

    private readonly bool _isOrdered;
    private AsyncValueTaskMethodBuilder _plain;
    private PoolingAsyncValueTaskMethodBuilder _pooling;

    private FiberMethodBuilder(bool isOrdered) => _isOrdered = isOrdered;

    /// <summary>Whether the calling thread takes steps in an order that somebody chooses.</summary>
    internal static bool IsOrdered
    {
        get => t_isOrdered;
        set => t_isOrdered = value;
    }

    /// <inheritdoc cref="AsyncValueTaskMethodBuilder.Task"/>
    public ValueTask Task => _isOrdered ? _plain.Task : _pooling.Task;

    /// <inheritdoc cref="AsyncValueTaskMethodBuilder.Create"/>
    public static FiberMethodBuilder Create() => new(t_isOrdered);

    /// <inheritdoc cref="AsyncValueTaskMethodBuilder.Start"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => _pooling.Start(ref stateMachine);

    /// <inheritdoc cref="AsyncValueTaskMethodBuilder.SetStateMachine"/>
    public void SetStateMachine(IAsyncStateMachine stateMachine) => _plain.SetStateMachine(stateMachine);

    /// <inheritdoc cref="AsyncValueTaskMethodBuilder.SetResult"/>
    public void SetResult()
    {
        if (_isOrdered)
        {
            _plain.SetResult();
        }
        else
        {
            _pooling.SetResult();
        }
    }

    /// <inheritdoc cref="AsyncValueTaskMethodBuilder.SetException"/>
    public void SetException(Exception exception)
    {
        if (_isOrdered)
        {
            _plain.SetException(exception);
        }
        else
        {
            _pooling.SetException(exception);
        }
    }

    /// <inheritdoc cref="AsyncValueTaskMethodBuilder.AwaitOnCompleted"/>
    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        if (_isOrdered)
        {
            _plain.AwaitOnCompleted(ref awaiter, ref stateMachine);
        }
        else
        {
            _pooling.AwaitOnCompleted(ref awaiter, ref stateMachine);
        }
    }

    /// <inheritdoc cref="AsyncValueTaskMethodBuilder.AwaitUnsafeOnCompleted"/>
    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        if (_isOrdered)
        {
            _plain.AwaitUnsafeOnCompleted(ref awaiter, ref stateMachine);
        }
        else
        {
            _pooling.AwaitUnsafeOnCompleted(ref awaiter, ref stateMachine);
        }
    }
}

/// <inheritdoc cref="FiberMethodBuilder"/>
public struct FiberMethodBuilder<TResult>
{
    private readonly bool _isOrdered;
    private AsyncValueTaskMethodBuilder<TResult> _plain;
    private PoolingAsyncValueTaskMethodBuilder<TResult> _pooling;

    private FiberMethodBuilder(bool isOrdered) => _isOrdered = isOrdered;

    /// <inheritdoc cref="AsyncValueTaskMethodBuilder{TResult}.Task"/>
    public ValueTask<TResult> Task => _isOrdered ? _plain.Task : _pooling.Task;

    /// <inheritdoc cref="AsyncValueTaskMethodBuilder{TResult}.Create"/>
    [SuppressMessage("Design", "CA1000", Justification = "The compiler calls it so.")]
    public static FiberMethodBuilder<TResult> Create() => new(FiberMethodBuilder.IsOrdered);

    /// <inheritdoc cref="AsyncValueTaskMethodBuilder{TResult}.Start"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => _pooling.Start(ref stateMachine);

    /// <inheritdoc cref="AsyncValueTaskMethodBuilder{TResult}.SetStateMachine"/>
    public void SetStateMachine(IAsyncStateMachine stateMachine) => _plain.SetStateMachine(stateMachine);

    /// <inheritdoc cref="AsyncValueTaskMethodBuilder{TResult}.SetResult"/>
    public void SetResult(TResult result)
    {
        if (_isOrdered)
        {
            _plain.SetResult(result);
        }
        else
        {
            _pooling.SetResult(result);
        }
    }

    /// <inheritdoc cref="AsyncValueTaskMethodBuilder{TResult}.SetException"/>
    public void SetException(Exception exception)
    {
        if (_isOrdered)
        {
            _plain.SetException(exception);
        }
        else
        {
            _pooling.SetException(exception);
        }
    }

    /// <inheritdoc cref="AsyncValueTaskMethodBuilder{TResult}.AwaitOnCompleted"/>
    public void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        if (_isOrdered)
        {
            _plain.AwaitOnCompleted(ref awaiter, ref stateMachine);
        }
        else
        {
            _pooling.AwaitOnCompleted(ref awaiter, ref stateMachine);
        }
    }

    /// <inheritdoc cref="AsyncValueTaskMethodBuilder{TResult}.AwaitUnsafeOnCompleted"/>
    public void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        if (_isOrdered)
        {
            _plain.AwaitUnsafeOnCompleted(ref awaiter, ref stateMachine);
        }
        else
        {
            _pooling.AwaitUnsafeOnCompleted(ref awaiter, ref stateMachine);
        }
    }
}
