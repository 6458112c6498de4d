using System.Runtime.CompilerServices;
using Conformance.Reference.Fibers;

namespace Conformance.Reference.Block.Back;

/// <summary>
/// Lets requests of all queues of a device in, and a barrier alone: it waits until everything before it is done, and
/// nothing after it begins until it is (BB-019, BI-022). Also what a close waits at.
/// </summary>
internal sealed class BarrierGate(FiberScope fibers)
{
    private readonly List<Signal> _waiting = [];
    private bool _isTaken;

    /// <summary>Whether a request would be let in at once.</summary>
    internal bool IsOpen => !_isTaken;

    /// <summary>Requests that were let in and have not left.</summary>
    internal int InFlight { get; private set; }

    /// <summary>Called when the last one has left.</summary>
    internal Action Emptied { get; set; } = static () => { };

    /// <summary>Lets a request in, as soon as no barrier is in the way.</summary>
    /// <param name="wake">The caller's own signal; it may be set for other reasons too.</param>
    internal ValueTask EnterAsync(Signal wake)
    {
        if (!IsOpen)
        {
            return WaitAndEnterAsync(wake);
        }

        InFlight++;
        return default;
    }

    /// <summary>Lets a barrier in, once nothing else is.</summary>
    internal async ValueTask EnterAloneAsync(Signal wake)
    {
        await WaitAsync(wake, () => IsOpen);
        _isTaken = true;
        await WaitAsync(wake, () => InFlight == 0);
        InFlight++;
    }

    /// <summary>A request is done.</summary>
    /// <param name="wasAlone">Whether it was a barrier.</param>
    internal void Leave(bool wasAlone)
    {
        _isTaken &= !wasAlone;
        InFlight--;
        if (InFlight == 0 || wasAlone)
        {
            WakeAll();
        }

        if (InFlight == 0)
        {
            Emptied();
        }
    }

    [AsyncMethodBuilder(typeof(FiberMethodBuilder))]
    private async ValueTask WaitAndEnterAsync(Signal wake)
    {
        await WaitAsync(wake, () => IsOpen);
        InFlight++;
    }

    private async ValueTask WaitAsync(Signal wake, Func<bool> isOpen)
    {
        while (!isOpen())
        {
            _waiting.Add(wake);
            await fibers.WaitAsync(wake);
            _waiting.Remove(wake);
        }
    }

    private void WakeAll() => _waiting.ForEach(static wake => wake.Set());
}
