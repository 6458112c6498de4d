using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Conformance.Adapters.SoftwareXen;

/// <summary>
/// A program's open event-channel device (evtchn.h): the numbers of ports that became pending are read from it, and a port
/// stays masked from then on until the program unmasks it. Used under the hypervisor's lock.
/// </summary>
internal sealed class EventHandle(long number, Socket socket) : IPortOwner
{
    private readonly HashSet<uint> masked = [];
    private readonly HashSet<uint> pending = [];

    /// <summary>The number by which calls name it.</summary>
    public long Number => number;

    public void Raise(uint port)
    {
        if (masked.Add(port))
        {
            Send(port);
        }
        else
        {
            pending.Add(port);
        }
    }

    public void Unmask(uint port)
    {
        if (pending.Remove(port))
        {
            Send(port);
        }
        else
        {
            masked.Remove(port);
        }
    }

    public void Forget(uint port)
    {
        masked.Remove(port);
        pending.Remove(port);
    }

    /// <summary>Never waits for long: a port is sent once until it is unmasked, so the socket's buffer holds them all.</summary>
    private void Send(uint port)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        MemoryMarshal.Write(bytes, port);
        try
        {
            socket.Send(bytes);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The program ended; its connection's own end cleans up.
        }
    }
}
