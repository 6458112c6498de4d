using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Conformance.Reference.XenStore.Daemon.Interop;

namespace Conformance.Reference.XenStore.Daemon;

/// <summary>Takes the readiness of a descriptor.</summary>
internal interface IReadinessHandler
{
    /// <summary>The descriptor is ready; on the loop's thread.</summary>
    void OnReady(Readiness readiness);
}

/// <summary>Work that is cut into bounded turns, so that nobody waits for one busy client (XS-125).</summary>
internal abstract class LoopTask
{
    /// <summary>Whether a turn is due.</summary>
    internal bool IsNoted { get; set; }

    /// <summary>Does a bounded piece of work; notes itself again if there is more.</summary>
    internal abstract void Turn();
}

/// <summary>
/// One thread that waits for descriptors, takes what other threads post, and gives turns to noted tasks in the order
/// in which they were noted (Z-070). Only <see cref="Post"/> and <see cref="Stop"/> may be called from other threads.
/// </summary>
internal sealed class EventLoop : IDisposable
{
    private const int WakeKey = 0;

    private readonly Epoll _epoll = new();
    private readonly WakeSignal _wake = new();
    private readonly ConcurrentQueue<(SendOrPostCallback Work, object? State)> _posted = new();
    private readonly Queue<LoopTask> _noted = new();
    private readonly List<IReadinessHandler?> _handlers = [null];
    private readonly Stack<int> _freeKeys = new();
    private readonly List<int> _releasedKeys = [];
    private volatile bool _stopping;
    private ExceptionDispatchInfo? _failure;

    internal EventLoop() => _epoll.Add(_wake.Descriptor, WakeKey, Readiness.Input);

    /// <summary>Watches a descriptor; the answer is its key.</summary>
    internal int Add(int descriptor, IReadinessHandler handler, Readiness wanted)
    {
        if (!_freeKeys.TryPop(out int key))
        {
            key = _handlers.Count;
            _handlers.Add(null);
        }

        _handlers[key] = handler;
        _epoll.Add(descriptor, key, wanted);
        return key;
    }

    /// <summary>Changes what a descriptor is watched for.</summary>
    internal void Change(int descriptor, int key, Readiness wanted) => _epoll.Change(descriptor, key, wanted);

    /// <summary>Forgets a key whose descriptor is closed by the caller, which ends its watching.</summary>
    internal void Remove(int key)
    {
        _handlers[key] = null;

        // The key may still stand in the batch being worked off; a newcomer must not get that readiness.
        _releasedKeys.Add(key);
    }

    /// <summary>Gives the task a turn after those noted before it; once, however often it is noted.</summary>
    internal void Note(LoopTask task)
    {
        if (!task.IsNoted)
        {
            task.IsNoted = true;
            _noted.Enqueue(task);
        }
    }

    /// <summary>Runs the work on the loop's thread, soon. Any thread.</summary>
    internal void Post(SendOrPostCallback work, object? state)
    {
        _posted.Enqueue((work, state));
        _wake.Raise();
    }

    /// <summary>Ends <see cref="Run"/> after the work at hand. Any thread.</summary>
    internal void Stop()
    {
        _stopping = true;
        _wake.Raise();
    }

    /// <summary>Ends the loop with the failure of the work, should it fail; on the loop's thread.</summary>
    internal void Watch(ValueTask work)
    {
        if (!work.IsCompletedSuccessfully)
        {
            _ = ObserveAsync(work);
        }
    }

    /// <summary>Runs until stopped; then takes what was posted by then.</summary>
    internal void Run()
    {
        SynchronizationContext.SetSynchronizationContext(new LoopContext(this));
        while (!_stopping)
        {
            int count = _epoll.Wait(block: _noted.Count == 0);
            for (int i = 0; i < count; i++)
            {
                Dispatch(_epoll[i]);
            }

            for (int turns = _noted.Count; turns > 0; turns--)
            {
                var task = _noted.Dequeue();
                task.IsNoted = false;
                task.Turn();
            }

            Recycle();
        }

        _failure?.Throw();
        TakePosted();
    }

    public void Dispose()
    {
        _epoll.Dispose();
        _wake.Dispose();
    }

    private async Task ObserveAsync(ValueTask work)
    {
        try
        {
            await work;
        }
        catch (Exception exception)
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
            Stop();
        }
    }

    private void Dispatch((int Key, Readiness Readiness) ready)
    {
        if (ready.Key != WakeKey)
        {
            _handlers[ready.Key]?.OnReady(ready.Readiness);
            return;
        }

        _wake.Lower();
        TakePosted();
    }

    private void TakePosted()
    {
        for (int count = _posted.Count; count > 0 && _posted.TryDequeue(out var item); count--)
        {
            item.Work(item.State);
        }

        if (!_posted.IsEmpty)
        {
            _wake.Raise();
        }
    }

    private void Recycle()
    {
        foreach (int key in _releasedKeys)
        {
            _freeKeys.Push(key);
        }

        _releasedKeys.Clear();
    }
}
