using Conformance.Model.Protocol;
using Conformance.Model.Protocol.Block;
using Conformance.Model.Trace;
using Conformance.Reference.Deviations;
using Conformance.Reference.Ports;
using Conformance.Reference.XenBus;

namespace Conformance.Reference.Block.Front;

/// <summary>One generation of a device: everything it shares with one back, from the first ring page to the last grant.</summary>
internal sealed class FrontConnection
{
    private int _next;

    public FrontConnection(XenBusDevice device, ConnectionPath path, FrontSettings settings, FrontLimits limits, ushort handle)
    {
        Path = path;
        Domain = device.Domain;
        Peer = device.Peer;
        Name = device.Name;
        Settings = settings;
        Limits = limits;
        Handle = handle;
        Fail = device.FailAsync;
        Queues = new FrontQueue[limits.Queues];
        for (int i = 0; i < Queues.Length; i++)
        {
            Queues[i] = new FrontQueue(this, i);
        }
    }

    public IDomain Domain { get; }

    /// <summary>The way that the device takes.</summary>
    public ConnectionPath Path { get; }

    public DomainId Peer { get; }

    public string Name { get; }

    public FrontSettings Settings { get; }

    public FrontLimits Limits { get; }

    /// <summary>The device's number as requests carry it (BF-033).</summary>
    public ushort Handle { get; }

    public FrontFeatures Features { get; private set; } = new();

    public DeviceSectorSize SectorSize { get; private set; }

    public FrontQueue[] Queues { get; }

    /// <summary>Publishes a failure and closes the device.</summary>
    public Func<DeviceFailure, ValueTask> Fail { get; }

    /// <summary>Whether the back broke the protocol: nothing is taken from it or given to it any more (BF-007).</summary>
    public bool IsDisabled { get; private set; }

    /// <summary>How many responses the back owes.</summary>
    public int InFlight => Queues.Sum(queue => queue.Table.InFlight);

    /// <summary>Makes rings and ports. What was made stays for <see cref="ReleaseAsync"/> when something fails (BF-003).</summary>
    public async ValueTask OpenAsync()
    {
        int number = 0;
        foreach (var queue in Queues)
        {
            await queue.AllocateRingAsync();
            for (int page = 0; page < Limits.RingPages; page++)
            {
                int index = page;
                await Path.TakeAsync(FrontStep.GrantRingPage, number++, $"ring page {index} of queue {queue.Index}", () => queue.GrantRingPageAsync(index));
            }

            string subject = $"port of queue {queue.Index}";
            await (Queues.Length == 1
                ? Path.TakeAsync(FrontStep.AllocatePort, subject, queue.AllocatePortAsync)
                : Path.TakeAsync(FrontStep.AllocatePort, queue.Index, subject, queue.AllocatePortAsync));
        }
    }

    /// <summary>The back is Connected and this is what it offers.</summary>
    public void Start(FrontFeatures features, DeviceSectorSize sectorSize)
    {
        Features = features;
        SectorSize = sectorSize;
        foreach (var queue in Queues)
        {
            queue.Start();
        }
    }

    /// <summary>The queue for the next operation.</summary>
    public FrontQueue NextQueue()
    {
        var queue = Queues[_next];
        _next = (_next + 1) % Queues.Length;
        return queue;
    }

    public async ValueTask PumpAsync()
    {
        foreach (var queue in Queues)
        {
            await queue.PumpAsync();
        }
    }

    /// <summary>Sets or clears a reason to stop on all queues.</summary>
    public void Stop(StopReasons reason, bool isStopped)
    {
        foreach (var queue in Queues)
        {
            if (isStopped)
            {
                queue.Stop(reason);
            }
            else
            {
                queue.Restart(reason);
            }
        }
    }

    /// <summary>Waits until the back owes nothing, but not for ever.</summary>
    public async ValueTask<bool> DrainAsync()
    {
        var until = Domain.Fibers.Now + Settings.DrainLimit;
        bool isDrained = true;
        foreach (var queue in Queues)
        {
            isDrained &= await queue.DrainAsync(until);
        }

        return isDrained;
    }

    public async ValueTask HoldAsync()
    {
        foreach (var queue in Queues)
        {
            await queue.HoldAsync();
        }
    }

    public async ValueTask UnholdAsync()
    {
        foreach (var queue in Queues)
        {
            await queue.UnholdAsync();
        }
    }

    /// <summary>The back broke the protocol: no ring is touched any more, and what is outstanding fails (BF-007).</summary>
    public async ValueTask DisableAsync()
    {
        IsDisabled = true;
        foreach (var queue in Queues)
        {
            queue.Stop(StopReasons.NotConnected);
            queue.Ring.Detach();
        }

        foreach (var queue in Queues)
        {
            await queue.FailAllAsync();
            queue.NoteProgress();
        }
    }

    /// <summary>Ends all that is outstanding and gives everything back; nothing is drained.</summary>
    public async ValueTask ReleaseAsync()
    {
        Stop(StopReasons.NotConnected, isStopped: true);
        await HoldAsync();
        foreach (var queue in Queues)
        {
            queue.Ring?.Detach();
            await queue.FailAllAsync();
        }

        foreach (var queue in Queues)
        {
            await queue.CloseAsync(isWorldGone: false);
            await queue.ReleaseRingAsync();
        }
    }

    /// <summary>Gives the rings of an abandoned connection back.</summary>
    public async ValueTask ReleaseRingsAsync()
    {
        foreach (var queue in Queues)
        {
            await queue.ReleaseRingAsync();
        }
    }

    /// <summary>
    /// Ends the connection and keeps what is outstanding, in the order in which it was asked for (RS-005). The rings stay
    /// until <see cref="ReleaseRingsAsync"/>: a reference that is free could be the next connection's (RS-008).
    /// </summary>
    public async ValueTask<List<IoPiece>> AbandonAsync(bool isWorldGone)
    {
        var pieces = new List<IoPiece>();
        Stop(StopReasons.NotConnected, isStopped: true);
        if (!isWorldGone)
        {
            await HoldAsync();
        }

        foreach (var queue in Queues)
        {
            queue.Ring?.Detach();
            await queue.CollectAsync(pieces, isWorldGone);
            await queue.CloseAsync(isWorldGone);
        }

        pieces.Sort(static (left, right) => left.Io.Sequence != right.Io.Sequence
            ? left.Io.Sequence.CompareTo(right.Io.Sequence)
            : left.Position.CompareTo(right.Position));
        return pieces;
    }
}
