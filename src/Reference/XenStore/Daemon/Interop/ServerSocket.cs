using System.Text;

namespace Conformance.Reference.XenStore.Daemon.Interop;

/// <summary>What came of a call on a non-blocking socket.</summary>
internal enum SocketOutcome
{
    /// <summary>Bytes were moved, or a client was taken.</summary>
    Done,

    /// <summary>Nothing can be moved now.</summary>
    WouldBlock,

    /// <summary>The process or the machine has no descriptor left.</summary>
    OutOfDescriptors,

    /// <summary>The other end is gone.</summary>
    Gone,
}

/// <summary>Unix stream sockets without a thread hop.</summary>
internal static unsafe class ServerSocket
{
    /// <summary>Bytes of a path that fit into a socket address with their NUL (<c>sun_path</c>, sys/un.h).</summary>
    internal const int PathMax = 107;

    private const int FamilyUnix = 1;
    private const int Stream = 1;
    private const int NonBlockingCloseOnExec = 0x80800;
    private const int NoSignal = 0x4000;
    private const int Backlog = 1024;

    /// <summary>Makes an unbound socket.</summary>
    internal static int Create()
    {
        int descriptor = LibC.Socket(FamilyUnix, Stream | NonBlockingCloseOnExec, 0);
        return descriptor >= 0 ? descriptor : throw Errno.Fatal("socket");
    }

    /// <summary>Gives the socket its path; 0 or an error number.</summary>
    internal static int Bind(int descriptor, string path)
    {
        byte* address = stackalloc byte[2 + PathMax + 1];
        return LibC.Bind(descriptor, address, Address(path, address)) == 0 ? 0 : Errno.Last;
    }

    /// <summary>Tries to reach whoever listens at the path; 0 or an error number.</summary>
    internal static int Probe(string path)
    {
        int descriptor = Create();
        byte* address = stackalloc byte[2 + PathMax + 1];
        int error = LibC.Connect(descriptor, address, Address(path, address)) == 0 ? 0 : Errno.Last;
        Close(descriptor);
        return error;
    }

    /// <summary>Lets nobody but the file's owner connect.</summary>
    internal static void RestrictToOwner(string path)
    {
        const uint OwnerReadsAndWrites = 0x180;
        fixed (byte* start = Encoding.UTF8.GetBytes(path + '\0'))
        {
            if (LibC.ChangeMode(start, OwnerReadsAndWrites) != 0)
            {
                throw Errno.Fatal("chmod of the socket");
            }
        }
    }

    internal static void Listen(int descriptor)
    {
        if (LibC.Listen(descriptor, Backlog) != 0)
        {
            throw Errno.Fatal("listen");
        }
    }

    internal static SocketOutcome Accept(int listener, out int descriptor)
    {
        descriptor = LibC.Accept(listener, null, null, NonBlockingCloseOnExec);
        return descriptor >= 0 ? SocketOutcome.Done : Errno.Last switch
        {
            Errno.TooManyOpen or Errno.TableFull or Errno.NoBuffers => SocketOutcome.OutOfDescriptors,
            _ => SocketOutcome.WouldBlock,
        };
    }

    internal static SocketOutcome Receive(int descriptor, Span<byte> buffer, out int count)
    {
        fixed (byte* start = buffer)
        {
            count = (int)LibC.Receive(descriptor, start, (nuint)buffer.Length, 0);
        }

        return count > 0 ? SocketOutcome.Done : count == 0 ? SocketOutcome.Gone : Failed(out count);
    }

    internal static SocketOutcome Send(int descriptor, ReadOnlySpan<byte> bytes, out int count)
    {
        fixed (byte* start = bytes)
        {
            count = (int)LibC.Send(descriptor, start, (nuint)bytes.Length, NoSignal);
        }

        return count >= 0 ? SocketOutcome.Done : Failed(out count);
    }

    internal static void Close(int descriptor) => _ = LibC.Close(descriptor);

    private static SocketOutcome Failed(out int count)
    {
        count = 0;
        return Errno.Last is Errno.Again or Errno.Interrupted ? SocketOutcome.WouldBlock : SocketOutcome.Gone;
    }

    private static uint Address(string path, byte* address)
    {
        var record = new Span<byte>(address, 2 + PathMax + 1);
        record.Clear();
        *(ushort*)address = FamilyUnix;
        return (uint)(2 + Encoding.UTF8.GetBytes(path, record[2..^1]) + 1);
    }
}
