namespace Conformance.Reference.XenStore.Daemon.Interop;

/// <summary>An eventfd: lets any thread end the wait of the loop.</summary>
internal sealed unsafe class WakeSignal : IDisposable
{
    private const int NonBlockingCloseOnExec = 0x80800;
    private readonly Lock _gate = new();
    private int _raised;
    private bool _closed;

    internal WakeSignal()
    {
        Descriptor = LibC.EventDescriptor(0, NonBlockingCloseOnExec);
        if (Descriptor < 0)
        {
            throw Errno.Fatal("eventfd");
        }
    }

    internal int Descriptor { get; }

    /// <summary>Ends the present wait or the next one. Any thread; costs a system call only the first time.</summary>
    internal void Raise()
    {
        if (Interlocked.Exchange(ref _raised, 1) == 0)
        {
            // Another descriptor may have the number by now if this one was closed.
            lock (_gate)
            {
                ulong one = 1;
                _ = _closed ? 0 : LibC.Write(Descriptor, (byte*)&one, sizeof(ulong));
            }
        }
    }

    /// <summary>Makes the signal ready to be raised again; what was posted before is to be looked at afterwards.</summary>
    internal void Lower()
    {
        ulong count;
        _ = LibC.Read(Descriptor, (byte*)&count, sizeof(ulong));
        Interlocked.Exchange(ref _raised, 0);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _ = LibC.Close(Descriptor);
        }
    }
}
