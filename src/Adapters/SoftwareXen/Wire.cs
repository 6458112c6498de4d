using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Conformance.Adapters.SoftwareXen;

/// <summary>What a preloaded program asks of the hypervisor (native/wire.h, native/README.md).</summary>
internal enum Operation : uint
{
    Hello = 1,
    Listening = 2,
    DomainInfo = 16,
    MapFrame = 32,
    MapGrant = 33,
    Unmap = 34,
    EventsOpen = 48,
    BindInterdomain = 49,
    BindVirq = 50,
    Unbind = 51,
    Notify = 52,
    Unmask = 53,
}

/// <summary>The errno numbers of Linux with which hypercalls fail.</summary>
internal enum UnixError : uint
{
    None = 0,
    ENOENT = 2,
    ESRCH = 3,
    EEXIST = 17,
    EINVAL = 22,
    ENOSYS = 38,
    EPROTO = 71,
    ENOTCONN = 107,
}

/// <summary>The head of a request: <c>struct call</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct Call(Operation Operation, uint Length, ulong A, ulong B, ulong C, ulong D)
{
    /// <summary>The version of these messages that both sides must speak.</summary>
    public const ulong Version = 1;

    /// <summary>Bytes of the head.</summary>
    public const int Size = 40;

    /// <summary>The longest payload that a program may send: a path.</summary>
    public const int PayloadMax = 4096;
}

/// <summary>What a request gets: a value or an error, and a payload.</summary>
internal readonly record struct Answer(long Value, UnixError Error, byte[] Payload)
{
    public static Answer Ok(long value = 0) => new(value, UnixError.None, []);

    public static Answer Ok(long value, byte[] payload) => new(value, UnixError.None, payload);

    public static Answer Fail(UnixError error) => new(-1, error, []);

    /// <summary>The head, <c>struct answer</c>, followed by the payload.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[16 + Payload.Length];
        MemoryMarshal.Write(bytes, Value);
        MemoryMarshal.Write(bytes.AsSpan(8), (uint)Error);
        MemoryMarshal.Write(bytes.AsSpan(12), (uint)Payload.Length);
        Payload.CopyTo(bytes, 16);
        return bytes;
    }
}

/// <summary>One domain as the hypervisor tells it: <c>struct domain_record</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct DomainRecord(uint Domain, DomainFlags Flags, ulong Pages)
{
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[Unsafe.SizeOf<DomainRecord>()];
        MemoryMarshal.Write(bytes, in this);
        return bytes;
    }
}

/// <summary><c>XEN_DOMINF_*</c>, domctl.h; the shutdown reason lies above bit 16.</summary>
[Flags]
internal enum DomainFlags : uint
{
    None = 0,
    Dying = 1 << 0,
    Shutdown = 1 << 2,
    Running = 1 << 5,
}

/// <summary>Where a page lies: <c>struct page_record</c>.</summary>
internal static class PageRecord
{
    private const int PathMax = 256;

    public static byte[] ToBytes(string path, int offset)
    {
        byte[] bytes = new byte[sizeof(ulong) + PathMax];
        MemoryMarshal.Write(bytes, (ulong)offset);
        int written = Encoding.UTF8.GetBytes(path, bytes.AsSpan(sizeof(ulong)));
        if (written >= PathMax)
        {
            throw new InvalidOperationException($"The path {path} is longer than {PathMax - 1} bytes.");
        }

        return bytes;
    }
}
