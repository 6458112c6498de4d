using System.Globalization;

namespace Conformance.Reference.XenStore.Client;

/// <summary>
/// The watches of one client and their undelivered events. One callback runs at a time, in the order in which the
/// events came (XS-093).
/// </summary>
internal sealed class WatchTable : IAsyncDisposable
{
    private readonly AsyncLocal<StoreWatch?> _caller = new();
    private readonly Action<StoreWatch, Exception> _onFailure;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, StoreWatch> _watches = [];
    private readonly LinkedList<(StoreWatch Watch, string Path)> _events = [];
    private readonly SemaphoreSlim _arrivals = new(0);
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _deliverer;
    private (StoreWatch Watch, TaskCompletionSource Done)? _running;
    private ulong _lastToken;

    internal WatchTable(Action<StoreWatch, Exception> onFailure)
    {
        _onFailure = onFailure;
        _deliverer = DeliverAllAsync();
    }

    /// <summary>All registered watches, as they are now.</summary>
    internal IReadOnlyList<StoreWatch> Registered
    {
        get
        {
            lock (_gate)
            {
                return [.. _watches.Values];
            }
        }
    }

    /// <summary>Knows the watch under a token that was never used before; events may come from then on.</summary>
    internal void Add(StoreWatch watch)
    {
        lock (_gate)
        {
            if (watch.Token is not null)
            {
                throw new InvalidOperationException($"expected a watch that is not registered, got one that is: {watch.Path}; make another");
            }

            watch.Token = (++_lastToken).ToString("x", CultureInfo.InvariantCulture);
            _watches.Add(watch.Token, watch);
        }
    }

    /// <summary>Forgets the watch and its events; the answer is its token.</summary>
    internal string Remove(StoreWatch watch)
    {
        lock (_gate)
        {
            if (watch.Token is not { } token || _watches.GetValueOrDefault(token) != watch)
            {
                throw new InvalidOperationException($"expected a registered watch, got one that is not: {watch.Path}; register it first");
            }

            _watches.Remove(token);
            watch.Token = null;
            Purge(watch);
            return token;
        }
    }

    /// <summary>Forgets every watch and event.</summary>
    internal void Clear()
    {
        lock (_gate)
        {
            foreach (var watch in _watches.Values)
            {
                watch.Token = null;
                watch.Undelivered.Clear();
            }

            _watches.Clear();
            _events.Clear();
        }
    }

    /// <summary>Waits until the callback of a removed watch is not running, unless this is called from it (XS-094).</summary>
    internal Task QuiesceAsync(StoreWatch watch)
    {
        lock (_gate)
        {
            return _running is { } running && running.Watch == watch && _caller.Value != watch
                ? running.Done.Task
                : Task.CompletedTask;
        }
    }

    /// <summary>Takes an event; one that is malformed or has no watch any more is nobody's (XS-083, XS-096).</summary>
    internal void Take(ReadOnlyMemory<byte> payload)
    {
        if (!StoreReply.TryEvent(payload.Span, out string path, out string token))
        {
            return;
        }

        lock (_gate)
        {
            if (_watches.GetValueOrDefault(token) is { } watch)
            {
                Enqueue(watch, path);
            }
        }
    }

    /// <summary>Drops undelivered events and ends; waits for a running callback, unless this is called from it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        if (_caller.Value is null)
        {
            await _deliverer.ConfigureAwait(false);
        }
    }

    /// <summary>Holds at most the watch's limit: a flood becomes one event that says "anything below" (XS-095).</summary>
    private void Enqueue(StoreWatch watch, string path)
    {
        if (watch.Undelivered.Contains(path))
        {
            return;
        }

        if (watch.Undelivered.Count >= watch.QueueLimit)
        {
            Purge(watch);
            path = watch.Path;
        }

        watch.Undelivered.Add(path);
        _events.AddLast((watch, path));
        _arrivals.Release();
    }

    private void Purge(StoreWatch watch)
    {
        watch.Undelivered.Clear();
        for (var node = _events.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Watch == watch)
            {
                _events.Remove(node);
            }

            node = next;
        }
    }

    private async Task DeliverAllAsync()
    {
        try
        {
            while (true)
            {
                await _arrivals.WaitAsync(_ended.Token).ConfigureAwait(false);
                if (Begin() is { } next)
                {
                    await DeliverAsync(next.Watch, next.Path).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
        }
    }

    private (StoreWatch Watch, string Path)? Begin()
    {
        lock (_gate)
        {
            if (_events.First is not { } first)
            {
                return null;
            }

            _events.RemoveFirst();
            first.Value.Watch.Undelivered.Remove(first.Value.Path);
            _running = (first.Value.Watch, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            return first.Value;
        }
    }

    private async Task DeliverAsync(StoreWatch watch, string path)
    {
        _caller.Value = watch;
        try
        {
            await watch.Callback(path).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            _onFailure(watch, exception);
        }
        finally
        {
            End();
        }
    }

    private void End()
    {
        TaskCompletionSource done;
        lock (_gate)
        {
            done = _running!.Value.Done;
            _running = null;
        }

        done.SetResult();
    }
}
