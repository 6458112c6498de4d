using System.Net.Sockets;
using Conformance.Adapters.SoftwareXen;

namespace Conformance.Tests.Real.SoftwareXen;

/// <summary>A hypervisor without any program under it.</summary>
internal sealed class BareXen : IAsyncDisposable
{
    private readonly InstanceDirectory directory;

    public BareXen()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "software Xen needs Linux");
        directory = new InstanceDirectory();
        Hypervisor = new SoftwareHypervisor(directory);
    }

    public SoftwareHypervisor Hypervisor { get; }

    /// <summary>Opens a connection as a preloaded program does.</summary>
    public Socket Connect()
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 30_000 };
        socket.Connect(new UnixDomainSocketEndPoint(directory.HypervisorSocket));
        return socket;
    }

    public Socket OpenEvents(out ulong handle)
    {
        var events = Connect();
        handle = (ulong)events.Ask(Operation.EventsOpen);
        return events;
    }

    public async ValueTask DisposeAsync()
    {
        await Hypervisor.DisposeAsync();
        directory.Dispose();
    }
}
