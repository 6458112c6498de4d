namespace Conformance.Exploration.Engine;

/// <summary>
/// The branches that wait, shared by all workers: the deepest that was found last is taken first, so that few wait.
/// It is over when none waits and nobody works.
/// </summary>
internal sealed class WorkPool
{
    private readonly Stack<Branch> _waiting = new();
    private readonly object _gate = new();
    private int _working;
    private bool _isStopped;

    internal int Waiting => _waiting.Count;

    internal void Add(List<Branch> branches)
    {
        if (branches.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            foreach (var branch in branches)
            {
                _waiting.Push(branch);
            }

            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Takes a branch; waits while others may still find some. Null when it is over.</summary>
    internal Branch? Take()
    {
        lock (_gate)
        {
            while (true)
            {
                if (_isStopped)
                {
                    return null;
                }

                if (_waiting.TryPop(out var branch))
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
}
