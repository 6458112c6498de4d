using Conformance.Reference.Fibers;

namespace Conformance.Reference.XenBus;

/// <summary>
/// Holds up the boot of a domain while devices are connecting, each counted once, and never for ever (XB-044, XB-045).
/// </summary>
public sealed class BootHold
{
    /// <summary>How long a boot waits at most; Linux waits as long, in two parts.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(300);

    private readonly FiberScope _fibers;
    private readonly List<Signal> _waiters = [];

    internal BootHold(FiberScope fibers) => _fibers = fibers;

    /// <summary>How many devices hold up the boot.</summary>
    public int Connecting { get; private set; }

    /// <summary>Waits until no device connects any more.</summary>
    /// <returns>False when that took too long.</returns>
    public async ValueTask<bool> WaitAsync(TimeSpan? limit = null)
    {
        var until = _fibers.Now + (limit ?? Limit);
        while (Connecting > 0)
        {
            var left = until - _fibers.Now;
            var released = _fibers.CreateSignal("devices to connect");
            _waiters.Add(released);
            if (left <= TimeSpan.Zero || !await _fibers.WaitAsync(released, left))
            {
                return Connecting == 0;
            }
        }

        return true;
    }

    internal void Take() => Connecting++;

    internal void Release()
    {
        if (Connecting == 0)
        {
            throw new InvalidOperationException("expected a release for each hold of the boot, got one too many");
        }

        if (--Connecting == 0)
        {
            _waiters.ForEach(waiter => waiter.Set());
            _waiters.Clear();
        }
    }
}
