using System.Runtime.InteropServices;

namespace Conformance.Reference.XenStore.Daemon.Interop;

/// <summary>What a descriptor is ready for, or is watched for (sys/epoll.h).</summary>
[Flags]
internal enum Readiness : uint
{
    None = 0,
    Input = 0x001,
    Output = 0x004,
    Error = 0x008,
    HangUp = 0x010,
}

/// <summary>A level-triggered epoll set whose members are known by a number of the caller's choice.</summary>
internal sealed unsafe class Epoll : IDisposable
{
    private const int CloseOnExec = 0x80000;
    private const int BatchSize = 64;

    // The record is packed on x86 alone (sys/epoll.h), so it is laid out by hand.
    private static readonly bool IsPacked =
        RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86;

    private static readonly int RecordSize = IsPacked ? 12 : 16;
    private static readonly int KeyOffset = IsPacked ? 4 : 8;

    private readonly byte[] _records = GC.AllocateArray<byte>(BatchSize * 16, pinned: true);
    private readonly int _descriptor;

    internal Epoll()
    {
        _descriptor = LibC.EpollCreate(CloseOnExec);
        if (_descriptor < 0)
        {
            throw Errno.Fatal("epoll_create1");
        }
    }

    internal void Add(int descriptor, int key, Readiness wanted) => Control(1, descriptor, key, wanted);

    internal void Change(int descriptor, int key, Readiness wanted) => Control(3, descriptor, key, wanted);

    /// <summary>Waits for ready members; the count may be 0 after a signal to the process.</summary>
    internal int Wait(bool block)
    {
        fixed (byte* records = _records)
        {
            int count = LibC.EpollWait(_descriptor, records, BatchSize, block ? -1 : 0);
            return count >= 0 ? count : Errno.Last == Errno.Interrupted ? 0 : throw Errno.Fatal("epoll_wait");
        }
    }

    /// <summary>One of the members that the last <see cref="Wait"/> found.</summary>
    internal (int Key, Readiness Readiness) this[int index]
    {
        get
        {
            var record = _records.AsSpan(index * RecordSize, RecordSize);
            return (MemoryMarshal.Read<int>(record[KeyOffset..]), MemoryMarshal.Read<Readiness>(record));
        }
    }

    public void Dispose() => _ = LibC.Close(_descriptor);

    private void Control(int operation, int descriptor, int key, Readiness wanted)
    {
        byte* record = stackalloc byte[16];
        *(uint*)record = (uint)wanted;
        *(long*)(record + KeyOffset) = key;
        if (LibC.EpollControl(_descriptor, operation, descriptor, record) != 0)
        {
            throw Errno.Fatal("epoll_ctl");
        }
    }
}
