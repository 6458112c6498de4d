namespace Conformance.Reference.Hypervisor;

/// <content>Who waits for references.</content>
public sealed partial class GuestGrants
{
    private readonly List<GrantWaiter> _waiters = [];

    /// <summary>
    /// Calls the waiter once, when at least <paramref name="count"/> references are free, which may be at once
    /// (GT-012, GT-013). A waiter that waits already goes on waiting for what it asked first.
    /// </summary>
    public void Await(GrantWaiter waiter, int count)
    {
        ArgumentNullException.ThrowIfNull(waiter);
        lock (Gate)
        {
            if (!waiter.IsWaiting)
            {
                waiter.Wants = count;
                waiter.IsWaiting = true;
                _waiters.Add(waiter);
                RunCallbacks();
            }
        }
    }

    /// <summary>The waiter is not called any more.</summary>
    public void Cancel(GrantWaiter waiter)
    {
        ArgumentNullException.ThrowIfNull(waiter);
        lock (Gate)
        {
            if (_waiters.Remove(waiter))
            {
                waiter.IsWaiting = false;
            }
        }
    }

    /// <summary>Every path on which references come back ends here.</summary>
    internal void RunCallbacks()
    {
        // A waiter that is called may take references or wait again, so each look starts from what is true then.
        for (int i = 0; i < _waiters.Count;)
        {
            var waiter = _waiters[i];
            if (_free.Count < waiter.Wants)
            {
                i++;
                continue;
            }

            _waiters.RemoveAt(i);
            waiter.IsWaiting = false;
            waiter.Call();
            i = 0;
        }
    }
}
