namespace Conformance.Reference.XenStore.Client;

/// <summary>
/// Keeps requests and transactions out while the domain is suspended, and lets the suspend wait for those inside
/// (XS-140). Many may be inside at once.
/// </summary>
internal sealed class SuspendGate
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _closedUntil;
    private TaskCompletionSource? _empty;
    private int _inside;

    /// <summary>Goes in, waiting while the gate is closed.</summary>
    internal async ValueTask EnterAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task opened;
            lock (_gate)
            {
                if (_closedUntil is null)
                {
                    _inside++;
                    return;
                }

                opened = _closedUntil.Task;
            }

            await opened.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Comes out again.</summary>
    internal void Leave()
    {
        lock (_gate)
        {
            if (--_inside == 0)
            {
                _empty?.TrySetResult();
            }
        }
    }

    /// <summary>Closes the gate and waits until nobody is inside; opens it again if the wait is given up.</summary>
    /// <exception cref="InvalidOperationException">It is closed already.</exception>
    internal async Task CloseAsync(CancellationToken cancellation)
    {
        Task empty;
        lock (_gate)
        {
            if (_closedUntil is not null)
            {
                throw new InvalidOperationException("expected a client in use, got one that is suspended; resume it first");
            }

            _closedUntil = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _empty = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_inside == 0)
            {
                _empty.SetResult();
            }

            empty = _empty.Task;
        }

        try
        {
            await empty.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Open();
            throw;
        }
    }

    /// <summary>Lets everybody in again.</summary>
    /// <exception cref="InvalidOperationException">It is not closed.</exception>
    internal void Open()
    {
        lock (_gate)
        {
            AssertClosed();
            _closedUntil!.SetResult();
            _closedUntil = null;
        }
    }

    /// <summary>Lets everybody in, closed or not: the client ends, and nobody may be left waiting (XS-146).</summary>
    internal void Release()
    {
        lock (_gate)
        {
            _closedUntil?.SetResult();
            _closedUntil = null;
        }
    }

    /// <exception cref="InvalidOperationException">It is not closed.</exception>
    internal void AssertClosed()
    {
        lock (_gate)
        {
            if (_closedUntil is null)
            {
                throw new InvalidOperationException("expected a suspended client, got one in use; suspend it first");
            }
        }
    }
}
