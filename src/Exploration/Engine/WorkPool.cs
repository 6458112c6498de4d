namespace Conformance.Exploration.Engine;

/// <summary>
/// The branches that wait, of each worker its own: the deepest that it found last is taken first, so that few wait. Who has
/// none takes the oldest of another. It is over when none waits and nobody works.
/// </summary>
internal sealed class WorkPool
{
    private readonly Dictionary<Worker, List<Branch>> _waiting = [];
    private readonly List<Branch> _first = [];
    private readonly object _gate = new();
    private int _working;
    private bool _isStopped;

    /// <summary>Whether it was ended before all branches were taken.</summary>
    internal bool IsStopped
    {
        get
        {
            lock (_gate)
            {
                return _isStopped;
            }
        }
    }

    internal int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _first.Count + _waiting.Values.Sum(static own => own.Count);
            }
        }
    }

    /// <summary>Adds branches.</summary>
    /// <param name="worker">Who found them; null for the beginning.</param>
    /// <param name="branches">The deepest last.</param>
    internal void Add(Worker? worker, List<Branch> branches)
    {
        if (branches.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            (worker is null ? _first : OwnOf(worker)).AddRange(branches);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Takes a branch; waits while others may still find some. Null when it is over.</summary>
    internal Branch? Take(Worker worker)
    {
        lock (_gate)
        {
            while (!_isStopped)
            {
                if (Find(worker) is { } branch)
                {
                    _working++;
                    return branch;
                }

                if (_working == 0)
                {
                    Monitor.PulseAll(_gate);
                    return null;
                }

                Monitor.Wait(_gate);
            }

            return null;
        }
    }

    /// <summary>Says that a branch that was taken is done.</summary>
    internal void Done()
    {
        lock (_gate)
        {
            if (--_working == 0)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Nobody gets another.</summary>
    internal void Stop()
    {
        lock (_gate)
        {
            _isStopped = true;
            Monitor.PulseAll(_gate);
        }
    }

    private Branch? Find(Worker worker)
    {
        var own = OwnOf(worker);
        if (own.Count > 0)
        {
            var last = own[^1];
            own.RemoveAt(own.Count - 1);
            return last;
        }

        var fullest = _first;
        foreach (var other in _waiting.Values)
        {
            fullest = other.Count > fullest.Count ? other : fullest;
        }

        if (fullest.Count == 0)
        {
            return null;
        }

        var oldest = fullest[0];
        fullest.RemoveAt(0);
        return oldest;
    }

    private List<Branch> OwnOf(Worker worker)
    {
        if (!_waiting.TryGetValue(worker, out var own))
        {
            _waiting[worker] = own = [];
        }

        return own;
    }
}
