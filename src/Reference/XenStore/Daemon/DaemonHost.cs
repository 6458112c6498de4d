using System.Diagnostics.CodeAnalysis;
using Conformance.Model.Protocol;
using Conformance.Model.Protocol.XenStore;
using Conformance.Reference.Hypervisor;
using Conformance.Reference.XenStore.Engine;
using Conformance.Reference.XenStore.Ring;

namespace Conformance.Reference.XenStore.Daemon;

/// <summary>The engine's world inside a daemon. On the loop's thread alone.</summary>
internal sealed class DaemonHost : IStoreHost
{
    private readonly EventLoop _loop;
    private readonly IStoreGuests? _guests;
    private readonly HashSet<RingClient> _rings = [];

    internal DaemonHost(EventLoop loop, IStoreGuests? guests)
    {
        _loop = loop;
        _guests = guests;
    }

    /// <summary>The engine that this is the world of; set before the loop runs.</summary>
    [DisallowNull]
    internal StoreEngine? Engine { get; set; }

    public DomainReport Query(DomainId domain) =>
        _guests?.Query(domain)
        ?? new DomainReport(domain == DomainId.Zero ? DomainLife.Running : DomainLife.Absent, Incarnation: 0);

    public bool AttachRing(StoreConnection connection, ulong frame, uint port)
    {
        var page = _guests?.MapPage(connection.Domain, frame);
        if (page is null)
        {
            return false;
        }

        uint ownPort = AtOnce(page.LoadAsync(XsInterfacePage.EventChannelPort));
        var present = connection.Transport as RingClient;
        var line = _guests!.Bind(connection.Domain, ownPort != 0 ? ownPort : port, present?.Line);
        if (line is null)
        {
            return false;
        }

        End(present, keep: line);
        var client = new RingClient(_loop, new GuestRing(Engine!, connection, page, line), line);
        _rings.Add(client);
        connection.Transport = client;

        // A connection that was given up has lost its place in the stream, just like one that is replaced.
        client.Start(startEmpty: present is not null || !connection.IsServed);
        return true;
    }

    public void DetachRing(StoreConnection connection)
    {
        End(connection.Transport as RingClient, keep: null);
        connection.Transport = null;
    }

    /// <summary>Gives up every ring, as the daemon ends.</summary>
    internal void DetachAll()
    {
        foreach (var ring in _rings.ToArray())
        {
            End(ring, keep: null);
        }
    }

    public void Wake(StoreConnection connection)
    {
        switch (connection.Transport)
        {
            case SocketClient client:
                client.Wake();
                break;
            case RingClient ring:
                _loop.Note(ring);
                break;
        }
    }

    private void End(RingClient? client, IEventLine? keep)
    {
        if (client is null)
        {
            return;
        }

        _rings.Remove(client);
        client.Dispose();
        if (client.Line != keep)
        {
            _guests!.Close(client.Line);
        }
    }

    /// <summary>The engine asks in the middle of a request, so this load cannot wait for another step.</summary>
    private static uint AtOnce(ValueTask<uint> load) => load.IsCompleted
        ? load.GetAwaiter().GetResult()
        : throw new InvalidOperationException(
            "expected a page whose words are loaded at once, got one that waits; serve such a page without the daemon");
}
