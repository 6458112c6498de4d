using Conformance.Reference.Fibers;

namespace Conformance.Reference.World;

/// <summary>
/// Keeps requests out while the domain is suspended, and lets the suspend wait for what is inside: requests under way and
/// transactions that are open (XS-140).
/// </summary>
internal sealed class StoreGate(FiberScope fibers)
{
    private readonly List<Signal> _waiting = [];
    private Signal? _empty;
    private int _inside;

    internal bool IsClosed { get; private set; }

    /// <summary>Goes in, waiting while the gate is closed.</summary>
    internal ValueTask EnterAsync()
    {
        if (IsClosed)
        {
            return EnterLaterAsync();
        }

        _inside++;
        return default;
    }

    internal void Leave()
    {
        if (--_inside == 0)
        {
            _empty?.Set();
        }
    }

    /// <summary>Closes with whoever is inside: the connection begins anew.</summary>
    internal void Shut() => IsClosed = true;

    /// <summary>Closes, and waits until nobody is inside.</summary>
    /// <exception cref="InvalidOperationException">It is closed already.</exception>
    internal async ValueTask CloseAsync()
    {
        if (IsClosed)
        {
            throw new InvalidOperationException("expected a store client in use, got one that is suspended; resume it first");
        }

        IsClosed = true;
        while (_inside > 0)
        {
            _empty = fibers.CreateSignal("requests to the store to end");
            await fibers.WaitAsync(_empty);
        }

        _empty = null;
    }

    internal void Open()
    {
        CheckClosed();
        IsClosed = false;
        _waiting.ForEach(signal => signal.Set());
        _waiting.Clear();
    }

    /// <exception cref="InvalidOperationException">It is open.</exception>
    internal void CheckClosed()
    {
        if (!IsClosed)
        {
            throw new InvalidOperationException("expected a suspended store client, got one in use; suspend it first");
        }
    }

    private async ValueTask EnterLaterAsync()
    {
        while (IsClosed)
        {
            var opened = fibers.CreateSignal("the store to be resumed");
            _waiting.Add(opened);
            await fibers.WaitAsync(opened);
        }

        _inside++;
    }
}
